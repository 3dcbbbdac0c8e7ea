"""The bells of the sonda: who rings opens the round, asks, and calls others when there is much to ask."""

import errno
from datetime import timedelta

import pytest
from amqp.exceptions import ChannelError
from django.conf import settings as ajustes
from django.db.models import Max, Min
from django.utils import timezone
from kombu.exceptions import OperationalError
from structlog.testing import capture_logs

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


@pytest.mark.parametrize(
    "falla", [OperationalError("no hay broker"), ChannelError("no hay cola"), OSError(errno.ENOSPC, "no hay disco")]
)
def test_falle_lo_que_falle_al_llamar_se_pregunta_igual(llamadas, monkeypatch, falla):
    """Losing every message loses only the help, whatever it is that fails: the broker, a channel, its disk."""

    def sin_broker():
        raise falla

    monkeypatch.setattr(tasks.preguntar, "delay", sin_broker)
    vencidos(70)
    with capture_logs() as registro:
        tasks.sondear()
    assert llamadas == ["aquí"]
    assert [linea["event"] for linea in registro] == ["sin_ayudantes"]


def test_el_repaso_de_la_noche_reparte_lo_cerrado_en_tres_horas():
    """What is closed never stands all at once before the open pagos: none of it is due as the bell rings."""
    vencidos(40)
    Pago.objects.update(proxima_consulta=timezone.now() + timedelta(days=1))
    antes = timezone.now()
    tasks.repasar()
    citados = Pago.objects.aggregate(primero=Min("proxima_consulta"), ultimo=Max("proxima_consulta"))
    assert timedelta(minutes=4) < citados["primero"] - antes < timedelta(minutes=6)
    assert timedelta(minutes=179) < citados["ultimo"] - antes < timedelta(minutes=181)


def test_la_sonda_timbra_cada_siete_minutos_y_los_rezagados_cada_minuto():
    """In settings, where no screen can switch it off."""
    agenda = ajustes.CELERY_BEAT_SCHEDULE
    assert (agenda["sonda"]["task"], agenda["sonda"]["schedule"]) == (tasks.sondear.name, 420.0)
    assert (agenda["rezagados"]["task"], agenda["rezagados"]["schedule"]) == (tasks.sondear_rezagados.name, 60.0)
