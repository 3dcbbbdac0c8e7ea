import json
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulador.payu.consultas import numero
from tests.simulador.payu.apoyo import CONSULTAS, LLAVE, LOGIN, consultar, enviar, ordenes

CUERPO = {
    "test": False,
    "language": "es",
    "command": "ORDER_DETAIL_BY_REFERENCE_CODE",
    "merchant": {"apiLogin": LOGIN, "apiKey": LLAVE},
    "details": {"referenceCode": "P1"},
}


def pedir(simulador, cuerpo):
    return simulador.post(CONSULTAS, json=cuerpo, headers={"Accept": "application/json"})


def test_una_orden_pagada(simulador):
    """An order has the fields of the contract: what was asked, and each transaction with its answer."""
    enviar(simulador).pagar_con("pse", "1001")
    (orden,) = ordenes(simulador)
    assert (orden["referenceCode"], orden["accountId"], orden["status"]) == ("P1", 512321, "CAPTURED")
    assert orden["additionalValues"] == {"TX_VALUE": {"value": 20000.5, "currency": "COP"}}
    assert orden["isTest"] is False
    (transaccion,) = orden["transactions"]
    assert (transaccion["type"], transaccion["paymentMethod"]) == ("AUTHORIZATION_AND_CAPTURE", "PSE")
    assert transaccion["creditCard"] is None
    respuesta = transaccion["transactionResponse"]
    assert (respuesta["state"], respuesta["responseCode"]) == ("APPROVED", "APPROVED")
    assert respuesta["trazabilityCode"].isdigit()
    assert transaccion["extraParameters"] == {"FINANCIAL_INSTITUTION_NAME": "BANCO APRUEBA"}


def test_una_tarjeta_va_enmascarada(simulador):
    """Of a card only the first six and last four digits are told, and its approval code once approved."""
    enviar(simulador).pagar_con_tarjeta("0003")
    transaccion = ordenes(simulador)[0]["transactions"][0]
    assert transaccion["creditCard"] == {"maskedNumber": "411111******0003"}
    assert transaccion["transactionResponse"]["state"] == "PENDING"
    assert transaccion["transactionResponse"]["authorizationCode"] is None
    simulador.control("reloj", {"adelantar": 31})
    assert ordenes(simulador)[0]["transactions"][0]["transactionResponse"]["authorizationCode"].isdigit()


@pytest.mark.parametrize(("vacio", "resultado"), [("result", None), ("payload", {"payload": None})])
def test_lo_desconocido(simulador, vacio, resultado):
    """An unknown reference is a success with nothing in it, in both ways that the contract names."""
    simulador.control("ajustes", {"payu_vacio": vacio})
    assert consultar(simulador, "NADIE").json() == {"code": "SUCCESS", "error": None, "result": resultado}


def test_sin_aceptar_json_contesta_xml(simulador):
    """Without Accept: application/json the same answer comes in XML."""
    enviar(simulador).pagar_con_tarjeta("0001")
    respuesta = consultar(simulador, Accept="*/*")
    assert respuesta.headers["Content-Type"].startswith("application/xml")
    raiz = ElementTree.fromstring(respuesta.text)  # noqa: S314 (our own simulator's answer)
    assert raiz.findtext("code") == "SUCCESS"
    assert raiz.findtext("result/payload/transactions/transactionResponse/state") == "APPROVED"
    assert raiz.findtext("result/payload/additionalValues/TX_VALUE/value") == "20000.5"


@pytest.mark.parametrize("credenciales", [{"apiLogin": LOGIN, "apiKey": "x"}, {"apiLogin": "x", "apiKey": LLAVE}])
def test_credenciales_malas(simulador, credenciales):
    """Bad credentials answer code ERROR without a result, and the breach holds no key."""
    enviar(simulador)
    datos = pedir(simulador, CUERPO | {"merchant": credenciales}).json()
    assert (datos["code"], datos["result"]) == ("ERROR", None)
    anotado = simulador.control("incumplimientos")["incumplimientos"][0]
    assert anotado["clase"] == "credenciales"
    assert LLAVE not in str(anotado)


