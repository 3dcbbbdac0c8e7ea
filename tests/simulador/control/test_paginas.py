import re

from tests.simulador.apoyo import Pagador, inicio


def test_la_pagina_lista_lo_nuevo_primero_y_deja_decidir(simulador):
    """The page lists payments newest first, and a press of a button decides the outcome of one."""
    simulador.iniciado("A1")
    Pagador(simulador.iniciado("A2")).pagar_con_tarjeta("0007")
    html = simulador.get("/control/").text
    assert html.index("A2") < html.index("A1")
    assert "En revisión (4001)" in html
    assert "Sin iniciar (888)" in html
    campos = {"referencia": "A2", "comercio": "678", "pasarela": "zonapagos", "desde": "0", "estado": "aprobada"}
    respuesta = simulador.post("/control/decidir", data=campos)
    assert respuesta.url == f"{simulador.url}/control/?desde=0"
    assert "Aprobada (1)" in respuesta.text
    assert simulador.registros("A2")[0][4] == "1"
    assert simulador.registros("A1")[0][4] == "888"


def test_los_incumplimientos_se_ven_en_rojo(simulador):
    """Each breach stands on the page in the class that is red, escaped, with a notice on top."""
    simulador.iniciar(inicio("<b>A1</b>", str_descripcion_pago="a|b"))
    html = simulador.get("/control/").text
    lista = re.search(r'<ul class="incumplimientos">.*?</ul>', html, re.S).group()
    assert "str_descripcion_pago lleva | o ;" in lista
    assert "&lt;b&gt;A1" in lista
    assert "<b>A1" not in html
    assert "1 incumplimiento del contrato" in html
    css = simulador.get("/estaticos/estilo.css").text
    assert re.search(r"\.incumplimientos li \{ color: var\(--malo\)", css)


def test_busca_una_referencia_y_pasa_paginas(simulador):
    """A reference can be looked up, and older payments are a link away."""
    simulador.control("sembrar", {"comercio": 678, "cantidad": 45, "prefijo": "P"})
    html = simulador.get("/control/").text
    assert 'href="?desde=20"' in html
    assert "Más nuevos" not in html
    html = simulador.get("/control/?desde=40").text
    assert 'href="?desde=20"' in html
    assert "Más antiguos" not in html
    assert "P0000005" in html
    html = simulador.get("/control/?referencia=P0000031").text
    assert "P0000031" in html
    assert "P0000030" not in html
    assert "No hay un pago con esa referencia" in simulador.get("/control/?referencia=NO").text


def test_el_reloj_se_adelanta_desde_la_pagina(simulador):
    """Moving the clock on the page resolves what was waiting."""
    Pagador(simulador.iniciado()).pagar_con_tarjeta("0003")
    simulador.post("/control/reloj", data={"minutos": "1"})
    assert simulador.registros()[0][4] == "1"


def test_un_formulario_ajeno_o_equivocado_no_decide(simulador):
    """A form sent from another site is refused, and a payment that does not exist is said so."""
    simulador.iniciado("A1")
    campos = {"referencia": "A1", "comercio": "678", "pasarela": "zonapagos", "estado": "aprobada"}
    ajeno = simulador.post("/control/decidir", data=campos, headers={"Origin": "http://otro.example"})
    assert ajeno.status_code == 403
    propio = simulador.post("/control/decidir", data=campos | {"referencia": "A9"}, headers={"Origin": simulador.url})
    assert propio.status_code == 404
    assert "no hay un pago con la referencia A9" in propio.text
    assert simulador.post("/control/decidir", data={}).status_code == 404
    assert simulador.registros("A1")[0][4] == "888"


def test_las_fallas_se_ponen_y_se_quitan_en_la_pagina(simulador):
    """A person switches a fault on, sees how often it happened, and switches all of them off."""
    campos = {"punto": "VerificacionPago", "tipo": "error", "valor": "502", "porcentaje": "100", "veces": "2"}
    assert "VerificacionPago" in simulador.post("/control/fallas", data=campos).text
    cuerpo = {"int_id_comercio": 678}
    assert simulador.post("/Apis_CicloPago/api/VerificacionPago", json=cuerpo).status_code == 502
    html = simulador.get("/control/").text
    assert "ocurrió 1 de 2 veces" in html
    assert "contesta 5xx (codigo: 502)" in html
    mala = simulador.post("/control/fallas", data=campos | {"punto": "luna"})
    assert mala.status_code == 400
    assert "punto: uno de" in mala.text
    assert "Ninguna: las pasarelas contestan bien" in simulador.post("/control/fallas/quitar", data={}).text
    assert simulador.control("fallas")["reglas"] == []
