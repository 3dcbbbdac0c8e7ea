"""Reads of the sonda: when it last rang, what waits for it, how each gateway is doing, and its rounds one by one.

They look at small tables and through the partial indexes of the large ones, so that the board and Prometheus may ask
at any time, whatever the number of pagos.
"""

import enum
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, Q
from django.utils import timezone

from pagos.models import (
    AcuerdoComercial,
    Alerta,
    Cortacircuito,
    CupoEnVuelo,
    Notificacion,
    Novedad,
    Pago,
    PulsoPasarela,
    RondaSonda,
)

# Older than this, the last round is told in red: two rings did not sound.
EDAD_MAXIMA = timedelta(minutes=15)
# What "lately" means for a gateway's questions and network errors.
RECIENTE = timedelta(minutes=10)
RONDAS_POR_PAGINA = 25


class Corta(enum.Enum):
    """How a breaker stands (`pagos.cortacircuitos`)."""

    CERRADO = "cerrado"  # questions flow
    ABIERTO = "abierto"  # none leaves until an hour
    ESPERA = "espera"  # the gateway itself asked to be left alone until an hour
    PROBANDO = "probando"  # the next question tells


@dataclass(frozen=True, kw_only=True)
class Pulso:
    """When the sonda last rang. Without any round yet, `ultima` and `edad` are None."""

    ultima: RondaSonda | None
    edad: timedelta | None
    alertas: int  # open ones

    @property
    def vieja(self):
        """True when it should have rung again long ago, or never did."""
        return self.edad is None or self.edad > EDAD_MAXIMA

    @property
    def proxima(self):
        """When it is expected to ring again (aware datetime, maybe past); None before the first round."""
        intervalo = timedelta(minutes=float(settings.SONDA_MINUTOS))
        return self.ultima and self.ultima.inicio + intervalo


@dataclass(frozen=True, kw_only=True)
class Espera:
    """Pagos of one agreement that have a next question: all of them, those due now, and since when the oldest is."""

    vigilados: int = 0
    vencidos: int = 0
    atraso: timedelta | None = None  # None when none is due


@dataclass(frozen=True, kw_only=True)
class EstadoAcuerdo:
    """How the questions of one agreement are going."""

    acuerdo: AcuerdoComercial
    corta: Corta
    hasta: datetime | None  # of an open breaker, or of the wait that the gateway asked for
    espera: Espera
    en_vuelo: int
    preguntas: int  # lately
    errores_red: int  # of those

    @property
    def por_ciento_de_errores(self):
        """Network errors among the questions of lately, in percent (float); 0 when nothing was asked."""
        return 100 * self.errores_red / self.preguntas if self.preguntas else 0.0


def pulso(*, ahora=None):
    """The Pulso of the sonda at `ahora` (now)."""
    ahora = ahora or timezone.now()
    ultima = ultima_ronda()
    return Pulso(ultima=ultima, edad=ultima and ahora - ultima.inicio, alertas=sum(alertas_por_tipo().values()))


def ultima_ronda():
    """The RondaSonda in force, None before the first."""
    return RondaSonda.objects.order_by("-inicio").first()


def esperas(*, ahora=None):
    """Espera by id of the agreement, of each one that has a pago to ask about."""
    ahora = ahora or timezone.now()
    # Columns of the partial index alone: the table itself is not read.
    filas = (
        Pago.objects.filter(proxima_consulta__isnull=False)
        .order_by()
        .values("acuerdo_id")
        .annotate(
            vigilados=Count("proxima_consulta"),
            vencidos=Count("proxima_consulta", filter=Q(proxima_consulta__lte=ahora)),
            desde=Min("proxima_consulta"),
        )
    )
    return {
        fila["acuerdo_id"]: Espera(
            vigilados=fila["vigilados"],
            vencidos=fila["vencidos"],
            atraso=ahora - fila["desde"] if fila["vencidos"] else None,
        )
        for fila in filas
    }


