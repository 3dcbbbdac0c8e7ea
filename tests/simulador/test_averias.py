import time

import pytest
import requests

from tests.simulador.apoyo import ESPERA, Pagador, inicio, verificacion

INICIO = "/Apis_CicloPago/api/InicioPago"
VERIFICACION = "/Apis_CicloPago/api/VerificacionPago"


def poner(simulador, *reglas, semilla=1):
    simulador.control("fallas", {"semilla": semilla, "reglas": list(reglas)})


def pedir(simulador, camino=VERIFICACION, cuerpo=None, **opciones):
    """One request on a connection of its own, so that a cut one is never retried by the pool."""
    with requests.Session() as sesion:
        url = simulador.url + camino
        cuerpo = cuerpo or (inicio() if camino == INICIO else verificacion())
        return sesion.post(url, json=cuerpo, timeout=ESPERA, allow_redirects=False, **opciones)


def ocurridas(simulador):
    return simulador.control("estadisticas")["fallas"]


@pytest.mark.parametrize("tipo", ["corte_antes", "caida"])
def test_corte_antes_de_que_exista(simulador, tipo):
    """A reset before the transaction exists leaves nothing at the gateway."""
    poner(simulador, {"punto": "InicioPago", "tipo": tipo})
    with pytest.raises(requests.ConnectionError):
        pedir(simulador, INICIO)
    assert simulador.verificar()["int_cantidad_pagos"] == 0
    assert ocurridas(simulador) == {f"InicioPago:{tipo}": 1}


def test_corte_despues_de_que_exista(simulador):
    """A reset after the transaction exists: the caller heard nothing, the gateway knows the payment."""
    poner(simulador, {"punto": "InicioPago", "tipo": "corte_despues"})
    with pytest.raises(requests.ConnectionError):
        pedir(simulador, INICIO)
    assert simulador.registros()[0][4] == "888"
    assert ocurridas(simulador) == {"InicioPago:corte_despues": 1}


def test_el_corte_es_un_reinicio_de_la_conexion(simulador):
    """The client sees a reset, not an orderly end without an answer."""
    poner(simulador, {"punto": "VerificacionPago", "tipo": "corte_antes"})
    with pytest.raises(requests.ConnectionError, match="ConnectionResetError"):
        pedir(simulador)


@pytest.mark.parametrize(("codigo", "procesar"), [(500, False), (502, True), (503, False)])
def test_error_5xx(simulador, codigo, procesar):
    """A 5xx has the code asked, and the transaction exists only when asked so."""
    parametros = {"codigo": codigo, "procesar": procesar}
    poner(simulador, {"punto": "InicioPago", "tipo": "error", "parametros": parametros})
    assert pedir(simulador, INICIO).status_code == codigo
    assert simulador.verificar()["int_cantidad_pagos"] == int(procesar)


