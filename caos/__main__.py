"""`make caos PAGOS=5000`: fault everything, calm down, compare; 0 only when not a peso differs."""

import argparse
import random
import signal
import sys
import time

from caos.cuenta import Cuenta
from caos.defectos import DEFECTOS
from caos.informe import informe
from caos.montaje import Montaje, NoSePuede


def _argumentos():
    lector = argparse.ArgumentParser(prog="python -m caos", description=__doc__)
    lector.add_argument("--pagos", type=int, default=500, help="payments to start (500)")
    lector.add_argument("--semilla", type=int, default=1, help="the same one gives the same customers and misfortunes")
    lector.add_argument("--minutos", type=float, default=60, help="stop starting payments after so long (60)")
    lector.add_argument("--defecto", choices=sorted(DEFECTOS), default="", help="break the product, to be caught")
    return lector.parse_args()


def main():
    """Run; returns 0 without differences, 1 with some, 2 when it cannot run here."""
    opciones = _argumentos()
    # `kill` and a closed terminal end the processes too, as Ctrl-C does.
    for senal in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(senal, signal.default_int_handler)
    inicio = time.monotonic()

    def avisar(texto):
        sys.stdout.write(f"{time.monotonic() - inicio:6.0f} s  {texto}\n")
        sys.stdout.flush()

    cuenta = Cuenta()
    avisar("preparando PostgreSQL, Redis, la pasarela simulada y los datos")
    try:
        with Montaje(defecto=opciones.defecto) as montaje:
            return _correr(montaje, opciones, cuenta, avisar)
    except NoSePuede as error:
        avisar(str(error))
        return 2


def _correr(montaje, opciones, cuenta, avisar):
    # Only now: these modules read Django's models, and the database is ready.
    from caos import datos
    from caos.corrida import Corrida

    azar = random.Random(opciones.semilla)
    carteras = datos.crear(simulador=montaje.simulador.url, pagos=opciones.pagos, azar=azar)
    datos.escribir_archivo_del_erp(montaje.carpeta / "saldos.csv")
    montaje.arrancar_todo()
    corrida = Corrida(
        montaje,
        carteras,
        semilla=opciones.semilla,
        pagos=opciones.pagos,
        segundos=opciones.minutos * 60,
        cuenta=cuenta,
        avisar=avisar,
    )
    corrida.sufrir()
    fallas = montaje.simulador.control("estadisticas")["fallas"]
    avisar("calma: la pasarela responde y nada más se cae")
    codigo, salida = corrida.calmar()
    avisar(f"última ronda de la sonda (código {codigo}): {salida.strip()[-300:]}")
    avisar("comparando el libro de la pasarela con los nuestros")
    codigo_libros, libros = montaje.manage("conciliar")
    texto, bien = informe(corrida, cuenta, fallas=fallas, conciliar=(codigo_libros, libros))
    sys.stdout.write(texto)
    return 0 if bien else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.stdout.write("Interrumpido: no queda ningún proceso.\n")
        sys.exit(130)