def estados_por_acuerdo(*, ahora=None):
    """An EstadoAcuerdo of each agreement with a pago to ask about, asked lately or held back, by Empresa."""
    ahora = ahora or timezone.now()
    por_esperar, cortas = esperas(ahora=ahora), cortacircuitos(ahora=ahora)
    preguntas, errores = _pulsos(ahora)
    en_vuelo = _en_vuelo(ahora)
    retenidos = {pk for pk, (corta, _hasta) in cortas.items() if corta is not Corta.CERRADO}
    acuerdos = AcuerdoComercial.objects.filter(
        pk__in=por_esperar.keys() | preguntas.keys() | en_vuelo.keys() | retenidos
    )
    return [
        _estado(acuerdo, cortas, por_esperar, en_vuelo, preguntas, errores)
        for acuerdo in acuerdos.select_related("empresa").order_by("empresa__nombre", "pasarela", "pk")
    ]


def _estado(acuerdo, cortas, por_esperar, en_vuelo, preguntas, errores):
    corta, hasta = cortas.get(acuerdo.pk, (Corta.CERRADO, None))
    return EstadoAcuerdo(
        acuerdo=acuerdo,
        corta=corta,
        hasta=hasta,
        espera=por_esperar.get(acuerdo.pk, Espera()),
        en_vuelo=en_vuelo[acuerdo.pk],
        preguntas=preguntas[acuerdo.pk],
        errores_red=errores[acuerdo.pk],
    )


def cortacircuitos(*, ahora=None):
    """(Corta, until when or None) by id of the agreement, of each one whose gateway has ever failed."""
    ahora = ahora or timezone.now()
    filas = Cortacircuito.objects.values_list("pk", "abierto_hasta", "esperar_hasta")
    return {pk: _corta(abierto_hasta, esperar_hasta, ahora) for pk, abierto_hasta, esperar_hasta in filas}


def _corta(abierto_hasta, esperar_hasta, ahora):
    # In the order in which `cortacircuitos.paso` decides.
    if esperar_hasta and ahora < esperar_hasta:
        return Corta.ESPERA, esperar_hasta
    if abierto_hasta is None:
        return Corta.CERRADO, None
    return (Corta.ABIERTO, abierto_hasta) if ahora < abierto_hasta else (Corta.PROBANDO, None)


def _pulsos(ahora):
    """(questions, network errors) of lately: Counters by id of the agreement."""
    preguntas, errores = Counter(), Counter()
    filas = PulsoPasarela.objects.filter(minuto__gt=ahora - RECIENTE)
    for acuerdo_id, preguntadas, fallidas in filas.values_list("acuerdo_id", "preguntas", "errores_red"):
        preguntas[acuerdo_id] += preguntadas
        errores[acuerdo_id] += fallidas
    return preguntas, errores


def _en_vuelo(ahora):
    """Questions that live workers may have in flight: a Counter by id of the agreement."""
    cuantas = Counter()
    for acuerdo_id, una in CupoEnVuelo.objects.filter(vence__gt=ahora).values_list("acuerdo_id", "cuantas"):
        cuantas[acuerdo_id] += una
    return cuantas


# --- Rounds -------------------------------------------------------------------------------------------------------
def rondas(*, antes=None):
    """(rounds, newest first; whether there are older ones): those before the id `antes`, one page of them.

    By key and without a count: rounds pile up at two hundred a day.
    """
    consulta = RondaSonda.objects.order_by("-pk")
    if antes is not None:
        consulta = consulta.filter(pk__lt=antes)
    halladas = list(consulta[: RONDAS_POR_PAGINA + 1])
    return halladas[:RONDAS_POR_PAGINA], len(halladas) > RONDAS_POR_PAGINA


# --- Only for Prometheus ------------------------------------------------------------------------------------------
def pasarelas():
    """Name of the gateway by id of the agreement."""
    return dict(AcuerdoComercial.objects.order_by().values_list("pk", "pasarela"))


def correos_por_enviar(*, ahora=None):
    """(how many e-mails the outbox holds, age of the oldest one or None)."""
    ahora = ahora or timezone.now()
    fila = Notificacion.objects.filter(enviada_en__isnull=True).aggregate(cuantos=Count("*"), desde=Min("creada_en"))
    return fila["cuantos"], fila["desde"] and ahora - fila["desde"]


def alertas_por_tipo():
    """How many alerts of each kind are open: dict by kind."""
    filas = Alerta.objects.filter(cerrada_en__isnull=True).order_by().values_list("tipo").annotate(cuantas=Count("*"))
    return dict(filas)


def novedades_abiertas():
    """How many Novedades wait for a person."""
    return Novedad.objects.filter(resuelta_en__isnull=True).count()
