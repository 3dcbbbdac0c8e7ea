"""The process manager of the demo: honcho, which gives each process its own group and ends all when one ends."""

import os
import signal
import threading

from honcho import manager

# honcho kills what has not ended so long after SIGTERM. A worker in the middle of a gateway call needs its 15 seconds.
ESPERA_S = 20
PEDIDO = (128 + signal.SIGINT, 128 + signal.SIGTERM)


class Gestor(manager.Manager):
    """honcho's manager, deaf to signals until it knows every process, and calling `al_arrancar` once it has forked."""

    def __init__(self, *, al_arrancar):
        super().__init__()
        self._al_arrancar = al_arrancar

    def _start(self):
        super()._start()
        # Not earlier: a thread and a fork do not go together.
        threading.Thread(target=self._al_arrancar, daemon=True).start()

    def terminate(self):
        if self._all_started():
            super().terminate()
        else:
            threading.Timer(0.2, self.terminate).start()


def correr(procesos, *, al_arrancar):
    """Run `procesos` (name -> command line) until one ends or a signal comes, then end all; returns the exit code.

    `al_arrancar()` runs in a thread once they have started. Ctrl-C, SIGTERM and a closed terminal (SIGHUP) end
    everything in the same way, and an end that was asked for is code 0.
    """
    manager.KILL_WAIT = ESPERA_S
    gestor = Gestor(al_arrancar=al_arrancar)
    for nombre, orden in procesos.items():
        gestor.add_process(nombre, orden)
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    gestor.loop()
    return 0 if gestor.returncode in PEDIDO else gestor.returncode or 1
