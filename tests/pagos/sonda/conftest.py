"""Pagos that a real gateway holds, due now."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pagos import servicios
from pagos.models import Pago
from tests.fabricas import crear_cliente
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import crear_pago


@pytest.fixture
def vencer():
    """`vencer(*pagos)`: due a second ago."""

    def hacer(*pagos):
        Pago.objects.filter(pk__in=[pago.pk for pago in pagos]).update(
            proxima_consulta=timezone.now() - timedelta(seconds=1)
        )

    return hacer


@pytest.fixture
def en_la_pasarela(simulador, forma_del_simulador, vencer):
    """`en_la_pasarela(codigo, ...)`: a due PENDIENTE pago that the simulator holds with an attempt in that state."""
    saldo = crear_saldo()
    usuario = crear_cliente(tercero=saldo.tercero)
    forma = forma_del_simulador(saldo.empresa)

    def crear(codigo, **campos):
        propio = crear_saldo(empresa=saldo.empresa, tercero=saldo.tercero)
        pago = servicios._pedir(crear_pago(propio, usuario=usuario, forma=forma, estado="CREADA"))
        simulador.control(f"pagos/{pago.referencia}/intentos", {"estado": codigo, "metodo": 29, **campos})
        vencer(pago)
        return pago

    return crear
