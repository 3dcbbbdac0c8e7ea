import signal
import time

import pytest

from tests.simulador.payu.apoyo import COMERCIO, enviar, md5


def test_al_aprobarse_llega_firmada(simulador, receptor):
    """An approval is told at once by a form POST with the fields of the contract, signed with the form's algorithm."""
    enviar(simulador, confirmationUrl=receptor.url, test="1").pagar_con_tarjeta("0001")
    (campos,) = receptor.esperar(1)
    assert campos["Content-Type"] == "application/x-www-form-urlencoded"
    assert (campos["merchant_id"], campos["reference_sale"]) == (str(COMERCIO), "P1")
    assert (campos["state_pol"], campos["value"], campos["currency"], campos["test"]) == ("4", "20000.50", "COP", "1")
    assert campos["sign"] == md5(COMERCIO, "P1", "20000.5", "COP", "4")
    assert (campos["payment_method_name"], campos["cc_number"]) == ("VISA", "411111******0001")
    assert campos["authorization_code"].isdigit()
    assert campos["extra1"] == "uno"
    assert "cus" not in campos
    assert simulador.control("payu/confirmaciones")["entregas"][0]["respuesta"] == 200
    assert simulador.faltas() == []


def test_espera_a_que_la_transaccion_termine(simulador, receptor):
    """Nothing is told while pending; when the clock gets there the final state is, with the CUS and the bank."""
    enviar(simulador, confirmationUrl=receptor.url).pagar_con("pse", "1004")
    time.sleep(0.5)
    assert receptor.recibidas == []
    simulador.control("reloj", {"adelantar": 31})
    (campos,) = receptor.esperar(1)
    assert campos["state_pol"] == "6"
    assert campos["pse_bank"] == "BANCO DEMORA Y RECHAZA"
    assert campos["cus"].isdigit()


def test_cada_intento_se_avisa(simulador, receptor):
    """Rejected then approved: two confirmations under one reference, each with its own transaction_id."""
    pagador = enviar(simulador, confirmationUrl=receptor.url).pagar_con_tarjeta("0002")
    receptor.esperar(1)
    pagador.abrir(pagador.enlace("Intentar de nuevo")).pagar_con_tarjeta("0001")
    rechazo, aprobacion = receptor.esperar(2)
    assert (rechazo["state_pol"], aprobacion["state_pol"]) == ("6", "4")
    assert rechazo["transaction_id"] != aprobacion["transaction_id"]
    assert rechazo["reference_sale"] == aprobacion["reference_sale"]


def test_se_repite_hasta_el_doscientos(simulador, receptor):
    """What is not taken with a 200 comes again; a redirect is not a 200; after the 200 nothing more comes."""
    simulador.control("ajustes", {"reintento": 0.05})
    receptor.estados = [500, 302, 403]
    enviar(simulador, confirmationUrl=receptor.url).pagar_con_tarjeta("0001")
    receptor.esperar(4)
    time.sleep(0.6)
    assert len(receptor.recibidas) == 4
    assert len({campos["transaction_id"] for campos in receptor.recibidas}) == 1


def test_se_repite_nueve_veces_y_no_mas(simulador, receptor):
    """A merchant that never answers 200 is told ten times in all."""
    simulador.control("ajustes", {"reintento": 0})
    receptor.estados = [500] * 30
    enviar(simulador, confirmationUrl=receptor.url).pagar_con_tarjeta("0001")
    receptor.esperar(10)
    time.sleep(0.6)
    assert len(receptor.recibidas) == 10


def test_un_comercio_apagado_se_intenta_de_nuevo(simulador):
    """Where nobody listens the delivery fails without a crash, and is tried again."""
    simulador.control("ajustes", {"reintento": 0.05})
    enviar(simulador).pagar_con_tarjeta("0001")
    tope = time.monotonic() + 10
    while len(simulador.control("payu/confirmaciones")["entregas"]) < 2:
        assert time.monotonic() < tope
        time.sleep(0.05)
    assert simulador.control("payu/confirmaciones")["entregas"][0]["respuesta"] == "ClientConnectorError"


def test_responder_html_incumple(simulador, receptor):
    """A 200 with HTML is taken, and is a breach."""
    receptor.cuerpo = b"<html>ok</html>"
    enviar(simulador, confirmationUrl=receptor.url).pagar_con_tarjeta("0001")
    receptor.esperar(1)
    tope = time.monotonic() + 5
    while not simulador.faltas():
        assert time.monotonic() < tope
        time.sleep(0.02)
    assert simulador.faltas() == ["la respuesta a la confirmación lleva HTML"]


