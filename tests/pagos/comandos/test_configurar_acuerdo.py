"""`configurar_acuerdo`: an install script may say it as often as it likes."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from pagos.models import AcuerdoComercial, FormaPago
from tests.arnes import marcas
from tests.fabricas_cartera import crear_empresa, crear_saldo
from tests.fabricas_pagos import crear_pago
from tests.pagos.comandos.ordenes import ejecutar

pytestmark = pytest.mark.django_db

MARCA = marcas.SECRETO_TECLEADO
URL = "https://www.zonapagos.com/Apis_CicloPago/api"


@pytest.fixture
def empresa():
    return crear_empresa(nit="900123456")


def configurar(*mas, empresa="900123456-8", url=f"api={URL}", credenciales=None):
    """A whole ZonaPAGOS agreement, with what `mas` adds."""
    credenciales = credenciales or ("comercio=678", f"usuario=u-{MARCA}", f"clave=c-{MARCA}", "codigo_servicio=2701")
    palabras = ["configurar_acuerdo", "--empresa", empresa, "--pasarela", "zonapagos"]
    palabras += ["--url", url] if url else []
    palabras += [palabra for uno in credenciales for palabra in ("--credencial", uno)]
    return ejecutar(*palabras, *mas)


def test_crea_el_acuerdo_con_un_boton_y_sin_mostrar_secretos(empresa):
    """One command, one agreement in force from today for a year, one button; nothing secret is printed."""
    hecho = configurar()
    acuerdo = AcuerdoComercial.objects.get()
    assert (hecho.codigo, MARCA in hecho.todo) == (0, False)
    assert (acuerdo.empresa, acuerdo.comercio, acuerdo.prueba, acuerdo.monedas) == (empresa, "678", False, ["COP"])
    assert (acuerdo.desde, acuerdo.hasta) == (timezone.localdate(), timezone.localdate() + timedelta(days=365))
    assert acuerdo.secretos() == {"usuario": f"u-{MARCA}", "clave": f"c-{MARCA}", "codigo_servicio": "2701"}
    assert [forma.etiqueta for forma in acuerdo.formas.all()] == ["Zona Virtual (ZonaPAGOS)"]


def test_todo_lo_que_se_dice_queda(empresa):
    """Days, buttons in order with their icons, currencies, amounts, switches, test flag."""
    hecho = configurar(
        *("--desde", "2026-01-01", "--hasta", "31/12/2026", "--prueba", "--moneda", "COP", "--moneda", "USD"),
        *("--minimo", "1000", "--maximo", "5000000.50", "--opcion", "moneda_117=1"),
        *("--a-la-vez", "4", "--por-segundo", "25"),
        *("--boton", "Tarjeta de crédito", "--boton", "PSE"),
    )
    acuerdo = AcuerdoComercial.objects.get()
    assert hecho.codigo == 0, hecho.error
    assert (acuerdo.desde, acuerdo.hasta, acuerdo.prueba) == (date(2026, 1, 1), date(2026, 12, 31), True)
    assert (acuerdo.monedas, acuerdo.opciones) == (["COP", "USD"], {"moneda_117": "1"})
    assert (acuerdo.limite_en_vuelo, acuerdo.limite_por_segundo) == (4, 25)
    assert (acuerdo.monto_minimo, acuerdo.monto_maximo) == (Decimal("1000.00"), Decimal("5000000.50"))
    assert list(acuerdo.formas.values_list("orden", "etiqueta", "icono")) == [
        (1, "Tarjeta de crédito", "tarjeta"),
        (2, "PSE", "banco"),
    ]


@pytest.mark.parametrize("mas", [(), ("--desde", "2026-01-01", "--boton", "PSE", "--minimo", "5")])
def test_repetirlo_no_cambia_nada_y_lo_dice(empresa, mas):
    """The second time nothing is written, not even a version of the history."""
    configurar(*mas)
    versiones = AcuerdoComercial.objects.get().history.count()
    hecho = configurar(*mas)
    acuerdo = AcuerdoComercial.objects.get()
    assert "Sin cambios" in hecho.salida
    assert (acuerdo.history.count(), FormaPago.objects.count()) == (versiones, 1)


def test_lo_que_no_se_menciona_queda_como_esta(empresa):
    """Rotating one key needs the merchant and that key alone."""
    configurar("--prueba", "--minimo", "1000", "--boton", "PSE")
    hecho = configurar(url="", credenciales=("comercio=678", f"clave=otra-{MARCA}"))
    acuerdo = AcuerdoComercial.objects.get()
    assert hecho.salida.splitlines()[1] == "Cambió: clave"
    assert (acuerdo.prueba, acuerdo.monto_minimo, acuerdo.urls) == (True, Decimal("1000.00"), {"api": URL})
    assert (acuerdo.secretos()["clave"], acuerdo.secretos()["usuario"]) == (f"otra-{MARCA}", f"u-{MARCA}")


def test_una_credencial_puede_venir_de_un_archivo_o_del_entorno(empresa, tmp_path, monkeypatch):
    """So that none need stand in a shell's history."""
    archivo = tmp_path / "clave"
    archivo.write_text("desde-archivo\n")
    monkeypatch.setenv("USUARIO_ZONA", "desde-entorno")
    configurar(credenciales=("comercio=678", "usuario=env:USUARIO_ZONA", f"clave=@{archivo}", "codigo_servicio=1"))
    secretos = AcuerdoComercial.objects.get().secretos()
    assert (secretos["usuario"], secretos["clave"]) == ("desde-entorno", "desde-archivo")


