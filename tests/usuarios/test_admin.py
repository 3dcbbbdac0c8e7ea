"""`usuarios.admin`: SUSU, as an administrator uses it."""

import re

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.arnes import marcas
from tests.fabricas import (
    CLAVE,
    administradora,
    ana,
    asociar,
    beto,
    carla,
    crear_organizacion,
    crear_tercero,
    crear_usuario,
    superusuario,
)
from tests.fabricas_cartera import crear_saldo
from usuarios.consultas import alcance
from usuarios.models import Asociacion, Organizacion, Sesion, Tercero, Usuario

pytestmark = pytest.mark.django_db

LISTAS = [f"admin:usuarios_{modelo}_changelist" for modelo in ("usuario", "tercero", "organizacion", "asociacion")]
CODIGO_EN_LINEA = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")")


@pytest.fixture
def navegador():
    """A browser of the administrator (not a superuser)."""
    cliente = Client()
    cliente.force_login(administradora())
    return cliente


def paginas():
    """Every page of this app's administration, over one complete mapping."""
    asociacion = asociar(crear_usuario())
    objetos = {
        "usuario": asociacion.usuario,
        "tercero": asociacion.tercero,
        "organizacion": asociacion.organizacion,
        "asociacion": asociacion,
    }
    rutas = [reverse("admin:index"), reverse("admin:app_list", args=["usuarios"]), *map(reverse, LISTAS)]
    for nombre, objeto in objetos.items():
        rutas += [
            reverse(f"admin:usuarios_{nombre}_add"),
            reverse(f"admin:usuarios_{nombre}_change", args=[objeto.pk]),
            reverse(f"admin:usuarios_{nombre}_history", args=[objeto.pk]),
        ]
    return [*rutas, reverse("admin:auth_user_password_change", args=[asociacion.usuario.pk])]


def formulario(pagina):
    """Fields of the change form as a browser would post them back."""
    form = pagina.context["adminform"].form
    datos = {form.add_prefix(nombre): campo.value() for nombre, campo in ((n, form[n]) for n in form.fields)}
    for inline in pagina.context["inline_admin_formsets"]:
        conjunto = inline.formset
        for f in [conjunto.management_form, *conjunto.forms]:
            datos |= {f.add_prefix(nombre): f[nombre].value() for nombre in f.fields}
    return {nombre: valor for nombre, valor in datos.items() if valor is not None and valor is not False}


# --- Who may come here --------------------------------------------------------------------------------------------
def test_todas_las_paginas_abren_para_quien_administra_y_sin_codigo_en_linea(navegador):
    """Every page answers 200 for the role Administración, and none breaks the Content-Security-Policy."""
    for ruta in paginas():
        respuesta = navegador.get(ruta)
        assert respuesta.status_code == 200, ruta
        assert not CODIGO_EN_LINEA.findall(respuesta.content.decode()), ruta
        assert "unsafe" not in respuesta.headers["Content-Security-Policy"]


@pytest.mark.parametrize("quien", [None, ana])
def test_ni_un_visitante_ni_un_cliente_ven_nada_de_la_administracion(client, quien):
    """A visitor is led to the login, a customer to a 403 that says nothing."""
    rutas = paginas()
    if quien:
        client.force_login(quien())
    for ruta in rutas:
        respuesta = client.get(ruta)
        assert respuesta.status_code == 302, ruta
        final = client.get(ruta, follow=True)
        assert final.status_code == (403 if quien else 200)
        assert "Modificar" not in final.content.decode()


def test_el_personal_sin_el_permiso_recibe_403(client):
    """Tesorería reads customers and organisations, and has nothing to look for among users."""
    rutas = paginas()
    client.force_login(carla())
    for ruta in rutas:
        de_personas = "/tercero/" in ruta or "/organizacion/" in ruta
        permitida = ruta.endswith(("/admin/", "/admin/usuarios/")) or (de_personas and not ruta.endswith("/add/"))
        assert client.get(ruta).status_code == (200 if permitida else 403), ruta


