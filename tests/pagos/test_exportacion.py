"""What the ERP is told to book adds up to what the gateways approved, and opens as Colombian Excel reads it."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

import pytest
import time_machine

from cartera.dinero import sumar
from pagos import exportacion, lineas_erp, novedades, transiciones
from pagos.models import LineaErp, Novedad, Pago, Recibo
from tests.fabricas import carla, crear_cliente, crear_tercero, crear_usuario
from tests.fabricas_cartera import crear_empresa, crear_saldo
from tests.fabricas_pagos import (
    aprobada,
    cerrar_en_revision,
    crear_acuerdo,
    crear_forma,
    crear_pago,
    intento,
    lectura,
    permitir_parcial,
    rechazada,
)

pytestmark = pytest.mark.django_db
DIA = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def mediodia():
    """Noon of 23 November 2026 in Bogotá."""
    with time_machine.travel("2026-11-23T17:00:00Z", tick=False):
        yield


@pytest.fixture
def caja():
    """`caja(*saldos, **fields of crear_pago)`: a pago of one empresa and customer; `caja.saldo(**fields)`."""
    return _Caja()


class _Caja:
    def __init__(self):
        self.empresa = permitir_parcial(crear_empresa())
        self.tercero = crear_tercero(nombre="Ferretería; «El Tornillo»")
        self.usuario = crear_cliente(tercero=self.tercero)
        self.forma = crear_forma(crear_acuerdo(self.empresa))

    def saldo(self, **campos):
        return crear_saldo(**{"empresa": self.empresa, "tercero": self.tercero, **campos})

    def __call__(self, *saldos, **campos):
        return crear_pago(*(saldos or [self.saldo()]), usuario=self.usuario, forma=self.forma, **campos)

    def aprobada(self, *saldos, **campos):
        pago = self(*saldos, **campos)
        return transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda").pago

    def filas(self, desde=DIA, hasta=DIA):
        return list(exportacion.filas(self.empresa.pk, desde=desde, hasta=hasta))


def test_cada_documento_pagado_es_una_fila_con_todo_lo_que_el_erp_pide(caja):
    """Reference, dates, receipt, customer, document, amounts, reason, comment, method, bank, CUS."""
    saldo = caja.saldo(numero="FE10234", ubicacion="BOG", cuota=2)
    pago = caja.aprobada(saldo, paga=Decimal("60000.00"), razon="RETENCION", nota="Reteica")
    (fila,) = caja.filas()
    assert tuple(sorted(fila)) == tuple(sorted(exportacion.COLUMNAS))
    assert fila == {
        "linea": LineaErp.objects.get().pk,
        "tipo": "ABONO",
        "empresa_nit": caja.empresa.nit,
        "referencia": pago.referencia,
        "fecha_pago": pago.fecha_pago,
        "registrado_en": pago.aprobada_en,
        "comprobante": Recibo.objects.get().numero,
        "tercero_tipo": "NIT",
        "tercero_numero": caja.tercero.numero,
        "tercero_nombre": "Ferretería; «El Tornillo»",
        "documento": "FV",
        "numero": "FE10234",
        "ubicacion": "BOG",
        "cuota": 2,
        "moneda": "COP",
        "valor": Decimal("60000.00"),
        "iva": Decimal("11400.00"),
        "debia": Decimal("100000.00"),
        "razon": "RETENCION",
        "nota": "Reteica",
        "fecha_devolucion": None,
        "soporte": None,
        "medio": "PSE",
        "banco": "BANCO UNION",
        "franquicia": "",
        "cus": "1468228",
        "aprobacion": "",
        "ciclo": "",
        "prueba": "NO",
        "entregado_en": None,
        "contabilizado_en": None,
    }


def test_lo_que_no_se_aprobo_y_lo_de_otra_empresa_no_sale(caja):
    """Open, rejected and other companies' payments are not for this ERP."""
    caja()
    rechazado = caja()
    transiciones.aplicar(rechazado.pk, rechazada(rechazado), origen="sonda")
    ajeno = crear_pago()
    transiciones.aplicar(ajeno.pk, aprobada(ajeno), origen="sonda")
    assert caja.filas() == []