def test_html_con_200(simulador):
    """A maintenance page with status 200 instead of JSON."""
    poner(simulador, {"punto": "VerificacionPago", "tipo": "html"})
    respuesta = pedir(simulador)
    assert (respuesta.status_code, respuesta.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    with pytest.raises(ValueError, match="Expecting value"):
        respuesta.json()


def test_medio_cuerpo_y_corte(simulador):
    """Half the bytes that were announced, then the connection ends."""
    poner(simulador, {"punto": "VerificacionPago", "tipo": "medio_cuerpo"})
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        pedir(simulador)


def test_medio_documento_bien_entregado(simulador):
    """An answer complete as HTTP whose JSON stops in the middle."""
    poner(simulador, {"punto": "VerificacionPago", "tipo": "medio_cuerpo", "parametros": {"cerrar": False}})
    respuesta = pedir(simulador)
    assert respuesta.status_code == 200
    assert respuesta.text.startswith('{"int_estado": 1')
    with pytest.raises(requests.JSONDecodeError):
        respuesta.json()


def test_el_cuelgue_tiene_fin(simulador):
    """A hang ends by itself with a cut; a client that leaves earlier frees its place in flight."""
    poner(simulador, {"punto": "VerificacionPago", "tipo": "cuelgue", "parametros": {"segundos": 0.5}})
    antes = time.monotonic()
    with pytest.raises(requests.ConnectionError):
        pedir(simulador)
    assert 0.4 < time.monotonic() - antes < 5
    poner(simulador, {"punto": "VerificacionPago", "tipo": "cuelgue", "parametros": {"segundos": 600}})
    with requests.Session() as sesion, pytest.raises(requests.ReadTimeout):
        sesion.post(simulador.url + VERIFICACION, json=verificacion(), timeout=(5, 0.3))
    tope = time.monotonic() + 5
    while simulador.control("estadisticas")["en_vuelo"]:
        assert time.monotonic() < tope
        time.sleep(0.02)


@pytest.mark.parametrize("antes", [True, False])
def test_latencia(simulador, antes):
    """Latency delays the answer, before or after the transaction exists."""
    parametros = {"ms": 400, "antes": antes}
    poner(simulador, {"punto": "InicioPago", "tipo": "latencia", "parametros": parametros})
    with requests.Session() as sesion, pytest.raises(requests.ReadTimeout):
        sesion.post(simulador.url + INICIO, json=inicio(), timeout=(5, 0.1))
    assert simulador.verificar()["int_cantidad_pagos"] == (0 if antes else 1)
    poner(simulador, {"punto": "*", "tipo": "latencia", "parametros": {"ms": 100, "hasta_ms": 300}})
    comienzo = time.monotonic()
    assert pedir(simulador).status_code == 200
    assert time.monotonic() - comienzo > 0.1


def test_demasiadas_peticiones(simulador):
    """429 says when to come back."""
    poner(simulador, {"punto": "VerificacionPago", "tipo": "demasiadas", "parametros": {"segundos": 7}})
    respuesta = pedir(simulador)
    assert (respuesta.status_code, respuesta.headers["Retry-After"]) == (429, "7")


def test_otro_tipo_de_contenido(simulador):
    """The right body under another content type."""
    poner(simulador, {"punto": "VerificacionPago", "tipo": "tipo_contenido"})
    respuesta = pedir(simulador)
    assert respuesta.headers["Content-Type"] == "text/plain"
    assert respuesta.json()["int_estado"] == 1


def test_redireccion(simulador):
    """A redirect to somewhere else."""
    poner(simulador, {"punto": "VerificacionPago", "tipo": "redireccion"})
    assert pedir(simulador).status_code == 302


def test_enorme_y_goteo(simulador):
    """A body of the size asked; a body that comes byte by byte. Both end in the right JSON."""
    poner(simulador, {"punto": "VerificacionPago", "tipo": "enorme", "parametros": {"megas": 2}})
    respuesta = pedir(simulador)
    assert len(respuesta.content) > 2 * 2**20
    assert respuesta.json()["int_estado"] == 1
    poner(simulador, {"punto": "VerificacionPago", "tipo": "goteo", "parametros": {"ms": 2}})
    comienzo = time.monotonic()
    assert pedir(simulador).json()["int_estado"] == 1
    assert time.monotonic() - comienzo > 0.15


def test_la_cantidad_miente(simulador):
    """int_cantidad_pagos is off while the records are right; where there is nothing to lie about nothing happened."""
    poner(simulador, {"punto": "VerificacionPago", "tipo": "cantidad", "veces": 1})
    assert simulador.verificar()["int_cantidad_pagos"] == 0
    simulador.iniciado()
    datos = simulador.verificar()
    assert datos["int_cantidad_pagos"] == 2
    assert datos["str_res_pago"].count("|;|") == 1
    assert simulador.verificar()["int_cantidad_pagos"] == 1
    assert ocurridas(simulador) == {"VerificacionPago:cantidad": 1}


def test_cantidad_con_respuesta_vacia(simulador):
    """int_cantidad_pagos above zero with an empty str_res_pago."""
    simulador.iniciado()
    poner(simulador, {"punto": "VerificacionPago", "tipo": "vacio", "parametros": {"cantidad": 3}})
    datos = simulador.verificar()
    assert (datos["int_estado"], datos["int_cantidad_pagos"], datos["str_res_pago"]) == (1, 3, "")


def test_una_url_de_otro_origen(simulador):
    """str_url leads somewhere that is not the gateway."""
    poner(simulador, {"punto": "InicioPago", "tipo": "url_ajena"})
    assert simulador.iniciado().startswith("https://pasarela.ejemplo/Ciclo_Pago/Pago.aspx?rut=")


def test_las_paginas_tambien_fallan(simulador):
    """The hosted pages suffer faults too, and a payment finished under one exists."""
    pagador = Pagador(simulador.iniciado()).enviar(medio="tarjeta")
    pagador.enviar(numero="4111111111110001", titular="A", vence="12/30", cvv="123")
    regla = {"punto": "paginas.zonapagos", "tipo": "error", "veces": 1, "parametros": {"procesar": True}}
    poner(simulador, regla)
    assert pagador.enviar().respuesta.status_code == 503
    assert simulador.registros()[0][4] == "1"
    poner(simulador, {"punto": "paginas.zonapagos", "tipo": "goteo", "parametros": {"ms": 0}})
    assert pagador.abrir(simulador.url + "/Ciclo_Pago/Pago.aspx?rut=" + pagador.url.partition("rut=")[2]).titulo
    assert pagador.titulo == "La transacción fue aprobada"
    poner(simulador, {"punto": "VerificacionPago", "tipo": "corte_antes"})
    assert Pagador(simulador.iniciado("A2")).titulo == "¿Cómo quiere pagar?"


def test_el_control_nunca_falla(simulador):
    """No fault reaches the control, or nobody could switch it off."""
    poner(simulador, {"punto": "*", "tipo": "caida"})
    assert simulador.get("/control/").status_code == 200
    assert simulador.control("fallas")["reglas"][0]["tipo"] == "caida"
