"""The portal's one HTTP client: known origins only, bounded in time and size, and mute about what it carries."""

import codecs
import random
import time
from collections.abc import Iterable, Mapping
from contextlib import closing
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
import structlog
from urllib3.exceptions import HTTPError, ReadTimeoutError

from pagos.pasarelas.base import URL_MAXIMA, PasarelaNoRespondeError, RespuestaInesperadaError
from pagos.pasarelas.origenes import leer_origenes, origen_permitido
from pagos.pasarelas.plazo import AdaptadorConPlazo
from pagos.pasarelas.valores import escribir_json, leer_json

log = structlog.get_logger(__name__)

_CABECERAS = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",  # the size limit then counts what travels
    "Content-Type": "application/json",
    "User-Agent": "oasis-portal",
}
# Character sets in which an answer may come, by Python's name of each; a byte order mark is no part of the JSON.
_JUEGOS = {"utf-8": "utf-8-sig", "ascii": "ascii", "iso8859-1": "iso8859-1", "cp1252": "cp1252"}
_TROZO = 64 * 1024
_CABECERAS_MAXIMAS = 64 * 1024
_ESPERA_BASE = 0.25  # seconds before the first repetition, doubled for each further one
_ESPERA_PEDIDA_MAXIMA = 3600.0  # a gateway that asks for more than an hour is not obeyed beyond that


@dataclass(frozen=True, kw_only=True)
class RespuestaJson:
    """A readable answer: `datos` is the JSON object, `texto` the body as it came."""

    datos: Mapping[str, Any] = field(repr=False)
    texto: str = field(repr=False)


class _Canal:
    """Open connections to the gateways, without the rest of a requests.Session.

    So there is no proxy, .netrc or CA bundle out of the environment that could redirect a payment, no cookie of one
    agreement that travels with the next one's call, and no redirect that is followed. Safe to share between threads.
    """

    def __init__(self, conexion: str, **de_adaptador: float):
        self._adaptador = AdaptadorConPlazo(**de_adaptador)
        self._cabeceras = _CABECERAS | {"Connection": conexion}
        self._moldes: dict[str, requests.PreparedRequest] = {}

    def enviar(self, url: str, datos: bytes, tiempos: tuple[float, float]) -> requests.Response:
        """Post JSON; the answer is open, and its body not read. Raises what requests raises."""
        return self._adaptador.send(self._preparar(url, datos), stream=True, timeout=tiempos, verify=True, proxies={})

    def _preparar(self, url: str, datos: bytes) -> requests.PreparedRequest:
        # Only the body is new: making the rest of it was a quarter of a question's CPU.
        molde = self._moldes.get(url)
        if molde is None:
            molde = self._moldes[url] = requests.Request("POST", url, headers=self._cabeceras).prepare()
        pedida = copy(molde)
        pedida.headers = molde.headers.copy()
        pedida.headers["Content-Length"] = str(len(datos))
        pedida.body = datos
        return pedida

    def close(self) -> None:
        """Let go of the connections."""
        self._adaptador.close()


