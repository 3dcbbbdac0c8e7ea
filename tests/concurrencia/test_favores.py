"""The saldo a favor and those who meet on it: two who confirm, and one who pays what it is applied to."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection

from pagos import favores, transiciones
from pagos.errores import PagoNoPermitidoError, SeleccionCambioError
from pagos.models import AplicacionSaldoAFavor, Pago, PropuestaSaldoAFavor, SaldoAFavor
from tests.fabricas import crear_usuario
from tests.fabricas_pagos import aprobada, rechazada

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]
VALOR = Decimal("100000.00")
NO_SE_PUDO = (PagoNoPermitidoError, SeleccionCambioError)


def rondas():
    """More where connections really work at the same time; a few where the database lets one write at a time."""
    return 50 if connection.vendor == "postgresql" else 8


def con_credito(mesa):
    """A SaldoAFavor of 100.000: the first document of the table was paid twice."""
    primero = mesa.pago(0)
    transiciones.aplicar(primero.pk, rechazada(primero), origen="sonda")
    segundo = mesa.pago(0)
    for pago in (segundo, primero):
        transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda")
    return SaldoAFavor.objects.get(empresa=mesa.empresa_id)


def proponer(favor, saldo, valor=VALOR):
    quien = crear_usuario()
    return favores.proponer_aplicacion(favor.pk, saldo_id=saldo.pk, valor=valor, por_que="Cruce", quien=quien)


def test_cuatro_confirmaciones_a_la_vez_aplican_una(poner_mesa, correr):
    """Four people press *Confirmar* at the same instant: one application, the others are told."""
    personas = [crear_usuario() for _uno in range(4)]
    for _ronda in range(rondas()):
        mesa = poner_mesa()
        propuesta = proponer(con_credito(mesa), mesa.saldos[1])
        confirmar = [lambda p=persona, q=propuesta: favores.confirmar(q.pk, confirmo=p) for persona in personas]
        resultados = correr(confirmar, tolerar=NO_SE_PUDO)
        assert sum(isinstance(uno, AplicacionSaldoAFavor) for uno in resultados) == 1
        assert [saldo.saldo for saldo in mesa.actuales()] == [0, 0, VALOR]
        assert mesa.diferencias() == []


def test_aplicar_contra_pagar_el_mismo_documento(poner_mesa, correr):
    """A page of the document and the confirmation of its application at the same instant: one of them wins, and the
    other is told; the document is paid once."""
    persona = crear_usuario()
    for ronda in range(rondas()):
        mesa = poner_mesa()
        propuesta = proponer(con_credito(mesa), mesa.saldos[1])
        comprar, otra = mesa.comprar(1), mesa.comprar(1, 2)
        confirmar = lambda p=propuesta: favores.confirmar(p.pk, confirmo=persona)  # noqa: E731
        resultados = correr([confirmar, comprar, otra, confirmar], tolerar=NO_SE_PUDO)
        pagos = [uno for uno in resultados if isinstance(uno, Pago)]
        hechas = [uno for uno in resultados if isinstance(uno, AplicacionSaldoAFavor)]
        assert len(pagos) + len(hechas) == 1, ronda
        for pago in pagos:
            transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda")
        assert mesa.actuales()[1].saldo == 0
        assert mesa.diferencias() == []


@pytest.mark.solo_postgresql("en SQLite una transacción tiene la base para sí: no hay bloqueo que quitar")
def test_sin_bloqueos_la_base_impide_gastarlo_dos_veces(poner_mesa, correr, sin_bloqueos):
    """Control: without row locks two confirmations do collide, and the database itself refuses the second."""
    personas = [crear_usuario() for _uno in range(4)]
    choques = 0
    for _ronda in range(rondas()):
        mesa = poner_mesa()
        favor = con_credito(mesa)
        propuesta = proponer(favor, mesa.saldos[1])
        confirmar = [lambda p=persona, q=propuesta: favores.confirmar(q.pk, confirmo=p) for persona in personas]
        resultados = correr(confirmar, tolerar=(*NO_SE_PUDO, IntegrityError))
        choques += sum(isinstance(uno, IntegrityError) for uno in resultados)
        usado = AplicacionSaldoAFavor.objects.filter(favor=favor).values_list("valor", flat=True)
        assert sum(usado) <= favor.valor
        assert PropuestaSaldoAFavor.objects.filter(favor=favor, aplicacion__isnull=False).count() <= 1
    assert choques
