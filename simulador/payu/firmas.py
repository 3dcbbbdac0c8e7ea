"""PayU's signatures: of the form (contract 2.1), of the response page (2.2) and of the confirmation (2.3)."""

import hashlib
import hmac
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal

from simulador.comercios import ComercioPayu

_RESUMEN = {"MD5": hashlib.md5, "SHA": hashlib.sha1, "SHA256": hashlib.sha256}


def firmar(comercio: ComercioPayu, algoritmo: str, partes: Iterable[object]) -> str:
    """The signature of `apiKey~part~part...` in lower-case hexadecimal."""
    texto = "~".join([comercio.api_key, *(str(parte) for parte in partes)]).encode()
    if algoritmo == "HMAC-SHA256":
        return hmac.new((comercio.secreto or comercio.api_key).encode(), texto, hashlib.sha256).hexdigest()
    return _RESUMEN[algoritmo](texto).hexdigest()


def iguales(una: str, otra: str) -> bool:
    """Compare two signatures: case does not matter, and the time taken tells nothing."""
    return hmac.compare_digest(una.lower().encode(), otra.lower().encode())


def valor_de_respuesta(valor: Decimal) -> str:
    """new_value of the response page: one decimal, half to even."""
    return str(valor.quantize(Decimal("0.1"), ROUND_HALF_EVEN))


def valor_de_confirmacion(valor: Decimal) -> str:
    """new_value of the confirmation: one decimal when the second one is 0, else two."""
    texto = str(valor.quantize(Decimal("0.01")))
    return texto[:-1] if texto.endswith("0") else texto
