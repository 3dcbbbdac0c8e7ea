"""Processes of the portal that die at a seam, and what must be true once the next ones have taken over."""

import io
import multiprocessing
import multiprocessing.forkserver
import os
import re
import signal
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from unittest import mock

import pytest
import requests
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from herramientas.puertos import esperar_puerto, puerto_libre
from pagos import notificaciones, servicios, sonda
from pagos.models import Abono, EventoPago, Notificacion, Pago, Recibo
from tests.fabricas_pagos import crear_pago
from tests.recorridos import victima
from tests.recorridos.procesos import entorno
from usuarios.sesiones import SessionStore

# Seconds within which whoever is to die has died.
ESPERA_S = 30


class Vivero:
    """Where the processes that are to die come from: copies of a portal that one process loaded once."""

    def __init__(self, *, buzon, simulador):
        self.puerto = puerto_libre()
        self.url = f"http://127.0.0.1:{self.puerto}"
        self._contexto = multiprocessing.get_context("forkserver")
        self._contexto.set_forkserver_preload(["tests.recorridos.vivero"])
        variables = {
            "EMAIL_URL": f"smtp://127.0.0.1:{buzon.puerto}",
            "PASARELA_ORIGENES": ",".join(simulador.urls),
            "PORTAL_URL": self.url,
        }
        # The server of forks keeps the environment in which it is started, and its copies have it too.
        with mock.patch.dict(os.environ, entorno(**variables)):
            multiprocessing.forkserver.ensure_running()

    @contextmanager
    def _proceso(self, funcion, *argumentos):
        proceso = self._contexto.Process(target=funcion, args=argumentos)
        proceso.start()
        try:
            yield proceso
            proceso.join(ESPERA_S)
            # The control of every test: it died, by kill -9, and did not merely end or fail.
            assert proceso.exitcode == -signal.SIGKILL, f"no murió en la costura: {proceso.exitcode}"
        finally:
            if proceso.is_alive():
                os.killpg(proceso.pid, signal.SIGKILL)
                proceso.join(ESPERA_S)
            proceso.close()
            connections.close_all()

    def morir_trabajando(self, costura, tarea, *argumentos):
        """A worker calls `tarea` ("modulo:funcion") and is killed at the seam."""
        with self._proceso(victima.trabajar, costura, tarea, *argumentos):
            pass

    @contextmanager
    def portal_que_muere(self, costura):
        """A web process at `url` that is killed at the seam, by something that the block asks of it."""
        with self._proceso(victima.atender, costura, self.puerto):
            esperar_puerto(self.puerto)
            yield


class Navegante:
    """A customer who has logged in at the portal at `url`, with a browser without JavaScript."""

    def __init__(self, url, usuario):
        self.sesion, self.url = requests.Session(), url
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

    def ver(self, camino):
        """GET a page; the response."""
        return self.sesion.get(self.url + camino, timeout=ESPERA_S)

    @staticmethod
    def oculto(html, nombre="csrfmiddlewaretoken"):
        """The value of a hidden field."""
        hallado = re.search(rf'name="{nombre}" value="([^"]+)"', html)
        assert hallado, html
        return hallado.group(1)

    def hoja_de_pago(self, saldo, forma):
        """What the button of *Forma de pago* would send."""
        pagina = self.ver(f"/pagos/pagar/{saldo.empresa_id}/{saldo.tercero_id}/{saldo.moneda}/").text
        campos = {nombre: self.oculto(pagina, nombre) for nombre in ("csrfmiddlewaretoken", "foto")}
        return {**campos, "terminos": "on", "datos": "on", "forma": forma.pk}

    def pagar(self, saldo, forma):
        """From *Forma de pago* to the gateway; the response."""
        return self._pedir("/pagos/iniciar/", self.hoja_de_pago(saldo, forma))

    def sin_respuesta(self, camino, datos=None):
        """Ask for a page, or send a form, of a process that dies before it answers."""
        with pytest.raises(requests.RequestException):
            self._pedir(camino, datos)

    def _pedir(self, camino, datos):
        metodo = "GET" if datos is None else "POST"
        return self.sesion.request(metodo, self.url + camino, data=datos, timeout=60, allow_redirects=False)


