"""Borders of days, months and years are Bogotá's, whatever the server's clock or the gateway's (diseno.md 4.10)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from cartera.vencimientos import hoy
from pagos import acuerdos, consultas, transiciones
from pagos.models import Novedad, Pago, Recibo
from tests.fabricas import ana
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import aprobada, crear_acuerdo, crear_pago

pytestmark = pytest.mark.django_db
BOGOTA = ZoneInfo("America/Bogota")


def bogota(texto):
    """A moment of Bogotá's clock."""
    return datetime.fromisoformat(texto).replace(tzinfo=BOGOTA)


# 18:59 and 19:00 are the two sides of midnight in UTC; the others, of Bogotá's own.
MOMENTOS = {
    "2026-10-31 18:59:59": ("2026-10-31", "2026-10"),
    "2026-10-31 19:00:00": ("2026-10-31", "2026-10"),
    "2026-10-31 23:59:59": ("2026-10-31", "2026-10"),
    "2026-11-01 00:00:00": ("2026-11-01", "2026-11"),
    "2026-12-31 18:59:59": ("2026-12-31", "2026-12"),
    "2026-12-31 19:00:00": ("2026-12-31", "2026-12"),
    "2026-12-31 23:59:59": ("2026-12-31", "2026-12"),
    "2027-01-01 00:00:00": ("2027-01-01", "2027-01"),
}


@pytest.mark.parametrize(("momento", "dia", "mes"), [(m, *dm) for m, dm in MOMENTOS.items()])
def test_el_dia_y_el_mes_de_un_pago_son_los_de_bogota(momento, dia, mes):
    """Mis pagos and the staff's list put a pago in the day and month that its payer's calendar showed."""
    usuario = ana()
    saldo = crear_saldo(tercero=usuario.asociaciones.get().tercero)
    with time_machine.travel(bogota(momento), tick=False):
        pago = crear_pago(saldo, usuario=usuario)
        assert hoy() == date.fromisoformat(dia)
    propio = date.fromisoformat(dia)
    assert [f"{primero:%Y-%m}" for primero in consultas.meses_con_pagos(usuario)] == [mes]
    assert list(consultas.filtrar(consultas.pagos_de(usuario), mes=date.fromisoformat(f"{mes}-01"))) == [pago]
    assert list(consultas.buscar(desde=propio, hasta=propio)) == [pago]
    for otro in (propio - timedelta(days=1), propio + timedelta(days=1)):
        assert not consultas.buscar(desde=otro, hasta=otro).exists()


@pytest.mark.parametrize(
    ("momento", "vigente"),
    [
        ("2026-12-30 23:59:59", False),
        ("2026-12-31 00:00:00", True),
        ("2026-12-31 19:00:00", True),
        ("2026-12-31 23:59:59", True),
        ("2027-01-01 00:00:00", False),
    ],
)
def test_un_acuerdo_rige_sus_dias_completos_de_bogota(momento, vigente):
    """In force from the first moment of its first day to the last of its last."""
    acuerdo = crear_acuerdo(desde=date(2026, 12, 31), hasta=date(2026, 12, 31))
    with time_machine.travel(bogota(momento), tick=False):
        assert bool(acuerdos.vigentes(acuerdo.empresa_id, moneda="COP")) is vigente


@pytest.mark.parametrize(
    ("momento", "dias"), [("2026-12-31 19:00:00", 0), ("2026-12-31 23:59:59", 0), ("2027-01-01 00:00:00", 1)]
)
def test_lo_que_vence_hoy_no_esta_vencido_hasta_la_medianoche_de_bogota(momento, dias):
    """Due on the 31st of December: overdue from the first moment of the year, not from 19:00."""
    saldo = crear_saldo(vencimiento=date(2026, 12, 31))
    with time_machine.travel(bogota(momento), tick=False):
        assert (hoy() - saldo.vencimiento).days == dias


@pytest.mark.parametrize("momento", ["2026-12-31 18:59:59", "2026-12-31 23:59:59"])
def test_la_fecha_de_pago_es_la_de_la_pasarela_en_hora_de_bogota(momento):
    """Approved by the gateway on the last evening of the year, learned in the new one: paid in the old one."""
    cuando = bogota(momento)
    with time_machine.travel(cuando - timedelta(minutes=10), tick=False):
        pago = crear_pago()
    with time_machine.travel(cuando + timedelta(minutes=7), tick=False):
        transiciones.aplicar(pago.pk, aprobada(pago, fecha=cuando), origen="sonda")
    pago = Pago.objects.get()
    assert pago.fecha_pago == cuando
    assert timezone.localtime(pago.fecha_pago).date() == date(2026, 12, 31)
    assert pago.aprobada_en == cuando + timedelta(minutes=7)
    assert not Novedad.objects.exists()


@pytest.mark.parametrize(("adelanto", "novedad"), [(timedelta(hours=1), True), (timedelta(minutes=1), False)])
def test_con_el_reloj_de_la_pasarela_adelantado_se_aprueba_y_se_avisa(adelanto, novedad):
    """An hour ahead: approved all the same with the gateway's date, and a person is told; a minute is nothing."""
    pago = crear_pago()
    transiciones.aplicar(pago.pk, aprobada(pago, fecha=timezone.now() + adelanto), origen="sonda")
    assert Pago.objects.get().estado == "APROBADA"
    assert Recibo.objects.count() == 1
    assert Novedad.objects.filter(tipo="FECHA_IMPOSIBLE").exists() is novedad
