"""A phone for the tests: what an app of codes would show, and people who carry one."""

import time

from django.test import Client
from django_otp.oath import TOTP

from usuarios import doble_factor
from usuarios.models import Usuario

PASO = 30


class Telefono:
    """An app of codes with one secret (hexadecimal text): the codes of now, or of `pasos` half minutes later."""

    def __init__(self, clave):
        self.clave = clave

    def codigo(self, pasos=0):
        """Six digits."""
        totp = TOTP(bytes.fromhex(self.clave), step=PASO)
        totp.time = time.time() + PASO * pasos
        return f"{totp.token():06d}"


def con_telefono(usuario):
    """(Telefono, recovery codes) of a second factor that this user has just enrolled: the code of now is used up."""
    telefono = Telefono(doble_factor.clave_nueva())
    _dispositivo, codigos = doble_factor.activar(usuario, clave=telefono.clave, codigo=telefono.codigo())
    return telefono, codigos


def entrar_verificado(usuario: Usuario, cliente=None):
    """A browser of this user whose session went through both steps; enrols whoever has no second factor."""
    cliente = cliente or Client()
    if not doble_factor.activo(usuario):
        con_telefono(usuario)
    cliente.force_login(usuario)
    sesion = cliente.session
    sesion["otp_device_id"] = doble_factor.dispositivo_de(usuario).persistent_id
    sesion.save()
    return cliente
