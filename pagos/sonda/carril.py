"""One agreement's lane inside an asker: what is claimed and waits to leave, what is in flight, whether it may leave."""

import math
import time
from collections import deque
from dataclasses import dataclass, field

from pagos import agenda
from pagos.cortacircuitos import FALLOS
from pagos.models import AcuerdoComercial
from pagos.sonda import cupos
from pagos.sonda.reclamo import Reclamado

# A claimed pago that has not left by then is not asked any more: its lease must outlive the answer.
PARA_SALIR = agenda.ARRIENDO.total_seconds() / 2
# The last question that leaves under a room must be answered before it comes back to everybody, and may take 26 s.
_MARGEN_DEL_CUPO = 30.0
_PASO_QUE_SE_CUIDA = 0.005
# Seconds between two tries of a lane without room.
ENTRE_RENOVACIONES = 1.0
# Claimed pagos that wait, for each that may be in flight: gateways are never idle while the next lot is claimed.
_POR_CUPO = 3


@dataclass(slots=True)
class Salida:
    """A claimed pago, and between which moments (monotonic seconds) its question may leave."""

    pago: Reclamado
    desde: float
    hasta: float
    # By the clock of the database: how late it was, in seconds, if it leaves at `desde`.
    atraso: float


@dataclass(slots=True)
class Carril:
    """One agreement's lane. Whoever touches it holds the asker's lock; times are monotonic seconds."""

    acuerdo: AcuerdoComercial
    pasarela: object
    cola: deque = field(default_factory=deque)
    en_vuelo: int = 0
    cupo: int = 0
    cupo_hasta: float = 0.0
    # Without room, not before: others hold it, or the breaker has yet to hear why it was taken away.
    renovar_desde: float = 0.0
    fallos_seguidos: int = 0
    # Not before: the one before it has just left.
    libre_desde: float = 0.0
    # The breaker is half open: one question alone, and nothing else until it is answered.
    una_sola: bool = False
    # The breaker counts failures: the next answer must tell it that the gateway is back.
    con_fallos: bool = False

    def puede_salir(self, ahora):
        """True when the first in line may leave now."""
        toca = max(self.cola[0].desde, self.libre_desde) if self.cola else math.inf
        return self.en_vuelo < self.cupo and toca <= ahora < self.cupo_hasta

    def salir(self, ahora):
        """Take the first in line; turns that were missed do not leave all at once."""
        self.en_vuelo += 1
        paso = 1 / self.acuerdo.limite_por_segundo
        # Below this the waiting costs more than the burst of a few milliseconds.
        self.libre_desde = ahora + paso if paso >= _PASO_QUE_SE_CUIDA else 0.0
        return self.cola.popleft()

    def quiere_mas(self, tope):
        """True when it is time to claim another lot; `tope`: the room that this asker can give it."""
        if self.una_sola:
            return not self.cola and not self.en_vuelo
        return len(self.cola) <= min(tope, self.acuerdo.limite_en_vuelo) // 2

    def debe_renovar(self, ahora):
        """True when something waits in line and its room has run out, or was taken away."""
        return bool(self.cola) and ahora >= max(self.cupo_hasta, self.renovar_desde)

    def aterrizar(self, *, de_red, esperar):
        """A question is answered. One that asks for time, or the last of FALLOS failures, stops the line at once.

        The breaker decides when a writer has told it; until then what waits must not go on calling.
        """
        self.en_vuelo -= 1
        self.fallos_seguidos = self.fallos_seguidos + 1 if de_red else 0
        if esperar or self.fallos_seguidos >= FALLOS:
            self.quitar_cupo()

    def quitar_cupo(self):
        """Nothing more leaves until room is claimed again."""
        self.cupo, self.cupo_hasta, self.renovar_desde = 0, 0.0, time.monotonic() + ENTRE_RENOVACIONES

    def cuantos(self, tope):
        """How many pagos to claim."""
        return 1 if self.una_sola else max(0, _POR_CUPO * min(tope, self.acuerdo.limite_en_vuelo) - len(self.cola))

    def recibir(self, lote, *, reclamado_en):
        """Put a claimed `cupos.Lote` in line. `reclamado_en`: before the claim, so that nothing outlives its lease."""
        ahora = reclamado_en
        if lote.cupo:
            self.cupo, self.cupo_hasta = lote.cupo, ahora + cupos.VIGENCIA.total_seconds() - _MARGEN_DEL_CUPO
        else:
            self.quitar_cupo()
        for pago, espera in zip(lote.pagos, lote.salidas, strict=True):
            atraso = (lote.ahora + espera - pago.proxima_consulta).total_seconds()
            self.cola.append(Salida(pago, ahora + espera.total_seconds(), ahora + PARA_SALIR, atraso))

    def vaciar(self):
        """Take everything out of the line and return its pagos."""
        pagos = [salida.pago for salida in self.cola]
        self.cola.clear()
        return pagos
