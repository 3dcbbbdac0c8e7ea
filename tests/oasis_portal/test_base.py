"""The frame of every page: what it always has, and what only some people see in it."""

import pytest
from django.urls import reverse

from tests.fabricas import crear_cliente, crear_usuario
from usuarios import roles

pytestmark = pytest.mark.django_db


def _pagina(client, usuario=None):
    if usuario:
        client.force_login(usuario)
    respuesta = client.get(reverse("usuarios:perfil" if usuario else "usuarios:entrar"))
    assert respuesta.status_code == 200
    return respuesta


def test_la_base_tiene_un_titulo_un_principal_y_un_menu(client):
    """One h1, one main, one main navigation, a way to skip to the content, and the language declared."""
    pagina = _pagina(client, crear_cliente()).content.decode()
    assert pagina.count("<h1>") == pagina.count("<main ") == 1
    assert pagina.count('aria-label="Principal"') == 1
    assert 'href="#contenido"' in pagina
    assert '<html lang="es-co">' in pagina
    assert "noindex" in pagina


def test_toda_respuesta_lleva_la_politica_estricta(client):
    """Nothing inline and nothing from elsewhere: no `unsafe`, no other origin, no data:."""
    politica = _pagina(client)["Content-Security-Policy"]
    assert "default-src 'none'" in politica
    assert "unsafe" not in politica
    assert "http" not in politica
    assert "data:" not in politica


def test_quien_no_ha_entrado_no_ve_menu_pero_puede_cambiar_de_idioma(client):
    """The login page has no menu of what needs a login, and has the language switch."""
    pagina = _pagina(client).content.decode()
    assert 'class="navegacion"' not in pagina
    assert reverse("usuarios:idioma") in pagina


@pytest.mark.parametrize(("rol", "ve_tablero"), [(roles.PORTAL_DE_CLIENTES, False), (roles.TESORERIA, True)])
def test_tesoreria_aparece_solo_a_quien_puede_ver_pagos(client, rol, ve_tablero):
    """The board is in the menu of Tesorería and of nobody else."""
    usuario = crear_usuario(rol=rol, is_staff=rol == roles.TESORERIA)
    pagina = _pagina(client, usuario).content.decode()
    assert (reverse("pagos:tablero") in pagina) is ve_tablero


def test_la_administracion_aparece_solo_a_quien_puede_entrar(client):
    """The link to the admin is for is_staff alone."""
    assert reverse("admin:index") not in _pagina(client, crear_cliente()).content.decode()
    assert reverse("admin:index") in _pagina(client, crear_usuario(is_staff=True)).content.decode()


def test_el_menu_no_cuesta_consultas_al_cliente(client, django_assert_max_num_queries):
    """The frame asks the database for nothing beyond session and user: permissions are only asked of staff."""
    client.force_login(crear_cliente())
    client.get(reverse("usuarios:perfil"))
    with django_assert_max_num_queries(10) as consultas:
        client.get(reverse("usuarios:perfil"))
    assert not any("auth_permission" in c["sql"] for c in consultas.captured_queries)
