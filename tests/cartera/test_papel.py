"""What every paper of the portal shares: figures that are never cut, the Empresa's logo and colour."""

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from cartera.papel import TINTA, Hoja, logo_de, tinta_de
from tests.fabricas_cartera import crear_empresa, crear_logo

pytestmark = pytest.mark.django_db
LARGA = "$ 12.345.678.901.234,50"


def hoja(**partes):
    return Hoja(titulo="Prueba", autor="Prueba", encabezado="Prueba", **partes)


def test_una_cifra_nunca_se_corta_y_un_nombre_largo_si():
    """A cut amount would be another amount: it is written smaller. A name ends in an ellipsis."""
    papel = hoja()
    with papel.tabla([("Documento", 20, False), ("Valor", 20, True)]):
        papel.renglon("Un documento de nombre muy largo", LARGA)
    texto = pypdfium2.PdfDocument(papel.terminar()).get_page(0).get_textpage().get_text_range()
    assert LARGA in texto
    assert "nombre muy largo" not in texto
    assert "…" in texto


@pytest.mark.parametrize("tamano", [(480, 20), (20, 480), (400, 400)])
def test_el_logo_cabe_arriba_con_su_forma(tamano):
    """Whatever its shape, it keeps it and stays within its box; without one there is nothing to draw."""
    empresa = crear_empresa(logo=crear_logo(tamano=tamano))
    imagen = logo_de(empresa)
    assert imagen.drawWidth < 150
    assert imagen.drawHeight < 45
    papel = hoja()
    papel.logo(imagen)
    (dibujo,) = pypdfium2.PdfDocument(papel.terminar()).get_page(0).get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE])
    izquierda, abajo, derecha, arriba = dibujo.get_bounds()
    assert (derecha - izquierda, arriba - abajo) == pytest.approx((imagen.drawWidth, imagen.drawHeight), abs=0.1)
    assert logo_de(crear_empresa()) is None


@pytest.mark.parametrize(("color", "se_usa"), [("#0a4d8c", True), ("#ffd400", False), ("", False)])
def test_el_color_se_usa_en_el_papel_si_se_lee(color, se_usa):
    """The same rule as on the screen: a colour that white paper swallows gives way to black."""
    tinta = tinta_de(crear_empresa(color=color))
    assert (tinta.hexval() == f"0x{color[1:]}") == se_usa
    assert (tinta == TINTA) == (not se_usa)
