"""`usuarios.views.cuenta`: the pages about one's own login, as browsers walk them."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from oasis_portal.celery import app as celery_app
from tests.arnes import marcas
from tests.fabricas import CLAVE, ana, asociar, beto, crear_tercero, crear_usuario
from usuarios.correos import enlace_clave
from usuarios.dispositivos import clave_de
from usuarios.models import Asociacion, Sesion, Usuario

pytestmark = pytest.mark.django_db

ENTRAR, SALIR, PERFIL, SESIONES, CERRAR, CAMBIAR = (
    f"/cuenta/{ruta}/" for ruta in ("entrar", "salir", "perfil", "sesiones", "sesiones/cerrar", "clave")
)
NUEVA = marcas.OTRA_CLAVE
FALLO = "El correo o la contraseña no son correctos"


def entrar(client, email="ana@ejemplo.co", clave=CLAVE, **extra):
    """Post the login form."""
    return client.post(ENTRAR, {"username": email, "password": clave, **extra})


# --- Enter --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("email", ["ana@ejemplo.co", " ANA@Ejemplo.CO "])
def test_ana_entra_con_su_correo_en_cualquier_mayuscula(client, email):
    """The e-mail is the login name, whatever its case."""
    usuario = ana()
    respuesta = entrar(client, email)
    assert (respuesta.status_code, respuesta.url) == (302, reverse("inicio"))
    assert Sesion.objects.get().usuario == usuario


def test_la_sesion_cambia_de_clave_al_entrar(client):
    """A session key planted before the login is worth nothing after it."""
    ana()
    client.get("/cuenta/clave/nueva/x/y-z/")
    sesion = client.session
    sesion["plantada"] = True
    sesion.save()
    client.cookies["sesion"] = sesion.session_key
    entrar(client)
    assert client.session.session_key != sesion.session_key
    assert not Sesion.objects.filter(session_key=sesion.session_key).exists()


@pytest.mark.parametrize(
    ("destino", "llega"),
    [
        (PERFIL, PERFIL),
        ("https://malo.example/", None),
        ("//malo.example/", None),
        ("javascript:alert(1)", None),
        ("http:///malo.example", None),
        ("\\\\malo.example", None),
    ],
)
def test_el_destino_despues_de_entrar_es_de_este_sitio(client, destino, llega):
    """`next` never leads away."""
    ana()
    assert entrar(client, next=destino).url == (llega or reverse("inicio"))


def test_quien_ya_entro_no_ve_el_formulario(client):
    """The login page sends whoever is logged in to the start."""
    client.force_login(ana())
    assert client.get(ENTRAR).url == reverse("inicio")


def test_ningun_fallo_dice_si_el_correo_existe(client):
    """Wrong password, unknown, deactivated, without password: the same page to the letter."""
    ana()
    crear_usuario(email="inactiva@ejemplo.co", is_active=False)
    crear_usuario(email="nueva@ejemplo.co", clave=None)
    paginas = set()
    for email in ("ana@ejemplo.co", "nadie@ejemplo.co", "inactiva@ejemplo.co", "nueva@ejemplo.co"):
        respuesta = entrar(Client(), email, "mala-clave")
        texto = re.sub(r'value="[^"]*"', "", respuesta.content.decode())
        paginas.add((respuesta.status_code, texto))
    ((estado, texto),) = paginas
    assert estado == 200
    assert FALLO in texto


def test_varios_fallos_bloquean_a_ese_correo_desde_esa_direccion(client):
    """After five failures even the right password is refused, in any spelling; other people and places may enter."""
    ana()
    beto()
    intentos = [entrar(client, email, "mala").status_code for email in ("ana@ejemplo.co", "ANA@ejemplo.co") * 2]
    assert intentos == [200] * 4
    assert entrar(client, clave="mala").status_code == 429
    bloqueo = entrar(client, "Ana@Ejemplo.co")
    assert bloqueo.status_code == 429
    assert "Ingreso bloqueado" in bloqueo.content.decode()
    assert entrar(Client(REMOTE_ADDR="203.0.113.7")).status_code == 302
    assert entrar(Client(), "beto@ejemplo.co").status_code == 302


def test_un_desconocido_se_bloquea_igual(client):
    """The lockout does not say either who has a login."""
    estados = [entrar(client, "nadie@ejemplo.co", "mala").status_code for _ in range(6)]
    assert estados == [200] * 4 + [429] * 2


def test_crear_la_clave_por_correo_levanta_el_bloqueo(client):
    """Whoever forgot the password, tried until locked and then proved the mailbox, enters at once."""
    usuario = ana()
    for _ in range(5):
        entrar(client, clave="mala")
    ruta = client.get(enlace_clave(usuario).removeprefix("http://127.0.0.1:8000")).url
    client.post(ruta, {"new_password1": NUEVA, "new_password2": NUEVA})
    assert entrar(client, clave=NUEVA).status_code == 302


def test_un_formulario_sin_su_ficha_se_rechaza():
    """Login and logout are protected against forged requests."""
    ana()
    navegador = Client(enforce_csrf_checks=True)
    assert entrar(navegador).status_code == 403
    assert navegador.post(SALIR).status_code == 403


def test_entrar_no_llena_el_historial(client):
    """`last_login` moves, the change history does not."""
    usuario = ana()
    antes = usuario.history.count()
    entrar(client)
    usuario.refresh_from_db()
    assert usuario.last_login is not None
    assert usuario.history.count() == antes


def test_al_entrar_se_recuerda_el_idioma(client, settings):
    """The chosen language also becomes the cookie, for the pages before the next login."""
    ana(idioma="en")
    respuesta = entrar(client)
    assert respuesta.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    client.post(SALIR)
    assert client.get(ENTRAR).headers["Content-Language"] == "en"


# --- Leave --------------------------------------------------------------------------------------------------------
def test_salir_borra_la_sesion_y_solo_por_post(client):
    """A link cannot log anybody out; the button ends the session in the database."""
    client.force_login(ana())
    assert client.get(SALIR).status_code == 405
    assert Sesion.objects.exists()
    respuesta = client.post(SALIR)
    assert (respuesta.status_code, respuesta.url) == (302, ENTRAR)
    assert not Sesion.objects.exists()
    assert client.get(PERFIL).status_code == 302


def test_salir_dos_veces_no_lleva_a_ninguna_trampa(client):
    """Without a session the button leads to the login."""
    assert client.post(SALIR).url == ENTRAR


# --- Forgotten password -------------------------------------------------------------------------------------------
@pytest.fixture
def cola_inmediata():
    """Tasks run where they are asked for, through Celery's own machinery."""
    celery_app.conf.task_always_eager = True
    yield
    celery_app.conf.task_always_eager = False


