"""The small scripts in a real browser under the strict policy: what they add, and that without them all works."""

import threading
from functools import wraps

import pytest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from playwright.sync_api import expect

from tests.navegador.navegacion import chromium

pytestmark = [
    pytest.mark.navegador,
    pytest.mark.urls(__name__),
    pytest.mark.django_db(transaction=True),
    pytest.mark.solo_postgresql("the browser tests run whole on PostgreSQL; on SQLite, the main road"),
]

PAGINA = """{% load static %}<!doctype html><html lang="es"><head><meta charset="utf-8"><title>Prueba</title>
<link rel="icon" href="{% static 'img/favicon.svg' %}">
<link rel="stylesheet" href="{% static 'css/base.css' %}">
<script type="module" src="{% static 'js/formularios.js' %}"></script>
<script type="module" src="{% static 'js/parcial.js' %}"></script>
<script type="module" src="{% static 'js/copiar.js' %}"></script></head><body>
<div id="mensajes" role="status"></div>
<form id="elegir" method="post" action="/elegir/" data-parcial="{{ partes }}">
<label><input type="checkbox" name="saldo" value="1" data-envia{% if 1 in elegidos %} checked{% endif %}> uno</label>
<label><input type="checkbox" name="saldo" value="2" data-envia{% if 2 in elegidos %} checked{% endif %}> dos</label>
<button type="submit" class="sin-js">Actualizar</button></form>
<p id="total" data-anuncio="Elegidos: {{ elegidos|length }}">{{ elegidos|length }} elegidos, lectura {{ lecturas }}</p>
<section id="espera"
{% if lecturas < 4 %}data-refrescar="espera total" data-cada="5"{% endif %}>lectura {{ lecturas }}</section>
<form id="pagar" method="post" action="/pagar/" data-una-vez>
<button type="submit" name="medio" value="7">Pagar</button></form>
<span><button type="button" id="copia" class="solo-js" data-copiar="A7KQ" data-copiado="Copiado">
<span>Copiar</span></button></span>
<div id="anuncio" role="status" aria-live="polite"></div></body></html>"""


class _Mundo:
    """What the pages of this module remember between requests."""

    def __init__(self):
        self.elegidos, self.lecturas, self.pagos = set(), 0, []
        self.partes, self.destino = "elegir total", "/"
        self.puede_responder = threading.Event()
        self.puede_responder.set()


mundo = _Mundo()


def _publica(vista):
    @csrf_exempt
    @wraps(vista)
    def envuelta(request):
        return vista(request)

    envuelta.login_required = False
    return envuelta


def _hoja(titulo):
    icono = "<link rel='icon' href='/static/img/favicon.svg'>"  # else the browser asks for /favicon.ico
    return HttpResponse(f"<!doctype html><title>{titulo}</title>{icono}<h1>{titulo}</h1>")


@_publica
def _inicio(request):
    mundo.lecturas += 1
    contexto = {"elegidos": mundo.elegidos, "lecturas": mundo.lecturas, "partes": mundo.partes}
    return HttpResponse(engines["django"].from_string(PAGINA).render(contexto))


@_publica
def _elegir(request):
    mundo.elegidos = {int(valor) for valor in request.POST.getlist("saldo")}
    return redirect(mundo.destino)


@_publica
def _pagar(request):
    mundo.pagos.append(request.POST.get("medio"))
    mundo.puede_responder.wait(10)
    return _hoja("Pago")


@_publica
def _entrar(request):
    return _hoja("Entre otra vez")


urlpatterns = [path("", _inicio), path("elegir/", _elegir), path("pagar/", _pagar), path("entrar/", _entrar)]


@pytest.fixture(autouse=True)
def _mundo_nuevo():
    mundo.__init__()


@pytest.fixture(scope="module")
def navegador():
    with chromium() as abierto:
        yield abierto


@pytest.fixture
def pagina(navegador, live_server):
    """The page of this module, open; at the end there must be no script error and no violation of the policy."""
    contexto = navegador.new_context(permissions=["clipboard-read", "clipboard-write"])
    pagina = contexto.new_page()
    quejas = []
    pagina.on("console", lambda m: quejas.append(m.text) if m.type == "error" else None)
    pagina.on("pageerror", lambda e: quejas.append(str(e)))
    pagina.goto(live_server.url)
    yield pagina
    contexto.close()
    assert quejas == []


