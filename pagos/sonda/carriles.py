"""The lanes of one asker, and what passes through them: claimed, sent off, landed, closed.

Every method may be called from any thread. One lock guards the lanes and both counts, and is never held over a query.
"""

import threading
import time

import structlog

from pagos import consulta, cortacircuitos
from pagos.cortacircuitos import Paso
from pagos.sonda import cupos, reclamo, reparto
from pagos.sonda.carril import Carril

# Seconds between two looks at which agreements have something due.
_ENTRE_MIRADAS = 1.0
_registro = structlog.get_logger(__name__)


class Carriles:
    """`trabajador`: UUID under which room in flight is held. `hilos`: questions in flight at most, over all lanes.

    `vencidos_por`: only what was due by then is claimed; None: whatever is due, as it becomes due.
    """

    def __init__(self, *, trabajador, hilos, bitacora, vencidos_por=None):
        self._trabajador, self._hilos, self._bitacora = trabajador, hilos, bitacora
        self._vencidos_por = vencidos_por
        self._cerrojo = threading.Lock()
        self._por_acuerdo = {}
        self._cortados = {}  # lanes that were cut while questions of theirs were in flight, by agreement
        self._en_vuelo = 0
        self._por_cerrar = 0  # claimed, and neither written down nor given back
        self._con_trabajo = []
        self._mirar_desde = 0.0
        self._reclamo_algo = True  # since the last look: then there may be more
        self._vio_algo = True  # at the last look

    # --- Claiming: one thread at a time (the asker sees to it) ------------------------------------------------------
    def llenar(self):
        """Claim for the lanes that run short; now and then look for others. False when nothing is left to do."""
        self._llenar_los_que_piden()
        ahora = time.monotonic()
        ocioso = not self._con_trabajo and self._por_cerrar == 0
        if (ocioso and self._reclamo_algo) or ahora >= self._mirar_desde:
            self._mirar_desde, self._reclamo_algo = ahora + _ENTRE_MIRADAS, False
            self._con_trabajo = self._mirar()
            self._vio_algo = bool(self._con_trabajo)
            self._llenar_los_que_piden()
        return self._reclamo_algo or self._vio_algo or self._por_cerrar > 0

    def devolver_todo(self):
        """Give back whatever has not left. False when nothing is in flight or being written down either."""
        for carril in self._todos():
            self._vaciar(carril)
        return self._por_cerrar > 0

    def _todos(self):
        with self._cerrojo:
            return list(self._por_acuerdo.values())

    def _mirar(self):
        """The lanes of the agreements that have something due and whose breaker lets it through."""
        acuerdos = reclamo.acuerdos_con_vencidos(self._vencidos_por)
        retenidos = cortacircuitos.retenidos(acuerdo.pk for acuerdo in acuerdos)
        con_fallos = cortacircuitos.con_fallos(acuerdo.pk for acuerdo in acuerdos)
        for carril in self._todos():
            carril.con_fallos = carril.con_fallos or carril.acuerdo.pk in con_fallos
            if carril.acuerdo.pk in retenidos:
                self.cortar(carril)
        libres = [acuerdo for acuerdo in acuerdos if acuerdo.pk not in retenidos]
        carriles = [self._por_acuerdo.get(acuerdo.pk) or self._abrir(acuerdo) for acuerdo in libres]
        return [carril for carril in carriles if carril is not None]

    def _abrir(self, acuerdo):
        """A lane for an agreement; None while its breaker is open, or when it cannot be used at all."""
        if (cortado := self._cortados.get(acuerdo.pk)) and cortado.en_vuelo:
            return None  # what the lane before has in flight counts for the agreement's limit
        paso = cortacircuitos.paso(acuerdo.pk)
        if paso is Paso.CERRADO:
            return None
        try:
            pasarela = consulta.pasarela_de(acuerdo)
        except consulta.ERRORES_DE_ACUERDO:  # it must not stop the others
            _registro.exception("acuerdo_inservible", acuerdo=str(acuerdo.pk))
            while cuantos := reclamo.aplazar_vencidos(acuerdo, error="acuerdo"):
                self._bitacora.anotar("error_acuerdo", cuantos)
            return None
        con_fallos = bool(cortacircuitos.con_fallos([acuerdo.pk]))
        carril = Carril(acuerdo, pasarela, una_sola=paso is Paso.UNA, con_fallos=con_fallos)
        with self._cerrojo:
            self._por_acuerdo[acuerdo.pk] = carril
        return carril

    def _llenar_los_que_piden(self):
        ocupados = sum(bool(carril.cola or carril.en_vuelo) for carril in self._todos())
        tope = reparto.tope(self._hilos, max(ocupados, len(self._con_trabajo)))
        self._con_trabajo = [
            carril for carril in self._con_trabajo if not carril.quiere_mas(tope) or self._llenar(carril, tope)
        ]
        for carril in self._todos():
            if carril.debe_renovar(time.monotonic()):
                self._llenar(carril, tope)

    def _llenar(self, carril, tope):
        """Claim another lot for a lane; False when there was nothing to claim, or no room or turn for it."""
        antes = time.monotonic()
        lote = cupos.tomar_lote(
            carril.acuerdo,
            trabajador=self._trabajador,
            cuantos=carril.cuantos(tope),
            cupo=tope,
            vencidos_por=self._vencidos_por,
        )
        with self._cerrojo:
            vivo = self._por_acuerdo.get(carril.acuerdo.pk) is carril
            if vivo:
                carril.recibir(lote, reclamado_en=antes)
                self._por_cerrar += len(lote.pagos)
                self._reclamo_algo = self._reclamo_algo or bool(lote.pagos)
        if not vivo:  # its breaker opened meanwhile
            reclamo.devolver(lote.pagos)
        return vivo and bool(lote.pagos)

    # --- Through the lanes --------------------------------------------------------------------------------------------
    def despachar(self, lanzar):
        """Call `lanzar(carril, salida)` for each question that may leave now; it must not block."""
        with self._cerrojo:
            while (siguiente := self._siguiente()) is not None:
                lanzar(*siguiente)

    def relevar(self, carril, *, de_red=False, esperar=None):
        """A question is answered, or failed: the (carril, salida) that leaves in its place, or two times None."""
        with self._cerrojo:
            carril.aterrizar(de_red=de_red, esperar=esperar)
            self._en_vuelo -= 1
            return self._siguiente() or (None, None)

    def cerrar_uno(self):
        """A claimed pago is written down, or will be by somebody else."""
        with self._cerrojo:
            self._por_cerrar -= 1

    def contar(self, carril, respuesta):
        """Tell the breaker what it must know: failures, and the first answer after one."""
        if not respuesta.de_red and not carril.con_fallos:
            return
        consulta.contar(carril.acuerdo.pk, respuesta)
        carril.con_fallos = respuesta.de_red
        if not respuesta.de_red:
            carril.una_sola = False
        elif cortacircuitos.abierto(carril.acuerdo.pk):
            self.cortar(carril)

    def cortar(self, carril):
        """Its breaker is open: give back what waits; another lane opens when the breaker lets one through."""
        with self._cerrojo:
            if self._por_acuerdo.get(carril.acuerdo.pk) is carril:
                self._cortados[carril.acuerdo.pk] = self._por_acuerdo.pop(carril.acuerdo.pk)
        self._vaciar(carril)

    def siesta(self, *, maxima):
        """Seconds until a question may leave, `maxima` at most."""
        with self._cerrojo:
            if self._en_vuelo >= self._hilos:
                return maxima  # the next one leaves as another lands
            return reparto.espera(self._por_acuerdo.values(), time.monotonic(), maxima=maxima)

    def _siguiente(self):
        """(carril, salida) of the question that leaves now, or None."""
        while self._en_vuelo < self._hilos:
            ahora = time.monotonic()
            carril = reparto.siguiente(self._por_acuerdo.values(), ahora)
            if carril is None:
                return None
            if ahora <= carril.cola[0].hasta:
                self._en_vuelo += 1
                return carril, carril.salir(ahora)
            carril.cola.popleft()  # this process slept: by now somebody else may be asking
            self._por_cerrar -= 1
        return None

    def _vaciar(self, carril):
        with self._cerrojo:
            pagos = carril.vaciar()
        reclamo.devolver(pagos)
        with self._cerrojo:
            self._por_cerrar -= len(pagos)
