"""What an asker has done, kept in memory and told to its round every few seconds.

Keys of the counts: `preguntados`; the state each pago was left in (`creada`, `pendiente`, `aprobada`, `rechazada`);
`error_<class>`: red, tiempo, http_5xx, ilegible, limite (429), negada, inesperada, acuerdo (it cannot be used), interno
(of ours), base (the database failed, the pago is asked again), tardia (the answer came after its lease).
"""

import threading
import time
from collections import Counter, defaultdict

from pagos.sonda import rondas

CADA = 5.0  # seconds


class Bitacora:
    """Counts of one asker; safe to share between its writers."""

    def __init__(self):
        self._cerrojo = threading.Lock()
        self._volcando = threading.Lock()
        self._volcado_en = time.monotonic()
        self.total = Counter()
        self._vaciar()

    def _vaciar(self):
        self._cuenta, self._atraso, self._pulsos = Counter(), 0.0, defaultdict(lambda: [0, 0])

    def anotar(self, clave, cuantos):
        """So many pagos more under `clave`, without a question to their gateway."""
        with self._cerrojo:
            self._cuenta[clave] += cuantos
            self.total[clave] += cuantos

    def preguntado(self, clave, *, acuerdo_id, atraso, de_red):
        """One question: what became of it, how late it was (seconds), whether the network failed it."""
        with self._cerrojo:
            for cuenta in (self._cuenta, self.total):
                cuenta["preguntados"] += 1
                cuenta[clave] += 1
            self._atraso = max(self._atraso, atraso)
            pulso = self._pulsos[acuerdo_id]
            pulso[0] += 1
            pulso[1] += de_red

    def volcar_si_toca(self):
        """Tell the round, when it was not told for a while and nobody else is at it."""
        if time.monotonic() - self._volcado_en >= CADA and self._volcando.acquire(blocking=False):
            try:
                self.volcar()
            finally:
                self._volcando.release()

    def volcar(self):
        """Tell the round what was done since the last time."""
        with self._cerrojo:
            cuenta, atraso, pulsos = self._cuenta, self._atraso, self._pulsos
            self._vaciar()
            self._volcado_en = time.monotonic()
        if cuenta:
            # An asker may outlive its round: what it does counts in the one that is in force.
            rondas.sumar(rondas.vigente().pk, cuenta=cuenta, atraso=atraso, pulsos=pulsos)
