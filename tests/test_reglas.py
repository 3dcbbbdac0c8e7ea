"""The rules of docs/reglas.md each name the tests that prove them, and those tests exist."""

import ast
import re

import pytest

from herramientas.variables import RAIZ

NOMBRADAS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", (RAIZ / "docs/reglas.md").read_text())))


@pytest.mark.parametrize(("archivo", "prueba"), NOMBRADAS)
def test_la_prueba_que_la_regla_nombra_existe(archivo, prueba):
    """A rule whose proof was renamed or deleted is a rule without proof."""
    arbol = ast.parse((RAIZ / archivo).read_text())
    assert prueba in {nodo.name for nodo in ast.walk(arbol) if isinstance(nodo, ast.FunctionDef)}


def test_ninguna_regla_queda_sin_prueba():
    """Every row of the tables names at least one test."""
    filas = re.findall(r"^\| (\d\.\d+ .+)$", (RAIZ / "docs/reglas.md").read_text(), re.MULTILINE)
    assert len(filas) > 40
    assert [fila for fila in filas if "::test_" not in fila] == []
