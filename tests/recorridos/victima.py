"""What runs in a process that is to die: the portal's own doors, and signal 9 at a named seam.

A seam is a function of the portal, by name, and a moment of it. Nothing of the portal knows of this: the function is
wrapped in the process that is to die, and in no other.
"""

import functools
import os
import pkgutil
import signal
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper

ENTRA = "entra"  # called, and nothing of it done
COMMIT = "commit"  # all of its transaction written, and not committed
SALE = "sale"  # done and committed, and its caller never learnt of it


@dataclass(frozen=True)
class Costura:
    """`funcion` ("pagos.transiciones:aplicar", or "modulo:Clase.metodo") and the moment of it at which to die."""

    funcion: str
    cuando: str

    def __str__(self):
        return f"{self.cuando}-{self.funcion.rpartition(':')[2]}"


def morir(*_argumentos, **_opciones):
    """kill -9 of this process and of those that it started."""
    os.killpg(0, signal.SIGKILL)


def armar(costura):
    """Wrap the function of the seam in this process; whoever calls it dies there."""
    modulo, _dos_puntos, camino = costura.funcion.partition(":")
    padre, _punto, nombre = camino.rpartition(".")
    dueno = pkgutil.resolve_name(f"{modulo}:{padre}" if padre else modulo)
    original = getattr(dueno, nombre)

    @functools.wraps(original)
    def herida(*argumentos, **opciones):
        if costura.cuando == ENTRA:
            morir()
        if costura.cuando == COMMIT:
            # The first commit from here on is this function's own: savepoints are released otherwise.
            BaseDatabaseWrapper.commit = morir
        original(*argumentos, **opciones)
        morir()

    setattr(dueno, nombre, herida)


def trabajar(costura, tarea, *argumentos):
    """Call `tarea` ("modulo:funcion") as a worker of its own would, with the seam in place."""
    os.setsid()
    armar(costura)
    pkgutil.resolve_name(tarea)(*argumentos)


def atender(costura, puerto):
    """Serve the portal with gunicorn, as in production, with the seam in place."""
    from gunicorn.app.base import BaseApplication

    from oasis_portal.wsgi import application

    class Servidor(BaseApplication):
        def load_config(self):
            for nombre, valor in {"bind": f"127.0.0.1:{puerto}", "worker_class": "gthread", "threads": 4}.items():
                self.cfg.set(nombre, valor)

        def load(self):
            return application

    os.setsid()
    armar(costura)
    Servidor().run()
