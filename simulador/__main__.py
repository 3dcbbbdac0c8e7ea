"""The command line: `python -m simulador --puerto 9101`. What cannot work ends with one clear line and code 2."""

import argparse
import asyncio
import sys
from pathlib import Path

from simulador import comercios
from simulador.almacen import Almacen, AlmacenInservible
from simulador.mundo import Ajustes, Mundo
from simulador.servidor import NoPuedeEscuchar, servir


def _argumentos(palabras: list[str] | None) -> argparse.Namespace:
    lector = argparse.ArgumentParser(
        prog="simulador", description="Las pasarelas simuladas, para demostración y pruebas."
    )
    lector.add_argument("--host", default="127.0.0.1", help="dirección en la que escucha (127.0.0.1)")
    lector.add_argument("--puerto", type=_puerto, default=9101, help="puerto; 0 = uno libre (9101)")
    lector.add_argument("--puerto-desvio", type=_puerto, help="segundo origen, donde viven las páginas de pago")
    lector.add_argument("--datos", type=Path, help="archivo SQLite en el que el libro sobrevive a un reinicio")
    lector.add_argument("--comercios", type=Path, help="archivo JSON con los comercios")
    lector.add_argument(
        "--demora", type=_no_negativo, default=20.0, help="segundos que tarda lo pendiente en resolverse (20)"
    )
    lector.add_argument(
        "--latencia-ms", type=_no_negativo, default=0, help="milisegundos que tarda cada respuesta del API (0)"
    )
    return lector.parse_args(palabras)


def _puerto(texto: str) -> int:
    puerto = int(texto)
    if not 0 <= puerto <= 65535:
        raise ValueError
    return puerto


def _no_negativo(texto: str) -> float:
    numero = float(texto)
    if not 0 <= numero < 10**9:
        raise ValueError
    return numero


async def _correr(opciones: argparse.Namespace) -> None:
    mundo = Mundo(
        comercios=comercios.cargar(opciones.comercios),
        almacen=Almacen(opciones.datos),
        ajustes=Ajustes(demora=opciones.demora, latencia_ms=int(opciones.latencia_ms)),
    )
    mundo.recuperar()
    puertos = [opciones.puerto] if opciones.puerto_desvio is None else [opciones.puerto, opciones.puerto_desvio]
    await servir(mundo, host=opciones.host, puertos=puertos)


def main(palabras: list[str] | None = None) -> int:
    """Run until told to stop; returns the process' exit code."""
    try:
        asyncio.run(_correr(_argumentos(palabras)))
    except (comercios.ComercioInvalido, AlmacenInservible, NoPuedeEscuchar) as error:
        sys.stderr.write(f"simulador: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
