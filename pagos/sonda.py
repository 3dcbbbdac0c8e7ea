"""The sonda: asks the gateway about every pago that is due, until none is (diseno.md 2 and 4.7).

The database is the queue: a lot is claimed by moving its rows out of everybody's reach for two minutes, in one short
transaction; whoever dies holding it loses nothing but those minutes.
"""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import structlog
from django.db import transaction

from pagos import agenda, consulta, cortacircuitos, reloj
from pagos.estados import ABIERTOS, Origen
from pagos.models import Pago

# Four turns of EN_VUELO: even if every question takes its longest, the lot ends before its lease (see checks).
LOTE = 64
EN_VUELO = 16
# Seconds. A round ends by itself well before the next ring could pile up behind it.
DURACION_MAXIMA = 300.0
_registro = structlog.get_logger(__name__)


def ejecutar_ronda(*, todos=False, duracion=DURACION_MAXIMA):
    """Ask about every pago that is due (`todos`: every open one, due or not) and apply what the gateways say.

    Returns a Counter: preguntados, the states reached (aprobada, rechazada, pendiente), and errors by class.
    """
    limite = time.monotonic() + duracion
    cuenta = Counter()
    if todos:
        Pago.objects.filter(estado__in=ABIERTOS).update(proxima_consulta=reloj.ahora())
    with ThreadPoolExecutor(EN_VUELO, thread_name_prefix="sonda") as hilos:
        while time.monotonic() < limite and (lote := reclamar(LOTE)):
            _preguntar_lote(lote, hilos, cuenta)
    _registro.info("ronda_de_la_sonda", **cuenta)
    return cuenta


def reclamar(cuantos):
    """Take up to `cuantos` due pagos, oldest first, out of everybody's reach for a lease; returns them."""
    with transaction.atomic(durable=True):
        ahora = reloj.ahora()
        ids = list(
            Pago.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
            .filter(proxima_consulta__lte=ahora)
            .order_by("proxima_consulta")
            .values_list("pk", flat=True)[:cuantos]
        )
        Pago.objects.filter(pk__in=ids).update(proxima_consulta=ahora + agenda.ARRIENDO)
    return list(Pago.objects.filter(pk__in=ids).select_related("acuerdo__empresa").order_by("pk"))


def _preguntar_lote(lote, hilos, cuenta):
    """Ask in parallel (threads do HTTP only), write down one by one; one bad pago never stops the others."""
    pasarelas = {}
    tareas = []
    for pago in lote:
        pasarela = pasarelas.get(pago.acuerdo_id) or _pasarela(pago, pasarelas)
        tareas.append((pago, pasarela and hilos.submit(consulta.preguntar, pasarela, pago.referencia)))
    for pago, tarea in tareas:
        cuenta["preguntados"] += 1
        try:
            respuesta = tarea.result() if tarea else consulta.Respuesta(error="cortado")
            resultado = consulta.asentar(pago, respuesta, origen=Origen.SONDA)
        except Exception:  # one pago's defect is recorded and pushed ahead; the others go on
            _registro.exception("sonda_pago_con_error", referencia=pago.referencia)
            cuenta["error_interno"] += 1
        else:
            cuenta[resultado.pago.estado.lower() if resultado else f"error_{respuesta.error}"] += 1


def _pasarela(pago, pasarelas):
    """The adapter of the pago's agreement, or None while its breaker is open or it cannot be built."""
    try:
        if cortacircuitos.permite(pago.acuerdo_id):
            pasarelas[pago.acuerdo_id] = consulta.pasarela_de(pago.acuerdo)
    except Exception:  # a broken agreement must not stop the others; operators read why in the log
        _registro.exception("sonda_acuerdo_con_error", acuerdo=str(pago.acuerdo_id))
    return pasarelas.get(pago.acuerdo_id)
