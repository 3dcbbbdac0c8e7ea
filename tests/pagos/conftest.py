"""The gateway for this app's tests: the simulator in its own process, reached over real HTTP."""

import pytest

from tests.fabricas_pagos import crear_acuerdo, crear_forma
from tests.simulador.apoyo import CLAVE, COMERCIO, SERVICIO, USUARIO, Proceso


@pytest.fixture(scope="session")
def _proceso_simulador():
    proceso = Proceso("--demora", "30")
    yield proceso
    proceso.parar()


@pytest.fixture
def simulador(_proceso_simulador, settings):
    """A running, empty simulator that the portal is allowed to call."""
    settings.PASARELA_ORIGENES = [_proceso_simulador.url]
    _proceso_simulador.control("reiniciar", {})
    return _proceso_simulador


@pytest.fixture
def forma_del_simulador(simulador):
    """`forma_del_simulador(empresa=None)`: a button whose agreement leads to the simulator."""

    def crear(empresa=None, **campos):
        datos = {
            "comercio": str(COMERCIO),
            "prueba": True,
            "urls": {"api": f"{simulador.url}/Apis_CicloPago/api"},
            "secretos": {"usuario": USUARIO, "clave": CLAVE, "codigo_servicio": SERVICIO},
        }
        return crear_forma(crear_acuerdo(empresa, **{**datos, **campos}))

    return crear
