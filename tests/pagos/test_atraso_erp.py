"""An ERP figure below the money that it has not acknowledged is a Novedad, once, however the figure came."""

from decimal import Decimal

import pytest

from cartera import servicios
from pagos import atraso_erp, transiciones
from pagos.models import Novedad
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import aprobada, crear_pago

pytestmark = pytest.mark.django_db


def test_una_cifra_por_debajo_de_lo_pagado_es_una_sola_novedad():
    """Paid in full and the ERP now says less: balance 0 and one Novedad; a figure that covers it raises none."""
    saldo, sano = crear_saldo(), crear_saldo()
    for cada in (saldo, sano):
        pago = crear_pago(cada)
        transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda")
        cada.refresh_from_db()
    servicios.registrar_saldo_erp(saldo, Decimal("40000.00"))
    servicios.guardar_saldos([saldo], campos=[])
    assert [atraso_erp.revisar(), atraso_erp.revisar()] == [1, 0]
    novedad = Novedad.objects.get()
    assert (novedad.saldo, novedad.tipo) == (saldo, "ERP_POR_DEBAJO")
    saldo.refresh_from_db()
    assert saldo.saldo == Decimal("0.00")
