"""The error pages answer whatever is broken, and say what happened to the money."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from django.utils import translation

from oasis_portal import errores_http
from oasis_portal.urls import handler400, handler403, handler404, handler500
from tests.fabricas import CLAVE, crear_cliente

PAGINAS = ("400", "403", "403_csrf", "404", "405", "429", "500", "bloqueado")
CONTEXTO = {"cooloff_timedelta": timedelta(minutes=14, seconds=1)}


def _falla(request):
    raise RuntimeError("a defect")


def _publica(vista):
    vista.login_required = False
    return vista


def _recibe(request):
    return HttpResponse("recibido")


urlpatterns = [
    path("falla/", _publica(_falla)),
    path("formulario/", _publica(_recibe)),
]


@pytest.mark.parametrize("nombre", PAGINAS)
def test_una_pagina_de_error_no_necesita_base_ni_contexto(nombre):
    """No database, no request: pytest-django refuses any query here, and an undefined variable raises."""
    pagina = render_to_string(f"errores/{nombre}.html", CONTEXTO if nombre == "bloqueado" else None)
    assert pagina.count("<h1>") == 1
    assert '<html lang="es-co">' in pagina
    assert "Su dinero" in pagina


@pytest.mark.parametrize(
    ("manejador", "argumentos", "estado", "frase"),
    [
        (errores_http.solicitud_invalida, (Exception(),), 400, "no creó ningún pago"),
        (errores_http.sin_permiso, (Exception(),), 403, "no creó ningún pago"),
        (errores_http.formulario_caducado, (), 403, "siguen elegidos"),
        (errores_http.no_encontrada, (Exception(),), 404, "su pago sigue su curso"),
        (errores_http.error_interno, (), 500, "no pague de nuevo todavía"),
    ],
)
def test_cada_manejador_dice_que_paso_con_el_dinero(manejador, argumentos, estado, frase):
    """Status, sentence about the money, and nothing that a cache may keep."""
    respuesta = manejador(RequestFactory().get("/"), *argumentos)
    assert respuesta.status_code == estado
    assert frase in respuesta.content.decode()
    assert "no-store" in respuesta["Cache-Control"]


def test_los_manejadores_estan_puestos():
    """Django calls these and no others: all four are ours, and the CSRF failure as well."""
    esperados = ("solicitud_invalida", "sin_permiso", "no_encontrada", "error_interno")
    assert [handler400, handler403, handler404, handler500] == [f"oasis_portal.errores_http.{n}" for n in esperados]
    assert settings.CSRF_FAILURE_VIEW == "oasis_portal.errores_http.formulario_caducado"


def test_un_defecto_da_la_pagina_500_sin_la_traza():
    """A defect shows our page under the strict policy, and not a word of the exception."""
    cliente = Client(raise_request_exception=False)
    with override_settings(ROOT_URLCONF=__name__):
        respuesta = cliente.get("/falla/")
    assert respuesta.status_code == 500
    assert "Algo falló de nuestro lado" in respuesta.content.decode()
    assert "a defect" not in respuesta.content.decode()
    assert "default-src 'none'" in respuesta["Content-Security-Policy"]


def test_el_500_responde_aunque_fallen_las_plantillas(settings):
    """With no template at all there is still an answer that keeps people from paying twice."""
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [], "APP_DIRS": False}]
    respuesta = errores_http.error_interno(RequestFactory().get("/"))
    assert respuesta.status_code == 500
    assert "no pague de nuevo todavía" in respuesta.content.decode()


def test_un_formulario_sin_su_token_da_la_pagina_de_caducada():
    """A form whose token is gone is refused with 403 and words about what was not sent."""
    with override_settings(ROOT_URLCONF=__name__):
        respuesta = Client(enforce_csrf_checks=True).post("/formulario/")
    assert respuesta.status_code == 403
    assert "estuvo abierta demasiado tiempo" in respuesta.content.decode()


@pytest.mark.parametrize(
    ("datos", "cabeceras", "volver"),
    [
        ({}, {"Referer": "http://testserver/saldos/?q=1"}, "/saldos/?q=1"),
        ({"pagina": "/pagos/pagar/1/2/COP/"}, {"Referer": "http://testserver/pagos/iniciar/"}, "/pagos/pagar/1/2/COP/"),
    ],
)
def test_la_pagina_caducada_lleva_de_vuelta_a_donde_estaba(datos, cabeceras, volver):
    """One press to the page of the form, which brings a new token."""
    with override_settings(ROOT_URLCONF=__name__):
        pagina = Client(enforce_csrf_checks=True).post("/formulario/", datos, headers=cabeceras).content.decode()
    assert f'href="{volver}">Volver a donde estaba' in pagina


@pytest.mark.parametrize("pagina", ["https://malo.example/", "//malo.example/", "javascript:alert(1)", "saldos/"])
def test_la_vuelta_nunca_sale_de_este_sitio(pagina):
    """What a form says of where it stands is not believed beyond this site's own paths."""
    with override_settings(ROOT_URLCONF=__name__):
        html = Client(enforce_csrf_checks=True).post("/formulario/", {"pagina": pagina}).content.decode()
    assert "Volver a donde estaba" not in html
    assert 'href="/">Ir al inicio' in html


