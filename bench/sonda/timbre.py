"""Celery workers that hear the bell, and the bell itself."""

import time
from contextlib import contextmanager

from bench.sonda.ordenes import NoConfiable

# What production's worker runs with (Procfile).
CONCURRENCIA = 4
# The message that a ring of the sonda is: without ids, and as many as there are workers does no harm.
TIMBRE = "pagos.tasks.sondear"
ESPERA_S = 60


@contextmanager
def trabajadores(montaje, cuantos, *opciones, **variables):
    """So many Celery workers that are listening, and nothing in the broker from before; ended with SIGTERM."""
    from oasis_portal.celery import app

    app.control.purge()
    vivos = [
        montaje.celery("-c", str(CONCURRENCIA), "-n", f"medido{n}@bench", *opciones, **variables)
        for n in range(cuantos)
    ]
    try:
        esperar(lambda: len(app.control.ping(timeout=1)) == cuantos, "los trabajadores de Celery no contestan")
        yield vivos
    finally:
        for uno in vivos:
            uno.parar()


def tocar(veces):
    """Ring so many times."""
    from oasis_portal.celery import app

    for _vez in range(veces):
        app.send_task(TIMBRE)


def esperar(condicion, que, *, segundos=ESPERA_S, cada=0.1):
    """Wait until `condicion()`; NoConfiable saying `que` after so long."""
    fin = time.monotonic() + segundos
    while not condicion():
        if time.monotonic() > fin:
            raise NoConfiable(f"{que} ({segundos:.0f} s)")
        time.sleep(cada)
