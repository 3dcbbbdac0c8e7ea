"""Amounts as Colombians read them, and without ambiguity for everybody else."""

from decimal import Decimal

import pytest
from django.utils import translation

from cartera.formato import NBSP, dinero


@pytest.mark.parametrize(
    ("valor", "moneda", "escrito"),
    [
        ("1254300.00", "COP", "$ 1.254.300"),
        ("1234567.50", "COP", "$ 1.234.567,50"),
        ("0.00", "COP", "$ 0"),
        ("0.05", "COP", "$ 0,05"),
        ("999999999999.99", "COP", "$ 999.999.999.999,99"),
        ("1250.00", "USD", "USD 1.250,00"),
        ("-3000.00", "COP", "-$ 3.000"),
    ],
)
def test_un_valor_se_escribe_como_lo_lee_un_colombiano(valor, moneda, escrito):
    """Point for thousands, comma for centavos, centavos only where there are some; other currencies by their code."""
    assert dinero(Decimal(valor), moneda) == escrito.replace(" ", NBSP)


def test_en_ingles_el_peso_no_parece_dolar():
    """A reader of English would take `$` for dollars: pesos say COP there."""
    with translation.override("en"):
        assert dinero(Decimal("1254300.50"), "COP") == f"COP{NBSP}1,254,300.50"


def test_un_valor_no_se_parte_en_dos_lineas():
    """Between the sign and the figure stands a space that does not break."""
    assert " " not in dinero(Decimal("1254300"), "COP")