def test_la_administracion_entra_por_el_mismo_ingreso_con_bloqueo(client):
    """/admin/login/ asks for nothing itself: the portal's login does, and it counts the failures."""
    administradora()
    respuesta = client.get("/admin/", follow=True)
    assert respuesta.redirect_chain[-1][0] == "/cuenta/entrar/?next=/admin/"
    assert client.get("/admin/login/?next=/admin/usuarios/").url == "/cuenta/entrar/?next=/admin/usuarios/"
    estados = [
        client.post("/admin/login/", {"username": "admin@ejemplo.co", "password": CLAVE}).status_code,
        *(
            client.post("/cuenta/entrar/", {"username": "admin@ejemplo.co", "password": "mala"}).status_code
            for _ in range(5)
        ),
    ]
    assert estados == [302, 200, 200, 200, 200, 429]
    assert not Sesion.objects.exists()


def test_quien_ya_entro_llega_directo(navegador):
    """Whoever may come in is not asked again; the password page is the portal's."""
    assert navegador.get("/admin/login/").url == "/admin/"
    assert navegador.get("/admin/password_change/").url == "/cuenta/clave/"


# --- Nothing is deleted -------------------------------------------------------------------------------------------
def test_nada_se_borra_ni_con_todos_los_permisos(client):
    """No page, no button, no bulk action deletes people, mappings or roles, not even for a superuser."""
    client.force_login(superusuario())
    asociacion = asociar(crear_usuario())
    objetos = [asociacion, asociacion.usuario, asociacion.tercero, asociacion.organizacion]
    for objeto in objetos:
        nombre = objeto._meta.model_name
        assert client.get(reverse(f"admin:usuarios_{nombre}_delete", args=[objeto.pk])).status_code == 403
        assert (
            client.post(reverse(f"admin:usuarios_{nombre}_delete", args=[objeto.pk]), {"post": "yes"}).status_code
            == 403
        )
        lista = reverse(f"admin:usuarios_{nombre}_changelist")
        client.post(lista, {"action": "delete_selected", "_selected_action": [objeto.pk], "post": "yes"})
        assert type(objeto).objects.filter(pk=objeto.pk).exists()
    assert client.get(reverse("admin:auth_group_changelist")).status_code == 200


def test_ningun_modelo_de_ninguna_app_ofrece_borrar_en_lote(rf):
    """`delete_selected` is off site-wide, whatever is registered later."""
    peticion = rf.get("/admin/")
    peticion.user = superusuario()
    assert "delete_selected" not in dict(admin.site.actions)
    for modelo, administrador in admin.site._registry.items():
        assert "delete_selected" not in administrador.get_actions(peticion), modelo


def test_la_historia_se_lee_y_no_se_deshace(navegador):
    """Who changed what and when is shown; going back to an old version is not offered."""
    tercero = crear_tercero(nombre="Antes")
    ruta = reverse("admin:usuarios_tercero_change", args=[tercero.pk])
    datos = formulario(navegador.get(ruta)) | {"nombre": "Después"}
    assert navegador.post(ruta, datos).status_code == 302
    pagina = navegador.get(reverse("admin:usuarios_tercero_history", args=[tercero.pk])).content.decode()
    assert re.search(r"Antes\s*→\s*Después", pagina)
    assert "admin@ejemplo.co" in pagina
    version = tercero.history.last().history_id
    assert (
        navegador.get(reverse("admin:usuarios_tercero_simple_history", args=[tercero.pk, version])).status_code == 404
    )


# --- Users --------------------------------------------------------------------------------------------------------
def test_un_usuario_nuevo_se_crea_por_correo_y_se_invita(navegador):
    """The administrator types e-mail and names; the person sets the password through the mailed link."""
    datos = {"email": "nueva@ejemplo.co", "nombre": "Nueva", "apellido": "Persona", "invitar": "on"}
    respuesta = navegador.post(reverse("admin:usuarios_usuario_add"), datos)
    usuario = Usuario.objects.get(email="nueva@ejemplo.co")
    assert respuesta.url == reverse("admin:usuarios_usuario_change", args=[usuario.pk])
    assert not usuario.has_usable_password()
    assert [mensaje.to for mensaje in mail.outbox] == [["nueva@ejemplo.co"]]
    assert usuario.invitado_en is not None


