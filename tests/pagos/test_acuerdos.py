"""Agreements: which one collects today, what may be saved, how one follows another."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from pagos import acuerdos
from pagos.errores import AcuerdoInvalidoError, CifradoInvalidoError
from pagos.models import AcuerdoComercial, FormaPago, Pago
from tests.arnes import marcas
from tests.fabricas_cartera import crear_empresa, crear_saldo
from tests.fabricas_pagos import SECRETOS, URL_API, crear_acuerdo, crear_forma, crear_pago

pytestmark = pytest.mark.django_db

BOGOTA = ZoneInfo("America/Bogota")
CIEN = Decimal("100000.00")


def hoy():
    return timezone.localdate()


def nuevo(**campos):
    """An unsaved agreement like `crear_acuerdo`'s."""
    datos = {"pasarela": "zonapagos", "comercio": "678", "urls": {"api": URL_API}, "desde": hoy(), "hasta": hoy()}
    empresa = campos.pop("empresa", None) or crear_empresa()
    return AcuerdoComercial(empresa=empresa, **{**datos, **campos})


def usado():
    """An agreement that a pago names, and its button."""
    forma = crear_forma()
    crear_pago(crear_saldo(empresa=forma.acuerdo.empresa), forma=forma)
    return forma.acuerdo, forma


# --- In force -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("momento", "vigente"),
    [
        (datetime(2026, 2, 28, 23, 59, 59, tzinfo=BOGOTA), False),
        (datetime(2026, 3, 1, 0, 0, tzinfo=BOGOTA), True),
        (datetime(2026, 3, 31, 23, 59, 59, tzinfo=BOGOTA), True),
        (datetime(2026, 4, 1, 0, 0, tzinfo=BOGOTA), False),
    ],
)
def test_rige_por_dias_inclusive_de_bogota(momento, vigente):
    """First and last day count whole, by the clock of Bogota and not by UTC's."""
    forma = crear_forma(crear_acuerdo(desde=date(2026, 3, 1), hasta=date(2026, 3, 31)))
    with time_machine.travel(momento, tick=False):
        formas = acuerdos.formas_vigentes(forma.acuerdo.empresa_id, moneda="COP", total=CIEN)
    assert formas == ([forma] if vigente else [])


@pytest.mark.parametrize(
    ("total", "cabe"), [("999.99", False), ("1000.00", True), ("5000.00", True), ("5000.01", False)]
)
def test_rige_entre_el_monto_minimo_y_el_maximo_inclusive(total, cabe):
    """Least and greatest amount may both be paid; a centavo beyond may not."""
    acuerdo = crear_acuerdo(monto_minimo=Decimal("1000.00"), monto_maximo=Decimal("5000.00"))
    assert bool(acuerdos.vigentes(acuerdo.empresa_id, moneda="COP", total=Decimal(total))) is cabe


def test_rige_solo_en_sus_monedas():
    """Pesos unless it says otherwise."""
    pesos = crear_acuerdo()
    dolares = crear_acuerdo(monedas=["COP", "USD"])
    assert acuerdos.vigentes(pesos.empresa_id, moneda="USD") == []
    assert acuerdos.vigentes(dolares.empresa_id, moneda="USD") == [dolares]


def test_uno_desactivado_o_de_empresa_inactiva_no_recauda():
    """Switched off by hand, or with its Empresa: no button."""
    for apagado in (crear_forma(crear_acuerdo(activo=False)), crear_forma(crear_acuerdo(crear_empresa(activa=False)))):
        assert acuerdos.formas_vigentes(apagado.acuerdo.empresa_id, moneda="COP", total=CIEN) == []


def test_uno_de_prueba_recauda_solo_donde_se_permiten_pruebas(settings):
    """With PERMITIR_PRUEBAS off nobody pays in play money."""
    acuerdo = crear_acuerdo(prueba=True)
    assert acuerdos.vigentes(acuerdo.empresa_id, moneda="COP") == [acuerdo]
    settings.PERMITIR_PRUEBAS = False
    assert acuerdos.vigentes(acuerdo.empresa_id, moneda="COP") == []