def test_otra_fecha_de_inicio_es_otro_acuerdo(empresa):
    """Empresa, pasarela, merchant, account and first day say which agreement is meant."""
    configurar("--desde", "2026-01-01", "--hasta", "2026-12-31")
    configurar("--desde", "2027-01-01", "--hasta", "2027-12-31")
    assert AcuerdoComercial.objects.count() == 2


def test_un_acuerdo_de_payu_lleva_su_cuenta(empresa):
    """The other gateway has two addresses and an account."""
    hecho = ejecutar(
        *("configurar_acuerdo", "--empresa", "900123456", "--pasarela", "payu"),
        *("--url", "checkout=https://checkout.payulatam.com/ppp-web-gateway-payu/"),
        *("--url", "consultas=https://api.payulatam.com/reports-api/4.0/service.cgi"),
        *("--credencial", "merchant_id=508029", "--credencial", "account_id=512321", "--credencial", "api_key=k"),
        *("--credencial", "api_login=l", "--credencial", "algoritmo=MD5"),
    )
    acuerdo = AcuerdoComercial.objects.get()
    assert hecho.codigo == 0, hecho.error
    assert (acuerdo.comercio, acuerdo.cuenta) == ("508029", "512321")


# --- Bad input ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("opciones", "dice"),
    [
        ({"empresa": "800111222"}, "créela con configurar_empresa"),
        ({"empresa": "900123456-9"}, "--empresa: El dígito de verificación"),
        ({"url": "otra=https://www.zonapagos.com"}, "no tiene «otra»; tiene: api"),
        ({"url": "https://www.zonapagos.com"}, "--url: se escribe NOMBRE=VALOR"),
        ({"url": "api=http://www.zonapagos.com/api"}, "solo se admite https"),
        ({"url": "api=https://otra.example/api"}, "agregue https://otra.example a PASARELA_ORIGENES"),
        ({"url": ""}, "«api»"),
        ({"credenciales": ("usuario=u",)}, "falta «comercio»; zonapagos lleva: comercio, usuario, clave, codigo_serv"),
        ({"credenciales": ("comercio=678", "api_key=x")}, "no tiene «api_key»; tiene: comercio, usuario"),
        ({"credenciales": ("comercio=678", "clave=a", "clave=b")}, "«clave» está repetido"),
        ({"credenciales": ("comercio=678", "clave=@/no/existe")}, "--credencial clave: no se pudo leer"),
        ({"credenciales": ("comercio=678", "clave=env:NO_EXISTE")}, "--credencial clave: el secreto está vacío"),
    ],
)
def test_lo_que_no_sirve_se_explica_y_no_escribe_nada(empresa, opciones, dice):
    """Each error names the option and what would be right."""
    hecho = configurar(**opciones)
    assert dice in hecho.error
    assert hecho.codigo == 1
    assert not AcuerdoComercial.objects.exists()