def test_un_correo_repetido_en_otras_mayusculas_se_rechaza_en_palabras(navegador):
    """The unique rule reaches the form."""
    ana()
    pagina = navegador.post(reverse("admin:usuarios_usuario_add"), {"email": "ANA@ejemplo.co"})
    assert "Ya existe un usuario con ese correo electrónico." in pagina.content.decode()


def test_un_correo_que_no_sale_se_dice_y_el_usuario_queda(navegador, settings):
    """The mail server's failure loses nothing: the invitation can be sent again."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    datos = {"email": "nueva@ejemplo.co", "invitar": "on"}
    pagina = navegador.post(reverse("admin:usuarios_usuario_add"), datos, follow=True)
    assert "No se pudo enviar el correo a nueva@ejemplo.co." in pagina.content.decode()
    assert Usuario.objects.get(email="nueva@ejemplo.co").invitado_en is None


def test_la_clave_no_aparece_en_ninguna_pagina(navegador):
    """Neither the hash nor a part of it reaches the administration's HTML."""
    usuario = ana()
    for ruta in (
        reverse("admin:usuarios_usuario_change", args=[usuario.pk]),
        reverse("admin:usuarios_usuario_history", args=[usuario.pk]),
        reverse("admin:auth_user_password_change", args=[usuario.pk]),
        reverse("admin:usuarios_usuario_changelist"),
    ):
        pagina = navegador.get(ruta).content.decode()
        assert usuario.password not in pagina
        assert usuario.password.split("$")[-1][:6] not in pagina
    assert navegador.get(f"{reverse('admin:usuarios_usuario_changelist')}?password__startswith=a").status_code == 400


def test_poner_o_quitar_la_clave_de_otro_cierra_sus_sesiones(navegador):
    """A password set by the administrator ends the person's sessions; taking it away too."""
    usuario = ana()
    ruta = reverse("admin:auth_user_password_change", args=[usuario.pk])
    Client().force_login(usuario)
    datos = {
        "password1": marcas.OTRA_CLAVE,
        "password2": marcas.OTRA_CLAVE,
        "usable_password": "true",
    }
    assert navegador.post(ruta, datos | {"set-password": "1"}).status_code == 302
    usuario.refresh_from_db()
    assert usuario.check_password(marcas.OTRA_CLAVE)
    assert not Sesion.objects.filter(usuario=usuario).exists()
    Client().force_login(usuario)
    assert navegador.post(ruta, {"usable_password": "false", "unset-password": "1"}).status_code == 302
    usuario.refresh_from_db()
    assert not usuario.has_usable_password()
    assert not Sesion.objects.filter(usuario=usuario).exists()


def accion(navegador, nombre, *usuarios):
    lista = reverse("admin:usuarios_usuario_changelist")
    datos = {"action": nombre, "_selected_action": [usuario.pk for usuario in usuarios]}
    return navegador.post(lista, datos, follow=True).content.decode()


def test_la_accion_de_desactivar_cierra_las_sesiones(navegador):
    """People are deactivated, not deleted, and are out at once; they can be activated again."""
    usuario, otro = ana(), beto()
    telefono = Client()
    telefono.force_login(usuario)
    assert "1 usuario desactivado." in accion(navegador, "desactivar", usuario)
    usuario.refresh_from_db()
    assert not usuario.is_active
    assert telefono.get("/cuenta/perfil/").status_code == 302
    assert "2 usuarios activados." in accion(navegador, "activar", usuario, otro)
    usuario.refresh_from_db()
    assert usuario.is_active


def test_nadie_se_desactiva_a_si_mismo(navegador):
    """The last administrator cannot lock everybody out by a slip."""
    propia = Usuario.objects.get(email="admin@ejemplo.co")
    assert "0 usuarios desactivados." in accion(navegador, "desactivar", propia)
    propia.refresh_from_db()
    assert propia.is_active


def test_la_accion_de_invitar_escribe_a_los_activos(navegador):
    """Deactivated users are not invited."""
    accion(navegador, "enviar_invitacion", ana(), crear_usuario(is_active=False))
    assert [mensaje.to for mensaje in mail.outbox] == [["ana@ejemplo.co"]]


