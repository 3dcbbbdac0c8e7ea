"""Amounts, JSON and free text on the wire."""

import contextlib
import json
import random
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagos.pasarelas.valores import (
    escribir_json,
    exigir_centavos,
    identificador_recibido,
    leer_json,
    leer_monto,
    leer_monto_json,
    limpiar,
    texto_recibido,
)
from tests.arnes import marcas
from tests.pagos.pasarelas.textos import con_luhn, cualquier_texto

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
    assert leer_json(escrito.decode())["monto"] == monto


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
    "texto",
    [
        "",
        "{",
        '{"a": NaN}',
        '{"a": Infinity}',
        '{"a": -Infinity}',
        "ÿþ",
        "<html>",
        "{'a': 1}",
        "[" * 100000,
        '{"a": 1%s}' % ("0" * 5000),
        '{"a": 1e%s}' % ("9" * 30),
        '{"a": "\x00"}',
        '\ufeff{"a": 1}',
    ],
)
def test_lo_que_no_es_json_se_rechaza(texto):
    """NaN, Infinity, broken text, abysses of brackets and numbers that eat memory are a ValueError, nothing else."""
    with pytest.raises(ValueError):  # noqa: PT011 - any ValueError is "unreadable" to the caller
        leer_json(texto)


@given(cualquier_texto())
def test_leer_json_solo_lanza_valueerror(texto):
    """No text makes the reader raise anything but ValueError."""
    with contextlib.suppress(ValueError):
        leer_json(texto)


def test_los_decimales_de_json_se_leen_como_decimal():
    """A number with decimals becomes Decimal with the digits it came with."""
    leido = leer_json('{"a": 0.10, "b": 3}')
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


@pytest.mark.parametrize(
    ("comienzos", "largo"),
    [
        (("4",), 13),
        (("300", "305", "36", "38", "39"), 14),
        (("34", "37"), 15),
        (("4", "51", "55", "2221", "2229", "223", "229", "23", "26", "270", "271", "2720"), 16),
        (("6011", "644", "649", "65", "3528", "353", "3589", "62", "590712"), 16),
        (("62",), 17),
        (("62",), 18),
        (("4", "62"), 19),
    ],
)
def test_el_numero_de_una_tarjeta_no_pasa_por_identificador(comienzos, largo):
    """Where an identifier should be, a card's number as its issuer makes it keeps four digits, in groups too."""
    for numero in (con_luhn(comienzo, largo) for comienzo in comienzos):
        assert identificador_recibido(numero) == f"****{numero[-4:]}"
        assert identificador_recibido(f"CUS {numero[:4]} {numero[4:8]}-{numero[8:]}") == f"CUS ****{numero[-4:]}"
        ajeno = numero[:-1] + str((int(numero[-1]) + 1) % 10)
        assert identificador_recibido(ajeno) == ajeno


@pytest.mark.parametrize(
    ("comienzos", "largo"),
    [
        (("5", "34", "62"), 13),
        (("306", "37", "4", "31"), 14),
        (("4", "35", "30", "51"), 15),
        (("1", "2220", "2721", "50", "56", "34", "36", "3527", "359", "6010", "643", "61", "590713", "7", "9"), 16),
        (("4", "51", "61"), 17),
        (("4", "37"), 18),
        (("51", "36", "1"), 19),
    ],
)
def test_un_identificador_que_ningun_emisor_haria_queda_entero(comienzos, largo):
    """A CUS is kept whole although Luhn's sum is right: it begins as no card, or as cards of another length."""
    for numero in (con_luhn(comienzo, largo) for comienzo in comienzos):
        assert texto_recibido(numero) != numero
        assert identificador_recibido(numero) == numero


@pytest.mark.parametrize("texto", ["1468228", "18092100031", con_luhn("4", 12), "A12345", ""])
def test_un_identificador_corriente_queda_entero(texto):
    """Nothing of fewer than thirteen digits is taken for a card."""
    assert identificador_recibido(texto) == texto


@pytest.mark.parametrize(
    ("cifras", "limite"),
    [*((n, 0) for n in range(9, 13)), (13, 15), (14, 6), (15, 4), (16, 30), (17, 3), (18, 3), (19, 15)],
)
def test_casi_ningun_cus_se_confunde_con_una_tarjeta(cifras, limite):
    """Of 1,000 random numbers at most `limite` are masked; by Luhn's sum alone it would be 100, whatever the length."""
    azar = random.Random(20260421)
    numeros = ["".join(azar.choices("0123456789", k=cifras)) for _ in range(20_000)]
    tapados = sum(identificador_recibido(numero) != numero for numero in numeros)
    assert tapados <= limite * len(numeros) / 1000


def test_un_identificador_cabe_en_su_columna_y_es_una_linea():
    """It is as clean as any text of a gateway."""
    assert identificador_recibido(" 1468\r\n228 " + "x" * 90) == "1468 228 " + "x" * 71
