"""The portal's metrics for Prometheus: `/metrics` on the web, a port of its own on the worker (docs/metricas.md).

What each process counts stands in `pagos.metricas`; what the database knows is read when the web is scraped.
"""

import os

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

# Importing pagos.metricas declares what is counted: offered from the start, before anything is asked.
from pagos import consultas_sonda, metricas  # noqa: F401
from pagos.consultas_sonda import Corta
from pagos.estados import TipoAlerta

_registro = structlog.get_logger(__name__)


class ColectorDeLaBase(Collector):
    """What the database knows at this moment, in a handful of queries that do not grow with the pagos."""

    def collect(self):
        """The metric families, each value as of now."""
        ahora = timezone.now()
        pasarelas = consultas_sonda.pasarelas()
        yield from _de_la_ronda(consultas_sonda.ultima_ronda(), ahora)
        yield from _de_la_espera(consultas_sonda.esperas(ahora=ahora), pasarelas)
        yield _de_los_cortacircuitos(consultas_sonda.cortacircuitos(ahora=ahora), pasarelas)
        yield from _de_los_correos(*consultas_sonda.correos_por_enviar(ahora=ahora))
        yield _de_las_alertas(consultas_sonda.alertas_por_tipo())
        yield GaugeMetricFamily(
            "oasis_novedades_abiertas", "Anomalies that wait for a person.", value=consultas_sonda.novedades_abiertas()
        )


def _de_la_ronda(ultima, ahora):
    familia = GaugeMetricFamily("oasis_sonda_ultima_ronda_segundos", "Age of the last round of the sonda.")
    # Before the first round there is no age: an absent series, which absent() finds.
    if ultima is not None:
        familia.add_metric([], (ahora - ultima.inicio).total_seconds())
    yield familia


def _de_la_espera(esperas, pasarelas):
    """Due pagos and the oldest of them, by gateway: every gateway that has an agreement has its figure, 0 included."""
    cuantos, atrasos = dict.fromkeys(pasarelas.values(), 0), dict.fromkeys(pasarelas.values(), 0.0)
    for acuerdo_id, espera in esperas.items():
        pasarela = pasarelas[acuerdo_id]
        cuantos[pasarela] += espera.vencidos
        if espera.atraso:
            atrasos[pasarela] = max(atrasos[pasarela], espera.atraso.total_seconds())
    yield _por_etiqueta("oasis_pagos_por_preguntar", "Payments that are due to be asked about.", "pasarela", cuantos)
    yield _por_etiqueta(
        "oasis_sonda_atraso_segundos", "How long the oldest due payment has been waiting.", "pasarela", atrasos
    )


def _por_etiqueta(nombre, ayuda, etiqueta, valores):
    familia = GaugeMetricFamily(nombre, ayuda, labels=[etiqueta])
    for clave, valor in valores.items():
        familia.add_metric([clave], valor)
    return familia


def _de_los_cortacircuitos(cortas, pasarelas):
    familia = GaugeMetricFamily(
        "oasis_cortacircuito_abierto",
        "1 while the gateway of an agreement is not asked, or is being tried with one question.",
        labels=["acuerdo", "pasarela"],
    )
    for acuerdo_id, (corta, _hasta) in cortas.items():
        familia.add_metric([str(acuerdo_id), pasarelas[acuerdo_id]], int(corta is not Corta.CERRADO))
    return familia


def _de_los_correos(cuantos, edad):
    yield GaugeMetricFamily("oasis_correos_por_enviar", "E-mails that wait in the outbox.", value=cuantos)
    yield GaugeMetricFamily(
        "oasis_correos_por_enviar_segundos",
        "Age of the oldest e-mail in the outbox, 0 when it is empty.",
        value=edad.total_seconds() if edad else 0,
    )


def _de_las_alertas(abiertas):
    cuantas = {str(tipo): abiertas.get(tipo, 0) for tipo in TipoAlerta}
    return _por_etiqueta("oasis_alertas_abiertas", "Alerts that are not over.", "tipo", cuantas)


def _registro_de_procesos():
    """What this process counted; with PROMETHEUS_MULTIPROC_DIR, what all the processes that share it counted."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return REGISTRY
    registro = CollectorRegistry()
    MultiProcessCollector(registro)
    return registro


@login_not_required
@require_safe
def mostrar(request):
    """Everything, for whoever brings METRICAS_CLAVE as bearer token; for anybody else there is no such page."""
    if not _autorizada(request):
        raise Http404
    registro = CollectorRegistry()
    registro.register(_registro_de_procesos())
    registro.register(ColectorDeLaBase())
    return HttpResponse(
        generate_latest(registro), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"}
    )


def _autorizada(request):
    clave = settings.METRICAS_CLAVE
    return bool(clave) and constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {clave}")


def ofrecer(puerto):
    """Serve what this process counts on METRICAS_DIRECCION:`puerto`, from a thread of its own, until the process ends.

    Returns the server, or None when the port cannot be had: a worker without metrics is better than no worker.
    """
    try:
        servidor, _hilo = start_http_server(puerto, settings.METRICAS_DIRECCION, _registro_de_procesos())
    except OSError as error:
        _registro.error(
            "metricas_sin_puerto",
            direccion=settings.METRICAS_DIRECCION,
            puerto=puerto,
            error=str(error),
            remedio="METRICAS_PUERTO",
        )
        return None
    _registro.info("metricas_ofrecidas", direccion=settings.METRICAS_DIRECCION, puerto=puerto)
    return servidor