def test_invitar_queda_en_la_bitacora_con_quien_lo_hizo(navegador):
    """Who invited whom and when: in the log of the administration and in the user's own history."""
    usuario = ana()
    accion(navegador, "enviar_invitacion", usuario)
    entrada = LogEntry.objects.get(object_id=str(usuario.pk))
    assert (entrada.user.email, entrada.get_change_message()) == (
        "admin@ejemplo.co",
        "Se envió la invitación por correo.",
    )
    usuario.refresh_from_db()
    ultima = usuario.history.first()
    assert (ultima.history_user.email, ultima.invitado_en) == ("admin@ejemplo.co", usuario.invitado_en)


def test_desde_su_pagina_se_invita_y_se_vuelve_a_invitar(navegador):
    """One button that saves and mails; it says when it is a second time. Not for whoever was deactivated."""
    usuario = crear_usuario(email="nueva@ejemplo.co", clave=None)
    ruta = reverse("admin:usuarios_usuario_change", args=[usuario.pk])
    pagina = navegador.get(ruta)
    assert "Guardar e invitar por correo" in pagina.content.decode()
    respuesta = navegador.post(ruta, formulario(pagina) | {"nombre": "Nueva", "_invitar": "1"}, follow=True)
    assert "1 invitación enviada." in respuesta.content.decode()
    assert "Guardar y volver a invitar por correo" in respuesta.content.decode()
    usuario.refresh_from_db()
    assert (usuario.nombre, [mensaje.to for mensaje in mail.outbox]) == ("Nueva", [["nueva@ejemplo.co"]])
    Usuario.objects.filter(pk=usuario.pk).update(is_active=False)
    pagina = navegador.get(ruta)
    assert "_invitar" not in pagina.content.decode()
    navegador.post(ruta, formulario(pagina) | {"_invitar": "1"})
    assert len(mail.outbox) == 1


def test_la_lista_dice_quien_falta_por_invitar_y_quien_por_entrar(navegador):
    """The filter tells the three apart, and the list shows both dates."""
    sin, espera, entro = (crear_usuario(email=f"{nombre}@ejemplo.co") for nombre in ("sin", "espera", "entro"))
    Usuario.objects.filter(pk=espera.pk).update(invitado_en="2026-11-20T12:00Z")
    Usuario.objects.filter(pk=entro.pk).update(invitado_en="2026-11-20T12:00Z", last_login="2026-11-21T12:00Z")
    lista = reverse("admin:usuarios_usuario_changelist")
    for clave, suyo in (("sin", sin), ("espera", espera), ("entro", entro)):
        pagina = navegador.get(lista, {"invitacion": clave}).content.decode()
        assert [otro.email for otro in (sin, espera, entro) if f">{otro.email}<" in pagina] == [suyo.email]


def test_una_administradora_no_se_hace_superusuaria_ni_toca_a_una(navegador):
    """Neither by the form, nor by changing a superuser's password, nor by the actions."""
    propia, jefa = Usuario.objects.get(email="admin@ejemplo.co"), superusuario()
    ruta = reverse("admin:usuarios_usuario_change", args=[propia.pk])
    datos = formulario(navegador.get(ruta)) | {"is_superuser": "on", "nombre": "Cambiada"}
    assert navegador.post(ruta, datos).status_code == 302
    propia.refresh_from_db()
    assert (propia.nombre, propia.is_superuser) == ("Cambiada", False)
    clave = reverse("admin:auth_user_password_change", args=[jefa.pk])
    assert navegador.post(clave, {"password1": "x", "password2": "x"}).status_code == 403
    assert (
        navegador.post(reverse("admin:usuarios_usuario_change", args=[jefa.pk]), {"email": "x@x.co"}).status_code == 403
    )
    assert "0 usuarios desactivados." in accion(navegador, "desactivar", jefa)


