"""One of everything that belongs to Ana, and everybody who might ask for it."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.test import Client

from cartera import avisos, seleccion
from cartera.vencimientos import hoy
from pagos import favores, novedades, transiciones
from pagos.estados import TipoNovedad
from tests.fabricas import administradora, ana, beto, carla, crear_usuario, superusuario
from tests.fabricas_cartera import crear_empresa, crear_logo, crear_saldo, limitar_a
from tests.fabricas_pagos import (
    crear_acuerdo,
    crear_forma,
    crear_pago,
    intento,
    lectura,
    permitir_parcial,
)
from tests.fabricas_sonda import crear_ronda
from tests.usuarios.apoyo import entrar_verificado
from usuarios import roles
from usuarios.consultas import alcance
from usuarios.models import Tercero


@pytest.fixture
def mundo(db, proceso_simulador, settings):
    """Ana's: a selected document, an approved pago with its receipt, a Novedad, a note; and what addresses carry.

    The gateway is the simulator, which knows nothing of the pago: some addresses ask it.
    """
    settings.PERMITIR_PRUEBAS = True
    # As in production.
    settings.DOBLE_FACTOR = True
    duena = ana()
    tercero = Tercero.objects.get(pk__in=alcance(duena).terceros)
    saldo = crear_saldo(tercero=tercero)
    permitir_parcial(saldo.empresa)
    api = f"{proceso_simulador.url}/Apis_CicloPago/api"
    forma = crear_forma(crear_acuerdo(saldo.empresa, prueba=True, urls={"api": api}))
    pago = crear_pago(crear_saldo(tercero=tercero, empresa=saldo.empresa), usuario=duena, forma=forma)
    doble = lectura(pago, intento(pago), intento(pago, id=f"{pago.referencia}-2"))
    pago = transiciones.aplicar(pago.pk, doble, origen="sonda").pago
    favor = pago.saldos_a_favor.get()
    propuesta = favores.proponer_devolucion(
        favor.pk, valor=favor.valor, fecha=hoy(), prueba="Egreso 7", por_que="x", quien=crear_usuario()
    )
    novedad, _nueva = novedades.registrar(TipoNovedad.REVERSADA, pago=pago, evidencia={})
    seleccion.agregar(duena, [saldo.pk])
    aviso = avisos.dejar(duena, saldo, fecha=date(2026, 11, 20), medio="EFECTIVO")
    suyo = {"saldo": saldo, "pago": pago, "novedad": novedad, "aviso": aviso, "favor": favor, "propuesta": propuesta}
    return SimpleNamespace(ana=duena, **suyo, logo=crear_logo(), ronda=crear_ronda())


@pytest.fixture
def navegadores(mundo):
    """A browser for each person, logged in, with a session of its own; the staff's went through both steps."""
    del_personal = {
        "personal": crear_usuario(email="personal@ejemplo.co", rol=None, is_staff=True),
        "carla": carla(),
        "limitada": limitar_a(carla(email="limitada@ejemplo.co"), crear_empresa()),
        "cartera": crear_usuario(email="cartera@ejemplo.co", rol=roles.CARTERA, is_staff=True),
        "administracion": administradora(),
        "admin": superusuario(),
    }
    clientes = {quien: entrar_verificado(usuario) for quien, usuario in del_personal.items()}
    # Staff with every permission and with the password alone.
    sin_segundo = superusuario(email="sin_segundo@ejemplo.co")
    demas = {"ana": mundo.ana, "beto": beto(), "sin_asociacion": crear_usuario(email="nadie@ejemplo.co")}
    for quien, usuario in {**demas, "sin_segundo": sin_segundo}.items():
        clientes[quien] = Client()
        clientes[quien].force_login(usuario)
    return {"anonima": Client(), **clientes}
