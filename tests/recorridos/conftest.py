"""Processes that die, a mail server that keeps what it accepts, and a customer at each gateway."""

import pytest

from tests.fabricas import crear_cliente
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import acuerdo_payu, crear_acuerdo, crear_forma
from tests.recorridos.muerte import Caso, Vivero
from tests.simulador.apoyo import CLAVE, COMERCIO, SERVICIO, USUARIO


@pytest.fixture(scope="session")
def _vivero_de_la_sesion(django_db_setup, _buzon_de_la_sesion, _simulador_de_la_sesion):
    return Vivero(buzon=_buzon_de_la_sesion, simulador=_simulador_de_la_sesion)


@pytest.fixture
def vivero(transactional_db, _vivero_de_la_sesion, buzon, proceso_simulador, settings):
    """Where the processes that are to die come from; this one stands at the same address as the web process."""
    settings.PORTAL_URL = _vivero_de_la_sesion.url
    return _vivero_de_la_sesion


def _acuerdo_zonapagos(empresa, url):
    return crear_acuerdo(
        empresa,
        comercio=str(COMERCIO),
        prueba=True,
        urls={"api": f"{url}/Apis_CicloPago/api"},
        secretos={"usuario": USUARIO, "clave": CLAVE, "codigo_servicio": SERVICIO},
    )


_ACUERDOS = {"zonapagos": _acuerdo_zonapagos, "payu": acuerdo_payu}


@pytest.fixture
def crear_caso(transactional_db, proceso_simulador):
    """`crear_caso(gateway)`: a customer with one document, and a button that leads to that gateway's simulator."""

    def crear(pasarela):
        saldo = crear_saldo()
        forma = crear_forma(_ACUERDOS[pasarela](saldo.empresa, proceso_simulador.url))
        return Caso(saldo=saldo, usuario=crear_cliente(tercero=saldo.tercero), forma=forma, simulador=proceso_simulador)

    return crear


@pytest.fixture(params=_ACUERDOS)
def caso(request, crear_caso):
    """A customer at each gateway."""
    return crear_caso(request.param)
