"""Rounds: one for each ring however many beats ring, and what was done adds up in it."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from pagos import reloj
from pagos.models import PulsoPasarela, RondaSonda
from pagos.sonda import rondas
from tests.fabricas_pagos import crear_acuerdo, crear_pago
from tests.fabricas_sonda import crear_pulso, crear_ronda, hace

pytestmark = pytest.mark.django_db
DIEZ = datetime(2026, 11, 23, 15, 0, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def reloj_de_la_prueba(monkeypatch):
    monkeypatch.setattr(reloj, "ahora", timezone.now)


def test_dos_timbres_del_mismo_intervalo_son_una_ronda(settings, vencer):
    """A second beat rings the same round; the next interval begins another, however early or late it rings."""
    settings.SONDA_MINUTOS = 7
    vencer(crear_pago())
    with time_machine.travel(DIEZ, tick=False) as maquina:
        primera = rondas.vigente()
        maquina.shift(timedelta(seconds=40))
        assert rondas.vigente() == primera
        maquina.shift(timedelta(minutes=7))
        segunda = rondas.vigente()
    assert segunda.prevista_en - primera.prevista_en == timedelta(minutes=7)
    assert primera.inicio == DIEZ


def test_la_ronda_sabe_cuantos_esperaban_al_empezar(vencer):
    """What was due as it began, to compare with what was asked."""
    vencer(crear_pago(), crear_pago())
    assert rondas.vigente().por_preguntar == 2


@pytest.mark.django_db(transaction=True)
def test_cuatro_que_timbran_a_la_vez_abren_una(en_paralelo):
    """Four bells at the same instant: one round, and each gets it."""
    hallada = {ronda.pk for ronda in en_paralelo(4, rondas.vigente)}
    assert len(hallada) == RondaSonda.objects.count() == 1


def test_lo_que_hizo_cada_quien_se_suma():
    """Two askers tell twice: counts add up, the greatest lag stays, the pulse goes under its agreement and minute."""
    acuerdo, ronda = crear_acuerdo(), rondas.vigente()
    for atraso in (3.5, 61.0, 12.0):
        cuenta = Counter(preguntados=4, pendiente=3, error_red=1)
        rondas.sumar(ronda.pk, cuenta=cuenta, atraso=atraso, pulsos={acuerdo.pk: [4, 1]})
    ronda.refresh_from_db()
    assert ronda.cuenta == {"preguntados": 12, "pendiente": 9, "error_red": 3}
    assert ronda.atraso_maximo == 61.0
    assert ronda.fin is not None
    pulsos = PulsoPasarela.objects.values_list("preguntas", "errores_red")
    assert [sum(columna) for columna in zip(*pulsos, strict=True)] == [12, 3]


@pytest.mark.django_db(transaction=True)
def test_sumar_a_la_vez_no_pierde_nada(en_paralelo):
    """Four workers tell the same round at the same instant."""
    acuerdo, ronda = crear_acuerdo(), rondas.vigente()
    en_paralelo(
        4, lambda: rondas.sumar(ronda.pk, cuenta=Counter(preguntados=5), atraso=0.0, pulsos={acuerdo.pk: [5, 0]})
    )
    ronda.refresh_from_db()
    assert ronda.cuenta == {"preguntados": 20}
    assert sum(PulsoPasarela.objects.values_list("preguntas", flat=True)) == 20


def test_se_borra_lo_que_paso_de_sus_dias():
    """Rounds are kept 90 days, the pulse by the minute one day."""
    acuerdo = crear_acuerdo()
    reciente, pulso = crear_ronda(hace(days=89)), crear_pulso(acuerdo, minuto=hace(hours=23))
    crear_ronda(hace(days=91))
    crear_pulso(acuerdo, minuto=hace(hours=25))
    assert rondas.purgar() == 2
    assert (RondaSonda.objects.get(), PulsoPasarela.objects.get()) == (reciente, pulso)