@pytest.mark.parametrize(
    ("cambios", "falta"),
    [
        ({"command": "PING"}, "command debe ser"),
        ({"test": "false"}, "test falta o no es"),
        ({"language": None}, "language falta o no es"),
        ({"extra": 1}, "clave desconocida: extra"),
        ({"details": {"reference": "P1"}}, "details debe tener referenceCode"),
        ({"details": {"referenceCode": 1}}, "details debe tener referenceCode"),
        ({"merchant": {"apiLogin": LOGIN}}, "merchant debe tener apiLogin y apiKey"),
        ({"merchant": 1}, "merchant falta o no es"),
    ],
)
def test_lo_que_incumple_se_anota(simulador, cambios, falta):
    """Each breach of the request answers ERROR and is written down."""
    assert pedir(simulador, CUERPO | cambios).json()["code"] == "ERROR"
    assert any(falta in una for una in simulador.faltas())


def test_tipo_de_contenido_y_json(simulador):
    """Without the JSON content type 415; malformed JSON 400; any other JSON an error of the contract."""
    assert simulador.post(CONSULTAS, data="{}").status_code == 415
    cabeceras = {"Content-Type": "application/json", "Accept": "application/json"}
    assert simulador.post(CONSULTAS, data="{", headers=cabeceras).status_code == 400
    for cuerpo in ([], 1, "x", {}, {"merchant": [], "details": "x"}):
        respuesta = simulador.post(CONSULTAS, data=json.dumps(cuerpo), headers=cabeceras)
        assert respuesta.json()["code"] == "ERROR"


def test_lo_que_el_control_inventa(simulador):
    """A test crafts transactions, lies about amount and currency, and gives a body of its own."""
    enviar(simulador)
    simulador.control("pagos/P1/intentos", {"estado": 7, "metodo": "PSE", "avisar": False})
    simulador.control("pagos/P1/intentos", {"campos": {"state": "WEIRD"}, "avisar": False})
    simulador.control("pagos/P1", {"pedido": "1.25", "moneda": "USD"})
    (orden,) = ordenes(simulador)
    assert orden["additionalValues"]["TX_VALUE"] == {"value": 1.25, "currency": "USD"}
    assert [una["transactionResponse"]["state"] for una in orden["transactions"]] == ["PENDING", "WEIRD"]
    simulador.control("pagos/P1/estado", {"estado": "expirada", "intento": 1})
    assert ordenes(simulador)[0]["transactions"][0]["transactionResponse"]["state"] == "EXPIRED"
    simulador.control("pagos/P1", {"respuesta_cruda": "{"})
    assert consultar(simulador).text == "{"
    simulador.control("pagos/P1", {"respuesta_cruda": None})
    simulador.control("ajustes", {"payu_istest": False, "sin_abrir": "vacio"})
    assert "isTest" not in ordenes(simulador)[0]
    enviar(simulador, referencia="P2")
    assert ordenes(simulador, "P2") == []


def test_fallas_latencia_y_cuentas(simulador):
    """The Queries API fails, is counted and is watched as the other endpoints are."""
    simulador.control("fallas", {"reglas": [{"punto": "consultas", "tipo": "error", "veces": 1}]})
    assert consultar(simulador).status_code == 503
    simulador.control("estadisticas", {"registrar_marcas": True})
    assert consultar(simulador).status_code == 200
    datos = simulador.control("estadisticas?marcas=1")
    assert datos["respuestas"]["consultas"] == {"503": 1, "200": 1}
    assert datos["max_en_vuelo_por_comercio"] == {"payu:508029": 1}
    assert len(datos["marcas"]["P1"]) == 1


@given(st.decimals(min_value=0, max_value=Decimal("999999999999.99"), places=2))
@settings(max_examples=500)
def test_el_numero_de_json_es_exacto(valor):
    """Whatever the amount, the JSON number read back as Decimal is the same amount to the cent."""
    assert json.loads(json.dumps(numero(valor)), parse_float=Decimal) == valor
