"""Who the tests are about: Ana (a customer), Beto (another one), Carla (staff), and whatever else a test names.

Every field has a sensible value; a test names only what it is about.
"""

from importlib import import_module
from importlib.util import find_spec
from itertools import count

from django.apps import apps
from django.contrib.auth.models import Group

from tests.arnes import marcas
from usuarios import roles
from usuarios.identificacion import digito_verificacion
from usuarios.models import Asociacion, Organizacion, Tercero, Usuario

CLAVE = marcas.CLAVE_DE_PERSONA
_siguiente = count(1)


# --- Identities ---------------------------------------------------------------------------------------------------
def _identificado(modelo, campos):
    numero = campos.pop("numero", None) or str(811000000 + next(_siguiente))
    tipo_id = campos.pop("tipo_id", "NIT")
    dv = digito_verificacion(numero) if tipo_id == "NIT" else ""
    return modelo.objects.create(tipo_id=tipo_id, numero=numero, dv=dv, **campos)


def crear_tercero(**campos):
    """A Tercero; a company with a NIT of its own unless `tipo_id` and `numero` say otherwise."""
    return _identificado(Tercero, {"nombre": "Ferretería El Tornillo S.A.S.", **campos})


def crear_organizacion(**campos):
    """An Organizacion, as `crear_tercero`."""
    return _identificado(Organizacion, {"nombre": "Ferretería El Tornillo S.A.S.", **campos})


def organizacion_de(tercero):
    """The Organizacion with the tercero's own type and number."""
    return Organizacion.objects.get_or_create(
        tipo_id=tercero.tipo_id, numero=tercero.numero, defaults={"dv": tercero.dv, "nombre": tercero.nombre}
    )[0]


# --- Logins -------------------------------------------------------------------------------------------------------
def crear_usuario(*, email=None, clave=CLAVE, rol=roles.PORTAL_DE_CLIENTES, **campos):
    """An active login with that role (None for no role) and password (None for none)."""
    usuario = Usuario.objects.create_user(email or f"usuario{next(_siguiente)}@ejemplo.co", clave, **campos)
    if rol:
        con_rol(usuario, rol)
    return usuario


def con_rol(usuario, rol):
    """Put the user into the role's group, which a flushed database may have lost; returns the user."""
    if not Group.objects.filter(name=rol).exists():
        sincronizar_todos_los_roles()
    usuario.groups.add(Group.objects.get(name=rol))
    return usuario


def sincronizar_todos_los_roles():
    """What the migrations did: every role with the permissions of every app."""
    for app in ("usuarios", "cartera", "pagos"):
        if find_spec(f"{app}.roles"):
            roles.sincronizar_roles(apps, import_module(f"{app}.roles").PERMISOS)


def asociar(usuario, tercero=None, organizacion=None, *, activa=True):
    """Map the user to a tercero (None: a new one) and its own organizacion, or another; returns the Asociacion."""
    tercero = tercero or crear_tercero()
    organizacion = organizacion or organizacion_de(tercero)
    return Asociacion.objects.create(usuario=usuario, tercero=tercero, organizacion=organizacion, activa=activa)


def crear_cliente(*, tercero=None, **campos):
    """A customer mapped to one tercero (a new one if None)."""
    usuario = crear_usuario(**campos)
    asociar(usuario, tercero)
    return usuario


# --- Personas -----------------------------------------------------------------------------------------------------
def ana(**campos):
    """Ana, customer, mapped to her own company."""
    return crear_cliente(**{"email": "ana@ejemplo.co", "nombre": "Ana", "apellido": "Ríos", **campos})


def beto(**campos):
    """Beto, another customer, mapped to another company: nothing of Ana's is his."""
    return crear_cliente(**{"email": "beto@ejemplo.co", "nombre": "Beto", "apellido": "Gil", **campos})


def carla(**campos):
    """Carla, staff of Tesorería, mapped to nobody."""
    datos = {"email": "carla@ejemplo.co", "nombre": "Carla", "apellido": "Paz", "rol": roles.TESORERIA}
    return crear_usuario(**{"is_staff": True, **datos, **campos})


def administradora(**campos):
    """Staff of Administración: creates users and maps them, without being a superuser."""
    return crear_usuario(**{"email": "admin@ejemplo.co", "is_staff": True, "rol": roles.ADMINISTRACION, **campos})


def superusuario(**campos):
    """Every permission."""
    return Usuario.objects.create_superuser(**{"email": "super@ejemplo.co", "password": CLAVE, **campos})
