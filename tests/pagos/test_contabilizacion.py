"""The ERP's acknowledgement, also when it says it several times at once."""

from decimal import Decimal

import pytest

from cartera.models import Saldo
from pagos import contabilizacion, transiciones
from pagos.estados import Origen
from pagos.models import Abono
from tests.fabricas_pagos import aprobada, crear_pago

RONDAS = 10


def pagado():
    pago = crear_pago()
    return transiciones.aplicar(pago.pk, aprobada(pago), origen=Origen.SONDA).pago


@pytest.mark.django_db(transaction=True)
def test_cuatro_acuses_simultaneos_cuentan_uno(en_paralelo):
    """Four files with the same payment: its money stops waiting once, and the balance stays 0."""
    for _ronda in range(RONDAS):
        pago = pagado()
        assert sorted(en_paralelo(4, lambda pago=pago: contabilizacion.acusar(pago.pk))) == [0, 0, 0, 1]
        saldo = Saldo.objects.get(pk=pago.detalles.get().saldo_id)
        assert (saldo.saldo, saldo.por_acusar) == (Decimal("0.00"), Decimal("0.00"))


@pytest.mark.django_db
def test_un_acuse_que_no_cabe_no_deja_nada_a_medias():
    """All the abonos of a payment, or none."""
    pago = pagado()
    Saldo.objects.update(por_acusar=Decimal("1.00"))
    with pytest.raises(contabilizacion.DineroIncoherenteError):
        contabilizacion.acusar(pago.pk)
    assert Abono.objects.get().aplicado_erp_en is None
    assert Saldo.objects.get().por_acusar == Decimal("1.00")
