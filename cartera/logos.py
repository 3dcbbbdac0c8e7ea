"""The way of a logo from somebody's file to the pages: what is uploaded is read, drawn again and thrown away."""

from hashlib import sha256
from io import BytesIO

from django.utils.translation import gettext as _t
from PIL import Image, ImageOps

from cartera.errores import LogoInvalidoError
from cartera.models import Logo

# Pillow opens what the content says, whatever the name or the type that came with it. No SVG: that is a program.
FORMATOS = ("PNG", "JPEG", "WEBP")
MAXIMO_BYTES = 2 * 1024 * 1024
# Pixels of each side. A picture of the greatest size takes 64 MiB to read.
MAXIMO_LADO, MINIMO_LADO = 4096, 16
# Pixels in which it is kept: twice what a page gives it, for the screens that have two for each.
CAJA = (480, 160)
# What Pillow raises for bytes that are not the picture they say they are.
_ROTO = (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError, Image.DecompressionBombWarning)


def leer(contenido):
    """The Logo (not saved) of a file's bytes: a PNG of its pixels alone, no larger than CAJA.

    Raises LogoInvalidoError for what is no picture of FORMATOS, or is too heavy, too large or too small.
    """
    if len(contenido) > MAXIMO_BYTES:
        raise LogoInvalidoError(_t("El archivo pesa más de %(maximo)s MB.") % {"maximo": MAXIMO_BYTES // 1024**2})
    try:
        with Image.open(BytesIO(contenido), formats=FORMATOS) as imagen:
            _medir(imagen)
            png = _dibujar(imagen)
    except LogoInvalidoError:
        raise
    except _ROTO as error:
        raise LogoInvalidoError(_t("No es una imagen PNG, JPEG o WebP que se pueda leer.")) from error
    return Logo(huella=sha256(png).hexdigest()[:32], png=png)


def _medir(imagen):
    """Before its pixels are read: a small file may hold a picture that fills the memory."""
    if max(imagen.size) > MAXIMO_LADO or min(imagen.size) < MINIMO_LADO:
        raise LogoInvalidoError(
            _t("La imagen mide %(ancho)s × %(alto)s píxeles: cada lado debe tener entre %(minimo)s y %(maximo)s.")
            % {"ancho": imagen.width, "alto": imagen.height, "minimo": MINIMO_LADO, "maximo": MAXIMO_LADO}
        )


def _dibujar(imagen):
    """The bytes of a PNG with the same picture as it is meant to be seen, without anything that came along."""
    derecha = ImageOps.exif_transpose(imagen).convert("RGBA")
    derecha.thumbnail(CAJA, Image.Resampling.LANCZOS)
    limpia = Image.new("RGBA", derecha.size)
    limpia.paste(derecha)
    salida = BytesIO()
    limpia.save(salida, "PNG", optimize=True)
    return salida.getvalue()


def guardar(logo):
    """The Logo of the same picture in the database; the first time it is written."""
    return Logo.objects.get_or_create(huella=logo.huella, defaults={"png": logo.png})[0]
