"""`python -m bench.sonda [--solo NAME ...] [--pagos N]`: what the sonda costs, and what it holds against.

The exit code is 1 when some figure cannot be believed, 2 when the machine lacks something; never for a slow one.
"""

import argparse
import importlib
import signal
import sys
import traceback

from bench.sonda.informe import Informe, decir
from bench.sonda.montaje import Montaje
from bench.sonda.ordenes import NoConfiable
from herramientas.servicios import redis_instalado

# In this order; each is a module with `medir(montaje, informe, pagos=...)`.
MEDIDAS = ("pendientes", "escala", "dos", "cuelga", "muerte", "plan")


def main():
    """Measure what was asked for; returns the exit code."""
    opciones = _argumentos()
    for senal in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(senal, signal.default_int_handler)
    if not redis_instalado():
        decir("Hace falta redis-server, el de verdad (en Debian o Ubuntu: apt install redis-server).")
        return 2
    informe = Informe(**vars(opciones))
    with Montaje() as montaje:
        decir(f"PostgreSQL, {montaje.redis} y dos pasarelas simuladas de 200 ms, listos")
        for nombre in opciones.solo:
            decir(f"\n{nombre}")
            # Only now: these modules read Django's models.
            medir = importlib.import_module(f"bench.sonda.{nombre}").medir
            try:
                medir(montaje, informe, pagos=opciones.pagos)
            except NoConfiable as error:
                informe.no_confiable(nombre, error)
            except Exception as error:  # a defect in one measurement does not lose the figures of the others
                traceback.print_exc()
                informe.no_confiable(nombre, repr(error))
    informe.escribir()
    return 0 if informe.confiable else 1


def _argumentos():
    lector = argparse.ArgumentParser(prog="python -m bench.sonda", description=__doc__)
    lector.add_argument("--solo", nargs="+", choices=MEDIDAS, default=MEDIDAS, metavar="NAME", help=", ".join(MEDIDAS))
    lector.add_argument("--pagos", type=int, default=5000, help="payments of a round (5000)")
    return lector.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        decir("Interrumpido: no queda ningún proceso.")
        sys.exit(130)
