"""`pagos.roles`: who may read, who may resolve, and that nobody writes what a payment left behind."""

import pytest
from django.contrib.auth.models import Group, Permission

from pagos.roles import PERMISOS
from tests.fabricas import administradora, ana, carla
from usuarios.roles import PORTAL_DE_CLIENTES, ROLES

pytestmark = pytest.mark.django_db
HECHOS = ("pago", "detallepago", "eventopago", "abono", "saldoafavor", "aplicacionsaldoafavor", "recibo")


def de_pagos(rol):
    """Codenames of this app that the role holds after `migrate`."""
    grupo = Group.objects.get(name=rol)
    return set(grupo.permissions.filter(content_type__app_label="pagos").values_list("codename", flat=True))


@pytest.mark.parametrize("rol", ROLES)
def test_migrar_deja_a_cada_rol_lo_de_la_tabla_y_nada_mas(rol):
    """The table is what the database says."""
    tabla = PERMISOS.get(rol, {})
    esperados = {f"{accion}_{modelo.split('.')[1]}" for modelo, acciones in tabla.items() for accion in acciones}
    assert de_pagos(rol) == esperados


def test_ningun_rol_escribe_lo_que_deja_un_pago_ni_borra_nada():
    """Not even Administración: a payment is approved by evidence of a gateway alone."""
    otorgados = set().union(*(de_pagos(rol) for rol in ROLES))
    prohibidos = {f"{accion}_{modelo}" for modelo in HECHOS for accion in ("add", "change")}
    assert not otorgados & prohibidos
    assert not [codename for codename in otorgados if codename.startswith("delete_")]
    assert Permission.objects.filter(codename="change_pago").exists()


def test_las_personas_pueden_lo_de_su_papel():
    """Ana nothing, Carla reads and resolves, the administrator keeps agreements."""
    cliente, tesorera, admin = ana(), carla(), administradora()
    assert de_pagos(PORTAL_DE_CLIENTES) == set()
    assert not cliente.has_perm("pagos.view_pago")
    assert tesorera.has_perm("pagos.view_pago")
    assert tesorera.has_perm("pagos.change_novedad")
    assert not tesorera.has_perm("pagos.change_acuerdocomercial")
    assert admin.has_perm("pagos.change_acuerdocomercial")
    assert not admin.has_perm("pagos.change_novedad")