# --- Mappings -----------------------------------------------------------------------------------------------------
def guardar_asociacion(navegador, usuario, **campos):
    """Fill the empty row of the mappings of a user's page and save."""
    ruta = reverse("admin:usuarios_usuario_change", args=[usuario.pk])
    datos = formulario(navegador.get(ruta))
    nueva = int(datos["asociaciones-TOTAL_FORMS"]) - 1
    datos |= {f"asociaciones-{nueva}-{nombre}": valor for nombre, valor in campos.items()}
    return navegador.post(ruta, datos)


@pytest.mark.parametrize(
    ("tipo", "numero", "guardado"),
    [("NIT", "900.123.456-8", "NIT 900.123.456-8"), ("CC", "52.123.456", "CC 52.123.456")],
)
def test_el_nit_o_la_cedula_se_escribe_una_vez_y_llena_los_dos_campos(navegador, tipo, numero, guardado):
    """Unknown customer, any usual spelling: both sides exist afterwards and the user sees it."""
    usuario = crear_usuario()
    assert guardar_asociacion(navegador, usuario, tipo_id=tipo, numero=numero).status_code == 302
    asociacion = usuario.asociaciones.get()
    assert asociacion.tercero.identificacion == asociacion.organizacion.identificacion == guardado
    assert alcance(usuario).terceros == {asociacion.tercero_id}
    assert LogEntry.objects.filter(object_id=str(usuario.pk)).exists()


def test_un_numero_conocido_no_se_duplica(navegador):
    """The customer that the ERP already delivered is found by its number."""
    tercero = crear_tercero(numero="900123456")
    usuario = crear_usuario()
    guardar_asociacion(navegador, usuario, tipo_id="NIT", numero="900123456")
    assert usuario.asociaciones.get().tercero == tercero
    assert (Tercero.objects.count(), Organizacion.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("campos", "razon"),
    [
        ({"tipo_id": "NIT", "numero": "900123456-1"}, "El dígito de verificación de 900123456 es 8, no 1."),
        ({"tipo_id": "NIT", "numero": "abc"}, "no es un número de identificación"),
        ({"tipo_id": "CC"}, "Indique el NIT o la cédula del cliente."),
    ],
)
def test_un_numero_malo_se_explica_y_no_crea_nada(navegador, campos, razon):
    """The page comes back with the reason; what was typed stays."""
    usuario = crear_usuario()
    pagina = guardar_asociacion(navegador, usuario, **campos)
    assert pagina.status_code == 200
    assert razon in pagina.content.decode()
    assert (Tercero.objects.count(), Organizacion.objects.count(), Asociacion.objects.count()) == (0, 0, 0)


def test_repetir_una_asociacion_se_rechaza_en_palabras(navegador):
    """The same customer twice for the same user."""
    usuario = crear_usuario()
    guardar_asociacion(navegador, usuario, tipo_id="NIT", numero="900123456")
    pagina = guardar_asociacion(navegador, usuario, tipo_id="NIT", numero="900123456-8")
    assert "Ese usuario ya está asociado a ese cliente." in pagina.content.decode()
    assert Asociacion.objects.count() == 1


def test_elegir_los_lados_y_escribir_el_numero_a_la_vez_es_un_error(navegador):
    """Two answers to the same question."""
    campos = {"tipo_id": "NIT", "numero": "900123456", "tercero": crear_tercero().pk}
    pagina = guardar_asociacion(navegador, crear_usuario(), **campos)
    assert "no ambos" in pagina.content.decode()


def test_los_lados_tambien_se_eligen_cuando_son_distintos(navegador):
    """A user may act for an organisation that is not the customer itself."""
    usuario, tercero, organizacion = crear_usuario(), crear_tercero(), crear_organizacion()
    guardar_asociacion(navegador, usuario, tercero=tercero.pk, organizacion=organizacion.pk)
    assert alcance(usuario).permite(tercero_id=tercero.pk, organizacion_id=organizacion.pk)


