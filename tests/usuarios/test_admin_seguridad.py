"""`usuarios.admin_seguridad`: the second factor and the sessions of somebody, in the hands of an administrator."""

import re

import pytest
from django.contrib import admin
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from oasis_portal.celery import app as celery_app
from tests.fabricas import administradora, ana, beto, carla, superusuario
from tests.usuarios.apoyo import con_telefono
from usuarios import doble_factor
from usuarios.models import RegistroAuditoria, Sesion, Usuario

pytestmark = pytest.mark.django_db

PERFIL = "/cuenta/perfil/"


@pytest.fixture(autouse=True)
def cola_inmediata():
    """Tasks run where they are asked for, through Celery's own machinery."""
    celery_app.conf.task_always_eager = True
    yield
    celery_app.conf.task_always_eager = False


@pytest.fixture
def navegador():
    """A browser of the administrator (not a superuser)."""
    cliente = Client()
    cliente.force_login(administradora())
    return cliente


def pagina_de(usuario):
    """Address of the security of this login."""
    return reverse("admin:usuarios_usuario_seguridad", args=[usuario.pk])


def test_los_secretos_no_estan_en_la_administracion(navegador):
    """django-otp's pages, which show secrets and answer 500 to an unknown device, are not there."""
    assert not admin.site.is_registered(TOTPDevice)
    assert not admin.site.is_registered(StaticDevice)
    assert navegador.get("/admin/otp_totp/totpdevice/999999/config/").status_code == 404
    usuario = carla()
    con_telefono(usuario)
    pagina = navegador.get(pagina_de(usuario)).content.decode()
    assert doble_factor.dispositivo_de(usuario).key not in pagina


def test_restablecer_quita_el_segundo_paso_cierra_avisa_y_queda_escrito(navegador):
    """Whoever lost the phone starts anew; the mail tells somebody who did not ask for it."""
    usuario = carla()
    con_telefono(usuario)
    dentro = Client()
    dentro.force_login(usuario)
    respuesta = navegador.post(pagina_de(usuario), {"restablecer": "1"}, follow=True)
    assert "Segundo paso restablecido." in respuesta.content.decode()
    assert not doble_factor.activo(usuario)
    assert dentro.get(PERFIL).status_code == 302
    assert mail.outbox[0].to == ["carla@ejemplo.co"]
    assert "restableció la verificación en dos pasos" in mail.outbox[0].body
    escrito = RegistroAuditoria.objects.get(clase="DOBLE_FACTOR", correo="admin@ejemplo.co")
    assert (escrito.objeto_id, escrito.detalle) == (str(usuario.pk), {"hecho": "restablecido"})


def test_nadie_restablece_el_propio_ni_lo_que_no_hay(navegador):
    """An unattended browser of the administrator is not enough to do without it."""
    propia = Usuario.objects.get(email="admin@ejemplo.co")
    con_telefono(propia)
    assert (
        "No puede restablecer el suyo"
        in navegador.post(pagina_de(propia), {"restablecer": "1"}, follow=True).content.decode()
    )
    assert doble_factor.activo(propia)
    assert (
        "No tenía segundo paso" in navegador.post(pagina_de(ana()), {"restablecer": "1"}, follow=True).content.decode()
    )
    assert mail.outbox == []


def test_las_sesiones_de_alguien_se_ven_y_se_cierran_una_o_todas(navegador):
    """The lost phone alone, or everything; no session key is shown."""
    usuario = ana()
    telefono, escritorio, otro = Client(), Client(), Client()
    for cliente in (telefono, escritorio, otro):
        cliente.force_login(usuario)
    pagina = navegador.get(pagina_de(usuario)).content.decode()
    identificadores = re.findall(r'name="sesion" value="([^"]+)"', pagina)
    assert len(identificadores) == 3
    assert not [clave for clave in Sesion.objects.values_list("session_key", flat=True) if clave in pagina]
    navegador.post(pagina_de(usuario), {"sesion": identificadores[0]})
    assert Sesion.objects.filter(usuario=usuario).count() == 2
    assert "Se cerraron 2 sesiones." in navegador.post(pagina_de(usuario), {"todas": "1"}, follow=True).content.decode()
    assert [cliente.get(PERFIL).status_code for cliente in (telefono, escritorio, otro)] == [302] * 3


def test_cerrar_las_propias_deja_esta_y_una_inventada_no_existe(navegador):
    """The administrator stays in; what is not that user's session is a 404."""
    propia = Usuario.objects.get(email="admin@ejemplo.co")
    Client().force_login(propia)
    navegador.post(pagina_de(propia), {"todas": "1"})
    assert navegador.get(PERFIL).status_code == 200
    assert Sesion.objects.filter(usuario=propia).count() == 1
    usuario = ana()
    for identificador in ("inventada", ""):
        assert navegador.post(pagina_de(usuario), {"sesion": identificador}).status_code == 404


@pytest.mark.parametrize("quien", [carla, ana])
def test_sin_permiso_no_se_abre(client, quien):
    """Tesorería and customers have nothing to look for here."""
    client.force_login(quien())
    assert client.get(pagina_de(beto())).status_code in (302, 403)
    assert client.post(pagina_de(Usuario.objects.get(email="beto@ejemplo.co")), {"todas": "1"}).status_code in (
        302,
        403,
    )


def test_una_administradora_no_toca_a_un_superusuario(navegador):
    """With a superuser's second factor gone, the password alone would be left."""
    usuario = superusuario()
    con_telefono(usuario)
    assert navegador.post(pagina_de(usuario), {"restablecer": "1"}).status_code == 403
    assert doble_factor.activo(usuario)


def test_desde_la_pagina_del_usuario_se_llega(navegador):
    """A button beside its history."""
    usuario = ana()
    pagina = navegador.get(reverse("admin:usuarios_usuario_change", args=[usuario.pk])).content.decode()
    assert f'href="{pagina_de(usuario)}"' in pagina
    assert navegador.get(reverse("admin:usuarios_usuario_add")).status_code == 200


def test_la_orden_lo_restablece_para_quien_administra_a_solas(capsys):
    """The only administrator lost the phone: the operator's command, written down as nobody's."""
    usuario = superusuario()
    con_telefono(usuario)
    call_command("restablecer_doble_factor", "SUPER@ejemplo.co")
    assert not doble_factor.activo(usuario)
    assert mail.outbox[0].to == ["super@ejemplo.co"]
    assert RegistroAuditoria.objects.filter(clase="DOBLE_FACTOR", quien=None).count() == 1
    with pytest.raises(CommandError, match="no tenía segundo paso"):
        call_command("restablecer_doble_factor", "super@ejemplo.co")
    with pytest.raises(CommandError, match="No hay ningún usuario"):
        call_command("restablecer_doble_factor", "nadie@ejemplo.co")
