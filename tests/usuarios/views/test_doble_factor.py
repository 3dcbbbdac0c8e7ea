"""`usuarios.views.doble_factor`: the second step of the login and its pages, as browsers walk them."""

import base64
import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from oasis_portal.celery import app as celery_app
from tests.arnes import marcas
from tests.fabricas import CLAVE, ana, beto, carla, crear_usuario, superusuario
from tests.usuarios.apoyo import Telefono, con_telefono, entrar_verificado
from usuarios import doble_factor, ingreso, roles, servicios
from usuarios.correos import enlace_clave
from usuarios.models import Sesion, Usuario

pytestmark = pytest.mark.django_db

ENTRAR, CODIGO, PERFIL = "/cuenta/entrar/", "/cuenta/entrar/codigo/", "/cuenta/perfil/"
ESTADO, ACTIVAR, CODIGOS, DESACTIVAR = (
    f"/cuenta/dos-pasos/{ruta}" for ruta in ("", "activar/", "codigos/", "desactivar/")
)


@pytest.fixture
def reloj():
    """A clock that stands still until it is moved."""
    with time_machine.travel("2026-11-23T15:00:00Z", tick=False) as parado:
        yield parado


@pytest.fixture(autouse=True)
def exigido(settings):
    """As in production: the staff's second factor is required."""
    settings.DOBLE_FACTOR = True


@pytest.fixture(autouse=True)
def cola_inmediata():
    """Tasks run where they are asked for, through Celery's own machinery."""
    celery_app.conf.task_always_eager = True
    yield
    celery_app.conf.task_always_eager = False


def escribir_clave(client, email, clave=CLAVE, **extra):
    """The login's first step."""
    return client.post(ENTRAR, {"username": email, "password": clave, **extra})


def escribir_codigo(client, codigo):
    """The login's second step."""
    return client.post(CODIGO, {"codigo": codigo})


def telefono_de(pagina):
    """The Telefono that reads the secret which the enrolment page shows."""
    texto = re.search(r"<code>([A-Z2-7 ]+)</code>", pagina.content.decode()).group(1)
    return Telefono(base64.b32decode(texto.replace(" ", "")).hex())


def codigos_de(pagina):
    """The recovery codes that a page shows."""
    return re.findall(r"<li><code>([a-z2-7-]+)</code>", pagina.content.decode())


# --- The second step ----------------------------------------------------------------------------------------------
def test_con_la_clave_sola_nadie_ha_entrado(client, reloj):
    """The password leads to the code's page; until then no page of anybody opens and no session has a user."""
    con_telefono(ana())
    assert escribir_clave(client, "ana@ejemplo.co", next=PERFIL).url == CODIGO
    assert client.get(PERFIL).url.startswith(ENTRAR)
    assert not Sesion.objects.filter(usuario__isnull=False).exists()


def test_con_el_codigo_se_llega_a_donde_se_iba(client, reloj):
    """Password, code, page."""
    usuario = ana()
    telefono, _codigos = con_telefono(usuario)
    reloj.shift(30)
    escribir_clave(client, "ana@ejemplo.co", next=PERFIL)
    antes = client.session.session_key
    assert escribir_codigo(client, telefono.codigo()).url == PERFIL
    assert client.get(PERFIL).status_code == 200
    assert client.session.session_key != antes
    assert Sesion.objects.get().usuario == usuario


def test_el_mismo_codigo_no_entra_dos_veces(client, reloj):
    """What somebody else saw being typed is worth nothing."""
    telefono, _codigos = con_telefono(ana())
    reloj.shift(30)
    for cliente, estado in ((client, 302), (Client(), 200)):
        escribir_clave(cliente, "ana@ejemplo.co")
        assert escribir_codigo(cliente, telefono.codigo()).status_code == estado


def test_un_codigo_de_recuperacion_tambien_entra(client, reloj):
    """Its own page asks for letters, not for digits."""
    _telefono, codigos = con_telefono(ana())
    escribir_clave(client, "ana@ejemplo.co")
    pagina = client.get(f"{CODIGO}?recuperacion=1").content.decode()
    assert "Código de recuperación" in pagina
    assert 'inputmode="text"' in pagina
    assert client.post(f"{CODIGO}?recuperacion=1", {"codigo": codigos[0]}).status_code == 302
    assert client.get(PERFIL).status_code == 200


