"""Asking the gateway about a pago: the one way of the return, the sonda, the customer and "Consultar ahora".

Asking (`preguntar`) is HTTP alone and `asentar` is database alone, so that no call ever happens inside a transaction
and the sonda may run them in different threads (diseno.md 4.4 and 4.5).
"""

import functools
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from pagos import agenda, cortacircuitos, metricas, repeticion, transiciones
from pagos.errores import CifradoInvalidoError
from pagos.estados import Estado, Origen
from pagos.models import Pago
from pagos.pasarelas.base import ConexionInvalidaError, Lectura, PasarelaNoRespondeError, RespuestaInesperadaError
from pagos.pasarelas.http import ClienteHttp
from pagos.pasarelas.registro import crear

# Two questions about one pago are at least this far apart, however often its page is reloaded.
MINIMO_ENTRE_CONSULTAS = timedelta(seconds=10)
# For what hangs on the answer: ask now.
SIN_ESPERA = timedelta(0)
# At most half of a web process's threads may wait for a gateway (diseno.md 4.5).
CUPO_WEB = threading.BoundedSemaphore(max(1, settings.HILOS_WEB // 2))
# Why no adapter can be made of an agreement: operators mend it, payers are told that it is not available.
ERRORES_DE_ACUERDO = (CifradoInvalidoError, ConexionInvalidaError, KeyError)
_registro = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Respuesta:
    """What came of one question: a Lectura, or the class of the error (red, tiempo, http_5xx, ilegible, ...)."""

    lectura: Lectura | None = None
    error: str = ""
    llamada: bool = True  # the gateway was really called: otherwise the breaker learns nothing
    de_red: bool = False  # an infrastructure error, which the breaker counts
    esperar: float | None = None  # seconds that the gateway asked to be left alone
    desde: datetime | None = None  # when the question left


def pasarela_de(acuerdo):
    """The adapter that speaks for this agreement."""
    return crear(acuerdo.pasarela, acuerdo.conexion(), _cliente(tuple(settings.PASARELA_ORIGENES)))


@functools.cache
def _cliente(origenes):
    return ClienteHttp(origenes, permitir_http_local=settings.PERMITIR_PRUEBAS)


def preguntar(pasarela, referencia, *, nombre):
    """Ask the gateway `nombre` for a reference; HTTP only, never raises for what the gateway did."""
    desde, inicio = timezone.now(), time.monotonic()
    with metricas.EN_VUELO.labels(nombre).track_inprogress():
        respuesta = _preguntar(pasarela, referencia, desde)
    metricas.preguntada(nombre, respuesta.error, time.monotonic() - inicio)
    return respuesta


def _preguntar(pasarela, referencia, desde):
    try:
        return Respuesta(lectura=pasarela.consultar(referencia), desde=desde)
    except PasarelaNoRespondeError as error:
        _registro.warning("pasarela_no_responde", referencia=referencia, clase=error.clase, detalle=str(error))
        de_red = error.clase != "negada"
        return Respuesta(error=error.clase, de_red=de_red, esperar=error.reintentar_en, desde=desde)
    except RespuestaInesperadaError as error:
        _registro.error("respuesta_inesperada", referencia=referencia, codigo=error.codigo, detalle=str(error))
        return Respuesta(error="inesperada", desde=desde)


def asentar(pago, respuesta, *, origen, quien=None):
    """Write down what came of a question and tell the breaker: what `anotar` returns."""
    contar(pago.acuerdo_id, respuesta)
    return anotar(pago, respuesta, origen=origen, quien=quien)


def anotar(pago, respuesta, *, origen, quien=None):
    """Write down what came of a question: the Resultado, or None when the gateway did not tell (state untouched)."""
    if respuesta.lectura is not None:
        resultado = _aplicar(pago, respuesta.lectura, origen=origen, quien=quien, desde=respuesta.desde)
        metricas.resultado(resultado.pago.estado)
        return resultado
    Pago.objects.filter(pk=pago.pk).update(error_consulta=respuesta.error[:20])
    if origen == Origen.SONDA:  # who asked from a page puts off nothing: the sonda asks when it was going to
        proxima = timezone.now() + agenda.espera()
        Pago.objects.filter(pk=pago.pk, proxima_consulta__isnull=False).update(proxima_consulta=proxima)
    return None


def _aplicar(pago, lectura, *, origen, **de_quien):
    if repeticion.anotar_si_repite(pago, lectura):
        return transiciones.Resultado(pago, cambio=False)
    resultado = transiciones.aplicar(pago.pk, lectura, origen=origen, **de_quien)
    _registro.info(
        "respuesta_aplicada",
        referencia=pago.referencia,
        origen=origen,
        codigo=resultado.pago.codigo_pasarela,
        antes=pago.estado,
        ahora=resultado.pago.estado,
    )
    return resultado


def contar(acuerdo_id, respuesta):
    """Tell the breaker of an agreement what came of a call."""
    if respuesta.de_red:
        cortacircuitos.anotar_fallo(acuerdo_id, esperar=respuesta.esperar)
    elif respuesta.llamada:
        cortacircuitos.anotar_exito(acuerdo_id)


def verificar(pago, *, origen, quien=None, minimo=MINIMO_ENTRE_CONSULTAS, aunque_cerrado=False):
    """Ask now on behalf of somebody who waits for the page; returns the pago as it stands after it.

    Without asking when a page asked less than `minimo` ago, the breaker is open or too many threads wait for a gateway:
    then the stored state is the answer, and the sonda asks at its ring. An APROBADA that is not followed any more is
    asked only with `aunque_cerrado`.
    """
    cerrado = not aunque_cerrado and pago.estado == Estado.APROBADA and pago.proxima_consulta is None
    if cerrado or not _turno(pago, minimo):
        return Pago.objects.get(pk=pago.pk)
    if not CUPO_WEB.acquire(blocking=False):
        return Pago.objects.get(pk=pago.pk)
    try:
        if cortacircuitos.permite(pago.acuerdo_id):
            respuesta = _preguntar_de(pago)
            asentar(pago, respuesta, origen=origen, quien=quien)
    finally:
        CUPO_WEB.release()
    return Pago.objects.get(pk=pago.pk)


def _preguntar_de(pago):
    """Ask for one pago; an agreement that cannot be used (a lost key, a missing credential) is never a 500."""
    try:
        pasarela = pasarela_de(pago.acuerdo)
    except ERRORES_DE_ACUERDO as error:
        _registro.error("acuerdo_inservible", acuerdo=str(pago.acuerdo_id), detalle=str(error))
        return Respuesta(error="acuerdo", llamada=False)
    return preguntar(pasarela, pago.referencia, nombre=pago.acuerdo.pasarela)


def salio_a_pagar(pago):
    """The payer leaves for the gateway: whatever was asked before says nothing of what happens there now."""
    Pago.objects.filter(pk=pago.pk).update(preguntada_en=None)


def _turno(pago, minimo):
    """Take the right to ask, unless another page asked less than `minimo` ago.

    The sonda's questions do not count: who has just paid must not be shown what the gateway said a second before.
    """
    ahora = timezone.now()
    libre = Q(preguntada_en__isnull=True) | Q(preguntada_en__lt=ahora - minimo)
    return bool(Pago.objects.filter(libre, pk=pago.pk).update(preguntada_en=ahora))
