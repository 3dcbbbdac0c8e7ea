"""Who logs in to the demo: one password for all, random per installation and the same on every run of it."""

import base64
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils.crypto import salted_hmac

from usuarios import roles
from usuarios.models import Organizacion, Tercero, Usuario
from usuarios.servicios import asociar, poner_clave_cifrada

_DOMINIO = "demo.example"


@dataclass(frozen=True, kw_only=True)
class Persona:
    """A login; `terceros` are the places in the demo's list of customers that it is mapped to."""

    cuenta: str
    nombre: str
    papel: str
    rol: str = roles.PORTAL_DE_CLIENTES
    terceros: range = range(0)
    permisos: tuple[str, ...] = ()  # of is_staff, is_superuser

    @property
    def email(self):
        """Its login name."""
        return f"{self.cuenta}@{_DOMINIO}"


PERSONAS = (
    Persona(cuenta="ana", nombre="Ana", papel="cliente: Ferretería El Tornillo", terceros=range(1)),
    Persona(cuenta="beto", nombre="Beto", papel="otro cliente: Papelería La Esquina", terceros=range(1, 2)),
    Persona(cuenta="contabilidad", nombre="Contabilidad", papel="cliente de doce empresas", terceros=range(2, 14)),
    Persona(cuenta="carla", nombre="Carla", papel="Tesorería", rol=roles.TESORERIA, permisos=("is_staff",)),
    Persona(
        cuenta="admin",
        nombre="Admin",
        papel="administración, todos los permisos",
        rol=roles.ADMINISTRACION,
        permisos=("is_staff", "is_superuser"),
    ),
)


def clave():
    """The password of the demo's people: derived from SECRET_KEY, so that no installation shares it with another."""
    letras = base64.b32encode(salted_hmac("pagos.demo", "clave").digest()).decode().lower()
    return "-".join((letras[:4], letras[4:8], letras[8:12]))


def sembrar(terceros):
    """Create the people who are missing; `terceros`: the demo's customers (saved), in order. Returns PERSONAS."""
    cifrada = None
    for persona in PERSONAS:
        usuario = Usuario.objects.con_email(persona.email).first()
        if usuario is None:
            # Hashing takes a third of a second: once for everybody.
            cifrada = cifrada or make_password(clave())
            usuario = Usuario.objects.create_user(
                persona.email, nombre=persona.nombre, **dict.fromkeys(persona.permisos, True)
            )
            poner_clave_cifrada(usuario, cifrada)
        usuario.groups.add(Group.objects.get(name=persona.rol))
        for tercero in (terceros[lugar] for lugar in persona.terceros):
            asociar(usuario=usuario, tercero=tercero, organizacion=_organizacion(tercero))
    return PERSONAS


def _organizacion(tercero: Tercero):
    return Organizacion.objects.get(tipo_id=tercero.tipo_id, numero=tercero.numero)
