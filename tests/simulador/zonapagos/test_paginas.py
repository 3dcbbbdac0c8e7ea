import re

import pytest
import requests

from tests.simulador.apoyo import ESPERA, Pagador

REGRESO = "http://127.0.0.1:9/retorno/?codigo=x%20y&id_comercio=678&id_pago=A1"


def estado(simulador, referencia="A1"):
    """int_estado_pago of each record."""
    return [registro[4] for registro in simulador.registros(referencia)]


def test_el_camino_de_la_tarjeta(simulador):
    """Choose the card, type its data, confirm, finish: the page says pending and leads back with the payment's id."""
    pagador = Pagador(simulador.iniciado())
    assert pagador.titulo == "¿Cómo quiere pagar?"
    assert "Pago Tarjeta de Crédito" in pagador.html
    assert "Clic para continuar con el pago" in pagador.html
    pagador.enviar(medio="tarjeta")
    assert pagador.titulo == "Datos de la tarjeta"
    assert "Tarjetas de prueba" in pagador.html
    pagador.enviar(numero="4111 1111 1111 0003", titular="Ana", vence="12/30", cvv="123")
    assert pagador.titulo == "¿Desea finalizar la transacción?"
    assert estado(simulador) == ["888"]
    pagador.enviar()
    assert pagador.titulo == "La transacción quedó pendiente"
    assert pagador.enlace("Regresar al comercio") == REGRESO
    (registro,) = simulador.registros()
    assert registro[3:5] == ["200", "999"]
    assert registro[20] == "32"
    assert len(registro) == 21 + 5
    assert registro[22:25] == ["0003", "VISA", ""]
    assert simulador.faltas() == []


@pytest.mark.parametrize(
    ("ultimos", "ahora", "luego"),
    [
        ("0001", "1", "1"),
        ("0002", "1000", "1000"),
        ("0003", "999", "1"),
        ("0004", "999", "1000"),
        ("0005", "4001", "1"),
        ("0006", "4001", "4000"),
        ("0007", "4001", "4001"),
        ("0008", "1001", "1001"),
        ("0009", "1002", "1002"),
    ],
)
def test_cada_tarjeta_de_prueba_da_su_desenlace(simulador, ultimos, ahora, luego):
    """Each test card gives its outcome at once and, when the waiting time is over, the one it waits for."""
    Pagador(simulador.iniciado()).pagar_con_tarjeta(ultimos)
    assert estado(simulador) == [ahora]
    simulador.control("reloj", {"adelantar": 29})
    assert estado(simulador) == [ahora]
    simulador.control("reloj", {"adelantar": 2})
    assert estado(simulador) == [luego]
    (registro,) = simulador.registros()
    assert registro[3] == ("200" if luego in ("999", "4001") else "1")
    assert bool(registro[24]) == (luego == "1")


@pytest.mark.parametrize(
    ("medio", "opcion", "ahora", "luego", "forma"),
    [
        ("pse", "1001", "1", "1", "29"),
        ("pse", "1002", "1000", "1000", "29"),
        ("pse", "1003", "999", "1", "29"),
        ("pse", "1004", "999", "1000", "29"),
        ("pse", "1005", "999", "999", "29"),
        ("pse", "1006", "999", "1001", "29"),
        ("efectivo", "1", "999", "1", "41"),
        ("efectivo", "2", "999", "1000", "41"),
        ("efectivo", "3", "999", "999", "41"),
    ],
)
def test_cada_banco_y_tienda_da_su_desenlace(simulador, medio, opcion, ahora, luego, forma):
    """Banks and shops choose the outcome too; PSE carries its CUS and bank, in person nothing more."""
    Pagador(simulador.iniciado()).pagar_con(medio, opcion)
    assert estado(simulador) == [ahora]
    simulador.control("reloj", {"adelantar": 31})
    (registro,) = simulador.registros()
    assert (registro[4], registro[20]) == (luego, forma)
    if medio == "pse":
        ticket, servicio, banco, nombre, cus, ciclo = registro[21:]
        assert (servicio, banco) == ("2701", opcion)
        assert nombre.startswith("BANCO ")
        assert all(uno.isdigit() for uno in (ticket, cus, ciclo))
    else:
        assert len(registro) == 21


def test_un_rechazo_deja_intentar_de_nuevo_en_la_misma_pagina(simulador):
    """After a rejection the same address admits another attempt, with the next int_n_pago; after an approval none."""
    url = simulador.iniciado()
    pagador = Pagador(url).pagar_con_tarjeta("0002")
    assert pagador.titulo == "La transacción fue rechazada"
    pagador.abrir(pagador.enlace("Intentar de nuevo"))
    pagador.pagar_con("pse", "1001")
    assert pagador.titulo == "La transacción fue aprobada"
    assert [(registro[1], registro[4]) for registro in simulador.registros()] == [("1", "1000"), ("2", "1")]
    assert [registro[1] for registro in simulador.registros(int_no_pago=2)] == ["2"]
    assert simulador.registros(int_no_pago=9) == []
    assert Pagador(url).titulo == "La transacción fue aprobada"


def test_enviar_dos_veces_finalizar_hace_un_solo_intento(simulador):
    """A double click on the last button pays once; so does an old confirmation page sent again after a rejection."""
    for ultimos in ("0003", "0002"):
        url = simulador.iniciado(f"D{ultimos}")
        pagador = Pagador(url).enviar(medio="tarjeta")
        pagador.enviar(numero=f"411111111111{ultimos}", titular="Ana", vence="1/2031", cvv="1234")
        confirmacion, html = pagador.url, pagador.html
        pagador.enviar()
        pagador.url, pagador.html = confirmacion, html
        pagador.enviar()
        assert "Resultado" in pagador.url
        assert len(simulador.registros(f"D{ultimos}")) == 1


