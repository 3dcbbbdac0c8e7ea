"""What people write about amounts, read one way only or sent back with a sentence."""

from decimal import Decimal

import pytest
from django import forms
from django.utils import translation

from cartera.forms import DineroEscritoField, ValorForm
from cartera.models import Empresa, Saldo
from cartera.parcial import Eleccion


@pytest.mark.parametrize(
    ("texto", "valor"),
    [
        ("1234567", "1234567.00"),
        ("1.234.567", "1234567.00"),
        ("1.234.567,50", "1234567.50"),
        ("1234567,5", "1234567.50"),
        ("1234567.50", "1234567.50"),
        ("1,234,567.50", "1234567.50"),
        ("1,234,567", "1234567.00"),
        ("1.234", "1234.00"),
        (" $ 1.234,00 ", "1234.00"),
        ("$\xa01.254.300", "1254300.00"),
        ("999.999.999.999,99", "999999999999.99"),
    ],
)
def test_un_valor_se_escribe_como_en_colombia(texto, valor):
    """With or without thousands, comma or point for the centavos where it can mean only one thing."""
    with translation.override("es-co"):
        assert DineroEscritoField().clean(texto) == Decimal(valor)


@pytest.mark.parametrize(
    "texto",
    ["1,234", "40.5", "1.23.456", "1.234.56", "-5", "1e6", "mil", "1 234", "NaN", "١٢٣", "1.234.567,505", "9" * 13],
)
def test_lo_que_se_puede_leer_de_dos_maneras_no_se_adivina(texto):
    """A comma that may be the thousands' or the decimals', signs, letters, too many digits: refused."""
    with translation.override("es-co"), pytest.raises(forms.ValidationError, match="Escriba solo el valor"):
        DineroEscritoField().clean(texto)


@pytest.mark.parametrize(
    ("texto", "valor"), [("1,234", "1234.00"), ("1,234.5", "1234.50"), ("1.234.567,50", "1234567.50")]
)
def test_en_ingles_los_signos_se_leen_al_reves(texto, valor):
    """The thousands' comma of an English page; the Spanish way is still understood where it is plain."""
    with translation.override("en"):
        assert DineroEscritoField().clean(texto) == Decimal(valor)
        with pytest.raises(forms.ValidationError):
            DineroEscritoField().clean("1.234")


@pytest.fixture
def saldo():
    """1.000.000 owed to an empresa that takes payments from 300.000 on."""
    empresa = Empresa(nombre="Andina", abono_parcial="MONTO", abono_minimo=Decimal(300000))
    return Saldo(empresa=empresa, valor=Decimal(2000000), saldo=Decimal(1000000), moneda="COP")


def test_lo_escrito_se_vuelve_una_eleccion(saldo):
    """Amount, reason and comment, on one line."""
    form = ValorForm({"valor": "400.000,50", "razon": "RETENCION", "nota": " Retefuente\r\n  2,5 % "}, saldo=saldo)
    assert form.is_valid()
    assert form.eleccion == Eleccion(paga=Decimal("400000.50"), razon="RETENCION", nota="Retefuente 2,5 %")


@pytest.mark.parametrize("razon", ["", "OTRO"])
def test_escribir_todo_el_saldo_es_elegir_todo(saldo, razon):
    """The whole amount needs no reason, and keeps none."""
    form = ValorForm({"valor": "1000000", "razon": razon, "nota": "nada"}, saldo=saldo)
    assert form.is_valid()
    assert form.eleccion == Eleccion()


@pytest.mark.parametrize(
    ("datos", "errores"),
    [
        ({}, {"valor": "Escriba cuánto va a pagar."}),
        ({"valor": "mucho", "razon": "OTRO"}, {"valor": "Escriba solo el valor"}),
        ({"valor": "1000001", "razon": "OTRO"}, {"valor": "No puede pagar más de lo que debe"}),
        ({"valor": "299999", "razon": "OTRO"}, {"valor": "Lo mínimo que puede pagar es"}),
        ({"valor": "500000"}, {"razon": "Diga por qué paga menos"}),
        ({"valor": "500000", "razon": "X"}, {"razon": "X"}),
        ({"valor": "500000", "razon": "OTRO", "nota": "x" * 101}, {"nota": "101 caracteres"}),
        ({"valor": "500000", "razon": "OTRO", "nota": "a\x00"}, {"nota": ""}),
    ],
)
def test_lo_que_esta_mal_se_dice_junto_a_su_campo(saldo, datos, errores):
    """Each error stands beside what has to be corrected, and nothing is chosen."""
    form = ValorForm(datos, saldo=saldo)
    assert not form.is_valid()
    assert form.eleccion is None
    assert form.errors.keys() == errores.keys()
    for campo, frase in errores.items():
        assert frase in str(form.errors[campo])