def test_una_incompleta_se_marca_se_filtra_y_se_completa(navegador):
    """Marked in both lists, found by the filter, completed by typing the number."""
    usuario, completo, nadie = crear_usuario(), ana(), crear_usuario()
    a_medias = Asociacion.objects.create(usuario=usuario, tercero=crear_tercero(numero="900123456"))
    lista = navegador.get(reverse("admin:usuarios_asociacion_changelist")).content.decode()
    assert "Incompleta: no muestra nada" in lista
    for modelo, filtro, esperados in (
        ("asociacion", "incompleta", {a_medias}),
        ("asociacion", "completa", set(completo.asociaciones.all())),
        ("usuario", "incompleta", {usuario}),
        ("usuario", "completa", {completo}),
        ("usuario", "ninguna", {nadie, Usuario.objects.get(email="admin@ejemplo.co")}),
    ):
        pagina = navegador.get(reverse(f"admin:usuarios_{modelo}_changelist"), {"asociacion": filtro})
        assert set(pagina.context["cl"].queryset) == esperados
    ruta = reverse("admin:usuarios_asociacion_change", args=[a_medias.pk])
    datos = formulario(navegador.get(ruta)) | {"tipo_id": "NIT", "numero": "900123456"}
    assert navegador.post(ruta, datos).status_code == 302
    a_medias.refresh_from_db()
    assert not a_medias.incompleta


def test_terceros_y_organizaciones_se_buscan_al_escribir(navegador):
    """Autocompletion finds by number and by name."""
    tercero = crear_tercero(numero="900123456", nombre="Tornillos del Valle")
    crear_tercero(nombre="Otra cosa")
    for texto in ("9001234", "tornillos"):
        respuesta = navegador.get(
            reverse("admin:autocomplete"),
            {"app_label": "usuarios", "model_name": "asociacion", "field_name": "tercero", "term": texto},
        )
        assert [fila["id"] for fila in respuesta.json()["results"]] == [str(tercero.pk)]


# --- People -------------------------------------------------------------------------------------------------------
def test_un_tercero_se_crea_con_el_numero_como_venga(navegador):
    """Dots, hyphen and check digit are read, and kept as they are stored."""
    datos = {"tipo_id": "NIT", "numero": "900.123.456-8", "nombre": "El Tornillo", "activo": "on"}
    assert navegador.post(reverse("admin:usuarios_tercero_add"), datos).status_code == 302
    tercero = Tercero.objects.get()
    assert (tercero.numero, tercero.dv) == ("900123456", "8")
    repetido = navegador.post(reverse("admin:usuarios_tercero_add"), datos | {"numero": "900123456"})
    assert "Ya existe alguien con ese tipo y número de identificación." in repetido.content.decode()
    malo = navegador.post(reverse("admin:usuarios_tercero_add"), datos | {"numero": "900123456-1"})
    assert "El dígito de verificación de 900123456 es 8, no 1." in malo.content.decode()


@pytest.mark.parametrize("modelo", ["tercero", "organizacion"])
def test_el_numero_se_corrige_hasta_que_algo_lo_nombra(navegador, modelo):
    """Free while only mappings name it; frozen, also against a forged POST, once a balance does."""
    asociacion = asociar(crear_usuario())
    persona = getattr(asociacion, modelo)
    ruta = reverse(f"admin:usuarios_{modelo}_change", args=[persona.pk])
    datos = formulario(navegador.get(ruta))
    assert navegador.post(ruta, datos | {"tipo_id": "CC", "numero": "52.123.456"}).status_code == 302
    persona.refresh_from_db()
    assert (persona.tipo_id, persona.numero, persona.dv) == ("CC", "52123456", "")
    crear_saldo(tercero=asociacion.tercero, organizacion=asociacion.organizacion)
    navegador.post(ruta, datos | {"tipo_id": "CC", "numero": "79123456", "nombre": "Con otro nombre"})
    persona.refresh_from_db()
    assert (persona.numero, persona.nombre) == ("52123456", "Con otro nombre")


@pytest.mark.parametrize("lista", LISTAS)
def test_las_listas_no_crecen_en_consultas(navegador, lista):
    """The same queries for one row and for four."""
    medidas = []
    for nuevas in (1, 3):
        for _ in range(nuevas):
            asociar(crear_usuario())
        with CaptureQueriesContext(connection) as consultas:
            navegador.get(reverse(lista))
        medidas.append(len(consultas))
    assert medidas[0] == medidas[1]
