"""`vigilar`: one look by hand, for the cron of a machine that watches this one."""

from datetime import timedelta

import pytest
from django.conf import settings as ajustes
from django.utils import timezone

from pagos import tasks
from pagos.models import Alerta, RondaSonda
from tests.fabricas_pagos import crear_pago
from tests.pagos.comandos.ordenes import ejecutar
from tests.pagos.test_alertas import cortar

pytestmark = pytest.mark.django_db


def hace(minutos):
    """The last round began so many minutes ago."""
    momento = timezone.now() - timedelta(minutes=minutos)
    RondaSonda.objects.create(prevista_en=momento, inicio=momento)


def test_sin_nada_que_contar_termina_bien():
    """Exit code 0 and a sentence."""
    hace(5)
    hecho = ejecutar("vigilar")
    assert (hecho.codigo, hecho.todo) == (0, "Sin alertas.\n")


def test_con_todo_muerto_lo_dice_termina_con_1_y_escribe_a_quien_debe(buzon, settings):
    """No worker, no beat: the command alone opens the alert, shows it, mails it and fails."""
    settings.ALERTAS_CORREO = ["operacion@portal.example"]
    hace(31)
    hecho = ejecutar("vigilar")
    assert (hecho.codigo, hecho.error) == (1, "1 alerta abierta.")
    assert hecho.salida.startswith("SIN_RONDA  ")
    assert "todo el portal" in hecho.salida
    assert "La última ronda empezó el" in hecho.salida
    assert len(buzon.mensajes) == 1
    assert ejecutar("vigilar").codigo == 1
    assert len(buzon.mensajes) == 1
    hace(0)
    assert ejecutar("vigilar").codigo == 0
    assert len(buzon.mensajes) == 2


def test_la_tabla_va_alineada_una_fila_por_alerta():
    """Kind, since when, of whom and what, in columns; how many they are at the end."""
    pago = crear_pago()
    cortar(pago.acuerdo)
    hace(31)
    hecho = ejecutar("vigilar")
    filas = hecho.salida.splitlines()
    assert hecho.error == "2 alertas abiertas."
    assert sorted(fila.split()[0] for fila in filas) == ["CORTADO", "SIN_RONDA"]
    assert {fila.index("La ") for fila in filas} == {filas[0].index("La ")}
    assert [fila for fila in filas if f"{pago.empresa.nombre} · Zona Virtual (ZonaPAGOS)" in fila]


def test_celery_mira_cada_minuto():
    """The bell stands in the settings, where no screen can switch it off, and its task looks."""
    timbre = ajustes.CELERY_BEAT_SCHEDULE["vigilancia"]
    assert (timbre["task"], timbre["schedule"]) == (tasks.vigilar.name, 60.0)
    hace(31)
    tasks.vigilar()
    assert Alerta.objects.get().tipo == "SIN_RONDA"