def test_se_avisa_cuando_quedan_pocos_codigos(client, reloj):
    """Before the last one is gone, and where to make others."""
    usuario = ana()
    _telefono, codigos = con_telefono(usuario)
    for codigo in codigos[:6]:
        doble_factor.verificar(usuario, codigo)
    escribir_clave(client, "ana@ejemplo.co")
    escribir_codigo(client, codigos[6])
    assert "Le quedan 3 códigos de recuperación." in client.get(PERFIL).content.decode()


def test_un_codigo_malo_se_explica_y_al_quinto_se_vuelve_a_la_clave(client, reloj):
    """Each wrong code is told beside the field; after five the password must be typed again."""
    con_telefono(ana())
    escribir_clave(client, "ana@ejemplo.co")
    for _vez in range(4):
        assert "El código no es correcto" in escribir_codigo(client, "000000").content.decode()
        reloj.shift(60)
    assert escribir_codigo(client, "000000").url == ENTRAR
    assert client.get(CODIGO).url == ENTRAR
    assert "Escriba otra vez su contraseña" in client.get(ENTRAR).content.decode()


def test_los_codigos_malos_cuentan_aunque_cambie_el_navegador(client, reloj):
    """The wait is the login's, not the browser's: starting over gives no more tries."""
    usuario = ana()
    telefono, _codigos = con_telefono(usuario)
    reloj.shift(30)
    for _vez in range(2):
        cliente = Client(REMOTE_ADDR="203.0.113.7")
        escribir_clave(cliente, "ana@ejemplo.co")
        escribir_codigo(cliente, "000000")
    escribir_clave(client, "ana@ejemplo.co")
    assert "espere 1 segundo" in escribir_codigo(client, telefono.codigo()).content.decode()


@pytest.mark.parametrize("que", ["tarde", "clave", "inactiva", "nada"])
def test_el_segundo_paso_caduca_con_lo_que_lo_abrio(client, reloj, que):
    """A quarter of an hour, another password, a deactivation: back to the start. And without the first step, too."""
    usuario = ana()
    telefono, _codigos = con_telefono(usuario)
    if que != "nada":
        escribir_clave(client, "ana@ejemplo.co")
    if que == "clave":
        servicios.cambiar_clave(usuario, marcas.OTRA_CLAVE)
    if que == "inactiva":
        servicios.desactivar(usuario)
    reloj.shift(ingreso.VIDA + timedelta(seconds=1) if que == "tarde" else 30)
    assert client.get(CODIGO).url == ENTRAR
    assert escribir_codigo(client, telefono.codigo()).url == ENTRAR
    assert client.get(PERFIL).status_code == 302


def test_el_ingreso_no_dice_quien_tiene_segundo_paso(reloj):
    """With a wrong password the page is the same to the letter, whoever it is."""
    con_telefono(ana())
    beto()
    paginas = set()
    for email in ("ana@ejemplo.co", "beto@ejemplo.co", "nadie@ejemplo.co"):
        respuesta = escribir_clave(Client(), email, "mala-clave")
        paginas.add((respuesta.status_code, re.sub(r'value="[^"]*"', "", respuesta.content.decode())))
    assert len(paginas) == 1


def test_la_sesion_del_primer_paso_no_es_la_que_habia(client, reloj):
    """A key planted before the password is not the one that goes on."""
    con_telefono(ana())
    client.get("/cuenta/clave/nueva/x/y-z/")
    sesion = client.session
    sesion["plantada"] = True
    sesion.save()
    client.cookies["sesion"] = sesion.session_key
    escribir_clave(client, "ana@ejemplo.co")
    assert client.session.session_key != sesion.session_key
    assert not Sesion.objects.filter(session_key=sesion.session_key).exists()


def test_crear_la_clave_por_correo_no_salta_el_segundo_paso(client, reloj):
    """Whoever reads the mailbox has the password, and needs the phone all the same."""
    usuario = ana()
    con_telefono(usuario)
    ruta = client.get(enlace_clave(usuario).removeprefix("http://127.0.0.1:8000")).url
    client.post(ruta, {"new_password1": marcas.OTRA_CLAVE, "new_password2": marcas.OTRA_CLAVE})
    assert escribir_clave(client, "ana@ejemplo.co", marcas.OTRA_CLAVE).url == CODIGO


