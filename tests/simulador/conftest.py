"""A simulator process for the tests of this folder. Self-contained: no Django fixture is used."""

import pytest

from tests.simulador.apoyo import Proceso


@pytest.fixture(autouse=True)
def cache_limpia():
    """The portal's cache has no part here."""


@pytest.fixture(scope="session")
def _proceso():
    proceso = Proceso("--demora", "30")
    yield proceso
    codigo, errores = proceso.parar()
    assert (codigo, errores) == (0, "")


@pytest.fixture
def simulador(_proceso):
    """A running simulator, emptied: default merchants, 30 s until what is pending resolves."""
    _proceso.control("reiniciar", {})
    return _proceso


@pytest.fixture
def arrancar():
    """`arrancar(*arguments)`: another simulator process, stopped at the end of the test."""
    procesos = []

    def _arrancar(*argumentos):
        procesos.append(Proceso(*argumentos))
        return procesos[-1]

    yield _arrancar
    assert "".join(proceso.parar()[1] for proceso in procesos) == ""