class Caso:
    """A customer with one document, and a button that leads to one gateway of the simulator."""

    def __init__(self, *, saldo, usuario, forma, simulador):
        self.saldo, self.usuario, self.forma, self.simulador = saldo, usuario, forma, simulador

    @property
    def por_formulario(self):
        """True where the payer's browser creates the transaction, not we."""
        return self.forma.acuerdo.pasarela == "payu"

    def iniciar(self, *, llegar=True):
        """A pago that waits at the gateway, whose page the payer has reached (unless not `llegar`)."""
        pago = servicios._pedir(crear_pago(self.saldo, usuario=self.usuario, forma=self.forma, estado="CREADA"))
        if llegar:
            self.llegar(pago)
        return pago

    def llegar(self, pago):
        """The payer's browser goes to the gateway: to its address, or with the form."""
        if self.por_formulario:
            requests.post(pago.url_pasarela, data=dict(pago.formulario), timeout=ESPERA_S).raise_for_status()
        else:
            requests.get(pago.url_pasarela, timeout=ESPERA_S).raise_for_status()

    def pagar_alla(self, pago, **campos):
        """The gateway approves; unless `avisar` is given, nobody tells us."""
        aprobado = 4 if self.por_formulario else 1
        self.simulador.control(f"pagos/{pago.referencia}/intentos", {"estado": aprobado, "avisar": False, **campos})

    def existe_alla(self):
        """How many transactions the gateway holds."""
        return self.simulador.control("pagos")["total"]


def vencer():
    """As if every lease, of a pago or of an e-mail, had run out."""
    antes = timezone.now() - timedelta(seconds=1)
    Pago.objects.filter(proxima_consulta__isnull=False).update(proxima_consulta=antes)
    Notificacion.objects.filter(enviada_en__isnull=True).update(enviar_desde=antes)


def ronda():
    """One ring of the sonda, its errors asserted away; returns its Counter."""
    vencer()
    cuenta = sonda.ejecutar_ronda()
    assert not [clase for clase in cuenta if clase.startswith("error")], cuenta
    return cuenta


def nada_cobrado(saldo):
    """What must be true of a document until its approval is committed: all of it owed, nothing announced."""
    saldo.refresh_from_db()
    assert saldo.saldo == saldo.valor
    assert not Abono.objects.exists()
    assert not Recibo.objects.exists()
    assert not Notificacion.objects.exists()
    assert not EventoPago.objects.filter(a="APROBADA").exists()


def cobrado_una_vez(pago, *, buzon):
    """The end of every road: approved and booked once, told once, and the books balance with the gateway's."""
    for _vez in range(2):  # whatever rings again finds nothing left to do
        ronda()
        _todo_una_vez(pago)
        notificaciones.enviar_pendientes()
    # It raises on any difference.
    call_command("conciliar", "--pasarela", stdout=io.StringIO(), stderr=io.StringIO())
    veces = Counter(buzon.recibidos())
    assert set(veces) == set(Notificacion.objects.values_list("message_id", flat=True))
    return veces


def _todo_una_vez(pago):
    pago = Pago.objects.get(pk=pago.pk)
    detalle = pago.detalles.get()
    assert (pago.estado, detalle.abierto, pago.novedades.count()) == ("APROBADA", False, 0)
    assert [(abono.detalle_id, abono.valor) for abono in Abono.objects.all()] == [(detalle.pk, detalle.valor)]
    assert [recibo.pago_id for recibo in Recibo.objects.all()] == [pago.pk]
    assert EventoPago.objects.filter(a="APROBADA").count() == 1
    assert list(pago.notificaciones.values_list("tipo", flat=True)) == ["APROBADA"]
    detalle.saldo.refresh_from_db()
    assert detalle.saldo.saldo == 0
