"""What the documents promise: each names the tests that prove it, and those tests exist.

That they also ran is checked at the end of every whole run by the plugin `tests.arnes.promesas`.
"""

import re

import pytest

from herramientas.variables import RAIZ
from pagos.estados import TipoNovedad
from tests.arnes import documentos

REGLAS, CERTIFICACION = documentos.DOCUMENTOS
PENDIENTE = "**pendiente**"
# What pasarelas.md 1.5 demands: ten points, seven scenarios, and how it is operated.
EXIGIDO = [
    *(str(numero) for numero in range(1, 11)),
    *(f"E{numero}" for numero in range(1, 8)),
    *("O1", "O2", "O3", "O4", "O5", "O6"),
]


@pytest.mark.parametrize(("archivo", "prueba"), documentos.nombradas(*documentos.DOCUMENTOS))
def test_la_prueba_que_un_documento_nombra_existe(archivo, prueba):
    """A promise whose proof was renamed or deleted is a promise without proof."""
    assert documentos.existe(archivo, prueba)


def test_ninguna_regla_queda_sin_prueba():
    """Every row of the design's rules names at least one test."""
    filas = documentos.filas(REGLAS)
    assert len(filas) > 40
    assert [fila for fila in filas if "::test_" not in fila] == []


def test_cada_exigencia_de_pse_tiene_prueba_o_se_dice_pendiente():
    """Every row of the certification names a test or says that it is pending: never neither, never both."""
    filas = documentos.filas(CERTIFICACION)
    assert [fila for fila in filas if ("::test_" in fila) == (PENDIENTE in fila)] == []


def test_ninguna_exigencia_de_pse_falta():
    """Every demand of the contract has its row, in its order."""
    numeros = [fila.split(" ", 1)[0] for fila in documentos.filas(CERTIFICACION)]
    assert list(dict.fromkeys(numeros)) == EXIGIDO


def test_la_guia_dice_que_hacer_con_cada_clase_de_novedad():
    """Whoever finds a kind of Novedad in the list finds it in the guide, and the guide names no kind that is not."""
    guia = (RAIZ / "docs/operacion.md").read_text(encoding="utf-8").split("## Every day")[0]
    filas = [fila.split("|")[1] for fila in guia.splitlines() if fila.startswith("| `")]
    assert {tipo for fila in filas for tipo in re.findall(r"`([A-Z_]+)`", fila)} == set(TipoNovedad.values)
