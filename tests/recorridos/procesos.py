"""The portal's real processes on the test's own database, to be killed and started again."""

import functools
import os
import signal
import subprocess
import sys
import time
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from herramientas.variables import RAIZ
from tests.arnes.servicios import esperar_puerto, puerto_libre

ESPERA_S = 30
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


class Proceso:
    """One child in a process group of its own: `matar()` is kill -9 of all of it."""

    def __init__(self, *orden, **variables):
        self.proceso = subprocess.Popen(
            [sys.executable, *orden],
            cwd=RAIZ,
            env=entorno(**variables),
            start_new_session=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def matar(self):
        """kill -9, as the kernel or an operator would; returns what it had printed."""
        return self._senal(signal.SIGKILL)

    def parar(self):
        """SIGTERM; returns what it printed."""
        return self._senal(signal.SIGTERM)

    def _senal(self, senal):
        if self.proceso.poll() is None:
            os.killpg(self.proceso.pid, senal)
        salida, _nada = self.proceso.communicate(timeout=ESPERA_S)
        return salida


@functools.cache
def _recoger_estaticos():
    """Hashed and compressed, as a deployment does; once for all the portals of this run."""
    codigo, salida = manage("collectstatic", "--noinput", **_ALMACEN)
    assert codigo == 0, salida


class Portal(Proceso):
    """The web process: gunicorn as in production, on a free port; `variables` change its environment."""

    def __init__(self, **variables):
        _recoger_estaticos()
        self.puerto = puerto_libre()
        self.url = f"http://127.0.0.1:{self.puerto}"
        super().__init__(
            *("-m", "gunicorn", "oasis_portal.wsgi", "--bind", f"127.0.0.1:{self.puerto}"),
            *("--worker-class", "gthread", "--threads", "4", "--workers", "1"),
            **{**_ALMACEN, "PORTAL_URL": self.url, **variables},
        )
        esperar_puerto(self.puerto, proceso=self.proceso)


class Trabajador(Proceso):
    """A Celery worker, as in production and in the demo."""

    def __init__(self, *opciones):
        super().__init__("-m", "celery", "-A", "oasis_portal", "worker", "-P", "threads", "-c", "2", *opciones)


def esperar(condicion, *, que, segundos=ESPERA_S):
    """Wait until `condicion()` is true; AssertionError naming `que` when it never is."""
    fin = time.monotonic() + segundos
    while time.monotonic() < fin:
        if condicion():
            return
        time.sleep(0.05)
    raise AssertionError(f"no ocurrió en {segundos} s: {que}")


def manage(*orden, **variables):
    """Run a management command in a process of its own; returns (exit code, output)."""
    hecho = subprocess.run(
        [sys.executable, "manage.py", *orden],
        cwd=RAIZ,
        env=entorno(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    return hecho.returncode, hecho.stdout
