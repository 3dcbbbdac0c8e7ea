"""The sonda: asks the gateway about every pago that is due, until none is (diseno.md 2 and 4.7).

The database is the queue: a lot is claimed by moving its rows out of everybody's reach for two minutes, in one short
transaction; whoever dies holding it loses nothing but those minutes.
"""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import structlog
from django.db import transaction

from pagos import agenda, consulta, novedades, reloj
from pagos.estados import ABIERTOS, Origen, TipoNovedad
from pagos.models import Pago
from pagos.puerta import Puerta

# Four turns of EN_VUELO: even if every question takes its longest, the lot ends before its lease (see checks).
LOTE = 64
EN_VUELO = 16
# Seconds. A round ends by itself well before the next ring could pile up behind it.
DURACION_MAXIMA = 300.0
_registro = structlog.get_logger(__name__)


def ejecutar_ronda(*, todos=False, duracion=DURACION_MAXIMA):
    """Ask about every pago that is due (`todos`: every open one, due or not) and apply what the gateways say.

    What falls due while the round lasts waits for the next ring. Returns a Counter: preguntados, the states reached
    (aprobada, rechazada, pendiente), and errors by class.
    """
    limite = time.monotonic() + duracion
    cuenta = Counter()
    inicio = reloj.ahora()
    if todos:
        Pago.objects.filter(estado__in=ABIERTOS).update(proxima_consulta=inicio)
    with ThreadPoolExecutor(EN_VUELO, thread_name_prefix="sonda") as hilos:
        while time.monotonic() < limite and (lote := reclamar(LOTE, hasta=inicio)):
            _preguntar_lote(lote, hilos, cuenta)
    _registro.info("ronda_de_la_sonda", **cuenta)
    return cuenta


def reclamar(cuantos, *, hasta=None):
    """Take up to `cuantos` pagos due by `hasta` (now), oldest first, out of everybody's reach for a lease."""
    with transaction.atomic(durable=True):
        ahora = reloj.ahora()
        ids = list(
            Pago.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
            .filter(proxima_consulta__lte=hasta or ahora)
            .order_by("proxima_consulta")
            .values_list("pk", flat=True)[:cuantos]
        )
        Pago.objects.filter(pk__in=ids).update(proxima_consulta=ahora + agenda.ARRIENDO)
    return list(Pago.objects.filter(pk__in=ids).select_related("acuerdo__empresa").order_by("pk"))


def _preguntar_lote(lote, hilos, cuenta):
    """Ask in parallel (threads do HTTP only), write down one by one; one bad pago never stops the others."""
    puertas = {}
    tareas = []
    for pago in lote:
        puerta = puertas.get(pago.acuerdo_id) or puertas.setdefault(pago.acuerdo_id, Puerta(pago.acuerdo))
        tareas.append((pago, puerta.preguntar(pago, hilos)))
    for pago, tarea in tareas:
        cuenta["preguntados"] += 1
        try:
            resultado = consulta.asentar(pago, tarea.result(), origen=Origen.SONDA)
        except Exception as error:  # one pago's defect is recorded and pushed ahead; the others go on
            _registro.exception("sonda_pago_con_error", referencia=pago.referencia)
            _avisar_defecto(pago, error)
            cuenta["error_interno"] += 1
        else:
            cuenta[resultado.pago.estado.lower() if resultado else f"error_{tarea.result().error}"] += 1


def _avisar_defecto(pago, error):
    """A person must look at a pago whose answer we cannot process; its lease has already pushed it ahead."""
    evidencia = {"clase": type(error).__name__}
    with transaction.atomic():
        novedades.registrar(TipoNovedad.ERROR_INTERNO, pago=pago, evidencia=evidencia, insistir=True)
