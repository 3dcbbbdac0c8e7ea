"""Every page in Chromium, on a phone and a desk, light and dark, in both languages: nothing scrolls sideways, nothing
breaks the policy or asks another host, and axe finds nothing against WCAG 2.2 AA."""

import re
from collections import Counter

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as ajustes
from django.test import Client

from tests.arnes.mundo import MUDA, crear_mundo, direcciones
from tests.navegador.navegacion import Ventana, chromium

pytestmark = [
    pytest.mark.navegador,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(300),
    pytest.mark.solo_postgresql("the browser tests run whole on PostgreSQL; on SQLite, the main road"),
]
_NORMAS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# Those that lead away by themselves have their own walks; a page of somebody else's kind is a refusal, all alike.
_SE_VAN = re.compile(r"/ir/$|/salir/$|\.(pdf|xlsx)$")
_DE_VISITA = re.compile(r"^/cuenta/(entrar|clave/(olvidada|enviada|nueva|hecha))|^/pagos/(retorno|comprobante)/")
_DE_TESORERIA = "/pagos/tablero"
_IDENTIDAD = re.compile(r"[0-9a-f]{32}|[A-Z0-9]{16}|\d+")


@pytest.fixture
def mundo(transactional_db, settings):
    """One of everything; its gateway does not answer."""
    settings.PASARELA_ORIGENES = [MUDA]
    return crear_mundo()


def paginas(mundo):
    """(person or None, address) of each page that can be opened, by who it is for."""
    clientes = {persona: Client() for persona in (None, mundo.ana, mundo.carla)}
    for persona, cliente in clientes.items():
        if persona:
            cliente.force_login(persona)
    for camino in direcciones(mundo):
        persona = None if _DE_VISITA.match(camino) else mundo.carla if camino.startswith(_DE_TESORERIA) else mundo.ana
        if not _SE_VAN.search(camino):
            respuesta = clientes[persona].get(camino)
            if respuesta.status_code == 200 and respuesta["Content-Type"].startswith("text/html"):
                yield persona, camino


def en_esta_ventana(todas, *, ancho, esquema, idioma):
    """Of `todas`, the first page of each kind, and a quarter of those of the same kind in another state.

    Each of these is walked twice: on a phone in one scheme and language, and on a desk in the other ones.
    """
    turno = 2 * (esquema == "dark") + (idioma == "en-US") + (ancho > 360)
    vistas = Counter()
    for persona, camino in todas:
        clase = _IDENTIDAD.sub("*", camino)
        vistas[clase] += 1
        if vistas[clase] == 1 or vistas[clase] % 4 == turno % 4:
            yield persona, camino


def ventana_de(navegador, live_server, persona, **opciones):
    """A window in which that person is logged in."""
    ventana = Ventana(navegador, url=live_server.url, **opciones)
    if persona:
        cliente = Client()
        cliente.force_login(persona)
        galleta = cliente.cookies[ajustes.SESSION_COOKIE_NAME]
        ventana.contexto.add_cookies([{"name": galleta.key, "value": galleta.value, "url": live_server.url}])
    return ventana


def faltas_de(pagina):
    """What axe holds against a page: (rule, element) pairs."""
    violaciones = Axe().run(pagina, options=_NORMAS).response["violations"]
    return [(una["id"], nodo["html"][:200]) for una in violaciones for nodo in una["nodes"]]


@pytest.mark.parametrize("idioma", ["es-CO", "en-US"])
@pytest.mark.parametrize("esquema", ["light", "dark"])
@pytest.mark.parametrize(("ancho", "alto"), [(360, 740), (1280, 800)])
def test_cada_pagina_se_puede_usar(mundo, live_server, ancho, alto, esquema, idioma):
    """Each page that somebody may open, in this window: accessible, within its width and without a complaint."""
    todas = list(paginas(mundo))
    halladas, por_ver = {}, list(en_esta_ventana(todas, ancho=ancho, esquema=esquema, idioma=idioma))
    with chromium() as navegador:
        opciones = {"ancho": ancho, "alto": alto, "idioma": idioma, "esquema": esquema}
        ventanas = {
            persona: ventana_de(navegador, live_server, persona, nombre=f"paginas-{esquema}-{idioma[:2]}", **opciones)
            for persona in (None, mundo.ana, mundo.carla)
        }
        for persona, camino in por_ver:
            ventana = ventanas[persona]
            ventana.ir(camino)
            ventana.foto(re.sub(r"\W+", "-", camino).strip("-")[:60] or "inicio")
            if faltas := faltas_de(ventana.pagina) + ventana.quejas:
                halladas[camino] = faltas
                ventana.quejas.clear()
        for ventana in ventanas.values():
            ventana.cerrar()
    assert halladas == {}
    assert len(todas) > 40
    assert len(por_ver) > 25