def olvidar(client, email):
    return client.post("/cuenta/clave/olvidada/", {"email": email})


def test_olvidar_la_clave_responde_igual_a_todos_y_escribe_solo_a_quien_existe(client, cola_inmediata):
    """The answer does not say who has a login; the mail goes to who has one."""
    ana()
    respuestas = [olvidar(client, email) for email in ("ANA@ejemplo.co", "nadie@ejemplo.co")]
    assert {(respuesta.status_code, respuesta.url) for respuesta in respuestas} == {(302, "/cuenta/clave/enviada/")}
    assert [mensaje.to for mensaje in mail.outbox] == [["ana@ejemplo.co"]]
    assert "Si ese correo tiene un usuario" in client.get("/cuenta/clave/enviada/").content.decode()


def test_la_pagina_no_busca_al_usuario_mientras_responde(client, django_assert_num_queries):
    """No query: the time of the answer is the same for known and unknown e-mails."""
    ana()
    with django_assert_num_queries(0):
        olvidar(client, "ana@ejemplo.co")


def test_un_correo_mal_escrito_se_explica_junto_al_campo(client):
    """What was typed stays, with its error."""
    respuesta = olvidar(client, "sin-arroba")
    assert respuesta.status_code == 200
    assert 'value="sin-arroba"' in respuesta.content.decode()
    assert "data-resumen-errores" in respuesta.content.decode()


