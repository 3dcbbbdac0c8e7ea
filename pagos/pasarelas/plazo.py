"""A deadline and a size for a whole HTTP answer, which requests and urllib3 do not have.

Their read timeout starts again with each packet, so a server that sends one byte every fourteen seconds holds a thread
for hours; and a chunk may announce any length and is read whole. Here every read from the socket, of headers and body
alike, may last no longer than the time that is left and bring no more than the bytes that are left.
"""

import http.client
import io
import socket
import time
from functools import partial
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class _LecturaConPlazo(io.RawIOBase):
    """The raw side of a socket file that shortens the socket's timeout as the deadline nears and counts its bytes."""

    def __init__(self, sock: socket.socket, crudo: io.RawIOBase, plazo: float, limite: int):
        self._sock = sock
        self._crudo = crudo
        self._espera = sock.gettimeout()
        self._fin = time.monotonic() + plazo
        self._quedan = limite

    def readable(self) -> bool:
        return True

    def readinto(self, destino: Any) -> int | None:
        queda = self._fin - time.monotonic()
        if queda <= 0:
            raise TimeoutError("la respuesta no terminó dentro de su plazo")
        self._sock.settimeout(queda if self._espera is None else min(queda, self._espera))
        leidos = self._crudo.readinto(destino)
        self._quedan -= leidos or 0
        if self._quedan < 0:
            raise ValueError("la respuesta pasa de su tamaño")
        return leidos

    def close(self) -> None:
        self._crudo.close()
        super().close()


class _Respuesta(http.client.HTTPResponse):
    """An answer read through `_LecturaConPlazo`."""

    def __init__(self, sock: socket.socket, *args: Any, plazo: float, limite: int, **kwargs: Any):
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_LecturaConPlazo(sock, self.fp.detach(), plazo, limite))


class AdaptadorConPlazo(HTTPAdapter):
    """A pooled requests adapter for answers of at most `plazo` seconds and `limite` bytes, headers included.

    Time counts from the request being sent. Too late is a read timeout; too large, a ValueError.
    """

    def __init__(self, *, plazo: float, limite: int, **kwargs: Any):
        self._ajustes = {"plazo": plazo, "limite": limite}
        super().__init__(**kwargs)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Build the usual pools around connections that read with a deadline."""
        super().init_poolmanager(*args, **kwargs)
        respuesta = partial(_Respuesta, **self._ajustes)
        conexiones = {
            esquema: type(f"{base.__name__}ConPlazo", (base,), {"response_class": staticmethod(respuesta)})
            for esquema, base in (("http", HTTPConnection), ("https", HTTPSConnection))
        }
        self.poolmanager.pool_classes_by_scheme = {
            "http": type("PoolHttp", (HTTPConnectionPool,), {"ConnectionCls": conexiones["http"]}),
            "https": type("PoolHttps", (HTTPSConnectionPool,), {"ConnectionCls": conexiones["https"]}),
        }
