"""Documents that promise: each names, in the form `tests/x.py::test_y`, the tests that prove what it says."""

import ast
import re
from pathlib import Path

from herramientas.variables import RAIZ

DOCUMENTOS = ("docs/reglas.md", "docs/certificacion-pse.md")
_NOMBRADA = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
_FILA = re.compile(r"^\| (?!-|rule |demand )(\S.*)$", re.MULTILINE)


def nombradas(*documentos, raiz=RAIZ):
    """Sorted (file, test) pairs that these documents (paths under `raiz`) name."""
    return sorted({par for documento in documentos for par in _NOMBRADA.findall(_leer(raiz, documento))})


def filas(documento, *, raiz=RAIZ):
    """The rows of its tables, headings left out."""
    return _FILA.findall(_leer(raiz, documento))


def existe(archivo, prueba, *, raiz=RAIZ):
    """True when that file has a test function of that name."""
    ruta = Path(raiz) / archivo
    if not ruta.is_file():
        return False
    arbol = ast.parse(ruta.read_text(encoding="utf-8"))
    return prueba in {nodo.name for nodo in ast.walk(arbol) if isinstance(nodo, ast.FunctionDef)}


def _leer(raiz, documento):
    return (Path(raiz) / documento).read_text(encoding="utf-8")
