"""An Empresa's colour is the accent only where it can be read, in light and in dark."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartera.colores import CLARO, CONTRASTE, OSCURO, acento, contraste, hoja_de
from oasis_portal.entorno import RAIZ

COLORES = st.integers(min_value=0, max_value=0xFFFFFF).map(lambda n: f"#{n:06x}")
TEMAS = {"claro": CLARO, "oscuro": OSCURO}


def test_la_medida_es_la_de_wcag():
    """Black on white is 21, a colour on itself is 1, and #767676 on white is the known edge of AA."""
    assert contraste("#000000", "#ffffff") == pytest.approx(21)
    assert contraste("#0b5561", "#0b5561") == 1
    assert contraste("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@given(color=COLORES)
def test_ningun_acento_deja_de_leerse(color):
    """Whatever the colour: the accent and its stronger tone reach AA on every ground, and so do the words on them."""
    for tema in TEMAS.values():
        suyo = acento(color, tema)
        for tono in (suyo.normal, suyo.fuerte) if suyo else ():
            assert min(contraste(tono, otro) for otro in (*tema.fondos, tema.encima)) >= CONTRASTE


@given(color=COLORES)
def test_en_claro_se_usa_tal_cual_o_no_se_usa(color):
    """Never another colour than the company's; refused only when it is not readable on some ground."""
    suyo = acento(color, CLARO)
    se_lee = min(contraste(color, otro) for otro in (*CLARO.fondos, CLARO.encima)) >= CONTRASTE
    assert (suyo.normal if suyo else None) == (color if se_lee else None)


@given(color=COLORES)
def test_en_oscuro_siempre_hay_un_tono_que_se_lee(color):
    """Made lighter only as far as it takes: what can be read already stays as it is."""
    suyo = acento(color, OSCURO)
    if min(contraste(color, otro) for otro in (*OSCURO.fondos, OSCURO.encima)) >= CONTRASTE:
        assert suyo.normal == color
    assert suyo.normal != "#ffffff" or color == "#ffffff"


@pytest.mark.parametrize(
    ("color", "en_claro"), [("#0a4d8c", True), ("#ffd400", False), ("#ffffff", False), ("", False)]
)
def test_colores_conocidos(color, en_claro):
    """A dark blue is an accent; yellow and white are not; without a colour there is none."""
    assert (acento(color, CLARO) is not None) == en_claro
    assert (acento(color, OSCURO) is not None) == bool(color)


def test_los_fondos_son_los_de_la_hoja_de_estilo():
    """The colours that an accent meets are those of static/css/tokens.css."""
    texto = (RAIZ / "static/css/tokens.css").read_text(encoding="utf-8")
    for tema, parte in zip(TEMAS.values(), texto.split("prefers-color-scheme: dark"), strict=True):
        nuestros = {
            n: c if len(c) == 7 else "#" + 2 * c[1:] for n, c in re.findall(r"--([\w-]+): (#[0-9a-f]+);", parte)
        }
        fondos = ("fondo", "superficie", "superficie-2", "acento-suave")
        assert tema.fondos == tuple(nuestros[uno] for uno in fondos)
        assert tema.encima == nuestros["sobre-acento"]


@given(color=COLORES)
def test_la_hoja_reemplaza_el_acento_y_nada_mas(color):
    """Only --acento and --acento-fuerte, only on screens, and another text has another version."""
    hoja = hoja_de(color)
    assert set(re.findall(r"--[\w-]+", hoja.texto)) == {"--acento", "--acento-fuerte"}
    assert set(re.findall(r"@media (\w+)", hoja.texto)) == {"screen"}
    assert hoja.texto.count("{") == hoja.texto.count("}")
    assert (hoja_de("#0a4d8c").version == hoja.version) == (hoja_de("#0a4d8c").texto == hoja.texto)
