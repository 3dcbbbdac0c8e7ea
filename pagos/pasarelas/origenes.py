"""Which doors may be called or redirected to: exact origins and nothing that merely looks like one (diseno.md 4.13)."""

import functools
import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

Origen = tuple[str, str, int]  # scheme, host in lower case, port

_PUERTOS = {"https": 443, "http": 80}


@functools.lru_cache(maxsize=256)
def leer_origen(url: str) -> Origen | None:
    """Take the origin out of an absolute http(s) URL; None when a browser and we could read it differently.

    Blanks, control and non-ASCII characters, backslashes and `user@` are refused: each has been used to make two
    parsers see two hosts.
    """
    if not url.isascii() or "\\" in url or any(letra <= " " or letra == "\x7f" for letra in url):
        return None
    try:
        partes = urlsplit(url)
        puerto = partes.port
    except ValueError:
        return None
    if partes.scheme not in _PUERTOS or not partes.hostname or "@" in partes.netloc or puerto == 0:
        return None
    return partes.scheme, partes.hostname, _PUERTOS[partes.scheme] if puerto is None else puerto


def leer_origenes(urls: Iterable[str]) -> frozenset[Origen]:
    """Read a list of origins as an operator writes it; ValueError naming the first one that is not an origin."""
    origenes = set()
    for url in urls:
        origen = leer_origen(url)
        if origen is None or urlsplit(url).path not in ("", "/") or "?" in url or "#" in url:
            raise ValueError(f"«{url}» no es un origen: escriba esquema://servidor[:puerto], sin ruta.")
        origenes.add(origen)
    return frozenset(origenes)


@functools.lru_cache(maxsize=256)
def es_local(origen: Origen) -> bool:
    """Whether the host of an origin is this same machine."""
    try:
        return origen[1] == "localhost" or ipaddress.ip_address(origen[1]).is_loopback
    except ValueError:
        return False


def origen_permitido(url: str, *, origenes: Iterable[str] | frozenset[Origen], permitir_http_local: bool) -> bool:
    """Whether `url` belongs to one of `origenes`; plain http besides only to loopback and only where it is allowed."""
    conocidos = origenes if isinstance(origenes, frozenset) else leer_origenes(origenes)
    origen = leer_origen(url)
    if origen is None or origen not in conocidos:
        return False
    return origen[0] == "https" or (permitir_http_local and es_local(origen))