# --- New password by link -----------------------------------------------------------------------------------------
def abrir_enlace(client, usuario):
    """Follow the mailed link up to the form; returns its address."""
    return client.get(enlace_clave(usuario).removeprefix("http://127.0.0.1:8000")).url


def test_el_enlace_deja_crear_la_clave_una_sola_vez(client):
    """The token leaves the address at once, the password is set, every session ends and the link dies."""
    usuario = ana()
    otro = Client()
    otro.force_login(usuario)
    enlace = enlace_clave(usuario).removeprefix("http://127.0.0.1:8000")
    ruta = client.get(enlace).url
    assert ruta.endswith("/definir/")
    assert client.post(ruta, {"new_password1": NUEVA, "new_password2": NUEVA}).url == "/cuenta/clave/hecha/"
    assert client.get("/cuenta/clave/hecha/").status_code == 200
    usuario.refresh_from_db()
    assert usuario.check_password(NUEVA)
    assert not Sesion.objects.filter(usuario=usuario).exists()
    assert otro.get(PERFIL).status_code == 302
    assert "Este enlace ya no sirve" in Client().get(enlace).content.decode()


def test_el_enlace_sirve_tambien_con_la_sesion_abierta(client):
    """Somebody logged in follows the own link: no error, and out of the old session."""
    usuario = ana()
    client.force_login(usuario)
    ruta = abrir_enlace(client, usuario)
    assert client.post(ruta, {"new_password1": NUEVA, "new_password2": NUEVA}).status_code == 302
    assert client.get(PERFIL).status_code == 302
    assert entrar(client, clave=NUEVA).status_code == 302


def test_el_enlace_de_otro_no_deja_adentro_a_quien_lo_usa(client):
    """A link that was followed while Beto was logged in leaves nobody logged in."""
    client.force_login(beto())
    ruta = abrir_enlace(client, ana())
    client.post(ruta, {"new_password1": NUEVA, "new_password2": NUEVA})
    assert client.get(PERFIL).status_code == 302


@pytest.mark.parametrize("ruta", ["MQ/abc-def", "MQ/definir", "%00/abc-def", "OTk5OTk5/abc-def", "MQ/x"])
def test_un_enlace_inventado_dice_que_ya_no_sirve(client, ruta):
    """Wrong, foreign or broken links: a sentence and the way on, by GET and POST."""
    ana()
    for respuesta in (
        client.get(f"/cuenta/clave/nueva/{ruta}/"),
        client.post(f"/cuenta/clave/nueva/{ruta}/", {"new_password1": NUEVA, "new_password2": NUEVA}),
    ):
        assert respuesta.status_code == 200
        assert "Este enlace ya no sirve" in respuesta.content.decode()


def test_un_desactivado_no_puede_crear_clave(client):
    """A link sent before the deactivation is dead."""
    usuario = ana()
    enlace = enlace_clave(usuario).removeprefix("http://127.0.0.1:8000")
    Usuario.objects.filter(pk=usuario.pk).update(is_active=False)
    assert "Este enlace ya no sirve" in client.get(enlace).content.decode()


@pytest.mark.parametrize(
    ("una", "otra", "razon"),
    [
        ("corta", "corta", "10"),
        ("1234567890123", "1234567890123", "num"),
        ("contraseña-ana@ejemplo.co", "contraseña-ana@ejemplo.co", "parecida|similar"),
        ("Ana-Maria-Rios", "Ana-Maria-Rios", "parecida|similar"),
        (NUEVA, NUEVA + "x", "coinciden|match"),
    ],
)
def test_una_clave_debil_o_mal_repetida_se_explica(client, una, otra, razon):
    """Too short, all digits, like the own name or e-mail, not repeated: said beside the field."""
    usuario = ana(apellido="Maria Rios", nombre="Ana")
    ruta = abrir_enlace(client, usuario)
    pagina = client.post(ruta, {"new_password1": una, "new_password2": otra})
    assert pagina.status_code == 200
    assert re.search(razon, pagina.content.decode())
    usuario.refresh_from_db()
    assert usuario.check_password(CLAVE)


