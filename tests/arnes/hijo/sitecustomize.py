"""Loaded by every Python that a test starts: a process of the portal watches its own exits as the tests' own does.

Python imports a module of this name by itself when it is on PYTHONPATH, where `tests.arnes.hijos` puts it. The modules
are loaded from their files, so that nothing else of this repository becomes importable in the child.
"""

import importlib.util
import os
import sys
from pathlib import Path

_PORTAL = {"manage.py", "gunicorn", "celery"}


def _cargar(nombre):
    spec = importlib.util.spec_from_file_location(f"_vigia_{nombre}", Path(__file__).parents[1] / f"{nombre}.py")
    modulo = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(modulo)
    return modulo


def _vigilar(archivo):
    marcas, salidas = _cargar("marcas"), _cargar("salidas")

    def mirar(texto, donde):
        for nombre in marcas.buscar(texto):
            with open(archivo, "a", encoding="utf-8") as notas:
                notas.write(marcas.tachar(f"{nombre} salió en {donde}, en un proceso hijo\n"))

    salidas.vigilar(mirar)


if "ARNES_FUGAS" in os.environ and not _PORTAL.isdisjoint(os.path.basename(palabra) for palabra in sys.orig_argv):
    _vigilar(os.environ["ARNES_FUGAS"])