class ClienteHttp:
    """Posts JSON to the gateways. Safe to share between threads; make one per process.

    `origenes` are the only scheme://host[:port] that may be called; plain http needs loopback and
    `permitir_http_local`. Times are seconds: to connect, between two packets, and for a whole answer. `pool` is the
    number of connections kept open per gateway for questions, `reintentos` how often a question is repeated after a
    broken connection. A timeout is never repeated: the gateway is slow, and the next round asks again.
    """

    def __init__(
        self,
        origenes: Iterable[str],
        permitir_http_local: bool = False,
        *,
        tiempo_conexion: float = 3,
        tiempo_lectura: float = 15,
        tiempo_total: float = 20,
        pool: int = 64,
        limite_bytes: int = 1024 * 1024,
        reintentos: int = 2,
    ):
        self._origenes = leer_origenes(origenes)
        self._permitir_http_local = permitir_http_local
        self._tiempos = (tiempo_conexion, tiempo_lectura)
        self._limite_bytes = limite_bytes
        self._reintentos = reintentos
        self._de_adaptador = {
            "plazo": tiempo_total,
            "limite": limite_bytes + _CABECERAS_MAXIMAS,
            "pool_connections": len(self._origenes) or 1,
            "pool_maxsize": pool,
        }
        self._preguntas = _Canal("keep-alive", **self._de_adaptador)

    def permite(self, url: str) -> bool:
        """Whether a URL may be called, or a payer sent to it: of a known origin, and short enough to be kept."""
        return len(url) <= URL_MAXIMA and origen_permitido(
            url, origenes=self._origenes, permitir_http_local=self._permitir_http_local
        )

    def cerrar(self) -> None:
        """Let go of the open connections."""
        self._preguntas.close()

    def post_json(self, url: str, cuerpo: Mapping[str, Any], *, referencia: str, repetible: bool) -> RespuestaJson:
        """Post `cuerpo` and return the JSON object that came back with a 200.

        `repetible`: the call is a pure question and may be repeated after a broken connection. Raises
        PasarelaNoRespondeError (network, time, 5xx, 429, unreadable) and RespuestaInesperadaError (any other status,
        redirects included, or an origin that is not allowed).
        """
        if not self.permite(url):
            raise RespuestaInesperadaError("La dirección de la pasarela no está permitida.", codigo="ORIGEN_AJENO")
        datos = escribir_json(cuerpo)
        if repetible:
            return self._preguntar(url, datos, referencia)
        # An order goes on a connection of its own: on a kept one that the server has just closed it would break, and
        # nobody could tell whether the transaction exists.
        with closing(_Canal("close", **self._de_adaptador)) as canal:
            return self._post(canal, url, datos, referencia=referencia, intento=1)

    def _preguntar(self, url: str, datos: bytes, referencia: str) -> RespuestaJson:
        # Only what broke quickly is repeated, so that a call stays within about tiempo_total whatever happens.
        limite = time.monotonic() + self._tiempos[0]
        intento = 1
        while True:
            try:
                return self._post(self._preguntas, url, datos, referencia=referencia, intento=intento)
            except PasarelaNoRespondeError as error:
                if error.clase != "red" or intento > self._reintentos or time.monotonic() > limite:
                    raise
            # Full jitter: callers that were cut off together must not come back together.
            time.sleep(random.uniform(0, _ESPERA_BASE * 2**intento))  # noqa: S311 - spreads load, guards nothing
            intento += 1

    def _post(self, canal: _Canal, url: str, datos: bytes, *, referencia: str, intento: int) -> RespuestaJson:
        partes = urlsplit(url)
        llamada = {
            "metodo": "POST",
            "servidor": partes.netloc,
            "ruta": partes.path,
            "referencia": referencia,
            "intento": intento,
        }
        inicio = time.monotonic()
        estado = None
        try:
            with canal.enviar(url, datos, self._tiempos) as respuesta:
                estado = respuesta.status_code
                _exigir_200(respuesta)
                contenido = self._leer(respuesta)
            resultado = _interpretar(respuesta, contenido)
        except (PasarelaNoRespondeError, RespuestaInesperadaError) as error:
            clase = getattr(error, "clase", "inesperada")
            log.warning("llamada_pasarela", **llamada, estado=estado, ms=_ms(inicio), clase=clase)
            raise
        except (requests.RequestException, HTTPError, ValueError) as error:  # ValueError: an impossible length
            clase, cual = _clase(error), type(error).__name__
            log.warning("llamada_pasarela", **llamada, estado=estado, ms=_ms(inicio), clase=clase, error=cual)
            # `from None`: the original error holds the request, and the request holds the credentials.
            raise PasarelaNoRespondeError(f"{partes.netloc} no respondió ({clase}).", clase=clase) from None
        # Questions are many and mostly hear what was known: whoever applies an answer says so (`pagos.consulta`).
        anotar = log.debug if canal is self._preguntas else log.info
        anotar("llamada_pasarela", **llamada, estado=estado, ms=_ms(inicio))
        return resultado

    def _leer(self, respuesta: requests.Response) -> bytes:
        contenido = bytearray()
        for trozo in respuesta.iter_content(_TROZO):
            contenido += trozo
            if len(contenido) > self._limite_bytes:
                raise PasarelaNoRespondeError("La respuesta de la pasarela es demasiado grande.", clase="ilegible")
        return bytes(contenido)


def _exigir_200(respuesta: requests.Response) -> None:
    estado = respuesta.status_code
    if estado == 200:
        return
    espera = _retry_after(respuesta.headers.get("Retry-After", ""))
    if estado == 429:
        raise PasarelaNoRespondeError("La pasarela pide esperar.", clase="limite", reintentar_en=espera)
    if estado == 408:
        raise PasarelaNoRespondeError("La pasarela agotó su tiempo.", clase="tiempo", reintentar_en=espera)
    if estado >= 500:
        raise PasarelaNoRespondeError(f"La pasarela respondió {estado}.", clase="http_5xx", reintentar_en=espera)
    raise RespuestaInesperadaError(f"La pasarela respondió {estado}.", codigo=f"HTTP_{estado}")


def _interpretar(respuesta: requests.Response, contenido: bytes) -> RespuestaJson:
    if respuesta.headers.get("Content-Type", "").split(";")[0].strip().lower() != "application/json":
        raise PasarelaNoRespondeError("La respuesta de la pasarela no es JSON.", clase="ilegible")
    try:
        texto = contenido.decode(_juego(respuesta.encoding))
        datos = leer_json(texto)
    except ValueError:
        raise PasarelaNoRespondeError("El JSON de la pasarela no se puede leer.", clase="ilegible") from None
    if not isinstance(datos, dict):
        raise PasarelaNoRespondeError("El JSON de la pasarela no es un objeto.", clase="ilegible")
    return RespuestaJson(datos=datos, texto=texto)


def _juego(declarado: str | None) -> str:
    """Python's codec for the character set that an answer declares; UTF-8 when it declares none (RFC 8259, 8.1)."""
    try:
        return _JUEGOS[codecs.lookup(declarado or "utf-8").name]
    except LookupError:  # a set that does not exist, or in which nobody writes JSON
        raise ValueError("juego de caracteres desconocido") from None


def _clase(error: Exception) -> str:
    if isinstance(error, requests.Timeout) or any(isinstance(causa, ReadTimeoutError) for causa in error.args):
        return "tiempo"  # requests reports a timeout in the middle of a body as a ConnectionError
    return "ilegible" if isinstance(error, requests.exceptions.ContentDecodingError | ValueError) else "red"


def _retry_after(valor: str) -> float | None:
    """Seconds to wait out of a Retry-After header, in either of its two forms (RFC 9110, 10.2.3)."""
    if valor.isascii() and valor.isdigit():
        return min(float(valor), _ESPERA_PEDIDA_MAXIMA)
    try:
        fecha = parsedate_to_datetime(valor)
    except (ValueError, OverflowError):
        return None
    if fecha.tzinfo is None:
        fecha = fecha.replace(tzinfo=UTC)
    return min(max((fecha - datetime.now(UTC)).total_seconds(), 0.0), _ESPERA_PEDIDA_MAXIMA)


def _ms(inicio: float) -> int:
    return round((time.monotonic() - inicio) * 1000)
