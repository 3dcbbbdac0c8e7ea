"""The deadline of a whole answer."""

import time

import pytest
import requests

from pagos.pasarelas.base import PasarelaNoRespondeError
from pagos.pasarelas.plazo import AdaptadorConPlazo
from tests.pagos.pasarelas.servidor_crudo import crudo, gotear, objeto

CABEZA = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n"


@pytest.mark.parametrize(
    "octetos",
    [
        CABEZA + b"{" + b" " * 4999,
        CABEZA.replace(b"Content-Length: 5000", b"Transfer-Encoding: chunked") + b"1\r\n \r\n" * 900,
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 5000,
        b"HTTP/1.1 100 Continue\r\n\r\n" * 200,
    ],
    ids=["cuerpo", "por-trozos", "cabeceras", "continue"],
)
def test_una_respuesta_que_gotea_no_cuelga_a_nadie(servidor, hacer_cliente, octetos):
    """A byte now and then keeps every read timeout happy; the deadline ends it all the same."""
    cliente = hacer_cliente(tiempo_lectura=5, tiempo_total=0.6)
    servidor.responder(gotear(octetos, 0.02, servidor.fin))
    inicio = time.monotonic()
    with pytest.raises(PasarelaNoRespondeError) as error:
        cliente.post_json(servidor.origen, {}, referencia="R", repetible=True)
    assert error.value.clase == "tiempo"
    assert time.monotonic() - inicio < 2
    assert len(servidor.peticiones) == 1


@pytest.mark.parametrize(("de_menos", "cabe"), [(0, True), (1, False)])
def test_el_tamano_se_cuenta_al_octeto(servidor, de_menos, cabe):
    """Headers and body up to the limit are read; one byte more is not."""
    cuerpo = b'{"bien": 1}'
    todo = (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\nConnection: close\r\n\r\n" + cuerpo
    )
    servidor.responder(crudo(todo))
    with requests.Session() as sesion:
        sesion.mount("http://", AdaptadorConPlazo(plazo=5, limite=len(todo) - de_menos))
        if cabe:
            assert sesion.get(servidor.origen).content == cuerpo
        else:
            with pytest.raises(ValueError, match="tamaño"):
                sesion.get(servidor.origen)


def test_un_torrente_tampoco_pasa_del_plazo(servidor, hacer_cliente):
    """A server that never pauses, and so never meets a timeout, is cut at the deadline too."""
    cliente = hacer_cliente(tiempo_lectura=5, tiempo_total=0.3, limite_bytes=10**12)

    def inundar(conexion):
        conexion.sendall(CABEZA.replace(b"5000", b"9999999999999"))
        while not servidor.fin.is_set():
            conexion.sendall(b" " * 4096)

    servidor.responder(inundar)
    with pytest.raises(PasarelaNoRespondeError) as error:
        cliente.post_json(servidor.origen, {}, referencia="R", repetible=True)
    assert error.value.clase == "tiempo"


def test_el_plazo_empieza_de_nuevo_con_cada_llamada(servidor, hacer_cliente):
    """A reused connection is not late because of the calls before it."""
    servidor.mantener = True
    cliente = hacer_cliente(tiempo_total=0.5)
    servidor.responder(objeto({}))
    for _ in range(3):
        cliente.post_json(servidor.origen, {}, referencia="R", repetible=True)
        time.sleep(0.3)
    assert servidor.conexiones == 1
