import subprocess
from decimal import Decimal

import pytest

from simulador.comercios import ComercioPayu
from simulador.payu import firmas

SANDBOX = ComercioPayu(508029, "512321", "4Vj8eK4rloUd272L48hsrarnUA", "pRRXKOl8ikMmt9u")
CON_SECRETO = ComercioPayu(508029, "512321", "4Vj8eK4rloUd272L48hsrarnUA", "pRRXKOl8ikMmt9u", secreto="test123")


@pytest.mark.parametrize(
    ("algoritmo", "esperada"),
    [
        ("MD5", "7ee7cf808ce6a39b17481c54f2c57acc"),
        ("SHA", "fa890d3f94e12b5cdb62e8771453b99b78e7ccdc"),
        ("SHA256", "af3899a22336b79db46006491d15813158826f944599bf3bf601e2327f898022"),
        ("HMAC-SHA256", "eaf61598d5593b366086c9a00aa5746ccad1a6e9b209a1a242fce224202b2b36"),
    ],
)
def test_los_vectores_publicados_del_formulario(algoritmo, esperada):
    """The four algorithms give the published signatures of the form."""
    assert firmas.firmar(SANDBOX, algoritmo, (508029, "TestPayU", "20000", "COP")) == esperada


def test_los_vectores_publicados_de_respuesta_y_confirmacion():
    """The published vectors of the response page and of the confirmation hold, with their own roundings."""
    respuesta = (508029, "PayUTest01", firmas.valor_de_respuesta(Decimal("150.35")), "USD", 6)
    confirmacion = (508029, "PayUTest01", firmas.valor_de_confirmacion(Decimal("150.00")), "USD", 4)
    assert (
        firmas.firmar(CON_SECRETO, "HMAC-SHA256", respuesta)
        == "7bbb5dd21b3c668bbfec8455c4f4fd3887dff1caa9c5da3895ddd914065b4905"
    )
    assert (
        firmas.firmar(CON_SECRETO, "HMAC-SHA256", confirmacion)
        == "65fb2b3452572784e23e7d6480359fd2507c54dd285ca3c4dceffb8764cfb66f"
    )


@pytest.mark.parametrize(("algoritmo", "orden"), [("MD5", ["-md5"]), ("SHA", ["-sha1"]), ("SHA256", ["-sha256"])])
def test_por_otro_camino_da_lo_mismo(algoritmo, orden):
    """openssl computes the same signature for an amount with decimals and a name with accents."""
    texto = "4Vj8eK4rloUd272L48hsrarnUA~508029~ÑANDÚ-1~150.50~COP"
    salida = subprocess.run(["openssl", "dgst", *orden], input=texto.encode(), capture_output=True, check=True).stdout
    assert firmas.firmar(SANDBOX, algoritmo, (508029, "ÑANDÚ-1", "150.50", "COP")) == salida.decode().split()[-1]


@pytest.mark.parametrize(
    ("valor", "respuesta", "confirmacion"),
    [
        ("150.25", "150.2", "150.25"),
        ("150.35", "150.4", "150.35"),
        ("150.00", "150.0", "150.0"),
        ("150", "150.0", "150.0"),
        ("150.26", "150.3", "150.26"),
        ("150.20", "150.2", "150.2"),
        ("999999999999.99", "1000000000000.0", "999999999999.99"),
    ],
)
def test_los_redondeos(valor, respuesta, confirmacion):
    """new_value has one decimal, half to even, in the response; in the confirmation two unless the second is 0."""
    assert firmas.valor_de_respuesta(Decimal(valor)) == respuesta
    assert firmas.valor_de_confirmacion(Decimal(valor)) == confirmacion


def test_comparar_no_mira_mayusculas():
    """Case does not matter when two signatures are compared; anything else does."""
    assert firmas.iguales("ABCDEF", "abcdef")
    assert not firmas.iguales("abcdef", "abcdee")
    assert not firmas.iguales("ñ", "n")
