"""The history of a pago in sentences for its owner."""

import pytest

from pagos import consultas, transiciones
from pagos.linea_tiempo import linea_tiempo
from tests.fabricas import crear_usuario
from tests.fabricas_pagos import aprobada, crear_pago, esperando, rechazada

pytestmark = pytest.mark.django_db


def hitos(pago):
    pago.refresh_from_db()
    return [(hito.tipo, hito.texto) for hito in linea_tiempo(pago, consultas.eventos_de(pago))]


def test_de_creado_a_aprobado():
    """Created, received by the gateway, at the bank, approved; nothing left to come."""
    pago = crear_pago()
    transiciones.aplicar(pago.pk, esperando(pago), origen="sonda")
    assert [tipo for tipo, _ in hitos(pago)] == ["creada", "pendiente", "pendiente", "futuro"]
    transiciones.aplicar(pago.pk, aprobada(pago), origen="retorno")
    assert [tipo for tipo, _ in hitos(pago)] == ["creada", "pendiente", "pendiente", "aprobada"]
    assert "cuando usted volvió" in hitos(pago)[-1][1]


def test_rechazado_y_reintentado_en_la_pasarela():
    """Rejected, tried again there, approved after all."""
    pago = crear_pago()
    for leido in (rechazada, esperando, aprobada):
        transiciones.aplicar(pago.pk, leido(pago), origen="sonda")
    assert [tipo for tipo, _ in hitos(pago)] == ["creada", "pendiente", "rechazada", "pendiente", "aprobada"]


def test_dejado_por_su_dueno():
    """Left to change method or documents: said so, not "abandoned"."""
    pago = crear_pago()
    transiciones.abandonar(pago.pk, quien=crear_usuario())
    assert "cambiar de medio" in hitos(pago)[-1][1]


def test_ningun_codigo_se_le_muestra():
    """No code of the gateway reaches the owner."""
    pago = crear_pago()
    for leido in (esperando, rechazada):
        transiciones.aplicar(pago.pk, leido(pago), origen="sonda")
    assert not any(letra.isdigit() for _, texto in hitos(pago) for letra in texto)