def test_los_botones_salen_en_su_orden_y_sin_los_inactivos():
    """By `orden`; two may lead to the same gateway."""
    acuerdo = crear_acuerdo()
    segunda, primera = crear_forma(acuerdo, orden=2), crear_forma(acuerdo, orden=1)
    crear_forma(acuerdo, orden=3, activa=False)
    assert acuerdos.formas_vigentes(acuerdo.empresa_id, moneda="COP", total=CIEN) == [primera, segunda]


# --- What may be saved --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("campos", "secretos", "dice"),
    [
        ({"pasarela": "otra"}, SECRETOS, "Las que hay: zonapagos, payu"),
        ({"urls": {}}, SECRETOS, "«api»"),
        ({"urls": {"api": URL_API, "otra": URL_API}}, SECRETOS, "no tiene: otra"),
        ({}, {**SECRETOS, "pin": "1"}, "no tiene: pin. Las que tiene: usuario, clave, codigo_servicio"),
        ({"opciones": {"inventada": "1"}}, SECRETOS, "no tiene: inventada"),
        ({"urls": {"api": "https://otra.example:8443/api"}}, SECRETOS, "agregue https://otra.example:8443 a PASARELA_"),
        ({"urls": {"api": "http://www.zonapagos.com/api"}}, SECRETOS, "solo se admite https"),
        ({"urls": {"api": "ftp://www.zonapagos.com"}}, SECRETOS, "dirección https completa"),
        ({"monedas": []}, SECRETOS, "código de tres letras"),
        ({"monedas": ["PESOS"]}, SECRETOS, "código de tres letras"),
        ({"hasta": date(2020, 1, 1)}, SECRETOS, "termina antes de empezar"),
        ({"monto_minimo": Decimal(2), "monto_maximo": Decimal(1)}, SECRETOS, "no puede superar"),
        ({"monto_minimo": Decimal(-1)}, SECRETOS, "mayor o igual a 0"),
    ],
)
def test_lo_que_no_sirve_no_se_guarda_y_dice_por_que(campos, secretos, dice):
    """Every reason is a sentence that names what to change; nothing is written."""
    with pytest.raises(AcuerdoInvalidoError, match=dice.replace(".", r"\.")):
        acuerdos.guardar(nuevo(**campos), secretos=secretos)
    assert not AcuerdoComercial.objects.exists()


def test_http_solo_a_la_propia_maquina_y_con_pruebas(settings):
    """Plain http needs loopback, PERMITIR_PRUEBAS and a place in PASARELA_ORIGENES, all three."""
    local = {"api": "http://127.0.0.1:9101/api"}
    settings.PASARELA_ORIGENES = ["http://127.0.0.1:9101"]
    acuerdos.guardar(nuevo(urls=local), secretos=SECRETOS)
    settings.PERMITIR_PRUEBAS = False
    with pytest.raises(AcuerdoInvalidoError, match="PERMITIR_PRUEBAS=1"):
        acuerdos.guardar(nuevo(urls=local), secretos=SECRETOS)


@pytest.mark.parametrize("primero_de_prueba", [True, False])
def test_uno_de_prueba_y_uno_real_no_conviven_en_produccion(settings, primero_de_prueba):
    """Neither beside the other in one Empresa; switched off, the first one no longer counts."""
    primero = crear_acuerdo(prueba=primero_de_prueba)
    settings.PERMITIR_PRUEBAS = False
    segundo = nuevo(empresa=primero.empresa, prueba=not primero_de_prueba)
    with pytest.raises(AcuerdoInvalidoError, match="no puede convivir"):
        acuerdos.guardar(segundo, secretos=SECRETOS)
    AcuerdoComercial.objects.filter(pk=primero.pk).update(activo=False)
    acuerdos.guardar(segundo, secretos=SECRETOS)


