"""The gateway for this app's tests: the simulator in its own process, reached over real HTTP."""

import pytest

from pagos import disparadores, servicios
from tests.fabricas import crear_cliente
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import aceptacion, acuerdo_payu, crear_acuerdo, crear_forma, foto_de
from tests.simulador.apoyo import CLAVE, COMERCIO, ESPERA, SERVICIO, USUARIO, Pagador, Proceso


@pytest.fixture
def sin_disparadores(db):
    """The append-only triggers out of the way until the test rolls back: to damage books on purpose."""
    disparadores.quitar()


@pytest.fixture(scope="session")
def _proceso_simulador():
    proceso = Proceso("--demora", "30")
    yield proceso
    proceso.parar()


@pytest.fixture
def simulador(_proceso_simulador, settings):
    """A running, empty simulator that the portal is allowed to call."""
    settings.PASARELA_ORIGENES = [_proceso_simulador.url]
    _proceso_simulador.control("reiniciar", {})
    return _proceso_simulador


@pytest.fixture
def forma_del_simulador(simulador):
    """`forma_del_simulador(empresa=None)`: a button whose agreement leads to the simulator."""

    def crear(empresa=None, **campos):
        datos = {
            "comercio": str(COMERCIO),
            "prueba": True,
            "urls": {"api": f"{simulador.url}/Apis_CicloPago/api"},
            "secretos": {"usuario": USUARIO, "clave": CLAVE, "codigo_servicio": SERVICIO},
        }
        return crear_forma(crear_acuerdo(empresa, **{**datos, **campos}))

    return crear


@pytest.fixture
def por_payu(proceso_simulador, live_server, settings):
    """`por_payu(**changes to the form)`: (pago, its payer's browser after posting the form), our server listening."""
    settings.PORTAL_URL = live_server.url

    def crear(**cambios):
        saldo = crear_saldo()
        usuario = crear_cliente(tercero=saldo.tercero)
        pago = servicios.iniciar_pago(
            foto=foto_de(usuario, [saldo]),
            forma=crear_forma(acuerdo_payu(saldo.empresa, proceso_simulador.url)),
            usuario=usuario,
            aceptacion=aceptacion(),
            idioma="es-co",
        )
        pagador = Pagador(f"{proceso_simulador.url}/control/")
        campos = dict(pago.formulario) | cambios
        return pago, pagador._ver(pagador.sesion.post(pago.url_pasarela, data=campos, timeout=ESPERA))

    return crear
