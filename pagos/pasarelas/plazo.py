"""A deadline for a whole HTTP answer, which requests and urllib3 do not have.

Their read timeout starts again with each packet, so a server that sends one byte every fourteen seconds holds a thread
for hours. Here every read from the socket, of headers and body alike, may last no longer than what is left.
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
    """The raw side of a socket file that shortens the socket's timeout as the deadline nears."""

    def __init__(self, sock: socket.socket, crudo: io.RawIOBase, plazo: float):
        self._sock = sock
        self._crudo = crudo
        self._espera = sock.gettimeout()
        self._fin = time.monotonic() + plazo

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._crudo.fileno()

    def readinto(self, destino: Any) -> int | None:
        queda = self._fin - time.monotonic()
        if queda <= 0:
            raise TimeoutError("la respuesta no terminó dentro de su plazo")
        self._sock.settimeout(queda if self._espera is None else min(queda, self._espera))
        return self._crudo.readinto(destino)

    def close(self) -> None:
        self._crudo.close()
        super().close()


class _Respuesta(http.client.HTTPResponse):
    """An answer read through `_LecturaConPlazo`."""

    def __init__(self, sock: socket.socket, *args: Any, plazo: float, **kwargs: Any):
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_LecturaConPlazo(sock, self.fp.detach(), plazo))


class AdaptadorConPlazo(HTTPAdapter):
    """A pooled requests adapter whose answers must arrive whole within `plazo` seconds of the request being sent."""

    def __init__(self, *, plazo: float, **kwargs: Any):
        self._plazo = plazo
        super().__init__(**kwargs)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Build the usual pools around connections that read with a deadline."""
        super().init_poolmanager(*args, **kwargs)
        respuesta = partial(_Respuesta, plazo=self._plazo)
        conexiones = {
            esquema: type(f"{base.__name__}ConPlazo", (base,), {"response_class": staticmethod(respuesta)})
            for esquema, base in (("http", HTTPConnection), ("https", HTTPSConnection))
        }
        self.poolmanager.pool_classes_by_scheme = {
            "http": type("PoolHttp", (HTTPConnectionPool,), {"ConnectionCls": conexiones["http"]}),
            "https": type("PoolHttps", (HTTPSConnectionPool,), {"ConnectionCls": conexiones["https"]}),
        }