@pytest.mark.parametrize(
    "cambio",
    [
        {"pasarela": "payu"},
        {"comercio": "679"},
        {"cuenta": "1"},
        {"urls": {"api": "https://www.zonapagos.com/otra"}},
        {"prueba": True},
    ],
)
def test_lo_inmutable_no_cambia_una_vez_que_un_pago_lo_usa(cambio):
    """Refused with the way out; before the first pago it may be corrected."""
    libre = crear_acuerdo()
    acuerdo, _forma = usado()
    for campo, valor in cambio.items():
        setattr(acuerdo, campo, valor)
        setattr(libre, campo, valor)
    with pytest.raises(AcuerdoInvalidoError, match="Renovar"):
        acuerdos.guardar(acuerdo, secretos=SECRETOS)
    if "pasarela" not in cambio:
        acuerdos.guardar(libre, secretos=SECRETOS)


def test_la_empresa_de_un_acuerdo_con_pagos_no_cambia():
    """Nor may it go to another creditor."""
    acuerdo, _forma = usado()
    acuerdo.empresa = crear_empresa()
    with pytest.raises(AcuerdoInvalidoError, match="Renovar"):
        acuerdos.guardar(acuerdo, secretos=SECRETOS)


def test_las_claves_la_vigencia_y_los_montos_de_uno_con_pagos_si_cambian():
    """Passwords and keys rotate; days, amounts, currencies and switches are terms for new checkouts."""
    acuerdo, _forma = usado()
    acuerdo.hasta, acuerdo.monto_maximo, acuerdo.opciones = hoy(), CIEN, {"sin_tarjetas": "1"}
    acuerdos.guardar(acuerdo, secretos={**SECRETOS, "clave": "otra"})
    acuerdo.refresh_from_db()
    assert (acuerdo.hasta, acuerdo.monto_maximo, acuerdo.secretos()["clave"]) == (hoy(), CIEN, "otra")


def test_ningun_error_lleva_un_secreto():
    """Whatever is wrong, what was given as a secret is not in the sentence."""
    with pytest.raises(AcuerdoInvalidoError) as error:
        acuerdos.guardar(
            nuevo(comercio="x", urls={"api": "ftp://x"}),
            secretos={"usuario": marcas.SECRETO_TECLEADO, "clave": marcas.SECRETO_TECLEADO * 20},
        )
    assert marcas.SECRETO_TECLEADO not in str(error.value)


# --- Encryption ---------------------------------------------------------------------------------------------------
def test_las_credenciales_copiadas_a_otra_fila_se_rechazan():
    """The agreement's id is inside its ciphertext: a row cannot borrow another one's credentials."""
    uno, otro = crear_acuerdo(), crear_acuerdo(comercio="999")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pagos_acuerdocomercial SET credenciales = %s WHERE comercio = %s", [uno.credenciales, otro.comercio]
        )
    uno.refresh_from_db()
    otro.refresh_from_db()
    assert uno.secretos() == SECRETOS
    with pytest.raises(CifradoInvalidoError, match="otro registro"):
        otro.conexion()


def test_un_acuerdo_sin_llave_todavia_se_cifra_con_la_que_se_guarda():
    """A form with inlines takes the key away from a new object; the credentials still open afterwards."""
    acuerdo = nuevo()
    acuerdo.pk = None
    acuerdos.guardar(acuerdo, secretos=SECRETOS)
    assert AcuerdoComercial.objects.get().secretos() == SECRETOS