# --- Required for staff -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("quien", [carla, superusuario, lambda: crear_usuario(rol=roles.CARTERA)])
def test_el_personal_lo_activa_antes_de_entrar(client, reloj, quien):
    """Password, QR, first code, recovery codes, page: no page opens before."""
    usuario = quien()
    assert escribir_clave(client, usuario.email, next=PERFIL).url == CODIGO
    assert client.get(CODIGO).url == ACTIVAR
    assert client.get("/admin/").status_code == 302
    pagina = client.get(ACTIVAR)
    assert "no-store" in pagina["Cache-Control"]
    respuesta = client.post(ACTIVAR, {"codigo": telefono_de(pagina).codigo()})
    assert len(codigos_de(respuesta)) == 10
    assert f'href="{PERFIL}"' in respuesta.content.decode()
    assert client.get(PERFIL).status_code == 200
    assert doble_factor.activo(usuario)


def test_el_personal_con_telefono_entra_a_lo_suyo(client, reloj):
    """Board and administration open after the second step."""
    telefono, _codigos = con_telefono(superusuario())
    reloj.shift(30)
    escribir_clave(client, "super@ejemplo.co")
    escribir_codigo(client, telefono.codigo())
    assert [client.get(ruta).status_code for ruta in ("/admin/", reverse("pagos:tablero"))] == [200, 200]


@pytest.mark.parametrize("ruta", ["/admin/", PERFIL, ESTADO, ACTIVAR])
def test_una_sesion_del_personal_sin_segundo_paso_se_cierra(client, ruta):
    """One that is older than the role, or than the rule: out, and in again through both steps."""
    usuario = carla()
    client.force_login(usuario)
    respuesta = client.get(ruta)
    if ruta == ACTIVAR:
        # The enrolment itself is open to whoever proves the password.
        assert respuesta.status_code == 200
    else:
        assert client.get(ruta, follow=True).redirect_chain[-1][0] == f"{ENTRAR}?next={ruta}"
        assert not Sesion.objects.filter(usuario=usuario).exists()


def test_apagado_el_personal_entra_con_la_clave(client, settings):
    """The demonstration: whoever has a second factor is still asked for it."""
    settings.DOBLE_FACTOR = False
    con_telefono(carla())
    superusuario()
    assert escribir_clave(client, "carla@ejemplo.co").url == CODIGO
    assert escribir_clave(client, "super@ejemplo.co").url == "/"
    assert client.get("/admin/").status_code == 200


# --- Enrolment by choice ------------------------------------------------------------------------------------------
def test_un_cliente_lo_activa_con_su_clave_y_un_codigo(client, reloj):
    """The profile leads to it; other sessions end, a mail says so, and the next login asks for the code."""
    usuario = ana()
    otro = Client()
    for navegador in (client, otro):
        navegador.force_login(usuario)
    assert "inactiva" in client.get(PERFIL).content.decode()
    telefono = telefono_de(client.get(ACTIVAR))
    respuesta = client.post(ACTIVAR, {"codigo": telefono.codigo(), "clave_actual": CLAVE})
    assert len(codigos_de(respuesta)) == 10
    assert "Activa: para entrar" in client.get(ESTADO).content.decode()
    assert otro.get(PERFIL).status_code == 302
    (aviso,) = mail.outbox
    assert aviso.to == ["ana@ejemplo.co"]
    assert "se activó la verificación en dos pasos" in aviso.body
    assert escribir_clave(Client(), "ana@ejemplo.co").url == CODIGO


def test_activar_pide_la_clave_y_el_codigo_de_ahora(client, reloj):
    """A wrong one of the two changes nothing, keeps the same QR, and each error stands beside its field."""
    usuario = ana()
    client.force_login(usuario)
    telefono = telefono_de(client.get(ACTIVAR))
    mala = client.post(ACTIVAR, {"codigo": telefono.codigo(), "clave_actual": "otra"})
    assert "La contraseña actual no es correcta." in mala.content.decode()
    malo = client.post(ACTIVAR, {"codigo": "000000", "clave_actual": CLAVE})
    assert "Ese código no es el de ahora." in malo.content.decode()
    assert telefono_de(malo).clave == telefono.clave
    assert not doble_factor.activo(usuario)


def test_un_formulario_sin_haber_visto_el_qr_no_activa_nada(client):
    """There is no secret to agree with."""
    usuario = ana()
    client.force_login(usuario)
    assert client.post(ACTIVAR, {"codigo": "123456", "clave_actual": CLAVE}).status_code == 200
    assert not doble_factor.activo(usuario)


