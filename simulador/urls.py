"""Addresses: whether one is whole, and adding to its query string."""

from urllib.parse import urlencode, urlsplit, urlunsplit


def es_url(valor: str) -> bool:
    """An absolute http or https address."""
    try:
        partes = urlsplit(valor)
    except ValueError:
        return False
    return partes.scheme in ("http", "https") and bool(partes.hostname) and not any(letra.isspace() for letra in valor)


def con_parametros(url: str, parametros: dict[str, object]) -> str:
    """`url` with these parameters after those it already has."""
    partes = urlsplit(url)
    consulta = "&".join(filter(None, (partes.query, urlencode(parametros))))
    return urlunsplit(partes._replace(query=consulta))
