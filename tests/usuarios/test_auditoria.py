"""`usuarios.auditoria`: what was done, by whom and from where, added and never changed."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.arnes import marcas
from tests.fabricas import CLAVE, administradora, ana, carla, crear_tercero, crear_usuario, superusuario
from usuarios import disparadores, roles, servicios
from usuarios.auditoria import auditar
from usuarios.models import Clase, RegistroAuditoria

pytestmark = pytest.mark.django_db

LISTA = "admin:usuarios_registroauditoria_changelist"


def clases(**donde):
    """Kinds of the rows written, oldest first."""
    return list(RegistroAuditoria.objects.filter(**donde).order_by("pk").values_list("clase", flat=True))


@pytest.fixture
def navegador():
    """A browser of the administrator (not a superuser), somewhere."""
    cliente = Client(REMOTE_ADDR="203.0.113.7")
    cliente.force_login(administradora())
    return cliente


def formulario(pagina):
    """Fields of the change form as a browser would post them back."""
    form = pagina.context["adminform"].form
    datos = {nombre: form[nombre].value() for nombre in form.fields}
    for inline in pagina.context["inline_admin_formsets"]:
        for f in [inline.formset.management_form, *inline.formset.forms]:
            datos |= {f.add_prefix(nombre): f[nombre].value() for nombre in f.fields}
    return {nombre: valor for nombre, valor in datos.items() if valor is not None and valor is not False}


# --- The row ------------------------------------------------------------------------------------------------------
def test_fuera_de_una_peticion_no_hay_quien_ni_donde():
    """A command or a task: the portal itself."""
    tercero = crear_tercero()
    escrito = auditar(Clase.CAMBIO, objeto=tercero, detalle={"campos": ["nombre"]})
    assert (escrito.quien, escrito.correo, escrito.direccion) == (None, "", None)
    assert (escrito.tipo, escrito.objeto_id, escrito.objeto) == ("usuarios.tercero", str(tercero.pk), str(tercero))


def test_lo_que_se_deshace_no_se_hizo():
    """The row is in the transaction of what it tells of."""
    with transaction.atomic():
        auditar(Clase.IMPORTACION)
        transaction.set_rollback(True)
    assert not RegistroAuditoria.objects.exists()


@pytest.mark.parametrize("sql", ["UPDATE $ SET correo = correo", "UPDATE $ SET id = id + 1", "DELETE FROM $"])
def test_lo_escrito_no_se_cambia_ni_se_borra(sql):
    """Not even by hand in the database."""
    auditar(Clase.ENTRADA, correo="ana@ejemplo.co")
    with pytest.raises(IntegrityError, match=disparadores.NOMBRE), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.replace("$", "usuarios_registroauditoria"))
    assert RegistroAuditoria.objects.count() == 1


@pytest.mark.solo_postgresql("SQLite has no TRUNCATE")
def test_lo_escrito_no_se_vacia():
    """TRUNCATE is refused as well."""
    with pytest.raises(IntegrityError, match=disparadores.NOMBRE), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE usuarios_registroauditoria CASCADE")


def test_las_migraciones_dejan_los_disparadores():
    """Migrated from nothing, the table is protected."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        instalados = {nombre for (nombre,) in cursor.fetchall()}
    assert set(disparadores.nombres(connection.vendor)) <= instalados


# --- What is written ----------------------------------------------------------------------------------------------
def entrar(email, clave=CLAVE):
    """The login form, from somewhere."""
    return Client(REMOTE_ADDR="203.0.113.7").post("/cuenta/entrar/", {"username": email, "password": clave})


def test_entrar_fallar_y_quedar_bloqueado_se_escribe():
    """Who, or what was typed, and from where; never a password."""
    usuario = ana()
    entrar("ANA@ejemplo.co")
    for _vez in range(4):
        entrar("ana@ejemplo.co", marcas.OTRA_CLAVE)
    entrar("ana@ejemplo.co", marcas.OTRA_CLAVE)
    entrar("Nadie@ejemplo.co")
    assert clases(correo="ana@ejemplo.co") == ["ENTRADA", *["FALLO"] * 4, "BLOQUEO"]
    assert clases(correo="nadie@ejemplo.co") == ["FALLO"]
    entrada = RegistroAuditoria.objects.get(clase="ENTRADA")
    assert (entrada.quien, entrada.direccion) == (usuario, "203.0.113.7")
    assert set(RegistroAuditoria.objects.values_list("direccion", flat=True)) == {"203.0.113.7"}


def test_un_correo_mal_escrito_no_se_guarda():
    """What is no e-mail may be a password typed in the wrong place."""
    entrar("una-frase-secreta")
    assert not RegistroAuditoria.objects.exists()


def test_salir_cambiar_la_clave_y_cerrar_sesiones_se_escribe(client):
    """What people do with their own login."""
    usuario = ana()
    client.force_login(usuario)
    Client().force_login(usuario)
    client.post(
        "/cuenta/clave/",
        {"old_password": CLAVE, "new_password1": marcas.OTRA_CLAVE, "new_password2": marcas.OTRA_CLAVE},
    )
    client.post("/cuenta/salir/")
    assert clases(quien=usuario) == ["SESION", "CLAVE", "SALIDA"]


