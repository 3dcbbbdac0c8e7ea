"""The colours of static/css/tokens.css have the contrast that WCAG asks for, in light and in dark."""

import re

import pytest

from oasis_portal.entorno import RAIZ

AA, AAA, LINEA = 4.5, 7.0, 3.0
_TEXTO = (RAIZ / "static/css/tokens.css").read_text(encoding="utf-8")
_CLARO, _OSCURO = _TEXTO.split("prefers-color-scheme: dark")


def _colores(parte):
    hallados = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", parte))
    return {n: c if len(c) == 7 else "#" + "".join(d * 2 for d in c[1:]) for n, c in hallados.items()}


TEMAS = {"claro": _colores(_CLARO), "oscuro": _colores(_CLARO) | _colores(_OSCURO)}

# text, ground, least contrast (WCAG 2.2: 1.4.3 and 1.4.11; amounts and states are held to 1.4.6)
PARES = [
    *(("tinta", fondo, AAA) for fondo in ("fondo", "superficie", "superficie-2", "acento-suave")),
    *(("tinta-2", fondo, AA) for fondo in ("fondo", "superficie", "superficie-2", "acento-suave")),
    *(("acento", fondo, AA) for fondo in ("fondo", "superficie", "superficie-2", "acento-suave")),
    *(("error", fondo, AAA) for fondo in ("fondo", "superficie")),
    ("sobre-acento", "acento", AAA),
    ("sobre-acento", "acento-fuerte", AAA),
    *((estado, f"{estado}-fondo", AA) for estado in ("exito", "aviso", "error", "revision")),
    *(("tinta", f"{estado}-fondo", AAA) for estado in ("exito", "aviso", "error", "revision")),
    *(("borde-fuerte", fondo, LINEA) for fondo in ("fondo", "superficie")),
]


def _luz(color):
    canales = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    lineales = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in canales]
    return 0.2126 * lineales[0] + 0.7152 * lineales[1] + 0.0722 * lineales[2]


def contraste(uno, otro):
    """WCAG's contrast ratio of two #rrggbb colours, from 1 to 21."""
    alto, bajo = sorted((_luz(uno), _luz(otro)), reverse=True)
    return (alto + 0.05) / (bajo + 0.05)


def test_la_medida_es_la_de_wcag():
    """Black on white is 21, a colour on itself is 1, and #767676 on white is the known edge of AA."""
    assert contraste("#000000", "#ffffff") == pytest.approx(21)
    assert contraste("#0b5561", "#0b5561") == 1
    assert contraste("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("tema", TEMAS)
@pytest.mark.parametrize(("texto", "fondo", "minimo"), PARES)
def test_cada_color_se_lee_sobre_su_fondo(tema, texto, fondo, minimo):
    """Words reach AA, amounts AAA and the lines of controls 3:1, in both themes."""
    colores = TEMAS[tema]
    assert contraste(colores[texto], colores[fondo]) >= minimo


def test_el_tema_oscuro_cambia_cada_color():
    """No colour of the light theme is left over in the dark one."""
    assert set(_colores(_CLARO)) == set(_colores(_OSCURO))
