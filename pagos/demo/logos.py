"""A logo for each empresa of the demo: its initials in a round square of its colour, and its short name."""

from io import BytesIO
from pathlib import Path

import reportlab
from PIL import Image, ImageDraw, ImageFont

_LETRA = str(Path(reportlab.__file__).parent / "fonts" / "VeraBd.ttf")
_LADO = 160


def dibujar(nombre, *, color):
    """The bytes of a PNG with a transparent ground, in `color` (#rrggbb)."""
    palabras = nombre.split()[:2]
    letra, chica = ImageFont.truetype(_LETRA, 72), ImageFont.truetype(_LETRA, 44)
    ancho = max(int(chica.getlength(palabra)) for palabra in palabras)
    imagen = Image.new("RGBA", (_LADO + 24 + ancho, _LADO))
    lapiz = ImageDraw.Draw(imagen)
    lapiz.rounded_rectangle((0, 0, _LADO - 1, _LADO - 1), radius=28, fill=color)
    iniciales = "".join(palabra[0] for palabra in palabras)
    lapiz.text((_LADO / 2, _LADO / 2), iniciales, font=letra, fill="#ffffff", anchor="mm")
    for fila, palabra in enumerate(palabras):
        lapiz.text((_LADO + 24, 24 + fila * 62), palabra, font=chica, fill="#1f2933")
    salida = BytesIO()
    imagen.save(salida, "PNG")
    return salida.getvalue()
