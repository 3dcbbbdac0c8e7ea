"""`usuarios.roles`: groups and permissions from the first migration."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType

from tests.fabricas import crear_usuario
from usuarios import roles

pytestmark = pytest.mark.django_db


def permisos_de(rol):
    filas = Group.objects.get(name=rol).permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in filas}


def esperados(rol):
    return {
        f"{etiqueta.split('.')[0]}.{accion}_{etiqueta.split('.')[1]}"
        for etiqueta, acciones in roles.PERMISOS[rol].items()
        for accion in acciones
    }


@pytest.mark.parametrize("rol", roles.ROLES)
def test_cada_rol_existe_desde_la_migracion_con_sus_permisos(rol):
    """After `migrate` alone every role holds what the table says of this app, and nothing more of it."""
    assert {permiso for permiso in permisos_de(rol) if permiso.startswith("usuarios.")} == esperados(rol)


def test_sincronizar_repone_lo_que_falta_y_respeta_lo_agregado():
    """On a database without groups and permissions everything comes back; twice is the same as once."""
    Group.objects.all().delete()
    Permission.objects.filter(content_type__app_label="usuarios").delete()
    ContentType.objects.filter(app_label="usuarios").delete()
    ContentType.objects.clear_cache()
    roles.sincronizar_roles(apps)
    extra = Permission.objects.exclude(content_type__app_label="usuarios").first()
    Group.objects.get(name=roles.TESORERIA).permissions.add(extra)
    roles.sincronizar_roles(apps)
    assert set(Group.objects.values_list("name", flat=True)) == set(roles.ROLES)
    assert permisos_de(roles.ADMINISTRACION) == esperados(roles.ADMINISTRACION)
    assert extra in Group.objects.get(name=roles.TESORERIA).permissions.all()


def test_los_permisos_escritos_son_los_que_django_escribiria():
    """Rows created ahead of Django have its codenames and names, so that its own step adds no second one."""
    propios = Permission.objects.filter(content_type__app_label="usuarios", codename="view_tercero")
    antes = propios.get()
    propios.delete()
    roles.sincronizar_roles(apps)
    assert propios.get().name == antes.name == "Can view tercero"


@pytest.mark.parametrize("app", ["usuarios", "cartera", "pagos"])
def test_ninguna_tabla_nombra_un_permiso_que_no_existe(app):
    """Every line of every app's table reached its group in the migrations: a misspelt one would be passed over."""
    for rol, tabla in import_module(f"{app}.roles").PERMISOS.items():
        for etiqueta, acciones in tabla.items():
            de_app, modelo = etiqueta.split(".")
            for accion in acciones:
                codename = f"{accion}_{modelo}" if accion in ("add", "change", "delete", "view") else accion
                assert f"{de_app}.{codename}" in permisos_de(rol), (rol, etiqueta, accion)


def test_lo_que_todavia_no_existe_se_deja_para_la_migracion_que_lo_crea():
    """An early migration that reads today's table meets models and permissions of later ones, and goes on."""
    tabla = {roles.TESORERIA: {"usuarios.nolohay": ("view",), "usuarios.tercero": ("nolohay", "view")}}
    roles.sincronizar_roles(apps, tabla)
    assert "usuarios.view_tercero" in permisos_de(roles.TESORERIA)
    assert not Permission.objects.filter(codename__contains="nolohay").exists()


def test_nadie_fuera_de_administracion_cambia_usuarios_ni_asociaciones():
    """Only Administración (and superusers) may say who sees what; nobody may delete."""
    quienes = {rol for rol in roles.ROLES if crear_usuario(rol=rol).has_perm("usuarios.change_asociacion")}
    assert quienes == {roles.ADMINISTRACION}
    assert not any("delete" in acciones for tabla in roles.PERMISOS.values() for acciones in tabla.values())


def test_un_cliente_no_tiene_ningun_permiso():
    """A customer's reach is said by mappings, never by permissions."""
    assert crear_usuario().get_all_permissions() == set()
