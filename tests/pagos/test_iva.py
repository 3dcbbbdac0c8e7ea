"""The IVA inside each part of a payment adds up to the document's IVA."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from pagos import transiciones
from pagos.iva import base_de, iva_de
from pagos.models import DetallePago
from tests.fabricas import crear_cliente
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import aprobada, crear_acuerdo, crear_forma, crear_pago


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("valor", "iva", "paga", "esperado"),
    [
        ("119000.00", "19000.00", "119000.00", "19000.00"),
        ("119000.00", "19000.00", "59500.00", "9500.00"),
        ("100.00", "0.00", "33.33", "0.00"),
        ("100.00", "15.97", "0.01", "0.00"),
        ("3.00", "1.00", "1.50", "0.50"),
        ("2.00", "0.01", "1.00", "0.01"),  # 0.005 goes up
        ("1000.00", "1000.00", "0.01", "0.01"),
    ],
)
def test_la_parte_lleva_su_iva_proporcional(valor, iva, paga, esperado):
    """iva = round half up (saldo.iva × paid / saldo.valor, 0.01)."""
    saldo = crear_saldo(valor=valor, iva=Decimal(iva))
    assert iva_de(saldo, Decimal(paga)) == Decimal(esperado)


@pytest.mark.django_db
def test_un_documento_pagado_en_parte_por_fuera_no_carga_todo_su_iva_a_lo_que_queda():
    """Half was paid elsewhere: the other half carries half of the IVA, not the whole of it."""
    saldo = crear_saldo(valor="119.00", iva=Decimal("19.00"), saldo="59.50")
    assert iva_de(saldo, Decimal("59.50")) == Decimal("9.50")


@pytest.mark.django_db
def test_la_base_excluye_lo_que_no_lleva_iva():
    """Base = sum of (paid - iva) over the details that carry IVA, 0 when none does."""
    con = DetallePago(valor=Decimal("119.00"), iva=Decimal("19.00"))
    sin = DetallePago(valor=Decimal("50.00"), iva=Decimal("0.00"))
    assert base_de([con, sin]) == Decimal("100.00")
    assert base_de([sin]) == Decimal("0.00")


class TestPartes(TestCase):
    """Random documents paid off in random parts."""

    @settings(max_examples=25, deadline=None)
    @given(
        valor=st.integers(1, 10_000_000),
        iva=st.integers(0, 10_000_000),
        cortes=st.lists(st.integers(1, 10_000_000), max_size=4),
    )
    def test_las_partes_suman_el_iva_del_documento(self, valor, iva, cortes):
        """However a document is paid off, its parts' IVA adds up to its own and each fits in its part."""
        total, iva = Decimal(valor) / 100, Decimal(min(iva, valor)) / 100
        saldo = crear_saldo(valor=total, iva=iva)
        usuario = crear_cliente(tercero=saldo.tercero)
        forma = crear_forma(crear_acuerdo(saldo.empresa))
        for corte in [*cortes, valor]:
            paga = min(Decimal(corte) / 100, saldo.saldo)
            if paga > 0:
                pago = crear_pago(saldo, usuario=usuario, forma=forma, paga=paga)
                transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda")
                saldo.refresh_from_db()
        detalles = list(DetallePago.objects.filter(saldo=saldo))
        assert saldo.saldo == 0
        assert sum(d.iva for d in detalles) == iva
        assert all(0 <= d.iva <= d.valor for d in detalles)
