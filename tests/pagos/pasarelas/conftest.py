"""What the gateway tests share: a server of raw bytes, and a client that may call it."""

import pytest

from pagos.pasarelas.http import ClienteHttp
from tests.pagos.pasarelas.servidor_crudo import ServidorCrudo


@pytest.fixture
def servidor():
    """A server on loopback whose answers the test writes byte by byte."""
    with ServidorCrudo() as servidor:
        yield servidor


@pytest.fixture
def hacer_cliente(servidor):
    """`hacer_cliente(**ajustes)`: an HTTP client that may call `servidor`, with short times, closed at the end."""
    clientes = []

    def hacer(**ajustes):
        normales = {"permitir_http_local": True, "tiempo_conexion": 1, "tiempo_lectura": 1, "tiempo_total": 2}
        clientes.append(ClienteHttp(ajustes.pop("origenes", [servidor.origen]), **(normales | ajustes)))
        return clientes[-1]

    yield hacer
    for cliente in clientes:
        cliente.cerrar()


@pytest.fixture
def cliente(hacer_cliente):
    """An HTTP client that may call `servidor`."""
    return hacer_cliente()
