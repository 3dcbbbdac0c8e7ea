"""The witness: both sides see what they would see without it, and what passed is remembered."""

from decimal import Decimal

import pytest
import requests

from certificacion import testigo as modulo
from tests.simulador.apoyo import inicio, verificacion

API = "/Apis_CicloPago/api"


@pytest.fixture
def testigo(proceso_simulador):
    uno = modulo.Testigo(proceso_simulador.url)
    yield uno
    uno.parar()


def test_pasa_todo_y_lo_recuerda_por_pago(testigo):
    """The gateway's own answers come back, and each exchange is found by its payment and its call, amounts exact."""
    creado = requests.post(f"{testigo.url}{API}/InicioPago", json=inicio("A1", flt_total_con_iva=12500.5), timeout=10)
    assert (creado.status_code, creado.json()["int_codigo"]) == (200, 1)
    consultado = requests.post(f"{testigo.url}{API}/VerificacionPago", json=verificacion("A1"), timeout=10)
    assert consultado.json()["int_estado"] == 1
    requests.post(f"{testigo.url}{API}/VerificacionPago", json=verificacion("B2"), timeout=10)
    assert [uno.llamada for uno in testigo.de("A1")] == ["InicioPago", "VerificacionPago"]
    (iniciado,) = testigo.de("A1", llamada="InicioPago")
    assert iniciado.pedido["InformacionPago"]["flt_total_con_iva"] == Decimal("12500.5")
    assert iniciado.respuesta == creado.json()
    assert testigo.cuantos("VerificacionPago") == 2


def test_lo_que_la_pasarela_no_entiende_tambien_pasa(testigo):
    """A body that is no JSON, a wrong content type: the gateway's refusal reaches the caller as it is."""
    rechazo = requests.post(
        f"{testigo.url}{API}/InicioPago", data="{mal", headers={"Content-Type": "application/json"}, timeout=10
    )
    assert rechazo.status_code == 400
    assert requests.post(f"{testigo.url}{API}/InicioPago", data="x", timeout=10).status_code == 415


def test_una_conexion_cortada_llega_cortada(testigo, proceso_simulador):
    """The gateway breaks off: so does the witness, and it goes on listening."""
    corte = {"punto": "InicioPago", "tipo": "corte_antes", "veces": 1}
    proceso_simulador.control("fallas", {"semilla": 1, "reglas": [corte]})
    with pytest.raises(requests.ConnectionError):
        requests.post(f"{testigo.url}{API}/InicioPago", json=inicio("A1"), timeout=10)
    assert requests.post(f"{testigo.url}{API}/InicioPago", json=inicio("A1"), timeout=10).json()["int_codigo"] == 1
