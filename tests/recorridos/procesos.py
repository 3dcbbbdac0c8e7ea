"""The portal's real processes on the test's own database, to be killed and started again."""

import functools
import os
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from herramientas import procesos
from herramientas.procesos import esperar
from herramientas.puertos import puerto_libre

__all__ = ["Portal", "Trabajador", "entorno", "esperar", "manage"]

_ALMACEN = {"ALMACEN_ESTATICOS": "whitenoise.storage.CompressedManifestStaticFilesStorage"}


def entorno(**variables):
    """The environment of a child that works on this test's database and may call the gateways of this test."""
    return {
        **os.environ,
        "DATABASE_URL": _url_de_la_base(),
        "PASARELA_ORIGENES": ",".join(settings.PASARELA_ORIGENES),
        "PORTAL_URL": settings.PORTAL_URL,
        "SONDA_MINUTOS": str(settings.SONDA_MINUTOS),
        **variables,
    }


def _url_de_la_base():
    datos = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{datos['NAME']}"
    clave = f":{quote(datos['PASSWORD'], safe='')}" if datos["PASSWORD"] else ""
    servidor = quote(datos["HOST"], safe="") + (f":{datos['PORT']}" if datos["PORT"] else "")
    opciones = "&".join(f"{clave}={quote(str(valor), safe='')}" for clave, valor in datos.get("OPTIONS", {}).items())
    return f"postgres://{quote(datos['USER'])}{clave}@{servidor}/{datos['NAME']}" + (f"?{opciones}" if opciones else "")


@functools.cache
def _recoger_estaticos():
    """Hashed and compressed, as a deployment does; once for all the portals of this run."""
    codigo, salida = manage("collectstatic", "--noinput", **_ALMACEN)
    assert codigo == 0, salida


class Portal(procesos.Portal):
    """The web process on a free port; `variables` change its environment."""

    def __init__(self, **variables):
        _recoger_estaticos()
        puerto = puerto_libre()
        propias = {**_ALMACEN, "PORTAL_URL": f"http://127.0.0.1:{puerto}", **variables}
        super().__init__(puerto=puerto, entorno=entorno(**propias))


class Trabajador(procesos.Trabajador):
    """A Celery worker of this test."""

    def __init__(self, *opciones):
        super().__init__(*opciones, entorno=entorno())


def manage(*orden, **variables):
    """Run a management command in a process of its own; returns (exit code, output)."""
    return procesos.correr("manage.py", *orden, entorno=entorno(**variables))
