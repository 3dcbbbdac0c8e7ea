"""`usuarios.middleware`: login by default, language, age of the password, idle time, privacy."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from tests.arnes import marcas
from tests.fabricas import CLAVE, ana, crear_usuario
from usuarios.models import Sesion, Usuario

pytestmark = pytest.mark.django_db

PUBLICAS = {
    "usuarios:entrar",
    # Each looks by itself at whose password was right.
    "usuarios:segundo_paso",
    "usuarios:activar_doble_factor",
    "usuarios:salir",
    "usuarios:clave_olvidada",
    "usuarios:clave_enviada",
    "usuarios:clave_nueva",
    "usuarios:clave_hecha",
    "usuarios:idioma",
}
PERFIL, CAMBIAR, ENTRAR = "/cuenta/perfil/", "/cuenta/clave/", "/cuenta/entrar/"


# --- Login by default ---------------------------------------------------------------------------------------------
def urls_de_usuarios():
    """(name, callback) of every URL of this app."""
    espacio = get_resolver().namespace_dict["usuarios"][1]
    return [
        (f"usuarios:{patron.name}", patron.callback)
        for patron in espacio.url_patterns
        if isinstance(patron, URLPattern)
    ]


def test_solo_las_paginas_de_entrar_son_publicas():
    """Login is required by default: a new page of this app is private until it is named here."""
    publicas = {nombre for nombre, vista in urls_de_usuarios() if not getattr(vista, "login_required", True)}
    assert publicas == PUBLICAS


def test_sin_entrar_se_llega_al_ingreso_y_de_vuelta(client):
    """A private page leads to the login, which leads back to it."""
    respuesta = client.get(f"{PERFIL}?a=1")
    assert (respuesta.status_code, respuesta.url) == (302, f"{ENTRAR}?next={PERFIL}%3Fa%3D1")


@pytest.mark.parametrize(
    ("referencia", "destino"),
    [
        ("http://testserver/cuenta/sesiones/?x=1", "/cuenta/sesiones/%3Fx%3D1"),
        ("https://malo.example/cuenta/sesiones/", "/"),
        ("", "/"),
    ],
)
def test_un_formulario_enviado_sin_sesion_vuelve_a_su_pagina_y_no_a_su_direccion(client, referencia, destino):
    """The address of a POST cannot be opened: people return to the page of the form, of this site alone."""
    cabeceras = {"HTTP_REFERER": referencia} if referencia else {}
    respuesta = client.post("/cuenta/sesiones/cerrar/", **cabeceras)
    assert (respuesta.status_code, respuesta.url) == (302, f"{ENTRAR}?aviso=envio&next={destino}")


# --- Language -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("idioma", "navegador", "esperado"),
    [
        ("", "es-CO", "es-co"),
        ("", "en-US", "en"),
        ("", "fr", "es-co"),
        ("en", "es-CO", "en"),
        ("es-co", "en-US", "es-co"),
        ("tlh", "es-CO", "es-co"),
    ],
)
def test_el_idioma_elegido_gana_al_del_navegador(client, idioma, navegador, esperado):
    """What the user chose wins; without a choice, the browser's if we speak it, else Spanish."""
    client.force_login(ana(idioma=idioma))
    respuesta = client.get(PERFIL, headers={"accept-language": navegador})
    assert respuesta.headers["Content-Language"] == esperado
    assert f'<html lang="{esperado}">' in respuesta.content.decode()


# --- Age of the password ------------------------------------------------------------------------------------------
def vencida(**campos):
    """A customer whose password expired yesterday."""
    usuario = ana(clave_expira=True, clave_dias=30, **campos)
    Usuario.objects.filter(pk=usuario.pk).update(clave_cambiada_en=timezone.now() - timedelta(days=31))
    usuario.refresh_from_db()
    return usuario


