"""The colours of static/css/tokens.css have the contrast that WCAG asks for, in light and in dark."""

import re

import pytest

from cartera.colores import contraste
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


@pytest.mark.parametrize("tema", TEMAS)
@pytest.mark.parametrize(("texto", "fondo", "minimo"), PARES)
def test_cada_color_se_lee_sobre_su_fondo(tema, texto, fondo, minimo):
    """Words reach AA, amounts AAA and the lines of controls 3:1, in both themes."""
    colores = TEMAS[tema]
    assert contraste(colores[texto], colores[fondo]) >= minimo


def test_el_tema_oscuro_cambia_cada_color():
    """No colour of the light theme is left over in the dark one."""
    assert set(_colores(_CLARO)) == set(_colores(_OSCURO))
