"""`usuarios.caducidad`: what somebody is told whose session ended, and where the way back leads."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from cartera import seleccion
from tests.fabricas import CLAVE, ana
from tests.fabricas_cartera import crear_saldo
from usuarios import servicios

pytestmark = pytest.mark.django_db

INICIO = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ENTRAR, SALDOS = "/cuenta/entrar/", "/saldos/"
INACTIVIDAD = "Su sesión se cerró por inactividad"


@pytest.fixture
def usuaria(settings):
    settings.SESSION_COOKIE_AGE = 30 * 60
    return ana()


@pytest.fixture
def reloj():
    """`reloj(minutes=31)`: so long after the beginning."""
    with time_machine.travel(INICIO, tick=False) as viaje:
        yield lambda **despues: viaje.move_to(INICIO + timedelta(**despues))


def entrar(cliente, url=ENTRAR):
    return cliente.post(url, {"username": "ana@ejemplo.co", "password": CLAVE}, follow=True)


def html(respuesta):
    return respuesta.content.decode()


def test_quien_dejo_de_usarla_lo_sabe_y_vuelve_a_donde_estaba_con_su_seleccion(client, usuaria, reloj):
    """The login says why, the way back leads to the very list, which keeps its selection and says so."""
    saldo = crear_saldo(tercero=usuaria.asociaciones.get().tercero, numero="10234")
    entrar(client)
    seleccion.agregar(usuaria, [saldo.pk])
    reloj(minutes=31)
    respuesta = client.get(f"{SALDOS}?q=10234", follow=True)
    assert INACTIVIDAD in html(respuesta)
    assert "Pasaron 30 minutos sin uso." in html(respuesta)
    respuesta = entrar(client, respuesta.redirect_chain[-1][0])
    assert respuesta.redirect_chain == [(f"{SALDOS}?q=10234", 302)]
    assert "La sesión anterior se cerró por inactividad. Los documentos que había elegido" in html(respuesta)
    assert [linea.saldo for linea in seleccion.lineas(usuaria)] == [saldo]
    assert "La sesión anterior" not in html(client.get(SALDOS))


@pytest.mark.parametrize("antes", ["nunca entró", "salió", "le cerraron la sesión", "apenas entró"])
def test_no_se_habla_de_inactividad_a_quien_no_la_tuvo(client, usuaria, reloj, antes):
    """Not to strangers, nor to who left, nor to whose session was closed from elsewhere."""
    if antes != "nunca entró":
        entrar(client)
    if antes == "salió":
        client.post(reverse("usuarios:salir"))
        reloj(minutes=31)
    if antes == "le cerraron la sesión":
        reloj(minutes=5)
        servicios.cerrar_sesiones(usuaria)
    if antes == "apenas entró":
        assert client.get(ENTRAR).status_code == 302
        client.logout()
    assert INACTIVIDAD not in html(client.get(SALDOS, follow=True))


@pytest.mark.parametrize("valor", ["", "ayer", "-1", "²", "9" * 40, "1e3"])
def test_una_cookie_inventada_no_rompe_la_entrada(usuaria, valor):
    """Whatever a browser sends, the login answers."""
    cliente = Client()
    cliente.cookies["fin"] = valor
    respuesta = cliente.get(ENTRAR)
    assert respuesta.status_code == 200
    assert INACTIVIDAD not in html(respuesta)


def test_la_cookie_no_dice_de_quien_fue_la_sesion(client, usuaria, reloj):
    """A moment and nothing else, out of the reach of scripts, for one day more than the session."""
    entrar(client)
    cookie = client.cookies["fin"]
    assert int(cookie.value) == int((INICIO + timedelta(minutes=30)).timestamp())
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 30 * 60 + 86400)


@pytest.mark.parametrize(
    ("direccion", "frase"),
    [
        ("/pagos/iniciar/", "No se ha cobrado nada."),
        ("/saldos/quitar/", "No se ha cobrado nada."),
        ("/pagos/ABC123/reintentar/", "No se ha cobrado nada."),
        ("/pagos/ABC123/consultar/", "Su pago sigue su curso"),
        ("/pagos/ABC123/continuar/", "Su pago sigue su curso"),
        ("/pagos/ABC123/cambiar/", "Su pago sigue su curso"),
    ],
)
def test_lo_enviado_sin_sesion_dice_que_paso_con_el_dinero(client, usuaria, reloj, direccion, frase):
    """Nothing was received: what that means for the money depends on whether a pago was already under way."""
    entrar(client)
    reloj(minutes=31)
    respuesta = client.post(direccion, follow=True)
    assert "Su sesión se cerró y lo que envió no se recibió" in html(respuesta)
    assert frase in html(respuesta)
    equivocada = client.post(respuesta.redirect_chain[-1][0], {"username": "ana@ejemplo.co", "password": "otra"})
    assert frase in html(equivocada)


@pytest.mark.parametrize(
    ("referencia", "pagina", "destino"),
    [
        ("/saldos/?q=1", "", "/saldos/?q=1"),
        # The page that answered a POST stands at an address that cannot be opened: its form says another.
        ("/pagos/iniciar/", "/pagos/pagar/1/2/COP/", "/pagos/pagar/1/2/COP/"),
        ("/saldos/", "https://malo.example/", "/saldos/"),
        ("", "", "/"),
    ],
)
def test_despues_de_lo_enviado_sin_sesion_se_vuelve_a_la_pagina_del_formulario(
    client, usuaria, reloj, referencia, pagina, destino
):
    """Never to the address of the form itself, never to another site."""
    cabeceras = {"Referer": f"http://testserver{referencia}"} if referencia else {}
    respuesta = client.post("/pagos/iniciar/", {"pagina": pagina} if pagina else {}, headers=cabeceras)
    (primera, _estado), *_ = entrar(client, respuesta.url).redirect_chain
    assert primera == destino


def test_la_pagina_que_se_refrescaba_sola_vuelve_a_su_propia_direccion(client, usuaria):
    """After the login nobody stands on the address of the refresh, which would not keep the session open."""
    respuesta = client.get("/pagos/?estado=pendiente&refresco=1&mes=2026-11")
    assert respuesta.url == f"{ENTRAR}?next=/pagos/%3Festado%3Dpendiente%26mes%3D2026-11"
    assert client.get("/pagos/?refresco=1").url == f"{ENTRAR}?next=/pagos/"