# --- Change of password -------------------------------------------------------------------------------------------
def cambiar(client, actual=CLAVE, **extra):
    return client.post(CAMBIAR, {"old_password": actual, "new_password1": NUEVA, "new_password2": NUEVA, **extra})


def test_cambiar_la_clave_deja_adentro_aqui_y_saca_de_lo_demas(client):
    """This browser goes on with a new session key; every other one is out."""
    usuario = ana()
    otro = Client()
    for navegador in (client, otro):
        navegador.force_login(usuario)
    antes = client.session.session_key
    respuesta = cambiar(client)
    assert (respuesta.status_code, respuesta.url) == (302, PERFIL)
    assert client.session.session_key != antes
    assert "Su contraseña cambió" in client.get(PERFIL).content.decode()
    assert otro.get(PERFIL).status_code == 302


def test_cambiar_la_clave_pide_la_actual_y_no_lleva_fuera(client):
    """The one in use must be right, and `next` stays on this site."""
    usuario = ana()
    client.force_login(usuario)
    assert cambiar(client, actual="mala").status_code == 200
    usuario.refresh_from_db()
    assert usuario.check_password(CLAVE)
    assert cambiar(client, next="https://malo.example/").url == PERFIL


# --- Profile and language -----------------------------------------------------------------------------------------
def test_el_perfil_cambia_nombres_e_idioma_y_nada_mas(client, settings):
    """What the form does not offer cannot be posted; the language takes hold at once and in the cookie."""
    usuario = ana()
    client.force_login(usuario)
    datos = {"nombre": "Ana María", "apellido": "Ríos", "idioma": "en", "email": "otra@ejemplo.co", "is_staff": "on"}
    respuesta = client.post(PERFIL, datos)
    assert respuesta.url == PERFIL
    assert respuesta.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    assert client.get(PERFIL).headers["Content-Language"] == "en"
    usuario.refresh_from_db()
    assert (usuario.nombre, usuario.idioma, usuario.email, usuario.is_staff) == (
        "Ana María",
        "en",
        "ana@ejemplo.co",
        False,
    )


def test_el_perfil_dice_a_nombre_de_quien_se_consulta(client):
    """Own mappings with their state; nobody else's."""
    usuario = ana()
    Asociacion.objects.create(usuario=usuario, tercero=crear_tercero(nombre="Solo a medias"))
    ajeno = asociar(beto(), crear_tercero(nombre="Cliente de Beto"))
    client.force_login(usuario)
    pagina = client.get(PERFIL).content.decode()
    assert "Solo a medias" in pagina
    assert "Una asociación está incompleta" in pagina
    assert ajeno.tercero.nombre not in pagina


def test_sin_asociaciones_el_perfil_dice_que_hacer(client):
    """A user mapped to nobody is told whom to ask."""
    client.force_login(crear_usuario())
    assert "no está asociado a ningún cliente" in client.get(PERFIL).content.decode()


@pytest.mark.parametrize("asociaciones", [1, 3])
def test_el_perfil_no_crece_en_consultas(client, asociaciones, django_assert_num_queries):
    """The same queries for one mapping and for three."""
    usuario = crear_usuario()
    for _ in range(asociaciones):
        asociar(usuario)
    client.force_login(usuario)
    with django_assert_num_queries(6):  # session, user, second factor, mappings, and the two of the reach
        client.get(PERFIL)


@pytest.mark.parametrize(("siguiente", "llega"), [(PERFIL, PERFIL), ("https://malo.example/", "/")])
def test_el_idioma_se_cambia_sin_entrar_y_vuelve_a_este_sitio(client, settings, siguiente, llega):
    """A cookie for visitors; `next` never leads away."""
    respuesta = client.post("/cuenta/idioma/", {"language": "en", "next": siguiente})
    assert (respuesta.status_code, respuesta.url) == (302, llega)
    assert respuesta.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"