@pytest.mark.parametrize("metodo", ["get", "head", "post", "put", "patch", "delete", "options"])
@pytest.mark.parametrize("ruta", [PERFIL, "/cuenta/sesiones/cerrar/", "/admin/", "/admin/password_change/"])
def test_con_la_clave_vencida_ningun_metodo_pasa(client, metodo, ruta):
    """Whatever the method, and staff too: the password first."""
    client.force_login(vencida(is_staff=True, is_superuser=True))
    respuesta = getattr(client, metodo)(ruta)
    assert respuesta.status_code == 302
    assert respuesta.url.startswith(CAMBIAR)


def test_un_formulario_enviado_con_la_clave_vencida_no_cambia_nada(client):
    """The POST never reaches its view."""
    usuario = vencida(nombre="Ana")
    client.force_login(usuario)
    client.post(PERFIL, {"nombre": "Otra", "apellido": "Ríos", "idioma": "en"})
    usuario.refresh_from_db()
    assert (usuario.nombre, usuario.idioma) == ("Ana", "")


def test_al_cambiar_la_clave_vencida_se_sigue_a_donde_se_iba(client):
    """The page asked for comes back after the change, and the new password counts from now."""
    client.force_login(vencida())
    pagina = client.get(f"{PERFIL}?a=1", follow=True)
    assert "Su contraseña venció" in pagina.content.decode()
    assert 'name="next" value="/cuenta/perfil/?a=1"' in pagina.content.decode()
    datos = {
        "old_password": CLAVE,
        "new_password1": marcas.OTRA_CLAVE,
        "new_password2": marcas.OTRA_CLAVE,
    }
    respuesta = client.post(CAMBIAR, {**datos, "next": f"{PERFIL}?a=1"})
    assert respuesta.url == f"{PERFIL}?a=1"
    assert client.get(respuesta.url).status_code == 200


def test_repetir_la_misma_clave_no_la_renueva(client):
    """The expiry would be worth nothing if the old password could be set again."""
    usuario = vencida()
    client.force_login(usuario)
    datos = {"old_password": CLAVE, "new_password1": CLAVE, "new_password2": CLAVE}
    pagina = client.post(CAMBIAR, datos)
    assert "debe ser distinta de la actual" in pagina.content.decode()
    assert client.get(PERFIL).url.startswith(CAMBIAR)


@pytest.mark.parametrize(
    ("metodo", "nombre", "datos"),
    [
        ("get", "usuarios:cambiar_clave", {}),
        ("post", "usuarios:salir", {}),
        ("post", "usuarios:idioma", {"language": "en", "next": CAMBIAR}),
        ("get", "usuarios:clave_olvidada", {}),
    ],
)
def test_con_la_clave_vencida_se_puede_cambiar_salir_y_elegir_idioma(client, metodo, nombre, datos):
    """Nobody is locked in: changing, leaving, the language and the public pages answer."""
    client.force_login(vencida())
    respuesta = getattr(client, metodo)(reverse(nombre), datos)
    assert not getattr(respuesta, "url", "").startswith(f"{CAMBIAR}?")


# --- Idle time ----------------------------------------------------------------------------------------------------
INICIO = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def entra(client):
    with time_machine.travel(INICIO, tick=False):
        client.force_login(ana())


def pide(client, **despues):
    """Status of the profile page some time after the login."""
    with time_machine.travel(INICIO + timedelta(**despues), tick=False):
        return client.get(PERFIL).status_code


def test_la_sesion_sigue_abierta_mientras_se_usa(client, settings):
    """An hour of work with a click every 25 minutes does not log anybody out after 30."""
    settings.SESSION_COOKIE_AGE = 30 * 60
    entra(client)
    assert [pide(client, minutes=minuto) for minuto in (25, 50, 75)] == [200, 200, 200]