# --- Renewal ------------------------------------------------------------------------------------------------------
def test_renovar_hoy_pasa_los_botones_y_termina_el_anterior():
    """The new one has the terms and the secrets of the old one, which ends the eve; pagos keep theirs."""
    viejo, forma = usado()
    AcuerdoComercial.objects.filter(pk=viejo.pk).update(
        monto_maximo=CIEN, opciones={"sin_tarjetas": "1"}, limite_en_vuelo=3, limite_por_segundo=4
    )
    nuevo_ = acuerdos.renovar(viejo, desde=hoy(), hasta=hoy() + timedelta(days=365))
    viejo.refresh_from_db()
    forma.refresh_from_db()
    assert (forma.acuerdo, viejo.hasta, viejo.activo) == (nuevo_, hoy() - timedelta(days=1), True)
    assert (nuevo_.monto_maximo, nuevo_.opciones, nuevo_.secretos()) == (CIEN, {"sin_tarjetas": "1"}, SECRETOS)
    assert (nuevo_.limite_en_vuelo, nuevo_.limite_por_segundo) == (3, 4)
    assert Pago.objects.get().acuerdo == viejo
    assert acuerdos.formas_vigentes(viejo.empresa_id, moneda="COP", total=CIEN) == [forma]


def test_renovar_para_despues_deja_los_botones_de_hoy_donde_estan():
    """Until the new one begins the old buttons serve; from then on, its own: never two, never none."""
    viejo, forma = usado()
    manana = hoy() + timedelta(days=1)
    nuevo_ = acuerdos.renovar(viejo, desde=manana, hasta=manana + timedelta(days=365))
    assert acuerdos.formas_vigentes(viejo.empresa_id, moneda="COP", total=CIEN) == [forma]
    despues = datetime.combine(manana, datetime.min.time(), BOGOTA)
    with time_machine.travel(despues, tick=False):
        (suya,) = acuerdos.formas_vigentes(viejo.empresa_id, moneda="COP", total=CIEN)
    assert (suya.acuerdo, suya.etiqueta) == (nuevo_, forma.etiqueta)


def test_renovar_el_mismo_dia_en_que_empezo_apaga_el_anterior():
    """With no day left for it, the old one is switched off: two with the same days would both collect."""
    forma = crear_forma(crear_acuerdo(desde=hoy()))
    acuerdos.renovar(forma.acuerdo, desde=hoy(), hasta=hoy() + timedelta(days=9))
    viejo = AcuerdoComercial.objects.get(pk=forma.acuerdo.pk)
    assert (viejo.activo, viejo.desde) == (False, hoy())


def test_renovar_con_cambios_lleva_lo_que_ya_no_podia_cambiar():
    """A new address is a new agreement."""
    viejo, _forma = usado()
    urls = {"api": "https://www.zonapagos.com/nueva"}
    assert acuerdos.renovar(viejo, desde=hoy(), hasta=hoy(), urls=urls).urls == urls


def test_una_renovacion_que_no_sirve_no_toca_el_anterior():
    """All or nothing: with a wrong address the old one keeps its days and its buttons."""
    viejo, forma = usado()
    hasta = viejo.hasta
    with pytest.raises(AcuerdoInvalidoError, match="PASARELA_ORIGENES"):
        acuerdos.renovar(viejo, desde=hoy(), hasta=hoy(), urls={"api": "https://otra.example"})
    viejo.refresh_from_db()
    forma.refresh_from_db()
    assert (viejo.hasta, viejo.activo, forma.acuerdo) == (hasta, True, viejo)


# --- The database itself ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("restriccion", "valores"),
    [
        ("acuerdo_vigencia_ordenada", {"hasta": "2019-12-31"}),
        ("acuerdo_montos_ordenados", {"monto_minimo": "2.00", "monto_maximo": "1.00"}),
    ],
)
def test_la_base_rechaza_un_acuerdo_imposible(restriccion, valores):
    """Past the ORM too."""
    acuerdo = crear_acuerdo()
    columnas = ", ".join(f"{columna} = %s" for columna in valores)
    with pytest.raises(IntegrityError, match=restriccion), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE pagos_acuerdocomercial SET {columnas}", [*valores.values()])  # noqa: S608
    assert AcuerdoComercial.objects.get() == acuerdo


def test_la_base_rechaza_dos_botones_iguales_en_un_acuerdo():
    """A payer could not tell them apart."""
    forma = crear_forma()
    with pytest.raises(IntegrityError), transaction.atomic():
        FormaPago.objects.create(acuerdo=forma.acuerdo, etiqueta=forma.etiqueta)