def test_todo_el_dinero_aprobado_sale_una_vez(caja):
    """Late approvals that no longer fit, a second approval, money said by two people: each is a row of credit, and the
    rows add up to what was received."""
    saldo = caja.saldo()
    tarde = caja(saldo)
    transiciones.aplicar(tarde.pk, rechazada(tarde), origen="sonda")
    caja.aprobada(saldo, paga=Decimal("70000.00"))
    transiciones.aplicar(tarde.pk, aprobada(tarde), origen="sonda")  # 30.000 fit, 70.000 are credit
    doble = caja()
    dos = lectura(doble, intento(doble), intento(doble, id=f"{doble.referencia}-2"))
    transiciones.aplicar(doble.pk, dos, origen="sonda")
    distinto = caja()
    transiciones.aplicar(distinto.pk, aprobada(distinto, valor=Decimal("5.00"), total=Decimal("5.00")), origen="sonda")
    novedad = Novedad.objects.get(pago=distinto)
    novedades.proponer(novedad.pk, usuario=carla(), valor=Decimal("5.00"))
    cerrar_en_revision(novedad, confirmo=crear_usuario())
    filas = caja.filas()
    dinero = [(fila["referencia"], fila["tipo"], fila["valor"], fila["iva"]) for fila in filas]
    segunda = Pago.objects.exclude(pk__in=[tarde.pk, doble.pk, distinto.pk]).get()
    assert dinero == [
        (tarde.referencia, "ABONO", Decimal("30000.00"), Decimal("5700.00")),
        (tarde.referencia, "SALDO_A_FAVOR", Decimal("70000.00"), None),
        (segunda.referencia, "ABONO", Decimal("70000.00"), Decimal("13300.00")),
        (doble.referencia, "ABONO", Decimal("100000.00"), Decimal("19000.00")),
        (doble.referencia, "SALDO_A_FAVOR", Decimal("100000.00"), None),
        (distinto.referencia, "SALDO_A_FAVOR", Decimal("5.00"), None),
    ]
    assert sumar(fila["valor"] for fila in filas) == Decimal("370005.00")
    assert [fila["numero"] for fila in filas] == [*[saldo.numero] * 3, doble.detalles.get().saldo.numero, None, None]
    assert filas[-1]["comprobante"] is None


def test_los_dias_son_de_bogota_y_los_de_lo_que_se_supo(caja):
    """A payment of yesterday of which the portal learns today belongs to today: no day's export leaves it out."""
    pago = caja()
    ayer = datetime(2026, 11, 22, 15, tzinfo=UTC)
    with time_machine.travel("2026-11-24T04:59:59Z", tick=False):  # 23:59:59 of the 23rd in Bogotá
        transiciones.aplicar(pago.pk, aprobada(pago, fecha=ayer), origen="sonda")
    with time_machine.travel("2026-11-24T05:00:00Z", tick=False):
        caja.aprobada()
    primero, segundo = caja.filas(), caja.filas(desde=date(2026, 11, 24), hasta=date(2026, 11, 24))
    assert [fila["referencia"] for fila in primero] == [pago.referencia]
    assert [fila["referencia"] for fila in segundo] != [pago.referencia]
    assert caja.filas(desde=date(2026, 11, 22), hasta=date(2026, 11, 24)) == primero + segundo
    assert caja.filas(desde=date(2026, 11, 22), hasta=date(2026, 11, 22)) == []


def test_se_lee_por_lotes(caja, monkeypatch, django_assert_num_queries):
    """One query for each lot of lines, once they have their numbers; the order is that in which they were told."""
    monkeypatch.setattr("pagos.exportacion.LOTE", 3)
    pagos = [caja.aprobada(caja.saldo(), caja.saldo()) for _ in range(4)]
    lineas_erp.numerar(caja.empresa.pk)
    monkeypatch.setattr(lineas_erp, "numerar", lambda _empresa_id: None)
    with django_assert_num_queries(4):
        filas = caja.filas()
    assert [fila["referencia"] for fila in filas] == [pago.referencia for pago in pagos for _ in range(2)]


def _csv(filas):
    salida = StringIO()
    cuantas = exportacion.escribir_csv(salida, filas)
    texto = salida.getvalue()
    return cuantas, texto, list(csv.DictReader(StringIO(texto.removeprefix("\ufeff")), delimiter=";"))


def test_el_csv_se_abre_en_excel_de_colombia(caja):
    """BOM, `;`, decimal comma without thousands, Bogotá times; a separator inside a name does not move the columns."""
    caja.aprobada(caja.saldo(valor="1234567.50"))
    cuantas, texto, (fila,) = _csv(caja.filas())
    assert cuantas == 1
    assert texto.startswith("\ufefflinea;tipo;empresa_nit;referencia;")
    assert texto.count("\r\n") == 2
    assert (fila["valor"], fila["tercero_nombre"]) == ("1234567,50", "Ferretería; «El Tornillo»")
    assert (fila["fecha_pago"], fila["razon"], fila["nota"]) == ("2026-11-23 12:00:00", "", "")


def test_lo_que_escribio_una_persona_llega_como_lo_escribio(caja):
    """The ERP's file is read by a program: nothing in it is altered. What would be a formula is refused when it is
    written (`test_parcial`)."""
    caja.aprobada(caja.saldo(), paga=Decimal("60000.00"), nota="-5 % de Reteica")
    _cuantas, _texto, (fila,) = _csv(caja.filas())
    assert (fila["nota"], fila["valor"]) == ("-5 % de Reteica", "60000,00")


def test_un_acuerdo_de_prueba_se_dice(caja, settings):
    """The ERP must not book what moved no money."""
    settings.PERMITIR_PRUEBAS = True
    otra = crear_empresa()
    pago = crear_pago(crear_saldo(empresa=otra), forma=crear_forma(crear_acuerdo(otra, prueba=True)))
    transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda")
    (fila,) = exportacion.filas(otra.pk, desde=DIA, hasta=DIA)
    assert fila["prueba"] == "SI"
