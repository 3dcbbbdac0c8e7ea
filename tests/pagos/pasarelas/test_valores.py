"""Amounts, JSON and free text on the wire."""

import contextlib
import json
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagos.pasarelas.valores import (
    escribir_json,
    exigir_centavos,
    leer_json,
    leer_monto,
    leer_monto_json,
    limpiar,
    texto_recibido,
)
from tests.arnes import marcas
from tests.pagos.pasarelas.textos import cualquier_texto

montos = st.decimals(min_value=0, max_value=Decimal("999999999999.99"), places=2)


@pytest.mark.parametrize(
    ("texto", "monto"),
    [("0", "0.00"), ("12500", "12500.00"), ("12500.5", "12500.50"), ("0.01", "0.01"), ("999999999999.99",) * 2],
)
def test_un_monto_bien_escrito_se_lee_exacto(texto, monto):
    """An amount in the contract's shape is read digit by digit, with two places."""
    leido = leer_monto(texto)
    assert str(leido) == monto


@pytest.mark.parametrize(
    "texto",
    [
        "",
        " ",
        "-1",
        "+1",
        "1.",
        ".5",
        "1.234",
        "1,5",
        "1e3",
        "1E3",
        "NaN",
        "Infinity",
        "1_000",
        "1234567890123",
        "１２",
        "12\n",
        " 12",
        "0x1",
        "1.2.3",
        "1 000",
        "٣",
    ],
)
def test_un_monto_escrito_de_otra_manera_no_se_lee(texto):
    """Anything that is not 1 to 12 digits with at most two decimals is no amount, other alphabets' digits included."""
    assert leer_monto(texto) is None


@pytest.mark.parametrize(
    "valor", [20000, Decimal("20000.00"), Decimal("20000.0"), Decimal("2E+4"), "20000", "20000.00"]
)
def test_un_monto_de_json_vale_lo_mismo_en_todas_sus_formas(valor):
    """The same figure as integer, decimal, exponent or string is the same amount."""
    assert str(leer_monto_json(valor)) == "20000.00"


@pytest.mark.parametrize(
    "valor",
    [
        None,
        True,
        False,
        [],
        {},
        1.5,
        -1,
        Decimal("-0.01"),
        Decimal("0.001"),
        10**12,
        Decimal("1E+999999"),
        "1e3",
        Decimal("1E-999999"),
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("Infinity"),
    ],
)
def test_lo_que_no_es_dinero_en_json_no_se_lee(valor):
    """A boolean, a float, a negative, a third decimal, thirteen digits or a monstrous exponent is no amount."""
    assert leer_monto_json(valor) is None


@given(montos)
def test_un_monto_sale_como_numero_y_vuelve_igual(monto):
    """Every amount is written as a JSON number with two decimals and read back as itself: no float in between."""
    escrito = escribir_json({"monto": exigir_centavos(monto)})
    assert escrito == b'{"monto": %s}' % format(monto, ".2f").encode()
    assert leer_json(escrito)["monto"] == monto


@pytest.mark.parametrize("monto", ["-1", "0.001", "1000000000000", "NaN"])
def test_no_se_envia_un_monto_que_habria_que_cambiar(monto):
    """An amount that does not fit in two decimals and twelve digits is refused, never rounded."""
    with pytest.raises(ValueError, match="Un monto debe ser"):
        exigir_centavos(Decimal(monto))


@given(cualquier_texto(), montos)
def test_el_json_escrito_es_json_para_cualquiera(texto, monto):
    """What we write is read by the standard library as what we meant, whatever the text."""
    assert json.loads(escribir_json({"a": [texto, None, 7, True]})) == {"a": [texto, None, 7, True]}


@pytest.mark.parametrize("constante", [float("nan"), float("inf"), Decimal("NaN"), Decimal("Infinity")])
def test_no_se_escribe_una_constante_que_json_no_tiene(constante):
    """NaN and Infinity never leave."""
    with pytest.raises(ValueError, match=r"JSON|Out of range"):
        escribir_json({"a": constante})


@pytest.mark.parametrize(
    "cuerpo",
    [
        b"",
        b"{",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b"\xff\xfe",
        b"<html>",
        b"{'a': 1}",
        b"[" * 100000,
        b'{"a": 1%s}' % (b"0" * 5000),
        b'{"a": 1e%s}' % (b"9" * 30),
        b'{"a": "\x00"}',
    ],
)
def test_lo_que_no_es_json_se_rechaza(cuerpo):
    """NaN, Infinity, broken text, abysses of brackets and numbers that eat memory are a ValueError, nothing else."""
    with pytest.raises(ValueError):  # noqa: PT011 - any ValueError is "unreadable" to the caller
        leer_json(cuerpo)


@given(st.binary())
def test_leer_json_solo_lanza_valueerror(cuerpo):
    """No sequence of bytes makes the reader raise anything but ValueError."""
    with contextlib.suppress(ValueError):
        leer_json(cuerpo)


def test_los_decimales_de_json_se_leen_como_decimal():
    """A number with decimals becomes Decimal with the digits it came with, after a byte order mark too."""
    leido = leer_json(b'\xef\xbb\xbf{"a": 0.10, "b": 3}')
    assert str(leido["a"]) == "0.10"
    assert leido["b"] == 3


@given(cualquier_texto(), st.integers(min_value=0, max_value=80))
def test_un_texto_limpio_cabe_y_no_rompe_el_formato(texto, largo):
    """Cleaned text has no separators, no control characters, no surrogates, no double blanks, and fits."""
    limpio = limpiar(texto, largo, prohibidos="|;")
    assert len(limpio) <= largo
    assert not set(limpio) & set("|;")
    assert limpio == limpio.strip()
    assert "  " not in limpio
    assert all(letra == " " or unicodedata.category(letra)[0] not in "CZ" for letra in limpio)
    limpio.encode()


def test_limpiar_conserva_lo_que_la_gente_escribe():
    """Accents and ñ stay, separators become a blank, and the cut leaves no blank at the end."""
    assert (
        limpiar("Ferretería «El Ñandú» | sede; norte\r\n2", 100, prohibidos="|;")
        == "Ferretería «El Ñandú» sede norte 2"
    )
    assert limpiar("abc def", 4) == "abc"


@pytest.mark.parametrize(
    ("texto", "queda"),
    [
        (marcas.TARJETA, f"****{marcas.TARJETA[-4:]}"),
        (
            f"Pago con {marcas.TARJETA[:4]} {marcas.TARJETA[4:8]}-{marcas.TARJETA[8:]} ok",
            f"Pago con ****{marcas.TARJETA[-4:]} ok",
        ),
        ("18092100031", "18092100031"),
        ("1234567890123456", "1234567890123456"),
        ("BANCO UNION COLOMBIANO", "BANCO UNION COLOMBIANO"),
        ("A" * 90, "A" * 80),
    ],
)
def test_de_un_numero_de_tarjeta_solo_quedan_cuatro_cifras(texto, queda):
    """Wherever a gateway puts a full card number, four digits are kept; other long numbers stay as they are."""
    assert texto_recibido(texto) == queda
