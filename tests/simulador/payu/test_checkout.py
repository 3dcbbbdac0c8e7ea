import pytest

from tests.simulador.apoyo import Pagador
from tests.simulador.payu.apoyo import COMERCIO, RAIZ, enviar, md5, ordenes, parametros


def test_el_camino_de_la_tarjeta_y_el_regreso_firmado(simulador):
    """Form, card, confirm: the page leads back to responseUrl with the signed state, keeping its own query string."""
    pagador = enviar(simulador)
    assert pagador.titulo == "¿Cómo quiere pagar?"
    assert "20.000,50" in pagador.html
    pagador.pagar_con_tarjeta("0001")
    assert pagador.titulo == "La transacción fue aprobada"
    enlace = pagador.enlace("Regresar al comercio")
    assert enlace.startswith("http://127.0.0.1:9/respuesta/?codigo=x&")
    datos = parametros(enlace)
    assert (datos["transactionState"], datos["TX_VALUE"], datos["currency"]) == ("4", "20000.50", "COP")
    assert (datos["merchantId"], datos["referenceCode"]) == (str(COMERCIO), "P1")
    assert datos["signature"] == md5(COMERCIO, "P1", "20000.5", "COP", "4")
    assert (datos["lapTransactionState"], datos["lapPaymentMethod"]) == ("APPROVED", "VISA")
    assert datos["authorizationCode"].isdigit()
    assert datos["transactionId"] == ordenes(simulador)[0]["transactions"][0]["id"]
    assert datos["reference_pol"] == str(ordenes(simulador)[0]["id"])


def test_salir_sin_pagar_es_abandonar(simulador):
    """Who leaves before paying goes back with state 12 and no transaction."""
    datos = parametros(enviar(simulador).enlace("Salir sin pagar y regresar al comercio"))
    assert datos["transactionState"] == "12"
    assert "transactionId" not in datos
    assert datos["signature"] == md5(COMERCIO, "P1", "20000.5", "COP", "12")


@pytest.mark.parametrize(
    ("pagar", "ahora", "luego", "medio"),
    [
        (lambda p: p.pagar_con_tarjeta("0002"), "6", "6", "VISA"),
        (lambda p: p.pagar_con_tarjeta("0003"), "7", "4", "VISA"),
        (lambda p: p.pagar_con_tarjeta("0005"), "14", "4", "VISA"),
        (lambda p: p.pagar_con_tarjeta("0008"), "104", "104", "VISA"),
        (lambda p: p.pagar_con("pse", "1004"), "7", "6", "PSE"),
        (lambda p: p.pagar_con("efectivo", "2"), "7", "5", "EFECTY"),
    ],
)
def test_los_desenlaces_de_prueba(simulador, pagar, ahora, luego, medio):
    """The same test cards, banks and shops choose the outcome, in PayU's codes."""
    pagador = pagar(enviar(simulador))
    datos = parametros(pagador.enlace("Regresar al comercio"))
    assert (datos["transactionState"], datos["lapPaymentMethod"]) == (ahora, medio)
    assert bool(datos["cus"]) == (medio == "PSE")
    simulador.control("reloj", {"adelantar": 31})
    datos = parametros(pagador.abrir(pagador.url).enlace("Regresar al comercio"))
    assert datos["transactionState"] == luego


def test_un_rechazo_deja_intentar_de_nuevo_en_la_misma_orden(simulador):
    """A second attempt after a rejection is another transaction of the same order."""
    pagador = enviar(simulador).pagar_con_tarjeta("0002")
    pagador.abrir(pagador.enlace("Intentar de nuevo")).pagar_con_tarjeta("0001")
    (orden,) = ordenes(simulador)
    assert [una["transactionResponse"]["state"] for una in orden["transactions"]] == ["DECLINED", "APPROVED"]
    assert len({una["id"] for una in orden["transactions"]}) == 2


def test_cada_formulario_enviado_es_una_orden_hasta_que_se_paga(simulador):
    """The same form sent again is another order under the reference; once it is paid PayU takes no more."""
    primera, segunda = enviar(simulador), enviar(simulador)
    segunda.pagar_con_tarjeta("0001")
    assert [orden["status"] for orden in ordenes(simulador)] == ["NEW", "CAPTURED"]
    assert enviar(simulador).respuesta.status_code == 409
    assert primera.pagar_con_tarjeta("0001").titulo == "La transacción fue aprobada"
    assert [orden["status"] for orden in ordenes(simulador)] == ["CAPTURED", "CAPTURED"]


def test_llegar_sin_formulario_es_una_pagina_clara(simulador):
    """The form's address opened by hand, or a page of no order, says so in Spanish."""
    assert "enviando el formulario" in simulador.get(RAIZ).text
    respuesta = simulador.get(f"{RAIZ}app/elegir?orden=nada")
    assert respuesta.status_code == 404
    assert "Esta página de pago no existe" in respuesta.text


def test_un_pago_de_zonapagos_no_se_abre_en_payu(simulador):
    """A token of one gateway opens no page of the other."""
    token = simulador.iniciado("A1").partition("rut=")[2]
    assert simulador.get(f"{RAIZ}app/elegir?orden={token}").status_code == 404
    token = enviar(simulador).url.partition("orden=")[2]
    assert Pagador(f"{simulador.url}/Ciclo_Pago/Pago.aspx?rut={token}").respuesta.status_code == 404


def test_las_fallas_del_checkout(simulador):
    """The form's target and PayU's pages fail when told to."""
    simulador.control("fallas", {"reglas": [{"punto": "checkout", "tipo": "error", "veces": 1}]})
    assert enviar(simulador).respuesta.status_code == 503
    assert simulador.control("")["pagos"] == 0
    simulador.control("fallas", {"reglas": [{"punto": "paginas.payu", "tipo": "error"}]})
    assert enviar(simulador).respuesta.status_code == 503
    assert simulador.control("")["pagos"] == 1
