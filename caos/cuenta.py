"""What happened during a run, counted from many threads."""

import threading
from collections import Counter


class Cuenta:
    """Named counters that any thread may add to."""

    def __init__(self):
        self._candado, self._cuentas = threading.Lock(), Counter()

    def sumar(self, que, cuantos=1):
        """Add to one counter."""
        with self._candado:
            self._cuentas[que] += cuantos

    def __getitem__(self, que):
        with self._candado:
            return self._cuentas[que]

    def filas(self, prefijo):
        """(name without prefix, count) of the counters that begin so, by name."""
        with self._candado:
            return sorted((k.removeprefix(prefijo), v) for k, v in self._cuentas.items() if k.startswith(prefijo))
