"""A logo is read from whatever somebody uploads, drawn again, and kept as a small PNG of its own."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from cartera import logos
from cartera.errores import LogoInvalidoError
from cartera.models import Logo
from tests.fabricas_cartera import imagen


def pixeles(logo):
    """The picture of a Logo, as Pillow reads it."""
    return Image.open(BytesIO(logo.png), formats=("PNG",))


@pytest.mark.parametrize("formato", ["PNG", "JPEG", "WEBP"])
def test_se_lee_por_su_contenido_y_queda_en_png(formato):
    """Each of the three formats ends as a PNG of the same picture."""
    dibujo = pixeles(logos.leer(imagen(formato, color="#204060")))
    assert (dibujo.format, dibujo.size, dibujo.mode) == ("PNG", (96, 48), "RGBA")
    assert all(abs(uno - otro) <= 3 for uno, otro in zip(dibujo.getpixel((50, 20)), (32, 64, 96, 255), strict=True))


@pytest.mark.parametrize(
    ("contenido", "razon"),
    [
        (b"", "No es una imagen PNG, JPEG o WebP"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "No es una imagen"),
        (b"<html>no soy un logo</html>", "No es una imagen"),
        (imagen("GIF"), "No es una imagen"),
        (imagen("BMP"), "No es una imagen"),
        (imagen()[:60], "No es una imagen"),
        (imagen("JPEG", tamano=(300, 300))[:400], "No es una imagen"),
        (imagen(tamano=(4097, 20)), "mide 4097 × 20 píxeles"),
        (imagen(tamano=(200, 8)), "mide 200 × 8 píxeles: cada lado debe tener entre 16 y 4096"),
        (imagen() + b"\0" * logos.MAXIMO_BYTES, "pesa más de 2 MB"),
    ],
    ids=["vacio", "svg", "html", "gif", "bmp", "png-roto", "jpeg-roto", "grande", "chico", "pesado"],
)
def test_lo_que_no_sirve_se_dice(contenido, razon):
    """A sentence that says why; a program that draws (SVG) is no picture."""
    with pytest.raises(LogoInvalidoError, match=razon):
        logos.leer(contenido)


def test_una_bomba_no_se_descomprime():
    """A few kilobytes that would be gigabytes of pixels are refused by their measures alone."""
    bomba = bytearray(imagen(tamano=(16, 16)))
    bomba[16:24] = (60000).to_bytes(4) + (60000).to_bytes(4)
    with pytest.raises(LogoInvalidoError):
        logos.leer(bytes(bomba))


def test_nada_de_lo_que_venia_con_la_imagen_queda():
    """Neither texts, nor metadata, nor what was hidden behind the end of the file."""
    notas = PngImagePlugin.PngInfo()
    notas.add_text("Autor", "secreto-en-el-logo")
    logo = logos.leer(imagen(pnginfo=notas) + b"<script>secreto-en-la-cola</script>")
    assert b"secreto" not in logo.png
    assert pixeles(logo).info == {}


def test_una_foto_girada_queda_derecha():
    """What the camera wrote as a note (EXIF orientation) is drawn."""
    girada = Image.Exif()
    girada[0x0112] = 6  # a quarter turn
    assert pixeles(logos.leer(imagen("JPEG", exif=girada))).size == (48, 96)


@given(ancho=st.integers(16, 1200), alto=st.integers(16, 1200))
def test_cabe_en_su_caja_con_su_forma(ancho, alto):
    """Larger pictures are made smaller, never stretched, and small ones stay as they are."""
    medida = pixeles(logos.leer(imagen(tamano=(ancho, alto)))).size
    factor = min(1, logos.CAJA[0] / ancho, logos.CAJA[1] / alto)
    for queda, habia in zip(medida, (ancho, alto), strict=True):
        assert abs(queda - habia * factor) <= 1


@pytest.mark.django_db
def test_la_misma_imagen_se_guarda_una_vez():
    """Its key comes from its content: once in the database, and another picture has another key."""
    uno, otro = (logos.guardar(logos.leer(imagen())) for _vez in range(2))
    assert uno == otro
    assert logos.guardar(logos.leer(imagen(color="#ff0000"))) != uno
    assert Logo.objects.count() == 2
