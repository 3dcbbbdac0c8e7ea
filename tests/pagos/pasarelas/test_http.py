"""The portal's one HTTP client, against a real server that behaves badly."""

import gzip
import json
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from ipaddress import ip_address

import pytest
import structlog
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from pagos.pasarelas.base import PasarelaNoRespondeError, RespuestaInesperadaError
from pagos.pasarelas.http import ClienteHttp, _retry_after
from tests.pagos.pasarelas.servidor_crudo import (
    ServidorCrudo,
    callar,
    cortar,
    crudo,
    gotear,
    objeto,
    respuesta,
)

BIEN = objeto({"bien": 1})
SECRETO = "SECRETO-PLANTADO"


def preguntar(cliente, servidor, *, repetible=False, cuerpo=None, ruta="/api/Algo"):
    return cliente.post_json(servidor.origen + ruta, cuerpo or {"a": 1}, referencia="REF1", repetible=repetible)


def no_responde(cliente, servidor, **kwargs):
    with pytest.raises(PasarelaNoRespondeError) as error:
        preguntar(cliente, servidor, **kwargs)
    return error.value


@pytest.fixture
def lineas():
    """The structured log lines written while the test runs."""
    with structlog.testing.capture_logs() as lineas:
        yield lineas


def test_envia_json_con_decimales_exactos_y_lee_decimales(servidor, cliente):
    """A body goes out as JSON with numbers made from Decimal; the answer comes back with Decimals and its raw text."""
    servidor.responder(objeto({"valor": 0.1}, tipo="application/json; charset=utf-8"))
    leida = preguntar(cliente, servidor, cuerpo={"total": Decimal("123456789012.30"), "quién": "ñ"})
    (peticion,) = servidor.peticiones
    assert peticion.linea == "POST /api/Algo HTTP/1.1"
    assert peticion.cabeceras["Content-Type"] == "application/json"
    assert peticion.cabeceras["Accept"] == "application/json"
    assert peticion.cabeceras["Accept-Encoding"] == "identity"
    assert peticion.cabeceras["User-Agent"] == "oasis-portal"
    assert b'"total": 123456789012.30' in peticion.cuerpo
    assert peticion.json["quién"] == "ñ"
    assert leida.datos == {"valor": Decimal("0.1")}
    assert leida.texto == '{"valor": 0.1}'


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/x", "https://www.zonapagos.com/x", "http://localhost:{puerto}/x"])
def test_no_llama_a_un_origen_que_no_esta_en_la_lista(servidor, cliente, url):
    """Another port, another scheme or another name of the same machine is another door: nothing is sent."""
    servidor.responder(BIEN)
    with pytest.raises(RespuestaInesperadaError) as error:
        cliente.post_json(url.format(puerto=servidor.puerto), {}, referencia="R", repetible=True)
    assert error.value.codigo == "ORIGEN_AJENO"
    assert not servidor.peticiones


def test_http_sin_cifrar_pide_permiso_aunque_este_en_la_lista(servidor, hacer_cliente):
    """Where tests are not allowed, a listed http origin on loopback is not called."""
    servidor.responder(BIEN)
    with pytest.raises(RespuestaInesperadaError):
        preguntar(hacer_cliente(permitir_http_local=False), servidor)
    assert not servidor.peticiones


@pytest.mark.parametrize(
    "estado", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent", "304 Not"]
)
def test_una_redireccion_no_se_sigue(servidor, cliente, estado):
    """A 3xx is an unexpected answer, wherever it points and however large its body: one request, no second."""
    servidor.responder(respuesta(b"x" * 3_000_000, estado=estado, Location=servidor.origen + "/otra"))
    with pytest.raises(RespuestaInesperadaError) as error:
        preguntar(cliente, servidor, repetible=True)
    assert error.value.codigo == f"HTTP_{estado[:3]}"
    assert len(servidor.peticiones) == 1


