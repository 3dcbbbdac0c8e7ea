"""A saldo a favor is used by two people, never beyond what it holds, and only for its owner's own balances."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartera import seleccion
from cartera.models import Saldo, Seleccion
from cartera.vencimientos import hoy
from pagos import conciliacion, contabilizacion, favores, lineas_erp, transiciones
from pagos.errores import PagoNoPermitidoError
from pagos.models import AplicacionSaldoAFavor, LineaErp, PropuestaSaldoAFavor, SaldoAFavor
from tests.fabricas import crear_usuario
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import aprobada, crear_pago, rechazada

pytestmark = pytest.mark.django_db
CIEN = Decimal("100000.00")


class Mesa:
    """A credit of 100.000, two people of Tesorería, and whatever else its owner owes."""

    def __init__(self):
        primero = crear_pago()
        transiciones.aplicar(primero.pk, rechazada(primero), origen="sonda")
        segundo = crear_pago(primero.detalles.get().saldo, usuario=primero.usuario, forma=primero.forma_pago)
        for pago in (primero, segundo):
            transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda")
        self.favor, self.pago = SaldoAFavor.objects.latest("pk"), primero
        self.ana, self.una, self.otra = primero.usuario, crear_usuario(), crear_usuario()

    def saldo(self, **campos):
        suyo = {"empresa": self.favor.empresa, "tercero": self.favor.tercero}
        return crear_saldo(**{**suyo, **campos})

    def proponer(self, saldo, valor=CIEN, **cambios):
        datos = {"saldo_id": saldo.pk, "valor": Decimal(valor), "por_que": "Cruce", "quien": self.una}
        return favores.proponer_aplicacion(self.favor.pk, **datos | cambios)

    def devolver(self, valor=CIEN, **cambios):
        datos = {"valor": Decimal(valor), "fecha": hoy(), "prueba": "Egreso 7", "por_que": "Pidió su dinero"}
        return favores.proponer_devolucion(self.favor.pk, **{**datos, "quien": self.una, **cambios})

    def confirmar(self, propuesta, **cambios):
        return favores.confirmar(propuesta.pk, **{"confirmo": self.otra, **cambios})

    @staticmethod
    def libros():
        return [uno.regla for uno in conciliacion.conciliar(conciliacion.Libro())]


@pytest.fixture
def mesa():
    return Mesa()


def test_proponer_no_mueve_dinero_y_confirmar_lo_aplica_al_documento(mesa):
    """Until the second person the balance stands; then it falls by that much and waits for the ERP as any payment."""
    saldo = mesa.saldo()
    propuesta = mesa.proponer(saldo, "40000")
    saldo.refresh_from_db()
    assert saldo.saldo == CIEN
    uso = mesa.confirmar(propuesta)
    saldo.refresh_from_db()
    assert (saldo.saldo, saldo.por_acusar) == (Decimal("60000.00"), Decimal("40000.00"))
    assert (uso.quien, uso.confirmo, uso.valor) == (mesa.una, mesa.otra, Decimal("40000.00"))
    assert favores.queda(mesa.favor) == Decimal("60000.00")
    assert mesa.libros() == []


def test_devuelto_lleva_fecha_y_soporte_y_no_toca_ningun_saldo(mesa):
    """Money given back uses the credit up, with its proof."""
    uso = mesa.confirmar(mesa.devolver())
    assert (uso.fecha_devolucion, uso.prueba, uso.saldo_id) == (hoy(), "Egreso 7", None)
    assert favores.queda(mesa.favor) == 0
    assert mesa.libros() == []


def test_quien_propone_no_confirma(mesa):
    """Two people, always."""
    propuesta = mesa.devolver()
    with pytest.raises(PagoNoPermitidoError, match="otra persona"):
        mesa.confirmar(propuesta, confirmo=mesa.una)
    assert not AplicacionSaldoAFavor.objects.exists()


def test_una_propuesta_cerrada_no_se_confirma_ni_se_retira_otra_vez(mesa):
    """Withdrawn or confirmed, it is over; then another one may be made."""
    retirada = mesa.devolver("1")
    favores.retirar(retirada.pk, quien=mesa.una)
    confirmada = mesa.devolver("1")
    mesa.confirmar(confirmada)
    for propuesta in (retirada, confirmada):
        with pytest.raises(PagoNoPermitidoError, match="ya está cerrada"):
            mesa.confirmar(propuesta)
        with pytest.raises(PagoNoPermitidoError, match="ya está cerrada"):
            favores.retirar(propuesta.pk, quien=mesa.otra)
    assert AplicacionSaldoAFavor.objects.get().valor == Decimal("1.00")


def test_solo_hay_una_propuesta_abierta(mesa):
    """A second one would promise the same money twice."""
    mesa.devolver("1")
    with pytest.raises(PagoNoPermitidoError, match="Ya hay una propuesta"):
        mesa.proponer(mesa.saldo(), "1")


@pytest.mark.parametrize(
    ("valor", "dice"),
    [("0", "mayor que cero"), ("-1", "mayor que cero"), ("100000.01", "solo quedan")],
)
def test_no_se_usa_mas_de_lo_que_queda(mesa, valor, dice):
    """Of the credit, before and after part of it is gone."""
    with pytest.raises(PagoNoPermitidoError, match=dice):
        mesa.devolver(valor)
    with pytest.raises(PagoNoPermitidoError, match=dice):
        mesa.proponer(mesa.saldo(valor="900000.00"), valor)
    mesa.confirmar(mesa.devolver("99999.99"))
    with pytest.raises(PagoNoPermitidoError, match="solo quedan"):
        mesa.devolver("0.02")


def test_no_se_aplica_mas_de_lo_que_debe_el_documento(mesa):
    """A balance never goes below zero, also when it fell between the two people."""
    saldo = mesa.saldo(valor="500.00")
    with pytest.raises(PagoNoPermitidoError, match="solo se deben"):
        mesa.proponer(saldo, "500.01")
    propuesta = mesa.proponer(saldo, "500.00")
    Saldo.objects.filter(pk=saldo.pk).update(saldo_erp="499.00", saldo="499.00")
    with pytest.raises(PagoNoPermitidoError, match="solo se deben"):
        mesa.confirmar(propuesta)
    assert not AplicacionSaldoAFavor.objects.exists()


@pytest.mark.parametrize("ajeno", ["tercero", "empresa", "moneda"])
def test_un_documento_ajeno_no_se_paga_con_el(mesa, ajeno):
    """The same empresa, tercero and currency, or nothing."""
    campos = {"moneda": {"moneda": "USD"}, "tercero": {"tercero": None}, "empresa": {"empresa": None}}[ajeno]
    with pytest.raises(PagoNoPermitidoError, match="misma empresa"):
        mesa.proponer(mesa.saldo(**campos), "1")


def test_un_documento_que_no_existe_tampoco(mesa):
    """Nobody's."""
    with pytest.raises(PagoNoPermitidoError, match="misma empresa"):
        favores.proponer_aplicacion(mesa.favor.pk, saldo_id=0, valor=CIEN, por_que="x", quien=mesa.una)