@pytest.mark.django_db
def test_lo_caducado_sobre_un_pago_en_curso_dice_que_sigue():
    """A stale form of a pago under way: its money goes on, and nobody is told that nothing happened."""
    for accion in ("consultar", "continuar", "cambiar"):
        respuesta = Client(enforce_csrf_checks=True).post(f"/pagos/ABC123/{accion}/")
        assert respuesta.status_code == 403
        assert "Su pago sigue su curso" in respuesta.content.decode()
    assert "No se envió nada" in Client(enforce_csrf_checks=True).post("/pagos/iniciar/").content.decode()


@pytest.mark.django_db
def test_abrir_a_mano_la_direccion_de_un_formulario_da_una_pagina(client):
    """A blank 405 tells nobody anything: the page says that nothing was done and where to go."""
    client.force_login(crear_cliente())
    respuesta = client.get("/pagos/iniciar/")
    assert (respuesta.status_code, respuesta["Allow"]) == (405, "POST")
    assert "no creó ningún pago ni movió dinero" in respuesta.content.decode()
    assert "/pagos/" in respuesta.content.decode()
    assert client.put("/pagos/iniciar/").content == b""


@pytest.mark.django_db
def test_el_bloqueo_del_ingreso_dice_cuanto_esperar(client, settings):
    """After the allowed wrong passwords even the right one gets 429 and the minutes to wait."""
    usuario = crear_cliente()
    for intento in range(settings.AXES_FAILURE_LIMIT + 1):
        clave = CLAVE if intento == settings.AXES_FAILURE_LIMIT else "equivocada"
        respuesta = client.post("/cuenta/entrar/", {"username": usuario.email, "password": clave})
    assert respuesta.status_code == 429
    minutos = int(settings.AXES_COOLOFF_TIME.total_seconds() / 60)
    assert f"espere {minutos} minutos" in respuesta.content.decode()
    assert "cooloff" not in respuesta.content.decode()


def test_lo_que_falta_por_esperar_se_redondea_hacia_arriba():
    """14 minutes and one second are 15: nobody is told to come back too soon."""
    assert "espere 15 minutos" in render_to_string("errores/bloqueado.html", CONTEXTO)


def test_la_pagina_429_cuenta_los_minutos_si_los_hay():
    """With minutes it says them in the right number; without, it asks to wait."""
    assert "Espere 1 minuto e" in render_to_string("errores/429.html", {"minutos": 1})
    assert "Espere 2 minutos e" in render_to_string("errores/429.html", {"minutos": 2})
    assert "Espere un momento" in render_to_string("errores/429.html")


def test_el_idioma_de_la_pagina_de_error_es_el_activo():
    """The page declares the language that is active, so that a screen reader speaks it."""
    with translation.override("en"):
        assert '<html lang="en">' in render_to_string("errores/404.html")
