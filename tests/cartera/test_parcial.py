"""The rule of partial payment, whatever the balance, the document and the empresa's minimum."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartera import parcial
from cartera.errores import AbonoNoPermitidoError
from cartera.formato import NBSP
from cartera.models import Empresa, Saldo
from cartera.parcial import Eleccion, Parte


def _saldo(saldo, *, valor="1000.00", regla="MONTO", minimo="300", moneda="COP"):
    """A Saldo that no database knows."""
    empresa = Empresa(nombre="Andina", abono_parcial=regla, abono_minimo=None if regla == "NO" else Decimal(minimo))
    return Saldo(empresa=empresa, valor=Decimal(valor), saldo=Decimal(saldo), moneda=moneda)


@pytest.mark.parametrize(
    ("regla", "minimo", "valor", "saldo", "esperado"),
    [
        ("NO", None, "1000.00", "1000.00", None),
        ("MONTO", "300", "1000.00", "1000.00", "300.00"),
        ("MONTO", "300", "1000.00", "299.99", "299.99"),  # never more than what is left
        ("PORCENTAJE", "20", "1000.00", "1000.00", "200.00"),
        ("PORCENTAJE", "20", "1000.00", "500.00", "200.00"),  # of the document, not of what is left
        ("PORCENTAJE", "20", "1000.00", "199.99", "199.99"),
        ("PORCENTAJE", "100", "1000.00", "1000.00", "1000.00"),
        ("PORCENTAJE", "33.33", "100.05", "100.05", "33.35"),  # 33.346665 goes up
        ("PORCENTAJE", "0.01", "1.00", "1.00", "0.01"),  # never nothing
    ],
)
def test_el_minimo_es_el_de_la_regla_y_nunca_mas_de_lo_que_queda(regla, minimo, valor, saldo, esperado):
    """min(what is left, the empresa's rule), in whole centavos; None where it takes no partial payment."""
    leido = parcial.minimo(_saldo(saldo, valor=valor, regla=regla, minimo=minimo))
    assert leido == (None if esperado is None else Decimal(esperado))


@pytest.mark.parametrize(
    ("regla", "minimo", "saldo", "admite"),
    [("NO", None, "1000", False), ("MONTO", "300", "1000", True), ("MONTO", "300", "300", False)],
)
def test_admite_otro_valor_solo_si_hay_alguno_menor(regla, minimo, saldo, admite):
    """Where the least is all of it there is nothing to choose."""
    assert parcial.admite(_saldo(saldo, regla=regla, minimo=minimo)) is admite


@pytest.mark.parametrize(
    ("regla", "valor", "razon", "nota", "campo", "frase"),
    [
        ("MONTO", "1000.01", "OTRO", "", "valor", "No puede pagar más de lo que debe: $ 1.000."),
        ("NO", "999.99", "OTRO", "", "valor", "Andina no recibe pagos parciales: se paga todo el saldo, $ 1.000."),
        ("MONTO", "299.99", "OTRO", "", "valor", "Lo mínimo que puede pagar es $ 300."),
        ("MONTO", "0", "OTRO", "", "valor", "Lo mínimo que puede pagar es $ 300."),
        ("MONTO", "-5", "OTRO", "", "valor", "Lo mínimo que puede pagar es $ 300."),
        ("MONTO", "500", "", "", "razon", "Diga por qué paga menos de lo que debe."),
        ("MONTO", "500", "PEREZA", "", "razon", "Diga por qué paga menos de lo que debe."),
        ("MONTO", "500", "OTRO", "x" * 101, "nota", "El comentario tiene 101 caracteres y el máximo es 100."),
        ("MONTO", "500", "OTRO", "a\x00b", "nota", "El comentario tiene caracteres que no se ven"),
        ("MONTO", "500", "OTRO", "=HOY()", "nota", "El comentario parece una fórmula"),
        ("MONTO", "500", "OTRO", "a\u202eb", "nota", "El comentario tiene caracteres que no se ven"),
    ],
)
def test_lo_que_la_regla_no_admite_se_dice_en_una_frase(regla, valor, razon, nota, campo, frase):
    """Each refusal says what may be paid and which part of the choice is wrong."""
    with pytest.raises(AbonoNoPermitidoError) as fallo:
        parcial.exigir(_saldo("1000", regla=regla), Decimal(valor), razon, nota)
    assert frase in str(fallo.value).replace(NBSP, " ")
    assert fallo.value.campo == campo


@pytest.mark.parametrize(
    ("regla", "valor", "razon"), [("NO", "1000", ""), ("MONTO", "1000", ""), ("MONTO", "300", "RETENCION")]
)
def test_lo_que_la_regla_admite(regla, valor, razon):
    """The whole balance always, without reason; from the minimum on, with one."""
    parcial.exigir(_saldo("1000", regla=regla), Decimal(valor), razon, "ñ" * 100 if razon else "")


@pytest.mark.parametrize(
    ("saldo", "regla", "esperado"),
    [
        ("1000", "MONTO", Parte(paga=Decimal(500), razon="RETENCION", nota="2,5 %")),
        ("500", "MONTO", Parte(paga=Decimal(500))),  # now it is all of it: no reason to give
        ("499.99", "MONTO", Parte(paga=Decimal("499.99"), descartada=Decimal(500))),
        ("1000", "NO", Parte(paga=Decimal(1000), descartada=Decimal(500))),
    ],
)
def test_una_eleccion_vale_mientras_quepa_en_la_regla(saldo, regla, esperado):
    """A choice that no longer fits stands for the whole balance, and says what it was."""
    eleccion = Eleccion(paga=Decimal(500), razon="RETENCION", nota="2,5 %")
    assert parcial.a_pagar(_saldo(saldo, regla=regla), eleccion) == esperado


def test_sin_eleccion_se_paga_todo():
    """Nothing chosen is everything owed, without reason."""
    assert parcial.a_pagar(_saldo("1000"), Eleccion()) == Parte(paga=Decimal(1000))


_CENTAVOS = st.integers(1, 10**14 - 1).map(lambda n: Decimal(n) / 100)


@given(
    valor=_CENTAVOS,
    parte=st.integers(1, 100),
    regla=st.one_of(
        st.tuples(st.just("MONTO"), _CENTAVOS),
        st.tuples(st.just("PORCENTAJE"), st.integers(1, 10_000).map(lambda n: Decimal(n) / 100)),
    ),
)
def test_el_minimo_siempre_se_puede_pagar(valor, parte, regla):
    """Whatever the rule and whatever is left, the minimum is positive, owed, and paying it is allowed."""
    queda = max(Decimal("0.01"), (valor * parte / 100).quantize(Decimal("0.01")))
    saldo = _saldo(queda, valor=valor, regla=regla[0], minimo=regla[1])
    menos = parcial.minimo(saldo)
    assert 0 < menos <= saldo.saldo
    parcial.exigir(saldo, menos, "OTRO")
