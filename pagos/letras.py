"""Amounts in words, in Spanish, as a receipt says them. Libraries were tried: they get Colombian pesos wrong."""

from decimal import Decimal

from cartera.dinero import redondear

# fmt: off
_HASTA_29 = (
    "cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce", "trece",
    "catorce", "quince", "dieciséis", "diecisiete", "dieciocho", "diecinueve", "veinte", "veintiuno", "veintidós",
    "veintitrés", "veinticuatro", "veinticinco", "veintiséis", "veintisiete", "veintiocho", "veintinueve",
)
_DECENAS = ("treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa")
_CENTENAS = (
    "ciento", "doscientos", "trescientos", "cuatrocientos", "quinientos", "seiscientos", "setecientos", "ochocientos",
    "novecientos",
)
# fmt: on

# currency -> (one, many, one hundredth, many hundredths); any other currency is said by its code.
_NOMBRES = {
    "COP": ("peso", "pesos", "centavo", "centavos"),
    "USD": ("dólar", "dólares", "centavo", "centavos"),
    "EUR": ("euro", "euros", "céntimo", "céntimos"),
}


def en_letras(valor, moneda):
    """`valor` (Decimal >= 0, below a million millions, in `moneda`) in words: `veintiún mil pesos`."""
    centavos = int(redondear(Decimal(valor)) * 100)
    enteros, centavos = divmod(centavos, 100)
    uno, muchos, centesimo, centesimos = _NOMBRES.get(moneda, (moneda, moneda, "centavo", "centavos"))
    # "un millón de pesos", but "un millón mil pesos".
    de = "de " if enteros and enteros % 1_000_000 == 0 else ""
    texto = f"{_apocope(_cardinal(enteros))} {de}{uno if enteros == 1 else muchos}"
    if centavos:
        texto += f" con {_apocope(_cardinal(centavos))} {centesimo if centavos == 1 else centesimos}"
    return texto


def _apocope(texto):
    """`uno` before a noun: `un`, `veintiún`."""
    if texto.endswith("veintiuno"):
        return texto[: -len("uno")] + "ún"
    return texto[:-1] if texto.endswith("uno") else texto


def _cardinal(n):
    if n < 30:
        return _HASTA_29[n]
    if n < 100:
        return _DECENAS[n // 10 - 3] + (f" y {_HASTA_29[n % 10]}" if n % 10 else "")
    if n == 100:
        return "cien"
    if n < 1000:
        return f"{_CENTENAS[n // 100 - 1]} {_cardinal(n % 100)}" if n % 100 else _CENTENAS[n // 100 - 1]
    if n < 1_000_000:
        return _grupo(n, 1000, "mil", "mil")
    return _grupo(n, 1_000_000, "un millón", "millones")


def _grupo(n, unidad, uno, muchos):
    """`n` as so many thousands or millions and the rest."""
    cuantos, resto = divmod(n, unidad)
    cabeza = uno if cuantos == 1 else f"{_apocope(_cardinal(cuantos))} {muchos}"
    return f"{cabeza} {_cardinal(resto)}" if resto else cabeza