def test_elegir_cambia_el_total_sin_salir_de_la_pagina(pagina):
    """The box is kept by the server, the total changes in place and is announced, and focus stays on the box."""
    pagina.evaluate("window.misma = true")
    pagina.focus("input[value='2']")
    pagina.keyboard.press("Space")
    expect(pagina.locator("#total")).to_contain_text("1 elegidos")
    assert mundo.elegidos == {2}
    assert pagina.evaluate("window.misma") is True
    assert pagina.evaluate("document.activeElement.value") == "2"
    assert pagina.inner_text("#anuncio") == "Elegidos: 1"
    assert pagina.is_checked("input[value='2']")


def test_dos_marcas_seguidas_no_se_pierden(pagina):
    """Two presses faster than the server: both arrive, in order."""
    pagina.evaluate("for (const c of document.querySelectorAll('input[name=saldo]')) c.click()")
    expect(pagina.locator("#total")).to_contain_text("2 elegidos")
    assert mundo.elegidos == {1, 2}


def test_si_la_respuesta_es_otra_pagina_se_muestra_entera(pagina):
    """The session ended: the answer is the login, and the browser goes there instead of swapping parts."""
    mundo.destino = "/entrar/"
    pagina.check("input[value='1']")
    pagina.wait_for_selector("text=Entre otra vez")
    assert pagina.url.endswith("/entrar/")


def test_si_falta_una_parte_el_navegador_lo_hace_solo(navegador, live_server):
    """A part that is not in the page: the form is sent as if there were no script."""
    mundo.partes = "elegir no-existe"
    pagina = navegador.new_page()
    pagina.goto(live_server.url)
    with pagina.expect_navigation():
        pagina.check("input[value='1']")
    assert mundo.elegidos == {1}
    pagina.close()


def test_un_doble_clic_es_un_solo_envio(pagina):
    """Pay pressed three times while the server thinks: one request, with the value of the button."""
    mundo.puede_responder.clear()
    pagina.evaluate("const b = document.querySelector('#pagar button'); b.click(); b.click(); b.click()")
    pagina.wait_for_timeout(300)
    mundo.puede_responder.set()
    pagina.wait_for_selector("h1")
    assert mundo.pagos == ["7"]


def test_al_volver_atras_se_puede_enviar_otra_vez(pagina):
    """The browser's back button gives back a form that works."""
    for _ in range(2):
        pagina.click("#pagar button")
        pagina.wait_for_selector("h1")
        pagina.go_back()
    assert mundo.pagos == ["7", "7"]


def test_la_pagina_en_espera_se_refresca_y_se_detiene(pagina):
    """Asks again by itself without leaving the page, and stops when the server no longer asks for it."""
    mundo.lecturas = 2
    expect(pagina.locator("#espera")).to_have_text("lectura 4", timeout=15_000)
    pagina.wait_for_timeout(5_500)
    assert mundo.lecturas == 4


def test_copiar_copia_y_lo_dice(pagina):
    """The reference is on the clipboard, and the button and the screen reader say so."""
    pagina.click("#copia")
    expect(pagina.locator("#copia")).to_have_text("Copiado")
    assert pagina.evaluate("navigator.clipboard.readText()") == "A7KQ"
    assert pagina.inner_text("#anuncio") == "Copiado"


def test_sin_javascript_todo_se_puede_hacer(navegador, live_server):
    """Without scripts the button that sends the boxes is there, the one that needs them is not, and choosing works."""
    contexto = navegador.new_context(java_script_enabled=False)
    pagina = contexto.new_page()
    pagina.goto(live_server.url)
    assert not pagina.is_visible("#copia")
    pagina.check("input[value='2']")
    pagina.click("text=Actualizar")
    assert mundo.elegidos == {2}
    assert pagina.inner_text("#total").startswith("1 elegidos")
    contexto.close()