def test_un_documento_en_un_pago_en_curso_espera(mesa):
    """Neither proposed nor confirmed while somebody is paying it."""
    saldo, ocupado = mesa.saldo(), mesa.saldo()
    propuesta = mesa.proponer(saldo)
    for uno in (saldo, ocupado):
        crear_pago(uno, usuario=mesa.ana, forma=mesa.pago.forma_pago)
    with pytest.raises(PagoNoPermitidoError, match="pago en curso"):
        mesa.confirmar(propuesta)
    favores.retirar(propuesta.pk, quien=mesa.una)
    with pytest.raises(PagoNoPermitidoError, match="pago en curso"):
        mesa.proponer(ocupado)


@pytest.mark.parametrize("dias", [-1, 1])
def test_la_fecha_de_la_devolucion_es_posible(mesa, dias):
    """Not before the money came, not after today."""
    with pytest.raises(PagoNoPermitidoError, match="fecha de la devolución"):
        mesa.devolver(fecha=hoy() + timedelta(days=dias))


def test_una_devolucion_sin_soporte_no_se_propone(mesa):
    """Blanks are no proof."""
    with pytest.raises(PagoNoPermitidoError, match="soporte"):
        mesa.devolver(prueba="  ")


def test_lo_que_ya_no_se_debe_sale_de_las_selecciones(mesa):
    """A document that the credit paid in full is in nobody's selection any more."""
    saldo = mesa.saldo()
    seleccion.agregar(mesa.ana, [saldo.pk])
    mesa.confirmar(mesa.proponer(saldo))
    assert not Seleccion.objects.filter(saldo=saldo).exists()