def test_el_idioma_de_quien_entro_queda_guardado(client):
    """A logged-in user keeps the language on every device; an unknown one changes nothing."""
    usuario = ana()
    client.force_login(usuario)
    client.post("/cuenta/idioma/", {"language": "en"})
    client.post("/cuenta/idioma/", {"language": "klingon"})
    usuario.refresh_from_db()
    assert usuario.idioma == "en"
    assert client.get("/cuenta/idioma/").status_code == 405


# --- Sessions -----------------------------------------------------------------------------------------------------
ANDROID = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"


def identificadores(client):
    return re.findall(r'name="sesion" value="([^"]+)"', client.get(SESIONES).content.decode())


def test_las_sesiones_se_reconocen_y_su_clave_no_aparece(client):
    """Device and address are shown for each open session, and no session key is."""
    usuario = ana()
    entrar(client)
    entrar(Client(HTTP_USER_AGENT=ANDROID, REMOTE_ADDR="203.0.113.7"))
    Client().force_login(beto())
    pagina = client.get(SESIONES).content.decode()
    assert "Chrome en Android" in pagina
    assert "203.0.113.7" in pagina
    assert pagina.count("(esta)") == 1
    assert len(identificadores(client)) == 2
    for clave in Sesion.objects.filter(usuario=usuario).values_list("session_key", flat=True):
        assert clave not in pagina


def test_cerrar_una_sesion_saca_a_ese_dispositivo_y_a_ningun_otro(client):
    """The lost phone is out at the next request."""
    usuario = ana()
    telefono = Client()
    client.force_login(usuario)
    telefono.force_login(usuario)
    antes = set(identificadores(client))
    (propio,) = [i for i in antes if _es_de(client, i)]
    (ajeno,) = antes - {propio}
    assert client.post(CERRAR, {"sesion": ajeno}).url == SESIONES
    assert telefono.get(PERFIL).status_code == 302
    assert client.get(PERFIL).status_code == 200


def _es_de(client, identificador):
    return clave_de(Usuario.objects.get(email="ana@ejemplo.co"), identificador) == client.session.session_key


def test_cerrar_las_demas_deja_solo_esta(client):
    """One button for all the others."""
    usuario = ana()
    otros = [Client(), Client()]
    for navegador in (client, *otros):
        navegador.force_login(usuario)
    client.post(CERRAR)
    assert "Se cerraron 2 sesiones" in client.get(SESIONES).content.decode()
    assert [navegador.get(PERFIL).status_code for navegador in otros] == [302, 302]


def test_cerrar_la_propia_es_salir(client):
    """Ending the session in use leads to the login."""
    client.force_login(ana())
    (propio,) = identificadores(client)
    assert client.post(CERRAR, {"sesion": propio}).url == ENTRAR
    assert not Sesion.objects.exists()


def test_nadie_cierra_la_sesion_de_otro(client):
    """Beto's session is a 404 for Ana, and stays open."""
    de_beto = Client()
    de_beto.force_login(beto())
    (ajeno,) = identificadores(de_beto)
    client.force_login(ana())
    assert client.post(CERRAR, {"sesion": ajeno}).status_code == 404
    assert client.post(CERRAR, {"sesion": "inventada"}).status_code == 404
    assert client.get(CERRAR).status_code == 405
    assert de_beto.get(PERFIL).status_code == 200


@pytest.mark.parametrize("cuantas", [1, 3])
def test_la_lista_de_sesiones_no_crece_en_consultas(client, cuantas, django_assert_num_queries):
    """The same queries for one session and for three."""
    usuario = ana()
    for navegador in [client, *(Client() for _ in range(cuantas - 1))]:
        navegador.force_login(usuario)
    with django_assert_num_queries(3):
        client.get(SESIONES)
