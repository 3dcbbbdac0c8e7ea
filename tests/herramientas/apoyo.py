"""Processes started from the repository's root, as a person would, and what is left of them afterwards."""

import os
import subprocess
import sys
import time

from herramientas.variables import RAIZ, entorno_limpio

ESPERA_S = 150


def entorno_de_persona(**variables):
    """The environment of a shell: nothing of this test run in it."""
    propias = {nombre for nombre in os.environ if nombre.startswith(("PYTEST_", "ARNES_", "DJANGO_"))} | {
        "CI",
        "REDIS_URL",
    }
    entorno = {nombre: valor for nombre, valor in entorno_limpio().items() if nombre not in propias}
    return {**entorno, **variables}


def correr(*argumentos, carpeta=RAIZ, **variables):
    """Run `python <argumentos>` from the root or another folder; returns (code, everything written)."""
    hecho = subprocess.run(
        [sys.executable, *map(str, argumentos)],
        cwd=carpeta,
        env=entorno_de_persona(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=ESPERA_S,
        check=False,
    )
    return hecho.returncode, hecho.stdout


def procesos_con(marca):
    """Process ids whose environment holds `marca` (text), living ones only, whoever their parent is now."""
    hallados = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ", "rb") as entorno:
                if marca.encode() in entorno.read():
                    hallados.append(int(pid))
        except OSError:
            continue
    return [pid for pid in hallados if pid != os.getpid()]


def esperar(condicion, *, espera=ESPERA_S, paso=0.05):
    """Wait until `condicion()` is true; returns its value, or its last false value after `espera` seconds."""
    fin = time.monotonic() + espera
    while not (valor := condicion()) and time.monotonic() < fin:
        time.sleep(paso)
    return valor