def test_una_asociacion_y_un_rol_dicen_quien_los_cambio(navegador):
    """The mapping typed in the user's page, the role given there, each a row of its own."""
    usuario = crear_usuario(rol=None, is_staff=True)
    ruta = reverse("admin:usuarios_usuario_change", args=[usuario.pk])
    from django.contrib.auth.models import Group

    datos = formulario(navegador.get(ruta)) | {
        "asociaciones-0-tipo_id": "NIT",
        "asociaciones-0-numero": "900123456",
        "groups": [Group.objects.get(name=roles.TESORERIA).pk],
    }
    assert navegador.post(ruta, datos).status_code == 302
    escrito = RegistroAuditoria.objects.order_by("pk")
    assert {uno.correo for uno in escrito} == {"admin@ejemplo.co"}
    assert {uno.direccion for uno in escrito} == {"203.0.113.7"}
    assert {(uno.clase, uno.tipo) for uno in escrito} >= {
        ("CREACION", "usuarios.asociacion"),
        ("ROLES", "usuarios.usuario"),
    }
    cambio = RegistroAuditoria.objects.get(clase="ROLES")
    assert cambio.detalle == {"antes": ["is_staff"], "despues": ["Tesorería", "is_staff"]}


def test_cambiar_de_rol_cierra_las_sesiones(navegador):
    """They were opened with what was enough for the old one; a form that changes nothing closes nothing."""
    usuario = crear_usuario()
    abierta = Client()
    abierta.force_login(usuario)
    ruta = reverse("admin:usuarios_usuario_change", args=[usuario.pk])
    datos = formulario(navegador.get(ruta))
    navegador.post(ruta, datos)
    assert abierta.get("/cuenta/perfil/").status_code == 200
    navegador.post(ruta, datos | {"is_staff": "on"})
    assert abierta.get("/cuenta/perfil/").status_code == 302


def test_los_permisos_de_un_rol_se_escriben(client):
    """A superuser changes what a role may do."""
    from django.contrib.auth.models import Group

    client.force_login(superusuario())
    rol = Group.objects.get(name=roles.TESORERIA)
    ruta = reverse("admin:auth_group_change", args=[rol.pk])
    client.post(ruta, {"name": rol.name, "permissions": []})
    (escrito,) = RegistroAuditoria.objects.filter(tipo="auth.group")
    assert (escrito.clase, escrito.correo, escrito.objeto) == ("CAMBIO", "super@ejemplo.co", "Tesorería")


def test_asociar_desde_un_archivo_tambien_se_escribe():
    """Whatever the door: the service writes it."""
    usuario = crear_usuario()
    servicios.asociar_por_identificacion(usuario=usuario, tipo_id="NIT", numero="900123456")
    assert clases(tipo="usuarios.asociacion") == ["CREACION"]
    servicios.asociar_por_identificacion(usuario=usuario, tipo_id="NIT", numero="900123456")
    assert clases(tipo="usuarios.asociacion") == ["CREACION"]


# --- The list -----------------------------------------------------------------------------------------------------
def hallados(navegador, **consulta):
    """Kinds of the rows that the list shows, newest first."""
    return [uno.clase for uno in navegador.get(reverse(LISTA), consulta).context["cl"].result_list]


def test_se_busca_por_persona_objeto_direccion_clase_y_fecha(navegador):
    """Each by its whole value."""
    usuario = ana()
    auditar(Clase.CAMBIO, objeto=usuario)
    auditar(Clase.FALLO, correo="Beto@ejemplo.co")
    entrar("ana@ejemplo.co")
    assert hallados(navegador, q="BETO@ejemplo.co") == ["FALLO"]
    assert hallados(navegador, q="203.0.113.7") == ["ENTRADA"]
    assert hallados(navegador, q=f"usuarios.usuario {usuario.pk}") == ["CAMBIO"]
    assert hallados(navegador, q=str(usuario.pk)) == ["CAMBIO"]
    assert hallados(navegador, q="nada de esto") == []
    assert hallados(navegador, clase__exact="ENTRADA") == ["ENTRADA"]
    assert hallados(navegador, cuando__gte="2090-01-01 00:00:00+00:00") == []
    assert len(hallados(navegador)) == 3


def test_se_lee_y_no_se_escribe(navegador):
    """No page of the administration adds, changes or deletes a row."""
    escrito = auditar(Clase.ROLES, objeto=ana(), detalle={"antes": [], "despues": ["Tesorería"]})
    ruta = reverse("admin:usuarios_registroauditoria_change", args=[escrito.pk])
    assert "antes: —; despues: Tesorería" in navegador.get(ruta).content.decode()
    assert navegador.post(ruta, {"correo": "otro@ejemplo.co"}).status_code == 403
    assert navegador.get(reverse("admin:usuarios_registroauditoria_add")).status_code == 403
    assert navegador.post(ruta.replace("change", "delete"), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(("quien", "estado"), [(carla, 403), (ana, 302), (superusuario, 200)])
def test_solo_quien_administra_la_lee(client, quien, estado):
    """Not Tesorería, not customers."""
    client.force_login(quien())
    assert client.get(reverse(LISTA)).status_code == estado


def test_la_lista_no_crece_en_consultas(navegador):
    """The same queries for one row and for four."""
    medidas = []
    for nuevas in (1, 3):
        for _vez in range(nuevas):
            auditar(Clase.CAMBIO, objeto=crear_usuario())
        with CaptureQueriesContext(connection) as consultas:
            assert hallados(navegador)
        medidas.append(len(consultas))
    assert medidas[0] == medidas[1]
