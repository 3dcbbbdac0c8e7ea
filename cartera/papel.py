"""Paper: the fonts and colours of every PDF of the portal, and a plain sheet for long lists.

Rows are drawn one by one on the canvas: reportlab's own tables measure every cell and take twenty times as long.
"""

from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import reportlab
from django.utils.translation import get_language
from django.utils.translation import gettext as _t
from reportlab.lib import colors
from reportlab.lib.pagesizes import letter
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Image

from cartera.colores import CLARO, acento

LETRA, NEGRITA = "Vera", "VeraBd"
# reportlab brings it: embedded, so that accents look the same everywhere.
_FUENTES = Path(reportlab.__file__).parent / "fonts"
for _nombre, _archivo in ((LETRA, "Vera.ttf"), (NEGRITA, "VeraBd.ttf")):
    pdfmetrics.registerFont(TTFont(_nombre, str(_FUENTES / _archivo)))

TINTA = colors.black
GRIS = colors.HexColor("#5b6664")
LINEA = colors.HexColor("#d5dcda")

# The box, in points, that a logo fills on paper as far as its shape lets it.
_LOGO = (52 * mm, 15 * mm)

_ANCHO, _ALTO = letter
_MARGEN = 15 * mm
_CUERPO = 8
_RENGLON = 13
_PUNTOS = "…"
# Points between a column and the next.
_CALLE = 6


def tinta_de(empresa):
    """The colour of an Empresa's titles on paper: its own where white paper lets it be read, else black."""
    suyo = acento(empresa.color, CLARO)
    return colors.HexColor(suyo.normal) if suyo else TINTA


def logo_de(empresa):
    """An Empresa's logo as a flowable that fits the top of a paper; None when it has none."""
    if not empresa.logo_id:
        return None
    imagen = Image(BytesIO(empresa.logo.png), *_LOGO, kind="proportional", mask="auto")
    imagen.hAlign = "LEFT"
    return imagen


class Hoja:
    """A letter-sized PDF that is written from top to bottom; each page repeats `encabezado` and carries its number."""

    def __init__(self, *, titulo, autor, encabezado):
        self._salida = BytesIO()
        self._lienzo = Canvas(self._salida, pagesize=letter, lang="en" if get_language() == "en" else "es-CO")
        self._lienzo.setTitle(titulo)
        self._lienzo.setAuthor(autor)
        self._encabezado = encabezado
        self._tabla = None
        self._pagina = 0
        self._empezar_pagina()

    def terminar(self):
        """The PDF, as a binary stream at its beginning."""
        self._pie()
        self._lienzo.save()
        self._salida.seek(0)
        return self._salida

    def logo(self, imagen):
        """A picture (flowable) at the left margin."""
        self._bajar(imagen.drawHeight)
        imagen.drawOn(self._lienzo, _MARGEN, self._y)
        self._bajar(4)

    def texto(self, texto, *, fuente=LETRA, cuerpo=_CUERPO, color=TINTA):
        """One line of text across the page."""
        self._bajar(cuerpo * 1.6)
        self._escribir(texto, x=_MARGEN, fuente=fuente, cuerpo=cuerpo, color=color, ancho=_ANCHO - 2 * _MARGEN)

    def titulo(self, texto):
        """The heading of a part; never alone at the foot of a page."""
        if self._y < 6 * _RENGLON:
            self._saltar()
        self._bajar(_RENGLON)
        self.texto(texto, fuente=NEGRITA, cuerpo=11)
        self._bajar(3)

    @contextmanager
    def tabla(self, columnas):
        """Within it `renglon` fills `columnas`: (heading, millimetres, True for numbers), repeated on each page."""
        self._tabla = columnas
        self._cabecera()
        yield
        self._tabla = None
        self._bajar(4)

    def renglon(self, *celdas, fuente=LETRA):
        """One row of the table that is open: a text for each column."""
        self._bajar(_RENGLON)
        x = _MARGEN
        for celda, (_nombre, milimetros, numero) in zip(celdas, self._tabla, strict=True):
            ancho = milimetros * mm
            self._escribir(celda, x=x, fuente=fuente, cuerpo=_CUERPO, color=TINTA, ancho=ancho - _CALLE, derecha=numero)
            x += ancho
        self._raya(LINEA)

    def _cabecera(self):
        x = _MARGEN
        self._bajar(_RENGLON)
        for nombre, milimetros, numero in self._tabla:
            ancho = milimetros * mm
            self._escribir(
                nombre, x=x, fuente=NEGRITA, cuerpo=_CUERPO, color=GRIS, ancho=ancho - _CALLE, derecha=numero
            )
            x += ancho
        self._raya(GRIS)

    def _escribir(self, texto, *, x, fuente, cuerpo, color, ancho, derecha=False):
        if not texto:
            return
        self._lienzo.setFillColor(color)
        if derecha:
            # A figure is never cut: it would be another amount.
            cuerpo *= min(1, ancho / stringWidth(texto, fuente, cuerpo))
            self._lienzo.setFont(fuente, cuerpo)
            self._lienzo.drawRightString(x + ancho, self._y, texto)
        else:
            self._lienzo.setFont(fuente, cuerpo)
            self._lienzo.drawString(x, self._y, ajustar(str(texto), ancho, fuente, cuerpo))

    def _raya(self, color):
        self._lienzo.setStrokeColor(color)
        self._lienzo.setLineWidth(0.4)
        self._lienzo.line(_MARGEN, self._y - 4, _ANCHO - _MARGEN, self._y - 4)

    def _bajar(self, puntos):
        if self._y - puntos < _MARGEN + _RENGLON:
            self._saltar()
        self._y -= puntos

    def _saltar(self):
        self._pie()
        self._lienzo.showPage()
        self._empezar_pagina()
        if self._tabla:
            self._cabecera()

    def _empezar_pagina(self):
        self._pagina += 1
        self._y = _ALTO - _MARGEN
        if self._pagina > 1:
            self.texto(self._encabezado, color=GRIS)

    def _pie(self):
        self._y = _MARGEN - 4
        numero = _t("Página %s") % self._pagina
        ancho = _ANCHO - 2 * _MARGEN
        self._escribir(numero, x=_MARGEN, fuente=LETRA, cuerpo=7, color=GRIS, ancho=ancho, derecha=True)


def ajustar(texto, ancho, fuente=LETRA, cuerpo=_CUERPO):
    """`texto` as much as fits in `ancho` points, with an ellipsis when something had to go."""
    if stringWidth(texto, fuente, cuerpo) <= ancho:
        return texto
    while texto and stringWidth(texto + _PUNTOS, fuente, cuerpo) > ancho:
        texto = texto[:-1]
    return texto.rstrip() + _PUNTOS