def test_una_redireccion_con_destino_ilegible_tampoco_hace_caer(servidor, cliente):
    """A Location that is not even text changes nothing."""
    servidor.responder(crudo(b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe\r\nContent-Length: 0\r\n\r\n"))
    with pytest.raises(RespuestaInesperadaError):
        preguntar(cliente, servidor)


@pytest.mark.parametrize(
    "estado", ["400 Bad Request", "401 No", "403 No", "404 Not Found", "415 Type", "201 Made", "204 No"]
)
def test_otro_estado_es_una_respuesta_inesperada(servidor, cliente, estado):
    """A status that the contract does not foresee stops the caller and is named."""
    servidor.responder(respuesta("{}", estado=estado))
    with pytest.raises(RespuestaInesperadaError) as error:
        preguntar(cliente, servidor, repetible=True)
    assert error.value.codigo == f"HTTP_{estado[:3]}"
    assert len(servidor.peticiones) == 1


@pytest.mark.parametrize(
    ("estado", "clase"),
    [
        ("500 Error", "http_5xx"),
        ("503 Busy", "http_5xx"),
        ("599 X", "http_5xx"),
        ("429 Slow", "limite"),
        ("408 T", "tiempo"),
    ],
)
def test_un_estado_de_pasarela_caida_es_que_no_respondio(servidor, cliente, estado, clase):
    """5xx, 429 and 408 leave the state unknown; they are not repeated at once, even for a pure question."""
    servidor.responder(respuesta('{"int_codigo": 1}', estado=estado))
    error = no_responde(cliente, servidor, repetible=True)
    assert (error.clase, error.reintentar_en) == (clase, None)
    assert len(servidor.peticiones) == 1


@pytest.mark.parametrize("estado", ["429 Slow", "503 Busy"])
def test_retry_after_llega_a_quien_llama(servidor, cliente, estado):
    """The seconds that the gateway asks for are handed to the caller."""
    servidor.responder(respuesta("", estado=estado, Retry_After="120"))
    assert no_responde(cliente, servidor).reintentar_en == 120


def test_retry_after_se_lee_en_sus_dos_formas_y_con_tope():
    """Seconds or an HTTP date; never negative, never more than an hour; rubbish is as if it had not come."""
    en_un_minuto = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert 55 < _retry_after(en_un_minuto) <= 60
    assert 55 < _retry_after(en_un_minuto.replace("GMT", "-0000")) <= 60
    assert _retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert _retry_after("0") == 0
    assert _retry_after("9" * 500) == 3600
    assert _retry_after("Wed, 21 Oct 9999 07:28:00 GMT") == 3600
    for basura in ("", "pronto", "-5", "1.5", "٣", "Wed, 21 Oct 99999999999999999999 07:28:00 GMT"):
        assert _retry_after(basura) is None


@given(st.text())
def test_ningun_retry_after_hace_caer(valor):
    """Any header value is a number between 0 and an hour, or None."""
    espera = _retry_after(valor)
    assert espera is None or 0 <= espera <= 3600


@pytest.mark.parametrize(
    "guion",
    [
        respuesta("<html>mantenimiento</html>", tipo="text/html"),
        respuesta("<html>mantenimiento</html>"),
        respuesta('{"int_codigo": 1}', tipo="text/html"),
        respuesta('{"int_codigo": 1}', tipo=""),
        respuesta('{"int_codigo": 1, "str_url": "http'),
        respuesta(""),
        respuesta("[1]"),
        respuesta('"hola"'),
        respuesta('{"a": NaN}'),
        respuesta(b"\xff"),
        respuesta(b'{"a": "\xe1"}'),
        respuesta(b'{"a": "\x81"}', tipo="application/json; charset=windows-1252"),
        respuesta(b'{"a": "\xe1"}', tipo="application/json; charset=us-ascii"),
        *(
            respuesta("{}", tipo=f"application/json; charset={juego}")
            for juego in ("klingon", "utf-16", "utf-7", "hex", "idna", "unicode_escape", "utf-8-sig", "\xf1")
        ),
        respuesta(b"no es gzip", Content_Encoding="gzip"),
    ],
)
def test_una_respuesta_ilegible_es_que_no_respondio(servidor, cliente, guion):
    """HTML, another content type, half a JSON, no object, NaN or a broken or unknown encoding decide nothing."""
    servidor.responder(guion)
    assert no_responde(cliente, servidor, repetible=True).clase == "ilegible"
    assert len(servidor.peticiones) == 1


@pytest.mark.parametrize(
    ("tipo", "octetos"),
    [
        ("application/json", "Banco Unión “€”".encode()),
        ("application/json;charset=", "Banco Unión “€”".encode()),
        ("application/json; charset=UTF-8", "Banco Unión “€”".encode()),
        ("application/json; charset=utf8", "Banco Unión “€”".encode()),
        ('application/json; Charset="windows-1252"; v=2', "Banco Unión “€”".encode("cp1252")),
        ("application/json; charset=CP1252", "Banco Unión “€”".encode("cp1252")),
    ],
)
def test_una_respuesta_se_lee_en_el_juego_que_declara(servidor, cliente, tipo, octetos):
    """Bytes mean what the answer says that they mean; UTF-8 when it does not say."""
    servidor.responder(respuesta(b'{"banco": "' + octetos + b'"}', tipo=tipo))
    leida = preguntar(cliente, servidor)
    assert leida.datos == {"banco": "Banco Unión “€”"}
    assert leida.texto == '{"banco": "Banco Unión “€”"}'


@pytest.mark.parametrize("juego", ["ISO-8859-1", "iso-8859-1", "latin1"])
def test_una_respuesta_en_latin1_no_se_lee_en_otro(servidor, cliente, juego):
    """What declares ISO-8859-1 is ISO-8859-1, where 0x80 is no euro."""
    servidor.responder(respuesta(b'{"banco": "Uni\xf3n \x80"}', tipo=f"application/json; charset={juego}"))
    assert preguntar(cliente, servidor).datos == {"banco": "Unión \x80"}


def test_una_marca_de_orden_de_octetos_no_es_parte_del_json(servidor, cliente):
    """UTF-8 that begins with a byte order mark is the JSON after it."""
    servidor.responder(respuesta(b'\xef\xbb\xbf{"a": 1}'))
    leida = preguntar(cliente, servidor)
    assert (leida.datos, leida.texto) == ({"a": 1}, '{"a": 1}')


def test_una_direccion_mas_larga_de_lo_que_se_guarda_no_se_permite(servidor, cliente):
    """An address of 500 characters may be called or sent to; a longer one not, whatever its origin."""
    cabe = f"{servidor.origen}/?a=".ljust(500, "x")
    assert cliente.permite(cabe)
    assert not cliente.permite(cabe + "x")


def test_una_respuesta_sin_fin_se_corta_en_el_limite(servidor, hacer_cliente):
    """A body beyond the limit is refused, announced or not, compressed or not, without being held in memory."""
    cliente = hacer_cliente(limite_bytes=10_000)
    grande = json.dumps({"a": "x" * 50_000}).encode()
    sin_largo = crudo(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + grande)
    for guion in (respuesta(grande), sin_largo, respuesta(gzip.compress(grande), Content_Encoding="gzip")):
        servidor.responder(guion)
        assert no_responde(cliente, servidor).clase == "ilegible"
    # Chunks lie about their length as they please: what travels is counted all the same.
    sin_fin = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    for trozo in (b"-1\r\n", b"fffffff\r\n"):
        servidor.responder(crudo(sin_fin + trozo + b"x" * 5_000_000))
        assert no_responde(cliente, servidor).clase == "ilegible"
    servidor.responder(respuesta(json.dumps({"a": "x" * (10_000 - 9)})))  # exactly the limit, which is allowed
    assert len(preguntar(cliente, servidor).texto) == 10_000


def test_medio_cuerpo_es_una_conexion_rota(servidor, cliente):
    """A body shorter than announced is a broken connection, never half an answer."""
    servidor.responder(
        crudo(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{"int_codigo": 1}')
    )
    assert no_responde(cliente, servidor).clase == "red"


@pytest.mark.parametrize("guion", [cortar, crudo(b""), crudo(b"HTTP/1.1 2"), crudo(b"\x00\x01basura\r\n\r\n")])
def test_una_conexion_rota_no_se_repite_si_pudo_crear_algo(servidor, cliente, guion):
    """A reset, a silent close or garbage on an order is sent once: the transaction may exist."""
    servidor.responder(guion, BIEN)
    assert no_responde(cliente, servidor).clase == "red"
    assert len(servidor.peticiones) == 1


def test_una_pregunta_pura_se_repite_tras_una_conexion_rota(servidor, cliente):
    """A question whose connection broke is asked again, and the answer of the last time counts."""
    servidor.responder(cortar, cortar, BIEN)
    assert preguntar(cliente, servidor, repetible=True).datos == {"bien": 1}
    assert len(servidor.peticiones) == 3


def test_las_repeticiones_estan_contadas(servidor, cliente):
    """Two repetitions and no more."""
    servidor.responder(cortar)
    assert no_responde(cliente, servidor, repetible=True).clase == "red"
    assert len(servidor.peticiones) == 3


def test_entre_repeticiones_se_espera_cada_vez_mas_y_al_azar(servidor, cliente, monkeypatch):
    """Waits are drawn between 0 and a ceiling that doubles."""
    techos = []
    monkeypatch.setattr("pagos.pasarelas.http.random.uniform", lambda desde, hasta: techos.append((desde, hasta)) or 0)
    servidor.responder(cortar)
    no_responde(cliente, servidor, repetible=True)
    assert techos == [(0, 0.5), (0, 1.0)]


def test_lo_que_se_rompe_despacio_no_se_repite(servidor, hacer_cliente):
    """A connection that took longer than a connect time to break is not repeated: the whole call stays bounded."""
    cliente = hacer_cliente(tiempo_conexion=0.2, tiempo_lectura=5)
    servidor.responder(lambda conexion: time.sleep(0.4) or cortar(conexion))
    assert no_responde(cliente, servidor, repetible=True).clase == "red"
    assert len(servidor.peticiones) == 1


def test_nadie_escucha(hacer_cliente):
    """A closed port is a network error."""
    with ServidorCrudo() as cerrado:
        pass
    with pytest.raises(PasarelaNoRespondeError) as error:
        preguntar(hacer_cliente(origenes=[cerrado.origen]), cerrado, repetible=True)
    assert error.value.clase == "red"


def test_el_silencio_tiene_limite_y_no_se_repite(servidor, hacer_cliente):
    """A server that takes the request and says nothing costs one read timeout, not three."""
    cliente = hacer_cliente(tiempo_lectura=0.3)
    servidor.responder(callar(servidor.fin))
    inicio = time.monotonic()
    assert no_responde(cliente, servidor, repetible=True).clase == "tiempo"
    assert time.monotonic() - inicio < 2
    assert len(servidor.peticiones) == 1


def test_quien_no_acepta_la_conexion_se_espera_lo_justo_y_una_vez(hacer_cliente):
    """A gateway too busy to accept a connection is slow, not broken: nobody insists."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as lleno, ExitStack() as pila:
        origen = "http://{}:{}".format(*lleno.getsockname())
        for _ in range(4):  # fills its queue: the next connection gets no answer
            cliente = pila.enter_context(socket.socket())
            cliente.setblocking(False)
            cliente.connect_ex(lleno.getsockname())
        inicio = time.monotonic()
        with pytest.raises(PasarelaNoRespondeError) as error:
            hacer_cliente(origenes=[origen], tiempo_conexion=0.5).post_json(origen, {}, referencia="R", repetible=True)
        assert error.value.clase == "tiempo"
        assert time.monotonic() - inicio < 1


def test_sin_cifrado_verificable_no_se_envia_nada(hacer_cliente, tmp_path, monkeypatch):
    """A certificate that no known authority signed ends the call before the request, whatever the environment says."""
    certificado = _certificado_propio(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificado))
    monkeypatch.setenv("CURL_CA_BUNDLE", str(certificado))
    contexto = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    contexto.load_cert_chain(certificado)
    with ServidorCrudo([BIEN], contexto_tls=contexto) as cifrado:
        error = no_responde(hacer_cliente(origenes=[cifrado.origen]), cifrado)
        assert error.clase == "red"
        assert not cifrado.peticiones


def test_el_entorno_no_desvia_las_llamadas(servidor, cliente, tmp_path, monkeypatch):
    """Proxy variables and a .netrc change neither the way nor the headers of a call."""
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine 127.0.0.1 login ana password {SECRETO}\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(variable, "http://127.0.0.1:1")
    servidor.responder(BIEN)
    preguntar(cliente, servidor)
    assert "Authorization" not in servidor.peticiones[0].cabeceras


def test_una_cookie_no_pasa_de_una_llamada_a_otra(servidor, cliente):
    """What one agreement's call is told to remember does not travel with the next one's."""
    servidor.mantener = True
    servidor.responder(objeto({}, Set_Cookie="sesion=ajena; Path=/"))
    preguntar(cliente, servidor)
    preguntar(cliente, servidor)
    assert "Cookie" not in servidor.peticiones[1].cabeceras


def test_las_conexiones_se_reusan(servidor, cliente):
    """Questions one after another share a connection: a handshake for each would double the round of the sonda."""
    servidor.mantener = True
    servidor.responder(BIEN)
    for _ in range(5):
        preguntar(cliente, servidor, repetible=True)
    assert (len(servidor.peticiones), servidor.conexiones) == (5, 1)


def test_una_orden_va_en_una_conexion_propia(servidor, cliente):
    """What may create something never rides on a connection that the server might just have closed."""
    servidor.mantener = True
    servidor.responder(BIEN)
    for repetible in (True, False, False):
        preguntar(cliente, servidor, repetible=repetible)
    assert (len(servidor.peticiones), servidor.conexiones) == (3, 3)
    assert [peticion.cabeceras["Connection"] for peticion in servidor.peticiones] == ["keep-alive", "close", "close"]


def test_muchos_hilos_comparten_el_cliente(servidor, cliente):
    """Each of many simultaneous callers gets the answer to its own question."""
    servidor.mantener = True
    servidor.responder(lambda conexion: objeto({"n": servidor.peticiones[-1].json["n"]})(conexion))
    candado = threading.Lock()

    def uno(numero):
        with candado:  # the server answers with the last question it read
            return preguntar(cliente, servidor, cuerpo={"n": numero}).datos["n"]

    with ThreadPoolExecutor(16) as hilos:
        assert list(hilos.map(uno, range(64))) == list(range(64))


def test_una_pregunta_contestada_no_llena_la_bitacora(servidor, cliente, lineas):
    """The sonda asks every few minutes and mostly hears what it knew: at the level of production that is no line."""
    servidor.responder(objeto({"a": 1}))
    preguntar(cliente, servidor, repetible=True)
    assert lineas == []


def test_cada_llamada_deja_una_linea_con_la_referencia_y_sin_secretos(servidor, cliente, lineas):
    """The line has method, host, path, status, milliseconds and reference, and nothing of bodies or query strings."""
    servidor.responder(respuesta(json.dumps({"a": SECRETO})))
    preguntar(cliente, servidor, cuerpo={"str_clave": SECRETO}, ruta=f"/api/Algo?clave={SECRETO}")
    (linea,) = lineas
    assert 0 <= linea.pop("ms") < 60_000
    assert linea == {
        "event": "llamada_pasarela",
        "log_level": "info",
        "metodo": "POST",
        "servidor": f"127.0.0.1:{servidor.puerto}",
        "ruta": "/api/Algo",
        "estado": 200,
        "referencia": "REF1",
        "intento": 1,
    }


@pytest.mark.parametrize(
    ("guion", "estado", "clase"),
    [
        (cortar, None, "red"),
        (respuesta(SECRETO, estado="500 Error"), 500, "http_5xx"),
        (respuesta(SECRETO), 200, "ilegible"),
        (respuesta(SECRETO, estado="404 No"), 404, "inesperada"),
    ],
)
def test_un_fallo_deja_su_linea_y_ningun_secreto_en_el_error(servidor, cliente, lineas, guion, estado, clase):
    """A failure is logged with its class; neither line nor exception carries the body of question or answer."""
    servidor.responder(guion)
    with pytest.raises((PasarelaNoRespondeError, RespuestaInesperadaError)) as error:
        preguntar(cliente, servidor, cuerpo={"str_clave": SECRETO})
    (linea,) = lineas
    assert (linea["estado"], linea["clase"], linea["log_level"]) == (estado, clase, "warning")
    assert linea["event"] == "llamada_pasarela"
    assert SECRETO not in f"{lineas} {error.getrepr()} {error.value!r}"


def test_el_repr_de_una_respuesta_no_muestra_su_contenido(servidor, cliente):
    """An answer that lands in a traceback or a log does not tell what it carries."""
    servidor.responder(objeto({"a": SECRETO}))
    assert SECRETO not in repr(preguntar(cliente, servidor))


def test_ruido_en_el_cable_solo_da_los_dos_errores(servidor, hacer_cliente):
    """Whatever bytes come back, the caller sees an answer or one of the two domain errors."""
    cliente = hacer_cliente(tiempo_lectura=0.5, tiempo_total=0.5)
    for ruido in _ruidos():
        servidor.responder(crudo(ruido))
        try:
            preguntar(cliente, servidor)
        except (PasarelaNoRespondeError, RespuestaInesperadaError):
            continue


def _ruidos():
    cabeza = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    yield from (
        cabeza + b"Content-Length: " + largo + b"\r\n\r\n{}" for largo in (b"-1", b"abc", b"2, 3", b"1e3", b"\xff")
    )
    yield from (
        cabeza + b"Transfer-Encoding: chunked\r\n\r\n" + resto for resto in (b"zz\r\n", b"-2\r\n{}", b"2\r\n{}", b"")
    )
    yield from (
        b"HTTP/1.1 " + estado + b"\r\n\r\n" for estado in (b"abc", b"99", b"1000 x", b"200", b"-200 OK", b"\xff")
    )
    yield b"HTTP/9.9 200 OK\r\n\r\n{}"
    yield cabeza + b"X: " + b"y" * 70_000 + b"\r\n\r\n{}"
    yield cabeza + b"X: y\r\n" * 200 + b"\r\n{}"
    yield b"HTTP/1.1 100 Continue\r\n\r\n" * 50
    yield cabeza + b"Set-Cookie: \xff=\xfe; expires=nunca\r\nContent-Length: 2\r\n\r\n{}"
    yield b"HTTP/1.1 200 OK\r\nContent-Type: \xff\xfe;;;\r\nContent-Length: 2\r\n\r\n{}"
    yield cabeza + b"Content-Encoding: deflate, br, gzip, zzz\r\nContent-Length: 2\r\n\r\n{}"


def _certificado_propio(carpeta):
    """A certificate for 127.0.0.1 signed by itself alone, with its key, in one file."""
    clave = ec.generate_private_key(ec.SECP256R1())
    nombre = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    ahora = datetime.now(UTC)
    certificado = (
        x509.CertificateBuilder()
        .subject_name(nombre)
        .issuer_name(nombre)
        .public_key(clave.public_key())
        .serial_number(1)
        .not_valid_before(ahora - timedelta(days=1))
        .not_valid_after(ahora + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(clave, hashes.SHA256())
    )
    archivo = carpeta / "certificado.pem"
    archivo.write_bytes(
        clave.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificado.public_bytes(serialization.Encoding.PEM)
    )
    return archivo


def test_el_cliente_por_defecto_espera_3_y_15_segundos():
    """The times of diseno 4.5 are the ones that come without asking, and plain http is not for anybody."""
    cliente = ClienteHttp(["http://127.0.0.1:9"])
    assert cliente._tiempos == (3, 15)
    assert not cliente.permite("http://127.0.0.1:9/")
    cliente.cerrar()


def test_tambien_lo_cifrado_tiene_plazo(tmp_path, monkeypatch):
    """An https answer that drips is cut at the deadline as a plain one is: real gateways are always https."""
    certificado = _certificado_propio(tmp_path)
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(certificado))
    contexto = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    contexto.load_cert_chain(certificado)
    with ServidorCrudo(contexto_tls=contexto) as cifrado:
        cliente = ClienteHttp([cifrado.origen], tiempo_conexion=2, tiempo_lectura=5, tiempo_total=0.6)
        cifrado.responder(BIEN)
        assert preguntar(cliente, cifrado).datos == {"bien": 1}
        cifrado.responder(gotear(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 5000, 0.02, cifrado.fin))
        inicio = time.monotonic()
        assert no_responde(cliente, cifrado).clase == "tiempo"
        assert time.monotonic() - inicio < 3
        cliente.cerrar()
