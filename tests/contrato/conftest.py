"""The contract suite runs each registered gateway against the simulator, over real HTTP."""

import itertools
from types import SimpleNamespace

import pytest
import structlog

from pagos.pasarelas import registro
from pagos.pasarelas.http import ClienteHttp
from tests.contrato.bancos import BANCOS, llegar
from tests.simulador.apoyo import Proceso

_numeros = itertools.count(1)


@pytest.fixture(scope="session")
def _simulador():
    proceso = Proceso()
    otro = BANCOS["payu"].otro
    segundo = {"id": int(otro["comercio"]), "account_id": otro["cuenta"]}
    segundo |= {nombre: otro["secretos"][nombre] for nombre in ("api_key", "api_login")}
    proceso.control("comercios", {"pasarela": "payu", **segundo})
    yield proceso
    proceso.parar()


@pytest.fixture(params=sorted(BANCOS))
def banco(request):
    """The driver of each registered gateway in turn."""
    return BANCOS[request.param]


@pytest.fixture
def simulador(_simulador):
    """The simulator, emptied. It judges every request: see `sin_faltas`."""
    _simulador.control("reiniciar", {})
    return _simulador


@pytest.fixture
def faltas_a_proposito():
    """Used by the tests that break the gateway's contract because they mean to."""


@pytest.fixture(autouse=True)
def sin_faltas(request, simulador):
    """A test whose requests break the gateway's contract fails, unless they are meant to."""
    yield
    if "faltas_a_proposito" not in request.fixturenames:
        assert simulador.faltas() == []


@pytest.fixture
def cliente(simulador):
    """The portal's HTTP client, with times short enough for a test."""
    cliente = ClienteHttp(
        [simulador.url], permitir_http_local=True, tiempo_conexion=1, tiempo_lectura=0.8, tiempo_total=1.2
    )
    yield cliente
    cliente.cerrar()


@pytest.fixture
def pasarela(banco, simulador, cliente):
    """The adapter under test, speaking for the first merchant."""
    return registro.crear(banco.nombre, banco.conexion(simulador.url), cliente)


@pytest.fixture
def caso(banco, simulador, pasarela):
    """`caso.iniciar()`, `caso.intento(estado, ...)`, `caso.consultar()`: one payment under a reference of its own."""
    referencia = f"C{next(_numeros)}"
    control = f"pagos/{referencia}{{}}?pasarela={banco.nombre}"

    def iniciar(**cambios):
        orden = pasarela.iniciar(banco.pedido(referencia, **cambios))
        assert llegar(orden).status_code == 200
        return orden

    return SimpleNamespace(
        referencia=referencia,
        iniciar=iniciar,
        consultar=lambda: pasarela.consultar(referencia),
        intento=lambda estado, **campos: simulador.control(control.format("/intentos"), {"estado": estado} | campos),
        cambiar=lambda **cambios: simulador.control(control.format(""), cambios),
        estado=lambda estado: simulador.control(control.format("/estado"), {"estado": estado}),
    )


@pytest.fixture
def averiar(simulador):
    """`averiar(punto, tipo, **parametros)`: have the next answer of an endpoint fail in this way."""

    def averiar(punto, tipo, *, veces=1, **parametros):
        regla = {"punto": punto, "tipo": tipo, "veces": veces, "parametros": parametros}
        simulador.control("fallas", {"reglas": [regla]})

    return averiar


@pytest.fixture
def lineas():
    """The structured log lines written while the test runs."""
    with structlog.testing.capture_logs() as lineas:
        yield lineas
