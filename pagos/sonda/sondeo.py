"""One asker: claims due pagos, asks their gateways in parallel, writes down what they say, until none is due.

Threads of the pool do HTTP alone; `SONDA_ESCRITORES` writers own the database connections, and each answer is a short
transaction of its own. With one writer that is the calling thread. Nothing here grows with the number of pagos.
"""

import functools
import math
import queue
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import structlog
from django.conf import settings
from django.db import OperationalError, connections, transaction

from pagos import agenda, consulta, metricas, novedades, parada, reloj
from pagos.estados import ABIERTOS, Origen, TipoNovedad
from pagos.models import Pago
from pagos.sonda import cupos, reclamo, rondas
from pagos.sonda.bitacora import Bitacora
from pagos.sonda.carril import PARA_SALIR
from pagos.sonda.carriles import Carriles

# Seconds that a writer waits for an answer before it looks around again.
_SIESTA = 0.25
_registro = structlog.get_logger(__name__)
_uno_por_proceso = threading.Lock()


def ejecutar_ronda(*, todos=False, duracion=math.inf):
    """Ask about every pago that is due now (`todos`: every open one, due or not) and apply what the gateways say.

    What falls due meanwhile is not asked, so that it ends; after `duracion` seconds it hands the rest back. Returns a
    Counter: preguntados, the states reached (aprobada, rechazada, pendiente), and errors by class (`bitacora`).
    """
    ahora = reloj.ahora()
    if todos:
        Pago.objects.filter(estado__in=ABIERTOS).update(proxima_consulta=ahora)
    return _sondear(duracion=duracion, vencidos_por=ahora)


def ayudar():
    """Ask until nothing is due, for one interval at most; False when this process is at it already or about to end."""
    if parada.pedida() or not _uno_por_proceso.acquire(blocking=False):
        return False
    try:
        # Until it finds nothing: a bell that rang while this process was at it was not heard.
        while _sondear(duracion=agenda.espera().total_seconds()) and not parada.pedida():
            pass
    finally:
        _uno_por_proceso.release()
    return True


def _sondear(**limites):
    rondas.vigente()
    cuenta = Sondeo(**limites).correr()
    _registro.info("ronda_de_la_sonda", **cuenta)
    return cuenta


