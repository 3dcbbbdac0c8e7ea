"""The gateways' full answers are kept as long as RETENCION_DIAS says, and no longer."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pagos import retencion, transiciones
from pagos.models import EventoPago, RespuestaCruda
from tests.fabricas_pagos import aprobada, crear_pago

pytestmark = pytest.mark.django_db


def test_se_borra_lo_viejo_y_queda_lo_reciente_y_la_historia(settings):
    """Past its days an answer goes; younger ones and every event stay."""
    settings.RETENCION_DIAS = 90
    vieja, nueva = crear_pago(), crear_pago()
    for pago in (vieja, nueva):
        transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda")
    RespuestaCruda.objects.filter(pago=vieja).update(cuando=timezone.now() - timedelta(days=90, minutes=1))
    eventos = EventoPago.objects.count()
    assert [retencion.purgar_respuestas(), retencion.purgar_respuestas()] == [1, 0]
    assert RespuestaCruda.objects.get().pago == nueva
    assert EventoPago.objects.count() == eventos
