"""Amounts in words, as Colombians say them."""

from decimal import Decimal

import pytest

from pagos.letras import en_letras


@pytest.mark.parametrize(
    ("valor", "moneda", "texto"),
    [
        ("0", "COP", "cero pesos"),
        ("1", "COP", "un peso"),
        ("2", "COP", "dos pesos"),
        ("16", "COP", "dieciséis pesos"),
        ("21", "COP", "veintiún pesos"),
        ("22", "COP", "veintidós pesos"),
        ("31", "COP", "treinta y un pesos"),
        ("100", "COP", "cien pesos"),
        ("101", "COP", "ciento un pesos"),
        ("115", "COP", "ciento quince pesos"),
        ("500", "COP", "quinientos pesos"),
        ("999", "COP", "novecientos noventa y nueve pesos"),
        ("1000", "COP", "mil pesos"),
        ("1001", "COP", "mil un pesos"),
        ("2000", "COP", "dos mil pesos"),
        ("21000", "COP", "veintiún mil pesos"),
        ("100000", "COP", "cien mil pesos"),
        ("101000", "COP", "ciento un mil pesos"),
        ("701700", "COP", "setecientos un mil setecientos pesos"),
        ("1000000", "COP", "un millón de pesos"),
        ("1000001", "COP", "un millón un pesos"),
        ("1001000", "COP", "un millón mil pesos"),
        ("2000000", "COP", "dos millones de pesos"),
        ("21000000", "COP", "veintiún millones de pesos"),
        ("1254300", "COP", "un millón doscientos cincuenta y cuatro mil trescientos pesos"),
        ("1000000000", "COP", "mil millones de pesos"),
        (
            "999999999999.99",
            "COP",
            "novecientos noventa y nueve mil novecientos noventa y nueve millones novecientos noventa y nueve mil "
            "novecientos noventa y nueve pesos con noventa y nueve centavos",
        ),
        ("0.01", "COP", "cero pesos con un centavo"),
        ("0.5", "COP", "cero pesos con cincuenta centavos"),
        ("1.21", "USD", "un dólar con veintiún centavos"),
        ("2", "USD", "dos dólares"),
        ("1000000.31", "EUR", "un millón de euros con treinta y un céntimos"),
        ("3", "GBP", "tres GBP"),
    ],
)
def test_en_letras(valor, moneda, texto):
    """Each amount reads as a Colombian would write it on a receipt."""
    assert en_letras(Decimal(valor), moneda) == texto
