"""kill -9 in the middle: whatever dies, the next round of the sonda finishes the job (diseno.md 4.6 and 4.7).

Here whole processes as in production are killed from outside while a gateway keeps them waiting; test_muerte_pasos.py
kills at every step, at a seam.
"""

import threading
import time

import pytest
import requests
from django.db import connections
from django.utils import timezone

from cartera.models import Seleccion
from pagos.models import Abono, AcuerdoComercial, CupoEnVuelo, Pago, Recibo
from pagos.tasks import sondear
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import envejecer
from tests.recorridos.muerte import Caso, Navegante, vencer
from tests.recorridos.procesos import Portal, Trabajador, esperar, manage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]
CUANTOS = 12
PREGUNTA = {"zonapagos": "VerificacionPago", "payu": "consultas"}


def falla(simulador, punto, tipo, **parametros):
    simulador.control("fallas", {"reglas": [{"punto": punto, "tipo": tipo, "parametros": parametros}]})


def peticiones(simulador):
    """How many requests each endpoint has received since the count was begun anew."""
    return simulador.control("estadisticas")["peticiones"]


def sin_fallas(simulador):
    simulador.control("fallas", {"reglas": []})


def test_kill_9_del_trabajador_en_medio_de_una_ronda(caso):
    """The worker dies with questions in flight: leases hold meanwhile, the next round finishes, nothing is doubled."""
    simulador = caso.simulador
    for _uno in range(CUANTOS):
        saldo = crear_saldo(empresa=caso.saldo.empresa, tercero=caso.saldo.tercero)
        propio = Caso(saldo=saldo, usuario=caso.usuario, forma=caso.forma, simulador=simulador)
        propio.pagar_alla(propio.iniciar())
    vencer()
    pregunta = PREGUNTA[caso.forma.acuerdo.pasarela]
    simulador.control("estadisticas", {"reiniciar": True})
    falla(simulador, pregunta, "latencia", ms=20000)
    trabajador = Trabajador()
    sondear.delay()
    esperar(lambda: peticiones(simulador).get(pregunta, 0) > 1, que="preguntas en vuelo")
    trabajador.matar()
    assert Pago.objects.filter(estado="PENDIENTE").count() == CUANTOS
    assert Pago.objects.filter(proxima_consulta__gt=timezone.now()).count() == CUANTOS
    sin_fallas(simulador)
    vencer()
    codigo, salida = manage("sondear")
    assert codigo == 0, salida
    assert Pago.objects.filter(estado="APROBADA").count() == CUANTOS
    assert Abono.objects.count() == Recibo.objects.count() == CUANTOS
    assert set(Pago.objects.values_list("detalles__saldo__saldo", flat=True)) == {0}


def test_sigterm_al_trabajador_termina_lo_que_vuela_y_devuelve_el_resto(caso):
    """A deployment stops the worker in its round: what is in flight is booked, the rest is due at once for others."""
    simulador = caso.simulador
    AcuerdoComercial.objects.update(limite_en_vuelo=3)
    for _uno in range(CUANTOS):
        saldo = crear_saldo(empresa=caso.saldo.empresa, tercero=caso.saldo.tercero)
        propio = Caso(saldo=saldo, usuario=caso.usuario, forma=caso.forma, simulador=simulador)
        propio.pagar_alla(propio.iniciar())
    vencer()
    pregunta = PREGUNTA[caso.forma.acuerdo.pasarela]
    simulador.control("estadisticas", {"reiniciar": True})
    falla(simulador, pregunta, "latencia", ms=4000)
    trabajador = Trabajador()
    sondear.delay()
    esperar(lambda: peticiones(simulador).get(pregunta, 0) == 3, que="tres preguntas en vuelo")
    inicio = time.monotonic()
    trabajador.parar()
    assert time.monotonic() - inicio < 15
    assert trabajador.proceso.returncode == 0
    assert Pago.objects.filter(estado="APROBADA").count() == peticiones(simulador)[pregunta] == 3
    assert Pago.objects.filter(estado="PENDIENTE", proxima_consulta__lte=timezone.now()).count() == CUANTOS - 3
    assert not CupoEnVuelo.objects.exists()


@pytest.fixture
def morir_en_inicio(crear_caso):
    """`morir_en_inicio(existe=)`: kill -9 of the web process while InicioPago is unanswered, with or without a
    transaction there; (pago, Caso). PayU has no such call: the payer's browser posts a form.
    """

    def morir(*, existe):
        caso = crear_caso("zonapagos")
        simulador = caso.simulador
        Seleccion.objects.create(usuario=caso.usuario, saldo=caso.saldo)
        portal = Portal()
        try:
            navegante = Navegante(portal.url, caso.usuario)
            # The request of an earlier test may still be waiting there: only this one's counts.
            simulador.control("estadisticas", {"reiniciar": True})
            falla(simulador, "InicioPago", "latencia", ms=30000, antes=not existe)
            roto = []

            def pagar():
                try:
                    navegante.pagar(caso.saldo, caso.forma)
                except requests.RequestException as error:
                    roto.append(error)

            hilo = threading.Thread(target=pagar)
            hilo.start()
            esperar(lambda: peticiones(simulador).get("InicioPago"), que="InicioPago en vuelo")
            if existe:
                esperar(lambda: caso.existe_alla() == 1, que="la transacción existe allá")
        finally:
            portal.matar()
        hilo.join(timeout=30)
        connections.close_all()
        assert roto, "el navegador debió quedarse sin respuesta"
        sin_fallas(simulador)
        pago = Pago.objects.get()
        assert (pago.estado, pago.detalles.get().abierto) == ("CREADA", True)
        return pago, caso

    return morir


def ronda():
    vencer()
    codigo, salida = manage("sondear")
    assert codigo == 0, salida
    return Pago.objects.get()


def test_kill_9_de_la_web_sin_que_la_transaccion_exista(morir_en_inicio):
    """The gateway never heard of it: after 30 minutes a round abandons it and the balance is free."""
    pago, _caso = morir_en_inicio(existe=False)
    assert ronda().estado == "CREADA"
    envejecer(pago, minutes=31)
    pago = ronda()
    assert (pago.estado, pago.motivo, pago.detalles.get().abierto) == ("RECHAZADA", "ABANDONADA", False)


def test_kill_9_de_la_web_con_la_transaccion_creada(morir_en_inicio):
    """The transaction exists and its address died with the process: the next round closes it, watched."""
    pago, _caso = morir_en_inicio(existe=True)
    envejecer(pago, seconds=61)
    pago = ronda()
    assert (pago.estado, pago.motivo) == ("RECHAZADA", "ERROR_INICIO")
    assert pago.proxima_consulta is not None


def test_kill_9_de_la_web_y_el_pago_se_aprueba_igual(morir_en_inicio):
    """It was paid there all the same: the next round books it once."""
    pago, caso = morir_en_inicio(existe=True)
    caso.pagar_alla(pago)
    assert ronda().estado == "APROBADA"
    assert ronda().estado == "APROBADA"
    assert Abono.objects.get().valor == pago.total
