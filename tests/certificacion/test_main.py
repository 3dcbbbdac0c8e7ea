"""`make certificacion` on a machine where it cannot be walked."""

import pytest

from herramientas.variables import RAIZ
from tests.herramientas.apoyo import correr

pytestmark = pytest.mark.solo_sqlite("it ends before it has a database")


def test_sin_chromium_dice_que_instalar_y_no_empieza():
    """Code 2 and one sentence with what to install; nothing is prepared."""
    antes = set((RAIZ / "var").glob("certificacion/*.html"))
    codigo, salida = correr("-m", "certificacion", CHROMIUM="/no/hay")
    assert codigo == 2
    assert "apt install chromium" in salida
    assert set((RAIZ / "var").glob("certificacion/*.html")) == antes