def test_los_errores_se_dicen_y_lo_escrito_queda(simulador):
    """A wrong card comes back with a summary that links to the fields, keeps what was typed, and pays nothing."""
    pagador = Pagador(simulador.iniciado()).enviar(medio="tarjeta")
    pagador.enviar(numero="5500 0000 0000 4444", titular="Ana <b>", vence="13/30", cvv="x9")
    assert pagador.respuesta.status_code == 422
    assert 'role="alert"' in pagador.html
    for campo in ("numero", "vence", "cvv"):
        assert f'href="#{campo}"' in pagador.html
    assert 'href="#titular"' not in pagador.html
    assert "5500 0000 0000 4444" in pagador.html
    assert "Ana &lt;b&gt;" in pagador.html
    assert "x9" not in pagador.html
    assert estado(simulador) == ["888"]
    assert Pagador(pagador.url).enviar().respuesta.status_code == 422
    assert Pagador(simulador.iniciado("A2")).enviar(medio="oro").respuesta.status_code == 422


def test_los_codigos_103_y_107_quitan_medios(simulador):
    """Configuration 103 takes PSE away and 107 the cards, from the list and from their own addresses."""
    url = simulador.iniciado("S1", configuracion={50: "2701", 103: "1", 107: "1"})
    pagador = Pagador(url)
    assert 'value="pse"' not in pagador.html
    assert 'value="tarjeta"' not in pagador.html
    pagador.abrir(url.replace("Pago.aspx", "Pse.aspx"))
    assert pagador.titulo == "¿Cómo quiere pagar?"
    pagador.abrir(simulador.iniciado("S2", configuracion={50: "2701", 103: "0", 107: "0"}))
    assert 'value="pse"' in pagador.html
    assert 'value="tarjeta"' in pagador.html


def test_el_regreso_es_el_del_pago_o_el_del_comercio(simulador):
    """Without code 104 the payer goes back to the merchant's static address."""
    pagador = Pagador(simulador.iniciado("R1", configuracion={50: "2701"}))
    esperado = "http://127.0.0.1:8000/pagos/retorno/?id_comercio=678&id_pago=R1"
    assert pagador.enlace("Salir sin pagar y regresar al comercio") == esperado


def test_la_moneda_es_la_del_codigo_117(simulador):
    """Code 117 US asks in dollars; the page and the ledger say so."""
    assert "USD" in Pagador(simulador.iniciado("U1", configuracion={50: "2701", 117: "US"})).html
    assert "COP" in Pagador(simulador.iniciado("U2")).html
    assert [uno["moneda"] for uno in simulador.control("libro")] == ["USD", "COP"]


@pytest.mark.parametrize("camino", ["Pago", "Tarjeta", "Pse", "Presencial", "Confirmar", "Resultado"])
def test_un_rut_desconocido_es_una_pagina_clara(simulador, camino):
    """An address of no payment is a 404 in plain Spanish, for reading and for sending."""
    for respuesta in (
        simulador.get(f"/Ciclo_Pago/{camino}.aspx?rut=nada"),
        simulador.get(f"/Ciclo_Pago/{camino}.aspx"),
    ):
        assert respuesta.status_code == 404
        assert "Esta página de pago no existe" in respuesta.text


def test_las_paginas_no_llevan_nada_en_linea_ni_de_fuera(simulador):
    """Pages carry a strict policy and neither scripts, inline styles nor anything of another origin."""
    pagador = Pagador(simulador.iniciado())
    paginas = [pagador.html]
    paginas += [pagador.enviar(medio="tarjeta").html]
    paginas += [pagador.enviar(numero="4111111111110002", titular="A", vence="12/30", cvv="123").html]
    paginas += [pagador.enviar().html, simulador.get("/control/").text]
    for html in paginas:
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|@import", html)
        assert re.findall(r'(?:src|<link[^>]+href)="?([^" >]+)', html) == ["/estaticos/estilo.css"]
    assert pagador.respuesta.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert simulador.get("/estaticos/estilo.css").status_code == 200


def test_con_desvio_las_paginas_viven_en_otro_origen(arrancar):
    """With a second port Pago.aspx on the first origin redirects once to the second, and only there one can pay."""
    simulador = arrancar("--puerto-desvio", "0")
    primero, segundo = simulador.urls
    url = simulador.iniciado()
    assert url.startswith(primero)
    salto = requests.get(url, allow_redirects=False, timeout=ESPERA)
    assert salto.status_code == 302
    assert salto.headers["Location"] == url.replace(primero, segundo)
    pagador = Pagador(url)
    assert len(pagador.respuesta.history) == 1
    pagador.pagar_con_tarjeta("0001")
    assert pagador.url.startswith(segundo)
    assert estado(simulador) == ["1"]
    assert requests.get(f"{primero}/Ciclo_Pago/Tarjeta.aspx", timeout=ESPERA).status_code == 404
    for camino in ("/control/", "/control/api/pagos", "/Apis_CicloPago/api/InicioPago"):
        assert requests.get(segundo + camino, timeout=ESPERA).status_code == 404
    assert simulador.control("")["origen_desvio"] == segundo
