"""The bells of the sonda: who rings opens the round, asks, and calls others when there is much to ask."""

from datetime import timedelta

import pytest
from django.conf import settings as ajustes
from django.utils import timezone
from kombu.exceptions import OperationalError

from pagos import sonda, tasks
from pagos.models import Pago, RondaSonda
from tests.fabricas_pagos import crear_pago

pytestmark = pytest.mark.django_db


@pytest.fixture
def llamadas(monkeypatch):
    """What was sent to the broker, and whether this process asked."""
    hechas = []
    monkeypatch.setattr(tasks.preguntar, "delay", lambda *argumentos: hechas.append(argumentos))
    monkeypatch.setattr(sonda, "ayudar", lambda: hechas.append("aquí"))
    return hechas


def vencidos(cuantos):
    """So many due pagos (rows of one, copied: only their number matters)."""
    crear_pago()
    modelo = Pago.objects.get()
    copias = []
    for n in range(cuantos - 1):
        copia = Pago.objects.get(pk=modelo.pk)
        copia.pk, copia.referencia, copia.codigo_retorno, copia.clave_envio = None, f"C{n}", f"c{n}", f"k{n}"
        copias.append(copia)
    Pago.objects.bulk_create(copias)
    Pago.objects.update(proxima_consulta=timezone.now() - timedelta(seconds=1))


def test_el_timbre_abre_la_ronda_aunque_no_haya_nada(llamadas):
    """The round is what tells that the sonda lives: an empty one counts."""
    tasks.sondear()
    assert RondaSonda.objects.get().por_preguntar == 0
    assert llamadas == []


@pytest.mark.parametrize(("cuantos", "ayudantes"), [(1, 0), (63, 0), (64, 1), (130, 2)])
def test_se_llama_a_un_ayudante_por_lote(llamadas, cuantos, ayudantes):
    """The messages carry nothing: each worker claims its own rows."""
    vencidos(cuantos)
    tasks.sondear_rezagados()
    assert llamadas == [()] * ayudantes + ["aquí"]


def test_sin_broker_se_pregunta_igual(llamadas, monkeypatch):
    """Losing every message loses only the help."""

    def sin_broker():
        raise OperationalError("no hay broker")

    monkeypatch.setattr(tasks.preguntar, "delay", sin_broker)
    vencidos(70)
    tasks.sondear()
    assert llamadas == ["aquí"]


def test_la_sonda_timbra_cada_siete_minutos_y_los_rezagados_cada_minuto():
    """In settings, where no screen can switch it off."""
    agenda = ajustes.CELERY_BEAT_SCHEDULE
    assert (agenda["sonda"]["task"], agenda["sonda"]["schedule"]) == (tasks.sondear.name, 420.0)
    assert (agenda["rezagados"]["task"], agenda["rezagados"]["schedule"]) == (tasks.sondear_rezagados.name, 60.0)