@pytest.mark.parametrize("ultimo", [0, 1, 25])
def test_la_sesion_sin_uso_termina_a_los_minutos_dichos(client, settings, ultimo):
    """After SESION_MINUTOS without a request the session is over, wherever the last write stood."""
    settings.SESSION_COOKIE_AGE = 30 * 60
    entra(client)
    assert pide(client, minutes=ultimo) == 200
    assert pide(client, minutes=ultimo + 30, seconds=1) == 302


def test_la_sesion_usada_se_escribe_una_vez_cada_dos_minutos(client, settings):
    """A click every ten seconds for ten minutes: five writes, not sixty."""
    settings.SESSION_COOKIE_AGE = 30 * 60
    entra(client)
    vencimientos = set()
    for segundo in range(10, 601, 10):
        pide(client, seconds=segundo)
        vencimientos.add(Sesion.objects.get().expire_date)
    assert len(vencimientos) == 1 + 5
    assert max(vencimientos) == INICIO + timedelta(minutes=40)


def test_una_peticion_corriente_no_escribe_en_la_base(client, django_assert_num_queries):
    """Session and user are read, nothing is written."""
    client.force_login(ana())
    with django_assert_num_queries(2) as consultas:
        client.get("/admin/login/")
    assert all(consulta["sql"].startswith("SELECT") for consulta in consultas.captured_queries)


@pytest.mark.parametrize(
    ("consulta", "cabeceras"),
    [("?refresco=1", {}), ("", {"X-Refresco": "1"})],
    ids=["sin JavaScript", "con JavaScript"],
)
def test_una_pagina_abierta_que_se_refresca_sola_no_mantiene_la_sesion(client, settings, consulta, cabeceras):
    """Asked every 30 seconds by the page itself and by nobody else, the session ends when it would have anyway."""
    settings.SESSION_COOKIE_AGE = 30 * 60
    entra(client)
    estados = []
    for segundo in (*range(30, 1800, 30), 1801):
        with time_machine.travel(INICIO + timedelta(seconds=segundo), tick=False):
            estados.append(client.get(PERFIL + consulta, headers=cabeceras).status_code)
    assert estados == [200] * 59 + [302]


def test_un_refresco_no_quita_lo_que_ya_duraba_la_sesion(client, settings):
    """It renews nothing and shortens nothing: half an hour after the last click."""
    settings.SESSION_COOKIE_AGE = 30 * 60
    entra(client)
    assert pide(client, minutes=20) == 200
    with time_machine.travel(INICIO + timedelta(minutes=45), tick=False):
        assert client.get(f"{PERFIL}?refresco=1").status_code == 200
    assert pide(client, minutes=50, seconds=1) == 302


def test_la_cookie_se_renueva_con_la_sesion(client, settings):
    """Browser and database agree on the end."""
    settings.SESSION_COOKIE_AGE = 30 * 60
    entra(client)
    with time_machine.travel(INICIO + timedelta(minutes=5), tick=False):
        respuesta = client.get(PERFIL)
    assert respuesta.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 30 * 60


def test_quien_no_ha_entrado_no_deja_sesion(client):
    """Visitors write nothing into the table of sessions."""
    client.get(ENTRAR)
    client.get(PERFIL)
    assert not Sesion.objects.exists()


# --- Privacy ------------------------------------------------------------------------------------------------------
def test_lo_que_ve_un_usuario_no_queda_guardado_en_el_navegador(client):
    """After logging out at a shared computer, the back button shows nothing."""
    client.force_login(ana())
    cabecera = client.get(PERFIL).headers["Cache-Control"]
    assert "no-store" in cabecera
    assert "private" in cabecera


def test_una_sesion_cerrada_en_otra_parte_deja_de_servir_en_la_siguiente_peticion(client):
    """Revoking is immediate: the next request is a stranger's."""
    usuario = crear_usuario()
    otro = Client()
    client.force_login(usuario)
    otro.force_login(usuario)
    Sesion.objects.filter(session_key=otro.session.session_key).delete()
    assert otro.get(PERFIL).status_code == 302
    assert client.get(PERFIL).status_code == 200
