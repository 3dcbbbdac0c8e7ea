"""PayU's names of the ways to pay."""

import pytest

from pagos.pasarelas.base import Metodo
from pagos.pasarelas.payu_medios import leer_codigo, leer_medio, leer_ultimos4


@pytest.mark.parametrize(
    ("nombres", "metodo"),
    [
        (["PSE"], Metodo.PSE),
        (["VISA", "MASTERCARD", "AMEX", "DINERS", "CODENSA", "VISA_DEBIT", "MASTERCARD_DEBIT"], Metodo.TARJETA),
        (["EFECTY", "BALOTO", "BANK_REFERENCED", "SU_RED", "OTHERS_CASH"], Metodo.PRESENCIAL),
        (["NEQUI", "BANCOLOMBIA_BUTTON", "pse"], Metodo.OTRO),
    ],
)
def test_cada_nombre_es_de_una_clase(nombres, metodo):
    """Cards, cash and PSE are told apart, because they are waited for differently; only a card has a franchise."""
    for nombre in nombres:
        franquicia = nombre if metodo is Metodo.TARJETA else ""
        assert leer_medio(nombre) == {"metodo": metodo, "codigo_metodo": nombre, "franquicia": franquicia}


def test_sin_nombre_no_hay_medio():
    """A method not chosen yet is none."""
    assert leer_medio("") == {"metodo": None}


@pytest.mark.parametrize(
    ("numero", "ultimos"),
    [
        ("547130******0003", "0003"),
        ("************0003", "0003"),
        ("5471-3000-0000-00-03", "0003"),
        ("03", "03"),
        ("", ""),
    ],
)
def test_de_una_tarjeta_quedan_cuatro_digitos(numero, ultimos):
    """Whatever the mask looks like, at most the last four digits are kept, and nothing but digits."""
    assert leer_ultimos4(numero) == ultimos


@pytest.mark.parametrize(
    ("texto", "codigo"), [("ENTITY_DECLINED", "ENTITY_DECLINED"), ("X" * 60, "X" * 60), ("4", "4")]
)
def test_un_codigo_pasa(texto, codigo):
    """A response code is kept verbatim."""
    assert leer_codigo(texto) == codigo


@pytest.mark.parametrize("texto", ["", "Fondos insuficientes", "entity_declined", "X" * 61, "A\n", "Ñ"])
def test_lo_que_no_es_codigo_no_pasa(texto):
    """Free text of the gateway stays behind."""
    assert leer_codigo(texto) == ""
