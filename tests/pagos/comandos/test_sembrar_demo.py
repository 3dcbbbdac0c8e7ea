"""`sembrar_demo`: the same demo everywhere, as often as one likes, and never in production."""

import time
from decimal import Decimal
from io import BytesIO

import pytest
from django.utils import timezone
from PIL import Image

from cartera.colores import CLARO, acento
from cartera.dinero import totales_por
from cartera.models import Empresa, Movimiento, Saldo
from pagos import acuerdos
from pagos.conciliacion import Libro, conciliar
from pagos.demo import personas
from pagos.models import AcuerdoComercial, FormaPago
from simulador.comercios import POR_OMISION
from tests.fabricas_pagos import crear_pago
from tests.pagos.comandos.ordenes import ejecutar
from usuarios.consultas import alcance
from usuarios.identificacion import digito_verificacion
from usuarios.models import Tercero, Usuario

pytestmark = pytest.mark.django_db
SIMULADOR = "http://127.0.0.1:9101"


@pytest.fixture(autouse=True)
def puertas(settings):
    settings.PASARELA_ORIGENES = [SIMULADOR, "http://127.0.0.1:9201"]


def sembrar(*mas, simulador=SIMULADOR):
    return ejecutar("sembrar_demo", "--simulador", simulador, *mas)


def cuentas():
    return [modelo.objects.count() for modelo in (Empresa, Tercero, Saldo, Movimiento, Usuario, AcuerdoComercial)]


def test_siembra_completa_en_segundos_y_repetida_no_agrega_nada():
    """3 empresas, 200 customers and 3,000 balances in well under 15 s; the second run finds them all."""
    inicio = time.monotonic()
    hecho = sembrar()
    assert time.monotonic() - inicio < 15
    antes = cuentas()
    assert (hecho.codigo, antes[:3]) == (0, [3, 200, 3000])
    saldos = list(Saldo.objects.order_by("pk").values())
    assert sembrar().salida == hecho.salida
    assert (cuentas(), list(Saldo.objects.order_by("pk").values())) == (antes, saldos)


def test_los_documentos_son_verosimiles():
    """Valid check digits, IVA inside the value, dates in order, some overdue up to 120 days and some due this week."""
    sembrar()
    hoy = timezone.localdate()
    for uno in (*Tercero.objects.filter(tipo_id="NIT"), *Empresa.objects.all()):
        assert uno.dv == digito_verificacion(getattr(uno, "nit", None) or uno.numero)
    saldos = list(Saldo.objects.all())
    mora = [(hoy - saldo.vencimiento).days for saldo in saldos]
    assert all(saldo.fecha <= hoy and saldo.fecha <= saldo.vencimiento for saldo in saldos)
    assert (max(mora), min(mora) < -30) == (120, True)
    assert min(sum(1 for dias in mora if dias > 0), sum(1 for dias in mora if -6 <= dias <= 0)) > 100
    con_iva = [saldo for saldo in saldos if saldo.iva]
    assert con_iva
    for saldo in con_iva:
        tasa = saldo.iva / (saldo.valor - saldo.iva)
        assert min(abs(tasa - Decimal("0.19")), abs(tasa - Decimal("0.05"))) < Decimal("0.001"), saldo


def test_los_movimientos_explican_los_saldos():
    """Opening + debits - credits = what is owed, by empresa, customer and currency."""
    sembrar()
    claves = ("empresa", "tercero", "moneda")

    def por_clave(consulta, campo):
        return {tuple(f[c] for c in claves): f["total"] for f in totales_por(consulta, claves, campo)}

    debitos = por_clave(Movimiento.objects.all(), "debito")
    creditos = por_clave(Movimiento.objects.all(), "credito")
    saldos = por_clave(Saldo.objects.all(), "saldo")
    assert saldos.keys() == debitos.keys()
    assert {clave: debitos[clave] - creditos[clave] for clave in debitos} == saldos


def test_cada_persona_ve_lo_suyo_y_entra_con_la_clave_impresa():
    """Ana sees one customer, with documents of every empresa; the accountant twelve; staff sees none of them."""
    hecho = sembrar("--pequena")
    assert personas.clave() in hecho.salida
    usuarios = {persona.cuenta: Usuario.objects.get(email=persona.email) for persona in personas.PERSONAS}
    assert all(usuario.check_password(personas.clave()) for usuario in usuarios.values())
    de_ana = alcance(usuarios["ana"])
    saldos = [
        s for s in Saldo.objects.all() if de_ana.permite(tercero_id=s.tercero_id, organizacion_id=s.organizacion_id)
    ]
    assert {saldo.empresa_id for saldo in saldos} == set(Empresa.objects.values_list("pk", flat=True))
    assert {saldo.moneda for saldo in saldos} == {"COP", "USD"}
    assert [usuarios[uno].asociaciones.count() for uno in ("ana", "beto", "contabilidad", "carla")] == [1, 1, 12, 0]
    assert usuarios["carla"].has_perm("pagos.view_pago")
    assert not usuarios["carla"].is_superuser
    assert usuarios["admin"].is_superuser


