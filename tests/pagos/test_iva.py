"""The IVA inside each part of a payment adds up to the document's IVA."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cartera.dinero import CENTAVO, redondear
from cartera.models import Saldo
from pagos import transiciones
from pagos.iva import base_de, iva_de
from pagos.models import DetallePago, SaldoAFavor
from tests.fabricas import crear_cliente
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import aprobada, crear_acuerdo, crear_forma, crear_pago, rechazada


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


@pytest.mark.parametrize(
    "iva",
    [
        "0.04",  # each share rounds down to nothing: the last part has no room for four centavos
        "0.06",  # each share rounds up to a whole centavo: the last ones would take from what is not there
    ],
)
def test_las_partes_pequenas_dejan_sitio_al_iva_de_las_que_siguen(iva):
    """Ten parts of a centavo: rounding each by itself would leave the last one too much IVA, or less than none."""
    saldo, previos = Saldo(valor=Decimal("0.10"), iva=Decimal(iva)), []
    for _ in range(10):
        previos.append((CENTAVO, iva_de(saldo, CENTAVO, previos=previos)))
    assert sum(suyo for _pagado, suyo in previos) == Decimal(iva)
    assert all(0 <= suyo <= pagado for pagado, suyo in previos)


@settings(max_examples=500, deadline=None)
@given(
    documento=st.integers(1, 60).flatmap(lambda valor: st.tuples(st.just(valor), st.integers(0, valor))),
    partes=st.lists(st.integers(1, 4), min_size=1, max_size=60),
)
def test_en_partes_de_centavos_el_iva_tambien_cuadra(documento, partes):
    """The smallest documents in the smallest parts, where rounding weighs most: exact, and each IVA fits its part."""
    valor, iva = (Decimal(centavos) / 100 for centavos in documento)
    saldo, previos, queda = Saldo(valor=valor, iva=iva), [], valor
    for centavos in [*partes, documento[0]]:
        paga = min(Decimal(centavos) / 100, queda)
        if paga:
            previos.append((paga, iva_de(saldo, paga, previos=previos)))
            queda -= paga
    assert sum(suyo for _paga, suyo in previos) == iva
    assert all(0 <= suyo <= paga for paga, suyo in previos)


# (centavos of the document, its IVA in permille, how a payment is cut and whether the gateway approves it)
_DOCUMENTO = st.tuples(st.one_of(st.integers(1, 60), st.integers(1, 10_000_000)), st.integers(0, 1000))
_INTENTOS = st.lists(st.tuples(st.integers(1, 1000), st.booleans()), max_size=6)


@pytest.mark.django_db
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documento=_DOCUMENTO, intentos=_INTENTOS)
def test_las_partes_suman_el_documento_y_su_iva(documento, intentos):
    """Random documents paid off in random parts over time, some rejected on the way: each ends at exactly 0 owed, its
    approved parts and their IVA add up to it and to its IVA, and no part has an IVA below 0 or above what it pays."""
    centavos, permille = documento
    saldo = crear_saldo(valor=Decimal(centavos) / 100, iva=Decimal(centavos * permille // 1000) / 100)
    pagar = _pagador(saldo)
    for milesimas, aprobar in intentos:
        if saldo.saldo:
            pagar(max(CENTAVO, redondear(saldo.saldo * milesimas / 1000)), aprobar=aprobar)
    if saldo.saldo:
        pagar(saldo.saldo, aprobar=True)
    detalles = DetallePago.objects.filter(saldo=saldo)
    pagados = [detalle for detalle in detalles if hasattr(detalle, "abono")]
    assert saldo.saldo == 0
    assert sum(detalle.valor for detalle in pagados) == saldo.valor
    assert sum(detalle.iva for detalle in pagados) == saldo.iva
    assert all(0 <= detalle.iva <= detalle.valor <= detalle.debia for detalle in detalles)
    assert not SaldoAFavor.objects.filter(pago__detalles__saldo=saldo).exists()


def _pagador(saldo):
    """`pagar(paga, aprobar=)`: a payment of `saldo` as the checkout starts it, and what the gateway then says."""
    usuario, forma = crear_cliente(tercero=saldo.tercero), crear_forma(crear_acuerdo(saldo.empresa))

    def pagar(paga, *, aprobar):
        pago = crear_pago(saldo, usuario=usuario, forma=forma, paga=paga)
        transiciones.aplicar(pago.pk, aprobada(pago) if aprobar else rechazada(pago), origen="sonda")
        antes = saldo.saldo
        saldo.refresh_from_db()
        assert saldo.saldo == (antes - paga if aprobar else antes)

    return pagar
