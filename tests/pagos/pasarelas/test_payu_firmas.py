"""PayU's signatures: the published vectors, and our own computed by openssl."""

import shutil
import subprocess
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagos.pasarelas.payu_firmas import ALGORITMOS, Firmante, valor_de_confirmacion, valor_de_respuesta
from tests.arnes import marcas
from tests.pagos.pasarelas.textos import cualquier_texto

# PayU's public sandbox (pasarelas.md 2.1).
API_KEY, COMERCIO = marcas.API_KEY_PUBLICA, "508029"
_OPENSSL = {"MD5": ["-md5"], "SHA": ["-sha1"], "SHA256": ["-sha256"], "HMAC-SHA256": ["-sha256", "-hmac"]}


def firmante(algoritmo, secreto=""):
    return Firmante(algoritmo=algoritmo, api_key=API_KEY, secreto=secreto)


@pytest.mark.parametrize(
    ("algoritmo", "firma"),
    [
        ("MD5", "7ee7cf808ce6a39b17481c54f2c57acc"),
        ("SHA", "fa890d3f94e12b5cdb62e8771453b99b78e7ccdc"),
        ("SHA256", "af3899a22336b79db46006491d15813158826f944599bf3bf601e2327f898022"),
        ("HMAC-SHA256", "eaf61598d5593b366086c9a00aa5746ccad1a6e9b209a1a242fce224202b2b36"),
    ],
)
def test_los_vectores_publicados_del_formulario(algoritmo, firma):
    """The four published signatures of the form come out to the letter."""
    assert firmante(algoritmo).firmar(COMERCIO, "TestPayU", "20000", "COP") == firma


def test_el_vector_publicado_de_la_respuesta():
    """150.35 becomes 150.4 and signs as published."""
    firma = firmante("HMAC-SHA256", "test123").firmar(
        COMERCIO, "PayUTest01", valor_de_respuesta(Decimal("150.35")), "USD", "6"
    )
    assert firma == "7bbb5dd21b3c668bbfec8455c4f4fd3887dff1caa9c5da3895ddd914065b4905"


def test_el_vector_publicado_de_la_confirmacion():
    """150.00 becomes 150.0 and signs as published."""
    firma = firmante("HMAC-SHA256", "test123").firmar(
        COMERCIO, "PayUTest01", valor_de_confirmacion(Decimal("150.00")), "USD", "4"
    )
    assert firma == "65fb2b3452572784e23e7d6480359fd2507c54dd285ca3c4dceffb8764cfb66f"


@pytest.mark.parametrize("algoritmo", ALGORITMOS)
@pytest.mark.parametrize(
    "partes",
    [
        ("508029", "K7M2P9", "119000.00", "COP"),
        ("508029", "K7M2P9", "119000.0", "COP", "4"),
        ("1", "Ñandú", "0.1", "USD", "104"),
    ],
)
@pytest.mark.parametrize("secreto", ["", "otra-clave"])
def test_openssl_firma_lo_mismo(algoritmo, partes, secreto):
    """A second route, the openssl command line, gives the same signature for messages of our own."""
    openssl = shutil.which("openssl")
    assert openssl, "falta la orden openssl"
    orden = [openssl, "dgst", *_OPENSSL[algoritmo], *([secreto or API_KEY] if algoritmo == "HMAC-SHA256" else [])]
    texto = "~".join((API_KEY, *partes)).encode()
    salida = subprocess.run(orden, input=texto, capture_output=True, check=True).stdout.decode()
    assert firmante(algoritmo, secreto).firmar(*partes) == salida.split()[-1]


@pytest.mark.parametrize(
    ("valor", "escrito"),
    [
        ("150.25", "150.2"),
        ("150.35", "150.4"),
        ("150.26", "150.3"),
        ("150.00", "150.0"),
        ("0.05", "0.0"),
        ("999999999999.95", "1000000000000.0"),
        ("150.15", "150.2"),
        ("150.24", "150.2"),
    ],
)
def test_el_valor_de_la_respuesta_se_redondea_al_par(valor, escrito):
    """One decimal, and a half goes to the even neighbour."""
    assert valor_de_respuesta(Decimal(valor)) == escrito


@pytest.mark.parametrize(
    ("valor", "escrito"),
    [
        ("150.00", "150.0"),
        ("150.20", "150.2"),
        ("150.26", "150.26"),
        ("150.05", "150.05"),
        ("150", "150.0"),
        ("0", "0.0"),
    ],
)
def test_el_valor_de_la_confirmacion_no_se_redondea(valor, escrito):
    """One decimal when the second is 0, else two."""
    assert valor_de_confirmacion(Decimal(valor)) == escrito


@pytest.mark.parametrize("algoritmo", ALGORITMOS)
def test_una_firma_coincide_sin_importar_mayusculas_y_ninguna_otra(algoritmo):
    """Upper case is the same signature; a letter, a part, a key or a length away is not."""
    firma = firmante(algoritmo).firmar("a", "b")
    assert firmante(algoritmo).coincide(firma.upper(), "a", "b")
    for otra in ("", firma[:-1], firma + "0", firma[::-1], "ñ" * len(firma), "\ud800"):
        assert not firmante(algoritmo).coincide(otra, "a", "b")
    assert not firmante(algoritmo).coincide(firma, "a", "c")
    assert not firmante(algoritmo).coincide(firma, "a", "\ud800")
    assert not Firmante(algoritmo=algoritmo, api_key="otra").coincide(firma, "a", "b")


def test_la_clave_propia_solo_cuenta_en_hmac():
    """The secret key changes HMAC-SHA256 and nothing else."""
    cambia = {uno: firmante(uno, "x").firmar("a") != firmante(uno).firmar("a") for uno in ALGORITMOS}
    assert cambia == {"MD5": False, "SHA": False, "SHA256": False, "HMAC-SHA256": True}


def test_la_comparacion_es_en_tiempo_constante(monkeypatch):
    """Signatures are compared by hmac.compare_digest, which does not stop at the first difference."""
    vistas = []
    monkeypatch.setattr("pagos.pasarelas.payu_firmas.hmac.compare_digest", lambda a, b: vistas.append((a, b)) or False)
    firma = firmante("SHA256").firmar("a")
    assert not firmante("SHA256").coincide(firma, "a")
    assert vistas == [(firma.encode(), firma.encode())]


@given(cualquier_texto(), st.lists(cualquier_texto(), max_size=5))
def test_ningun_texto_hace_caer_a_la_comparacion(firma, partes):
    """Whatever comes in place of a signature or of a part is compared, not raised."""
    assert not firmante("HMAC-SHA256").coincide(firma, *partes)


def test_el_firmante_no_muestra_sus_claves():
    """Keys do not show in a traceback or a log."""
    assert "SECRETO" not in repr(Firmante(algoritmo="MD5", api_key="SECRETO-1", secreto="SECRETO-2"))
