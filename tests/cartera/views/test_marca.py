"""Logo and colour as browsers get them: for everybody, kept for a year, and nothing else than they are."""

import pytest
from django.urls import reverse

from cartera.colores import hoja_de
from tests.fabricas import ana
from tests.fabricas_cartera import crear_logo

pytestmark = pytest.mark.django_db

UN_ANO = "private, max-age=31536000, immutable"


def guardado(respuesta):
    """Its Cache-Control, in one order."""
    return set(respuesta["Cache-Control"].split(", "))


@pytest.mark.parametrize("con_sesion", [True, False])
def test_el_logo_es_la_imagen_que_hizo_el_portal(client, con_sesion):
    """The PNG of the database, never to be read as anything else; a browser keeps it though somebody is in."""
    logo = crear_logo()
    if con_sesion:
        client.force_login(ana())
    respuesta = client.get(f"/empresas/logo-{logo.pk}.png")
    assert respuesta.content == bytes(logo.png)
    assert (respuesta["Content-Type"], respuesta["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert guardado(respuesta) == set(UN_ANO.split(", "))


@pytest.mark.parametrize("huella", ["0" * 32, "0" * 31, "../../../etc/passwd", "Z" * 32])
def test_un_logo_que_no_hay_no_se_encuentra(client, huella):
    """An invented key is a 404."""
    assert client.get(f"/empresas/logo-{huella}.png").status_code == 404


@pytest.mark.parametrize("con_sesion", [True, False])
def test_la_hoja_de_un_color(client, con_sesion):
    """The rule's style sheet, kept for a year under the version that it has."""
    if con_sesion:
        client.force_login(ana())
    hoja = hoja_de("#0a4d8c")
    respuesta = client.get(reverse("cartera:color", args=["0a4d8c", hoja.version]))
    assert respuesta.content.decode() == hoja.texto
    assert "--acento: #0a4d8c" in hoja.texto
    assert respuesta["Content-Type"] == "text/css; charset=utf-8"
    assert guardado(respuesta) == set(UN_ANO.split(", "))


def test_una_hoja_de_otra_version_no_se_guarda(client):
    """A page of before an upgrade gets today's sheet; nothing keeps it under the old address."""
    respuesta = client.get("/empresas/color-0a4d8c-00000000.css")
    assert respuesta.content.decode() == hoja_de("#0a4d8c").texto
    assert guardado(respuesta) == {"no-store"}


@pytest.mark.parametrize("cifras", ["0A4D8C", "0a4d8", "red;}", "0a4d8c0"])
def test_lo_que_no_es_un_color_no_se_encuentra(client, cifras):
    """Nothing but six hexadecimal figures ever reaches a style sheet."""
    assert client.get(f"/empresas/color-{cifras}-00000000.css").status_code == 404
