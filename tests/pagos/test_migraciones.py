"""Upgrading a database that already holds payments."""

import pytest
from django.core.management import call_command
from django.db import connection

from pagos import disparadores, transiciones
from pagos.models import DetallePago
from tests.fabricas_pagos import aprobada, crear_pago
from tests.pagos.test_disparadores import instalados


@pytest.fixture
def antes_del_pago_parcial(transactional_db):
    """`antes_del_pago_parcial()`: the tables of `pagos` as they were; forward again at the end, whatever happens."""
    yield lambda: call_command("migrate", "pagos", "0005", verbosity=0)
    call_command("migrate", verbosity=0)


def test_los_pagos_de_antes_debian_lo_que_pagaron(antes_del_pago_parcial):
    """Every detail paid all that was owed: `debia` is its valor, without reason; triggers and abonos stay."""
    pago = crear_pago()
    transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda")
    antes_del_pago_parcial()
    call_command("migrate", verbosity=0)
    detalle = DetallePago.objects.get(pago=pago)
    assert (detalle.debia, detalle.razon, detalle.nota) == (detalle.valor, "", "")
    assert detalle.abono.valor == detalle.valor
    assert instalados() == disparadores.nombres(connection.vendor)