@pytest.mark.parametrize(
    ("mas", "dice"),
    [
        (("--desde", "ayer"), "--desde: «ayer» no es una fecha"),
        (("--desde", "2026-05-01", "--hasta", "2026-04-30"), "termina antes de empezar"),
        (("--minimo", "1.000"), "--minimo"),
        (("--a-la-vez", "0"), "--a-la-vez"),
        (("--por-segundo", "muchas"), "--por-segundo"),
        (("--moneda", "PESOS"), "código de tres letras"),
        (("--opcion", "inventada=1"), "no tiene «inventada»"),
        (("--boton", "x" * 61), "--boton"),
    ],
)
def test_una_opcion_mal_escrita_se_explica(empresa, mas, dice):
    """As people read it, before anything is written."""
    hecho = configurar(*mas)
    assert dice in hecho.error
    assert not AcuerdoComercial.objects.exists()


def test_ningun_error_repite_un_secreto(empresa):
    """Whatever is wrong with a credential, its value is not in the message."""
    for credencial in (f"clave={MARCA}" * 10, f"clave={MARCA}\x07", MARCA):
        hecho = configurar(credenciales=("comercio=678", f"usuario={MARCA}", credencial))
        assert hecho.codigo == 1
        assert MARCA not in hecho.todo


def test_uno_desactivado_en_la_administracion_no_revive_en_silencio(empresa):
    """A script repeated every night must not undo what a person switched off."""
    configurar()
    AcuerdoComercial.objects.update(activo=False)
    hecho = configurar()
    assert "desactivado" in hecho.error
    assert not AcuerdoComercial.objects.get().activo


# --- Once a pago uses it ------------------------------------------------------------------------------------------
def usar(empresa):
    forma = FormaPago.objects.get()
    return crear_pago(crear_saldo(empresa=empresa), forma=forma)


def test_lo_inmutable_se_rechaza_y_se_nombra_la_salida(empresa):
    """The address of an agreement in use does not change; the message names renewing."""
    configurar()
    usar(empresa)
    hecho = configurar(url="api=https://www.zonapagos.com/otra")
    assert "--renovar" in hecho.error
    assert AcuerdoComercial.objects.get().urls == {"api": URL}


def test_renovar_hace_uno_nuevo_mueve_los_botones_y_es_repetible(empresa):
    """--renovar makes the new agreement once; said again, nothing changes."""
    configurar()
    pago = usar(empresa)
    otra = {"url": "api=https://www.zonapagos.com/otra"}
    assert "Acuerdo creado" in configurar("--renovar", **otra).salida
    assert "Sin cambios" in configurar("--renovar", **otra).salida
    nuevo = AcuerdoComercial.objects.get(urls={"api": "https://www.zonapagos.com/otra"})
    pago.refresh_from_db()
    assert AcuerdoComercial.objects.count() == 2
    assert FormaPago.objects.get().acuerdo == nuevo
    assert pago.acuerdo.urls == {"api": URL}


def test_renovar_uno_que_nadie_usa_solo_lo_corrige(empresa):
    """Without pagos there is nothing to keep apart."""
    configurar()
    configurar("--renovar", url="api=https://www.zonapagos.com/otra")
    assert AcuerdoComercial.objects.get().urls == {"api": "https://www.zonapagos.com/otra"}