def test_duplicada_perdida_y_con_demora(simulador, receptor):
    """A confirmation comes several times, never, or late, when told so; what happened is counted."""
    reglas = [{"punto": "confirmacion", "tipo": "duplicada", "parametros": {"copias": 3}}]
    simulador.control("fallas", {"reglas": reglas})
    enviar(simulador, confirmationUrl=receptor.url).pagar_con_tarjeta("0001")
    assert len({campos["transaction_id"] for campos in receptor.esperar(3)}) == 1
    simulador.control("fallas", {"reglas": [{"punto": "confirmacion", "tipo": "perdida"}]})
    enviar(simulador, referencia="P2", confirmationUrl=receptor.url).pagar_con_tarjeta("0001")
    time.sleep(0.5)
    assert len(receptor.recibidas) == 3
    simulador.control("fallas", {"reglas": [{"punto": "confirmacion", "tipo": "latencia", "parametros": {"ms": 700}}]})
    antes = time.monotonic()
    enviar(simulador, referencia="P3", confirmationUrl=receptor.url).pagar_con_tarjeta("0001")
    assert receptor.esperar(4)[3]["reference_sale"] == "P3"
    assert time.monotonic() - antes > 0.6
    fallas = simulador.control("estadisticas")["fallas"]
    assert fallas == {"confirmacion:duplicada": 1, "confirmacion:perdida": 1, "confirmacion:latencia": 1}


def test_en_desorden(simulador, receptor):
    """The rejection of the first attempt can arrive after the approval of the second."""
    simulador.control("fallas", {"reglas": [{"punto": "confirmacion", "tipo": "desorden", "veces": 1}]})
    pagador = enviar(simulador, confirmationUrl=receptor.url).pagar_con_tarjeta("0002")
    time.sleep(0.5)
    assert receptor.recibidas == []
    pagador.abrir(pagador.enlace("Intentar de nuevo")).pagar_con_tarjeta("0001")
    assert [campos["state_pol"] for campos in receptor.esperar(2)] == ["4", "6"]


def test_falsificada_a_pedido(simulador, receptor):
    """The control sends any confirmation: with a bad signature, with other fields well signed, with fields left out."""
    receptor.estados = [403]
    enviar(simulador, confirmationUrl=receptor.url)
    hecho = simulador.control("payu/confirmaciones", {"referencia": "P1", "firma": "mala"})
    assert hecho["respuestas"] == [403]
    cuerpo = {"referencia": "P1", "campos": {"value": "1.00", "currency": "USD", "test": "1"}, "sin": ["cc_number"]}
    assert simulador.control("payu/confirmaciones", cuerpo | {"veces": 2})["respuestas"] == [200, 200]
    mala, otra, repetida = receptor.recibidas
    assert mala["sign"] != md5(COMERCIO, "P1", "20000.5", "COP", "4")
    assert otra["sign"] == md5(COMERCIO, "P1", "1.0", "USD", "4")
    assert (otra["value"], otra["test"], otra["state_pol"]) == ("1.00", "1", "4")
    assert otra == repetida
    assert simulador.control("libro")[0]["aprobado"] == "0"


@pytest.mark.parametrize(
    ("cuerpo", "estado"),
    [
        ({"referencia": "NADIE"}, 404),
        ({"referencia": "P1", "intento": 3}, 404),
        ({"referencia": "P1", "veces": 0}, 400),
        ({"referencia": "P1", "veces": 1000}, 400),
        ({"referencia": "P1", "campos": []}, 400),
        ({"referencia": "P1", "campos": {"value": "mil"}}, 400),
        ({"referencia": "P1", "color": 1}, 400),
        ({"referencia": "P1", "algoritmo": "ROT13"}, 400),
        ({"referencia": "P1", "url": 1}, 400),
    ],
)
def test_un_pedido_malo_se_explica(simulador, cuerpo, estado):
    """A confirmation that cannot be made is explained, never a crash."""
    enviar(simulador)
    assert simulador.control("payu/confirmaciones", cuerpo, estado=estado)["error"]


def test_lo_que_decide_el_control_tambien_se_avisa(simulador, receptor):
    """An outcome chosen by a person is told; a rejection turned into an approval is told again."""
    enviar(simulador, confirmationUrl=receptor.url).pagar_con("pse", "1005")
    simulador.control("pagos/P1/estado", {"estado": "rechazada"})
    receptor.esperar(1)
    simulador.control("pagos/P1/estado", {"estado": "aprobada"})
    assert [campos["state_pol"] for campos in receptor.esperar(2)] == ["6", "4"]
    simulador.control("pagos/P1/intentos", {"valor": "1.5"})
    assert receptor.esperar(3)[2]["value"] == "1.50"


def test_lo_que_faltaba_por_avisar_sobrevive_a_un_corte(arrancar, receptor, tmp_path):
    """With --datos a confirmation not yet taken is sent by the next process, and one already taken is not."""
    datos = ("--datos", str(tmp_path / "libro.sqlite3"))
    simulador = arrancar(*datos)
    enviar(simulador, confirmationUrl=receptor.url).pagar_con_tarjeta("0001")
    receptor.esperar(1)
    enviar(simulador, referencia="P2", confirmationUrl=receptor.url).pagar_con_tarjeta("0003")
    time.sleep(0.3)
    simulador.parar(signal.SIGKILL)
    otro = arrancar(*datos)
    otro.control("reloj", {"adelantar": 21})
    assert receptor.esperar(2)[1]["reference_sale"] == "P2"
    time.sleep(0.4)
    assert len(receptor.recibidas) == 2
