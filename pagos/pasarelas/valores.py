"""How amounts, JSON and free text cross the wire. No float ever stands between a Decimal and a gateway."""

import json
import re
import unicodedata
from decimal import ROUND_DOWN, Decimal, DecimalException
from typing import Any, NoReturn

import simplejson

CENTAVO = Decimal("0.01")
# pasarelas.md, head: amounts inside strings.
_MONTO = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
_MONTO_MAXIMO = Decimal(10) ** 12
# 13 to 19 digits, perhaps in groups: what a full card number looks like.
_PARECE_TARJETA = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){12,18}(?![0-9])")
# How the cards in use begin and how long each issuer's are (ISO/IEC 7812).
_DE_EMISOR = re.compile(
    r"4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})"  # Visa
    r"|(?:5[1-5][0-9]{2}|222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}"  # Mastercard
    r"|3[47][0-9]{13}"  # American Express
    r"|3(?:0[0-5]|[689][0-9])[0-9]{11}"  # Diners Club
    r"|(?:6011|64[4-9][0-9]|65[0-9]{2})[0-9]{12}"  # Discover
    r"|35(?:2[89]|[3-8][0-9])[0-9]{12}"  # JCB
    r"|62[0-9]{14,17}"  # UnionPay
    r"|590712[0-9]{10}"  # Codensa
)


def leer_monto(texto: str) -> Decimal | None:
    """Read an amount written as `12500` or `12500.5`; None when it is written in any other way. Two places."""
    return Decimal(texto).quantize(CENTAVO) if _MONTO.fullmatch(texto) else None


def leer_monto_json(valor: Any) -> Decimal | None:
    """Read an amount that came as a JSON number (int or Decimal) or as a string; None when it is not money."""
    if isinstance(valor, str):
        return leer_monto(valor)
    if isinstance(valor, bool) or not isinstance(valor, int | Decimal):
        return None
    monto = Decimal(valor)
    # The bounds come first: arithmetic on 1E+999999 would eat the memory of the process.
    if not monto.is_finite() or not 0 <= monto < _MONTO_MAXIMO:
        return None
    centavos = monto.quantize(CENTAVO, rounding=ROUND_DOWN)
    return centavos if centavos == monto else None


def exigir_centavos(monto: Decimal) -> Decimal:
    """Give `monto` back with exactly two places; ValueError when that would change it or when it is negative."""
    centavos = leer_monto_json(monto)
    if centavos is None:
        raise ValueError("Un monto debe ser positivo, con a lo sumo dos decimales y doce enteros.")
    return centavos


def escribir_json(cuerpo: Any) -> bytes:
    """Write JSON in UTF-8, Decimals as numbers digit by digit.

    The standard library cannot write a Decimal as a number, and going through float would change amounts of 16 digits
    or print 1e+16; simplejson writes `str(Decimal)`, which for two fixed places is the amount itself.
    """
    return simplejson.dumps(cuerpo, use_decimal=True, allow_nan=False).encode()


def leer_json(texto: str) -> Any:
    """Read JSON with Decimals for numbers; ValueError for anything else, NaN and Infinity included."""
    try:
        return json.loads(texto, parse_float=Decimal, parse_constant=_rechazar_constante)
    except (DecimalException, RecursionError) as error:
        raise ValueError("JSON que no se puede leer") from error


def _rechazar_constante(nombre: str) -> NoReturn:
    raise ValueError(f"{nombre} no es un número de JSON")


def limpiar(texto: str, largo: int, *, prohibidos: str = "") -> str:
    """Make one clean line of at most `largo` characters: no control characters, no surrogates, none of `prohibidos`."""
    letras = (
        " " if letra in prohibidos or unicodedata.category(letra)[0] in "CZ" else letra
        for letra in unicodedata.normalize("NFC", texto)
    )
    return " ".join("".join(letras).split())[:largo].rstrip()


def texto_recibido(texto: str) -> str:
    """A free text of the gateway as it may be kept and shown: one clean line, of a card number the last four digits."""
    return _PARECE_TARJETA.sub(_sin_tarjeta, limpiar(texto, 80))


def identificador_recibido(texto: str) -> str:
    """A CUS or an approval code as it may be kept and shown: one clean line, whole, because the bank asks for it.

    Luhn's sum alone takes one random number in ten for a card. Here a number must besides begin as an issuer's and be
    as long: only then are four digits kept.
    """

    def tapar(hallado: re.Match[str]) -> str:
        return _sin_tarjeta(hallado) if _DE_EMISOR.fullmatch(_cifras(hallado)) else hallado.group()

    return _PARECE_TARJETA.sub(tapar, limpiar(texto, 80))


def _cifras(hallado: re.Match[str]) -> str:
    return "".join(letra for letra in hallado.group() if letra not in " -")


def _sin_tarjeta(hallado: re.Match[str]) -> str:
    cifras = [int(cifra) for cifra in _cifras(hallado)]
    # Luhn's sum: other long numbers, a receipt's or a terminal's, are left as they are.
    dobladas = [sum(divmod(2 * cifra, 10)) for cifra in cifras[-2::-2]]
    es_tarjeta = (sum(cifras[::-2]) + sum(dobladas)) % 10 == 0
    return "****" + "".join(map(str, cifras[-4:])) if es_tarjeta else hallado.group()
