"""`python -m bench.sonda.trabajador`: a worker of the sonda that makes one round when it is told to."""

import time

import django

from bench.sonda.ordenes import obedecer


def ronda(*, duracion):
    """One round of at most `duracion` seconds: what it counted and how long it took."""
    from pagos import sonda

    inicio = time.monotonic()
    cuenta = sonda.ejecutar_ronda(duracion=duracion)
    return {"cuenta": dict(cuenta), "segundos": time.monotonic() - inicio}


if __name__ == "__main__":
    django.setup()
    import pagos.sonda  # noqa: F401 (before the first order, so that no round pays for the import)

    obedecer({"ronda": ronda})