def test_hay_empresas_que_reciben_pagos_parciales_y_una_que_no():
    """A percentage, an amount, and none: each rule can be seen, and changing it by hand is not undone."""
    sembrar("--pequena")
    reglas = list(Empresa.objects.order_by("nit").values_list("abono_parcial", "abono_minimo"))
    assert reglas == [("PORCENTAJE", Decimal("20.00")), ("NO", None), ("MONTO", Decimal("50000.00"))]
    Empresa.objects.update(abono_parcial="NO", abono_minimo=None)
    sembrar("--pequena")
    assert set(Empresa.objects.values_list("abono_parcial", flat=True)) == {"NO"}


def test_la_clave_no_se_comparte_entre_instalaciones(settings):
    """It comes from SECRET_KEY: knowing one demo's says nothing of another's."""
    una = personas.clave()
    settings.SECRET_KEY = "otra-clave-secreta-" * 4
    assert personas.clave() != una


def test_cada_empresa_recauda_por_los_comercios_del_simulador():
    """Two buttons each, both to Zona Virtual, with credentials that the simulator knows."""
    sembrar("--pequena")
    conocidos = {str(uno["id"]): uno for uno in POR_OMISION["zonapagos"]}
    for acuerdo in AcuerdoComercial.objects.all():
        formas = acuerdos.formas_vigentes(acuerdo.empresa_id, moneda="COP", total=Decimal("1.00"))
        assert [forma.etiqueta for forma in formas] == ["Tarjeta de crédito", "PSE"]
        comercio = conocidos.pop(acuerdo.comercio)
        assert acuerdo.secretos() == {nombre: comercio[nombre] for nombre in ("usuario", "clave", "codigo_servicio")}
        assert acuerdo.prueba
    assert conocidos == {}


def test_si_el_simulador_se_muda_los_acuerdos_usados_se_renuevan():
    """Another port: buttons lead to the new one, the pago under way keeps its own, and nothing piles up."""
    sembrar("--pequena")
    forma = FormaPago.objects.filter(acuerdo__comercio="678").first()
    saldo = Saldo.objects.filter(empresa=forma.acuerdo.empresa, moneda="COP").first()
    pago = crear_pago(saldo, forma=forma)
    sembrar("--pequena", simulador="http://127.0.0.1:9201")
    sembrar("--pequena", simulador="http://127.0.0.1:9201")
    forma.refresh_from_db()
    pago.refresh_from_db()
    assert AcuerdoComercial.objects.count() == 4
    assert forma.acuerdo.urls["api"].startswith("http://127.0.0.1:9201/")
    assert pago.acuerdo.urls["api"].startswith(SIMULADOR)
    vigentes = acuerdos.formas_vigentes(pago.empresa_id, moneda="COP", total=Decimal("1.00"))
    assert [una.etiqueta for una in vigentes] == ["Tarjeta de crédito", "PSE"]


def test_los_libros_de_la_demo_cuadran():
    """Seeded balances are no difference."""
    sembrar("--pequena")
    assert list(conciliar(Libro())) == []


def test_en_produccion_se_niega(settings):
    """It would create an administrator whose password is printed."""
    settings.PERMITIR_PRUEBAS = False
    hecho = sembrar()
    assert "PERMITIR_PRUEBAS=1" in hecho.error
    assert cuentas() == [0] * 6


def test_un_simulador_que_no_es_puerta_conocida_se_explica():
    """The message names the variable and the origin; nothing is left half seeded."""
    hecho = sembrar(simulador="http://127.0.0.1:9999")
    assert "agregue http://127.0.0.1:9999 a PASARELA_ORIGENES" in hecho.error
    assert cuentas() == [0] * 6


def test_cada_empresa_tiene_su_color_y_su_logo():
    """Three looks, one of them a colour that white paper swallows: the rule can be seen."""
    sembrar("--pequena")
    empresas = Empresa.objects.select_related("logo")
    assert len({(empresa.color, empresa.logo_id) for empresa in empresas}) == 3
    assert sorted(acento(empresa.color, CLARO) is None for empresa in empresas) == [False, False, True]
    for empresa in empresas:
        with Image.open(BytesIO(empresa.logo.png)) as imagen:
            assert imagen.width <= 480
            assert imagen.getcolors(maxcolors=100_000) is not None