class Sondeo:
    """One asker's work, from its first claim to its last answer. `correr` may be called once.

    `duracion`: seconds after which it claims no more. `vencidos_por`: as `Carriles` takes it.
    """

    def __init__(self, *, duracion, vencidos_por=None):
        self._hasta = time.monotonic() + duracion
        self._trabajador = uuid.uuid4()
        self._bitacora = Bitacora()
        self._carriles = Carriles(
            trabajador=self._trabajador,
            hilos=settings.SONDA_EN_VUELO,
            bitacora=self._bitacora,
            vencidos_por=vencidos_por,
        )
        self._turno_de_reclamar = threading.Lock()
        # Not a SimpleQueue: of several who wait with a timeout, one whose answer another took just as its time ran out
        # waits for ever (Python 3.11: what is left of the time is then negative, which it reads as no limit).
        self._respuestas = queue.Queue()
        self._terminado = threading.Event()

    def correr(self):
        """Work until nothing is due or time is up; returns the Counter of what was done."""
        try:
            with ThreadPoolExecutor(settings.SONDA_EN_VUELO, thread_name_prefix="sonda") as hilos:
                self._lanzar = functools.partial(hilos.submit, self._preguntar)
                self._con_escritores(settings.SONDA_ESCRITORES)
        finally:
            try:
                self._bitacora.volcar()
            finally:
                cupos.soltar(self._trabajador)
        return self._bitacora.total

    def _con_escritores(self, cuantos):
        if cuantos == 1:
            self._escribir()
            return
        with ThreadPoolExecutor(cuantos, thread_name_prefix="escritor") as escritores:
            tareas = [escritores.submit(self._escribir_y_cerrar) for _uno in range(cuantos)]
            try:
                for tarea in tareas:
                    tarea.result()
            finally:
                self._terminado.set()  # a Ctrl-C comes to this thread alone

    def _escribir_y_cerrar(self):
        try:
            self._escribir()
        finally:
            connections.close_all()

    def _escribir(self):
        """What each writer does: claim when it is time, write down what comes in."""
        try:
            while not self._terminado.is_set():
                self._reclamar_si_toca()
                if self._terminado.is_set():
                    return
                self._carriles.despachar(self._lanzar)
                try:
                    respuesta = self._respuestas.get(timeout=self._carriles.siesta(maxima=_SIESTA))
                except queue.Empty:
                    continue
                self._asentar(*respuesta)
                self._bitacora.volcar_si_toca()
        except BaseException:
            self._terminado.set()  # the others must not wait for what this one held: its leases run out
            raise

    def _reclamar_si_toca(self):
        """One writer at a time claims."""
        if self._terminado.is_set() or not self._turno_de_reclamar.acquire(blocking=False):
            return
        try:
            if parada.pedida() or time.monotonic() >= self._hasta:
                quedan = self._carriles.devolver_todo()
            elif self._respuestas.qsize() <= settings.SONDA_EN_VUELO:
                quedan = self._carriles.llenar()
            else:  # the writers are behind: whoever claims more now only makes leases run out
                quedan = True
            if not quedan:
                self._terminado.set()
        finally:
            self._turno_de_reclamar.release()

    def _preguntar(self, carril, salida):
        """HTTP alone: as one question lands the next one leaves, in the same thread, without waiting for a writer."""
        while salida is not None and not self._terminado.is_set():
            inicio = time.monotonic()
            try:
                respuesta = consulta.preguntar(carril.pasarela, salida.pago.referencia, nombre=carril.acuerdo.pasarela)
            except Exception as error:  # a defect of an adapter: the writer records it
                respuesta = error
            de_red, esperar = getattr(respuesta, "de_red", False), getattr(respuesta, "esperar", None)
            respondida, carril, salida = (carril, salida, respuesta, inicio), None, None
            try:
                carril, salida = self._carriles.relevar(respondida[0], de_red=de_red, esperar=esperar)
            finally:  # whatever keeps the next one from leaving, this one was answered
                self._respuestas.put(respondida)

    def _asentar(self, carril, salida, respuesta, inicio):
        """Write one answer down; one bad pago never stops the others."""
        try:
            clave = self._clave_de(carril, salida, respuesta)
        except OperationalError:  # a deadlock, a database that restarts: its lease brings it back, nobody need look
            _registro.warning("sonda_base_de_datos", referencia=salida.pago.referencia, exc_info=True)
            clave = "error_base"
        except Exception as error:
            _registro.exception("sonda_pago_con_error", referencia=salida.pago.referencia)
            _avisar_defecto(salida.pago, error)
            clave = "error_interno"
        finally:
            self._carriles.cerrar_uno()
        atraso = salida.atraso + max(0.0, inicio - salida.desde)
        de_red = getattr(respuesta, "de_red", False)
        metricas.atraso(atraso)
        self._bitacora.preguntado(clave, acuerdo_id=carril.acuerdo.pk, atraso=atraso, de_red=de_red)

    def _clave_de(self, carril, salida, respuesta):
        """Write one answer down and return the key it counts under (`bitacora`)."""
        if isinstance(respuesta, Exception):
            raise respuesta
        self._carriles.contar(carril, respuesta)
        if time.monotonic() > salida.hasta + PARA_SALIR:
            return "error_tardia"  # its lease is over: somebody else has asked, or will
        resultado = consulta.anotar(salida.pago, respuesta, origen=Origen.SONDA)
        return resultado.pago.estado.lower() if resultado else f"error_{respuesta.error}"


def _avisar_defecto(pago, error):
    """A person must look at a pago whose answer we cannot process; it is pushed ahead, the others go on."""
    entero = Pago.objects.select_related("empresa").get(pk=pago.pk)
    with transaction.atomic():
        novedades.registrar(
            TipoNovedad.ERROR_INTERNO, pago=entero, evidencia={"clase": type(error).__name__}, insistir=True
        )
    reclamo.aplazar([pago], error="interno")
