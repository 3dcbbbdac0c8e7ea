"""The switches of an agreement."""

import pytest

from pagos.pasarelas.opciones import activa


@pytest.mark.parametrize("valor", [True, "1", "true", "True", " SI ", "sí", "on", "yes"])
def test_encendida(valor):
    """True, or a word people use for it, is on."""
    assert activa({"sin_pse": valor}, "sin_pse") is True


@pytest.mark.parametrize("valor", [False, "0", "", "false", "no", "off", "tal vez"])
def test_apagada(valor):
    """Anything else, and a switch that is not there, is off."""
    assert activa({"sin_pse": valor}, "sin_pse") is False
    assert activa({}, "sin_pse") is False