def test_con_la_clave_sola_no_se_cambia_el_telefono_de_otro(client, reloj):
    """Whoever stands between the two steps cannot enrol another app over the one that is there."""
    usuario = ana()
    telefono, _codigos = con_telefono(usuario)
    antes = doble_factor.dispositivo_de(usuario)
    escribir_clave(client, "ana@ejemplo.co")
    assert client.get(ACTIVAR).url == CODIGO
    assert client.post(ACTIVAR, {"codigo": telefono.codigo()}).url == CODIGO
    # Nor a session that never went through the second step.
    otro = Client()
    otro.force_login(usuario)
    assert otro.get(ACTIVAR).url == ESTADO
    assert doble_factor.dispositivo_de(usuario) == antes


def test_con_las_dos_cosas_se_cambia_de_telefono(client, reloj):
    """A new phone in place of the old one, also for staff, who cannot go without."""
    usuario = carla()
    entrar_verificado(usuario, client)
    antes = doble_factor.dispositivo_de(usuario)
    telefono = telefono_de(client.get(ACTIVAR))
    respuesta = client.post(ACTIVAR, {"codigo": telefono.codigo(), "clave_actual": CLAVE})
    assert len(codigos_de(respuesta)) == 10
    assert doble_factor.dispositivo_de(usuario).pk != antes.pk
    assert client.get(PERFIL).status_code == 200


# --- Recovery codes and the end -----------------------------------------------------------------------------------
def test_los_codigos_se_muestran_una_vez_y_se_rehacen_con_un_codigo(client, reloj):
    """No page shows them again; others are made with the app's code, and a mail says so."""
    usuario = ana()
    telefono, viejos = con_telefono(usuario)
    entrar_verificado(usuario, client)
    reloj.shift(30)
    assert not codigos_de(client.get(ESTADO))
    assert "El código no es correcto" in client.post(CODIGOS, {"codigo": "000000"}).content.decode()
    assert doble_factor.codigos_restantes(usuario) == 10
    reloj.shift(30)
    nuevos = codigos_de(client.post(CODIGOS, {"codigo": telefono.codigo()}))
    assert len(nuevos) == 10
    assert not set(nuevos) & set(viejos)
    assert not codigos_de(client.get(CODIGOS))
    assert "códigos de recuperación nuevos" in mail.outbox[0].body


def test_un_cliente_lo_desactiva_con_un_codigo(client, reloj):
    """Not with an unattended browser alone; a mail says so and the password is enough again."""
    usuario = ana()
    telefono, _codigos = con_telefono(usuario)
    entrar_verificado(usuario, client)
    reloj.shift(30)
    client.post(DESACTIVAR, {"codigo": "000000"})
    assert doble_factor.activo(usuario)
    reloj.shift(30)
    assert client.post(DESACTIVAR, {"codigo": telefono.codigo()}).url == ESTADO
    assert not doble_factor.activo(usuario)
    assert "se desactivó" in mail.outbox[0].body
    assert escribir_clave(Client(), "ana@ejemplo.co").url == "/"


def test_el_personal_no_lo_desactiva(client, reloj):
    """Neither by the page, which does not offer it, nor by a forged form."""
    usuario = carla()
    telefono, _codigos = con_telefono(usuario)
    entrar_verificado(usuario, client)
    reloj.shift(30)
    assert DESACTIVAR not in client.get(ESTADO).content.decode()
    assert client.get(DESACTIVAR).status_code == 403
    assert client.post(DESACTIVAR, {"codigo": telefono.codigo()}).status_code == 403
    assert doble_factor.activo(usuario)


@pytest.mark.parametrize("ruta", [CODIGOS, DESACTIVAR])
def test_sin_segundo_paso_no_hay_que_confirmar(client, ruta):
    """The pages of what is not there lead to the one that offers it."""
    client.force_login(ana())
    assert client.get(ruta).url == ESTADO
    assert Usuario.objects.get().email == "ana@ejemplo.co"


def test_el_aviso_va_en_el_idioma_de_la_persona(client, reloj):
    """The recipient's language, in both parts."""
    usuario = ana(idioma="en")
    client.force_login(usuario)
    telefono = telefono_de(client.get(ACTIVAR))
    client.post(ACTIVAR, {"codigo": telefono.codigo(), "clave_actual": CLAVE})
    assert '<html lang="en">' in mail.outbox[0].alternatives[0][0]
