"""Leases: what is claimed is out of everybody's reach for two minutes, what was not asked is due again as it was."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from pagos import agenda, reloj, transiciones
from pagos.models import Pago
from pagos.sonda import reclamo
from tests.fabricas_pagos import aprobada, crear_acuerdo, crear_forma, crear_pago, esperando

pytestmark = pytest.mark.django_db


def reclamar(acuerdo, cuantos=10):
    with transaction.atomic():
        return reclamo.reclamar(acuerdo, cuantos)


def claves(reclamados):
    return [uno.pk for uno in reclamados]


def test_reclamar_aparta_por_dos_minutos(vencer):
    """A claimed row is out of everybody's reach for the lease, and within reach again after it."""
    pago = crear_pago()
    vencer(pago)
    assert claves(reclamar(pago.acuerdo)) == [pago.pk]
    assert reclamar(pago.acuerdo) == []
    falta = Pago.objects.get(pk=pago.pk).proxima_consulta - reloj.ahora()
    assert timedelta(minutes=1, seconds=50) < falta <= agenda.ARRIENDO


def test_se_reclama_lo_mas_antiguo_primero(vencer):
    """Oldest first, so that nothing is forgotten behind newer rows."""
    viejo = crear_pago()
    nuevo = crear_pago(forma=viejo.forma_pago)
    vencer(nuevo)
    Pago.objects.filter(pk=viejo.pk).update(proxima_consulta=timezone.now() - timedelta(hours=1))
    assert claves(reclamar(viejo.acuerdo, 1)) == [viejo.pk]


def test_cada_acuerdo_reclama_lo_suyo(vencer):
    """The lane of one agreement never takes another's pagos."""
    uno, otro = crear_pago(), crear_pago(forma=crear_forma(crear_acuerdo(comercio="679")))
    vencer(uno, otro)
    assert claves(reclamar(otro.acuerdo)) == [otro.pk]
    assert set(reclamo.acuerdos_con_vencidos()) == {uno.acuerdo}


def test_lo_reclamado_recuerda_desde_cuando_estaba_vencido(vencer):
    """How late a question is is measured from the moment the pago was due, not from its claim."""
    pago = crear_pago()
    vencida = timezone.now() - timedelta(minutes=3)
    Pago.objects.filter(pk=pago.pk).update(proxima_consulta=vencida)
    assert reclamar(pago.acuerdo)[0].proxima_consulta == vencida


def test_lo_devuelto_vuelve_a_su_lugar_en_la_fila():
    """Given back, each is due when it was: a hand-over costs nobody his turn."""
    primero = crear_pago()
    segundo = crear_pago(forma=primero.forma_pago)
    vencidas = [timezone.now() - timedelta(minutes=minutos) for minutos in (9, 4)]
    for pago, vencida in zip((primero, segundo), vencidas, strict=True):
        Pago.objects.filter(pk=pago.pk).update(proxima_consulta=vencida)
    reclamo.devolver(reclamar(primero.acuerdo))
    assert list(Pago.objects.order_by("pk").values_list("proxima_consulta", flat=True)) == vencidas
    assert claves(reclamar(primero.acuerdo)) == [primero.pk, segundo.pk]


def test_lo_que_se_cerro_mientras_tanto_no_se_devuelve(vencer):
    """A page booked it while it was held: giving it back must not have it asked again."""
    pago = crear_pago()
    vencer(pago)
    tomados = reclamar(pago.acuerdo)
    transiciones.aplicar(pago.pk, aprobada(pago), origen="retorno")
    reclamo.devolver(tomados)
    assert Pago.objects.get(pk=pago.pk).proxima_consulta is None


def test_lo_aplazado_espera_a_la_otra_ronda_y_dice_por_que(vencer):
    """Pushed ahead by an interval with the class of the error, a lot at a time."""
    pagos = [crear_pago()]
    pagos.append(crear_pago(forma=pagos[0].forma_pago))
    vencer(*pagos)
    assert reclamo.aplazar_vencidos(pagos[0].acuerdo, error="acuerdo") == 2
    assert reclamo.aplazar_vencidos(pagos[0].acuerdo, error="acuerdo") == 0
    for pago in Pago.objects.all():
        assert pago.error_consulta == "acuerdo"
        assert timedelta(minutes=6) < pago.proxima_consulta - timezone.now() <= agenda.espera()


def test_lo_que_otro_tomo_o_pregunto_mientras_tanto_ya_no_es_suyo(vencer):
    """A worker that slept gives back, or puts off, only what its lease still holds."""
    preguntado = crear_pago()
    retomado = crear_pago(forma=preguntado.forma_pago)
    vencer(preguntado, retomado)
    viejos = reclamar(preguntado.acuerdo)
    transiciones.aplicar(preguntado.pk, esperando(preguntado), origen="retorno")
    Pago.objects.filter(pk=retomado.pk).update(proxima_consulta=timezone.now() - timedelta(seconds=1))
    (nuevo,) = reclamar(preguntado.acuerdo)
    antes = list(Pago.objects.order_by("pk").values_list("proxima_consulta", flat=True))
    reclamo.devolver(viejos)
    reclamo.aplazar(viejos, error="interno")
    assert list(Pago.objects.order_by("pk").values_list("proxima_consulta", flat=True)) == antes
    assert nuevo.arriendo in antes
