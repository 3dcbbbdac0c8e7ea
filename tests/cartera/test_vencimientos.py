"""Days overdue and the stretches that debts are grouped by."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from cartera.models import Saldo
from cartera.vencimientos import EDADES, VENCIDOS, clasificar, dias_de_mora, grupos_de_vencimiento, hoy
from tests.fabricas_cartera import crear_empresa, crear_saldo

_LUNES = date(2026, 11, 23)


def test_hoy_es_el_dia_de_bogota():
    """At 04:59 UTC it is still the day before in Bogotá; a minute later it is not."""
    with time_machine.travel(datetime(2026, 11, 23, 4, 59, tzinfo=UTC), tick=False):
        assert hoy() == date(2026, 11, 22)
    with time_machine.travel(datetime(2026, 11, 23, 5, 0, tzinfo=UTC), tick=False):
        assert hoy() == date(2026, 11, 23)


def test_lo_que_vence_hoy_no_tiene_dias_de_mora():
    """Due today: 0, and not among the overdue; due yesterday: 1, and among them."""
    assert dias_de_mora(_LUNES, _LUNES) == 0
    assert not VENCIDOS.contiene(0)
    assert VENCIDOS.contiene(dias_de_mora(_LUNES - timedelta(days=1), _LUNES))


@pytest.mark.parametrize("dias", range(-40, 130))
def test_cada_deuda_esta_en_un_solo_tramo_de_cada_clase(dias):
    """Ageing and due groups leave no day out and count none twice, on any day of the week."""
    assert sum(tramo.contiene(dias) for tramo in EDADES) == 1
    for dia in range(7):
        assert sum(tramo.contiene(dias) for tramo in grupos_de_vencimiento(_LUNES + timedelta(days=dia))) == 1


@pytest.mark.parametrize(("dia", "faltan"), [(0, 6), (5, 1), (6, 0)])
def test_la_semana_termina_el_domingo(dia, faltan):
    """On a Monday seven days are this week's, today with them; on a Sunday only today is."""
    semana = grupos_de_vencimiento(_LUNES + timedelta(days=dia))[1]
    assert semana.contiene(0)
    assert semana.contiene(-faltan)
    assert not semana.contiene(-faltan - 1)


@pytest.mark.django_db
@pytest.mark.parametrize("tramos", [EDADES, grupos_de_vencimiento(_LUNES)], ids=["edades", "grupos"])
def test_la_base_de_datos_clasifica_como_python(tramos):
    """The SQL of each stretch, and of all of them at once, agrees with `contiene` at every edge."""
    empresa, dias = crear_empresa(), [-8, -7, -6, -1, 0, 1, 30, 31, 60, 61, 90, 91, 400]
    for n in dias:
        crear_saldo(empresa=empresa, fecha=date(2020, 1, 1), vencimiento=_LUNES - timedelta(days=n))
    for tramo in tramos:
        hallados = {dias_de_mora(saldo.vencimiento, _LUNES) for saldo in Saldo.objects.filter(tramo.q(_LUNES))}
        assert hallados == {n for n in dias if tramo.contiene(n)}
    for saldo in Saldo.objects.annotate(tramo=clasificar(tramos, _LUNES)):
        n = dias_de_mora(saldo.vencimiento, _LUNES)
        assert saldo.tramo == next(tramo.clave for tramo in tramos if tramo.contiene(n))
