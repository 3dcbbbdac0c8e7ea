"""PayU's signatures: four algorithms, three messages, each with its own idea of an amount (pasarelas.md 2.1 to 2.3)."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from types import MappingProxyType

# PayU's names. MD5 and SHA-1 are broken as hashes; they stay because merchants' panels are set to them.
_RESUMENES: Mapping[str, Callable[[bytes, bytes], str]] = MappingProxyType(
    {
        "MD5": lambda texto, _: hashlib.md5(texto, usedforsecurity=False).hexdigest(),
        "SHA": lambda texto, _: hashlib.sha1(texto, usedforsecurity=False).hexdigest(),
        "SHA256": lambda texto, _: hashlib.sha256(texto).hexdigest(),
        "HMAC-SHA256": lambda texto, secreto: hmac.new(secreto, texto, hashlib.sha256).hexdigest(),
    }
)
ALGORITMOS = tuple(_RESUMENES)


@dataclass(frozen=True, kw_only=True)
class Firmante:
    """Signs and checks for one merchant. `secreto` is the key of HMAC-SHA256; empty means the api key."""

    algoritmo: str
    api_key: str = field(repr=False)
    secreto: str = field(default="", repr=False)

    def firmar(self, *partes: str) -> str:
        """The signature of `apiKey~part~part~...`, in lower-case hexadecimal."""
        texto = "~".join((self.api_key, *partes)).encode("utf-8", "replace")
        return _RESUMENES[self.algoritmo](texto, (self.secreto or self.api_key).encode())

    def coincide(self, firma: str, *partes: str) -> bool:
        """Whether `firma` signs `partes`, in constant time and whatever its case."""
        recibida = firma.lower().encode("utf-8", "replace")
        return hmac.compare_digest(recibida, self.firmar(*partes).encode())


def valor_de_respuesta(valor: Decimal) -> str:
    """`new_value` of the response page: one decimal, half to even (150.25 -> 150.2, 150.35 -> 150.4)."""
    return str(valor.quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN))


def valor_de_confirmacion(valor: Decimal) -> str:
    """`new_value` of the confirmation: one decimal when the second is 0 (150.00 -> 150.0), else two."""
    escrito = format(valor, ".2f")
    return escrito[:-1] if escrito.endswith("0") else escrito
