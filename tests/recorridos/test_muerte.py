"""kill -9 in the middle: whatever dies, the next round of the sonda finishes the job (diseno.md 4.6 and 4.7)."""

import re
import threading
from datetime import timedelta

import pytest
import requests
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connections
from django.utils import timezone

from cartera.models import Seleccion
from pagos import servicios
from pagos.models import Abono, Pago, Recibo
from pagos.tasks import sondear
from tests.fabricas import crear_cliente
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import crear_acuerdo, crear_forma, crear_pago, envejecer
from tests.recorridos.procesos import Portal, Trabajador, esperar, manage
from tests.simulador.apoyo import CLAVE as CLAVE_ZONA
from tests.simulador.apoyo import COMERCIO, SERVICIO, USUARIO
from usuarios.sesiones import SessionStore

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]
CUANTOS = 12


@pytest.fixture
def caso(transactional_db, proceso_simulador):
    """A customer, and a button that leads to the simulator."""
    saldo = crear_saldo()
    acuerdo = crear_acuerdo(
        saldo.empresa,
        comercio=str(COMERCIO),
        prueba=True,
        urls={"api": f"{proceso_simulador.url}/Apis_CicloPago/api"},
        secretos={"usuario": USUARIO, "clave": CLAVE_ZONA, "codigo_servicio": SERVICIO},
    )
    return saldo, crear_cliente(tercero=saldo.tercero), crear_forma(acuerdo), proceso_simulador


def falla(simulador, punto, tipo, **parametros):
    simulador.control("fallas", {"reglas": [{"punto": punto, "tipo": tipo, "parametros": parametros}]})


def sin_fallas(simulador):
    simulador.control("fallas", {"reglas": []})


def vencer():
    """As if the lease had run out."""
    Pago.objects.filter(proxima_consulta__isnull=False).update(proxima_consulta=timezone.now() - timedelta(seconds=1))


def test_kill_9_del_trabajador_en_medio_de_una_ronda(caso):
    """The worker dies with questions in flight: leases hold meanwhile, the next round finishes, nothing is doubled."""
    saldo, usuario, forma, simulador = caso
    pagos = []
    for _uno in range(CUANTOS):
        propio = crear_saldo(empresa=saldo.empresa, tercero=saldo.tercero)
        pagos.append(servicios._pedir(crear_pago(propio, usuario=usuario, forma=forma, estado="CREADA")))
        simulador.control(f"pagos/{pagos[-1].referencia}/intentos", {"estado": 1})
    vencer()
    falla(simulador, "VerificacionPago", "latencia", ms=20000)
    trabajador = Trabajador()
    sondear.delay()
    esperar(lambda: simulador.control("estadisticas")["en_vuelo"] > 1, que="preguntas en vuelo")
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


class Navegante:
    """A customer who has logged in, with a browser without JavaScript."""

    def __init__(self, portal, usuario):
        self.sesion, self.url = requests.Session(), portal.url
        abierta = SessionStore()
        abierta.update(
            {
                SESSION_KEY: str(usuario.pk),
                BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
                HASH_SESSION_KEY: usuario.get_session_auth_hash(),
            }
        )
        abierta.create()
        self.sesion.cookies.set(settings.SESSION_COOKIE_NAME, abierta.session_key)

    @staticmethod
    def _oculto(html, nombre="csrfmiddlewaretoken"):
        hallado = re.search(rf'name="{nombre}" value="([^"]+)"', html)
        assert hallado, html
        return hallado.group(1)

    def pagar(self, saldo, forma):
        pagina = self.sesion.get(
            f"{self.url}/pagos/pagar/{saldo.empresa_id}/{saldo.tercero_id}/{saldo.moneda}/", timeout=20
        ).text
        datos = {
            "csrfmiddlewaretoken": self._oculto(pagina),
            "foto": self._oculto(pagina, "foto"),
            "terminos": "on",
            "datos": "on",
            "forma": forma.pk,
        }
        return self.sesion.post(f"{self.url}/pagos/iniciar/", data=datos, timeout=60)


def morir_en_inicio(caso, *, existe):
    """kill -9 of the web process while InicioPago is unanswered, with or without a transaction there."""
    saldo, usuario, forma, simulador = caso
    Seleccion.objects.create(usuario=usuario, saldo=saldo)
    portal = Portal()
    try:
        navegante = Navegante(portal, usuario)
        # The request of an earlier test may still be waiting there: only this one's counts.
        simulador.control("estadisticas", {"reiniciar": True})
        falla(simulador, "InicioPago", "latencia", ms=30000, antes=not existe)
        roto = []

        def pagar():
            try:
                navegante.pagar(saldo, forma)
            except requests.RequestException as error:
                roto.append(error)

        hilo = threading.Thread(target=pagar)
        hilo.start()
        esperar(lambda: simulador.control("estadisticas")["peticiones"].get("InicioPago"), que="InicioPago en vuelo")
        if existe:
            esperar(lambda: simulador.control("pagos")["total"] == 1, que="la transacción existe allá")
    finally:
        portal.matar()
    hilo.join(timeout=30)
    connections.close_all()
    assert roto, "el navegador debió quedarse sin respuesta"
    sin_fallas(simulador)
    pago = Pago.objects.get()
    assert (pago.estado, pago.detalles.get().abierto) == ("CREADA", True)
    return pago, simulador


def ronda():
    vencer()
    codigo, salida = manage("sondear")
    assert codigo == 0, salida
    return Pago.objects.get()


def test_kill_9_de_la_web_sin_que_la_transaccion_exista(caso):
    """The gateway never heard of it: after 30 minutes a round abandons it and the balance is free."""
    pago, _simulador = morir_en_inicio(caso, existe=False)
    assert ronda().estado == "CREADA"
    envejecer(pago, minutes=31)
    pago = ronda()
    assert (pago.estado, pago.motivo, pago.detalles.get().abierto) == ("RECHAZADA", "ABANDONADA", False)


def test_kill_9_de_la_web_con_la_transaccion_creada(caso):
    """The transaction exists and its address died with the process: the next round closes it, watched."""
    pago, _simulador = morir_en_inicio(caso, existe=True)
    envejecer(pago, seconds=61)
    pago = ronda()
    assert (pago.estado, pago.motivo) == ("RECHAZADA", "ERROR_INICIO")
    assert pago.proxima_consulta is not None


def test_kill_9_de_la_web_y_el_pago_se_aprueba_igual(caso):
    """It was paid there all the same: the next round books it once."""
    pago, simulador = morir_en_inicio(caso, existe=True)
    simulador.control(f"pagos/{pago.referencia}/intentos", {"estado": 1})
    assert ronda().estado == "APROBADA"
    assert ronda().estado == "APROBADA"
    assert Abono.objects.get().valor == pago.total