def test_el_erp_la_acusa_por_su_linea(mesa):
    """The application is money unbooked of its balance until the ERP acknowledges its own line."""
    saldo = mesa.saldo()
    mesa.confirmar(mesa.proponer(saldo))
    lineas_erp.numerar(mesa.favor.empresa_id)
    linea = LineaErp.objects.get(tipo="APLICACION")
    assert contabilizacion.acusar(mesa.pago.pk) == 1  # its credit alone
    saldo.refresh_from_db()
    assert saldo.por_acusar == CIEN
    assert contabilizacion.acusar_linea(linea.pk) == 1
    assert contabilizacion.acusar_linea(linea.pk) == 0
    saldo.refresh_from_db()
    assert (saldo.saldo, saldo.por_acusar) == (0, 0)
    assert mesa.libros() == []


_PASOS = st.lists(
    st.tuples(
        st.sampled_from(("aplicar", "devolver", "confirmar", "retirar", "pagar", "acusar")),
        st.integers(0, 2),
        st.decimals("0.01", "70000", places=2),
    ),
    max_size=14,
)


@given(pasos=_PASOS)
@settings(max_examples=15, deadline=None)
def test_en_cualquier_orden_nunca_se_gasta_mas_de_lo_que_hay(pasos):
    """Proposals, confirmations, withdrawals, payments and acknowledgements in any order: Σ aplicaciones <= the credit,
    what was applied is what the balances lost, and the books agree."""
    mesa = Mesa()
    saldos = [mesa.saldo(valor="60000.00") for _uno in range(3)]
    for que, cual, valor in pasos:
        try:
            _hacer(mesa, que, saldos[cual], valor)
        except PagoNoPermitidoError:
            continue
        usado = sum(AplicacionSaldoAFavor.objects.filter(favor=mesa.favor).values_list("valor", flat=True))
        assert usado <= mesa.favor.valor
        assert favores.queda(mesa.favor) == mesa.favor.valor - usado
    for saldo in saldos:
        saldo.refresh_from_db()
        dinero = [*saldo.abonos.values_list("valor", flat=True), *saldo.aplicaciones.values_list("valor", flat=True)]
        assert saldo.saldo == saldo.valor - sum(dinero)
    assert mesa.libros() == []


def _hacer(mesa, que, saldo, valor):
    saldo.refresh_from_db()
    abierta = PropuestaSaldoAFavor.objects.filter(favor=mesa.favor, cerrada_en__isnull=True).first()
    if que == "aplicar":
        mesa.proponer(saldo, valor)
    elif que == "devolver":
        mesa.devolver(valor)
    elif que == "confirmar" and abierta:
        mesa.confirmar(abierta)
    elif que == "retirar" and abierta:
        favores.retirar(abierta.pk, quien=mesa.otra)
    elif que == "pagar" and saldo.saldo:
        pago = crear_pago(saldo, usuario=mesa.ana, forma=mesa.pago.forma_pago)
        transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda")
    elif que == "acusar":
        lineas_erp.numerar(mesa.favor.empresa_id)
        for linea in LineaErp.objects.filter(empresa=mesa.favor.empresa, acusada_en__isnull=True):
            contabilizacion.acusar_linea(linea.pk)
