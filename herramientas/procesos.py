"""The portal's real processes and the simulator's, started on free ports for whoever needs them whole, and ended.

Used by the tests that kill them and by `make certificacion`.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

import requests

from herramientas.puertos import esperar_puerto
from herramientas.variables import RAIZ

ESPERA_S = 30
# For anything of the simulator, which should take no time.
ESPERA_SIMULADOR_S = 15


class Proceso:
    """`python <orden>` in a process group of its own: `matar()` is kill -9 of all of it.

    `entorno`: its whole environment. `salida`: an open file for what it prints; without one it is kept for whoever
    ends it.
    """

    def __init__(self, *orden, entorno, salida=subprocess.PIPE):
        self.proceso = subprocess.Popen(
            [sys.executable, *orden],
            cwd=RAIZ,
            env=entorno,
            start_new_session=True,
            stdout=salida,
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


class Portal(Proceso):
    """The web process: gunicorn as in production, on `puerto` of this machine; returns once it listens."""

    def __init__(self, *, puerto, entorno, **opciones):
        self.puerto = puerto
        self.url = f"http://127.0.0.1:{puerto}"
        super().__init__(
            *("-m", "gunicorn", "oasis_portal.wsgi", "--bind", f"127.0.0.1:{puerto}"),
            *("--worker-class", "gthread", "--threads", "4", "--workers", "1"),
            entorno=entorno,
            **opciones,
        )
        esperar_puerto(puerto, proceso=self.proceso)


class Trabajador(Proceso):
    """A Celery worker, as in production and in the demo; `-B` among `opciones` makes it ring the bells too."""

    def __init__(self, *opciones, entorno, **mas):
        orden = ("-m", "celery", "-A", "oasis_portal", "worker", "-P", "threads", "-c", "2", *opciones)
        super().__init__(*orden, entorno=entorno, **mas)


class Simulador:
    """`python -m simulador` with these arguments, listening on free ports unless they say which."""

    def __init__(self, *argumentos):
        if "--puerto" not in argumentos:
            argumentos = ("--puerto", "0", *argumentos)
        # A file, not a pipe: nobody reads it while it runs.
        self._errores = tempfile.TemporaryFile("w+")  # noqa: SIM115 (parar closes it)
        self.proceso = subprocess.Popen(
            [sys.executable, "-m", "simulador", *argumentos],
            cwd=RAIZ,
            stdout=subprocess.PIPE,
            stderr=self._errores,
            text=True,
        )
        self.anuncio = self._primera_linea()
        self.urls = re.findall(r"http://[^\s)]+", self.anuncio)
        self.sesion = requests.Session()

    def _primera_linea(self):
        vigia = threading.Timer(ESPERA_SIMULADOR_S, self.proceso.kill)
        vigia.start()
        try:
            return self.proceso.stdout.readline()
        finally:
            vigia.cancel()

    @property
    def url(self):
        """The first origin: API and control."""
        return self.urls[0]

    def parar(self, senal=signal.SIGTERM):
        """Send the signal and return (exit code, stderr)."""
        self.sesion.close()
        if self.proceso.poll() is None:
            self.proceso.send_signal(senal)
        self.proceso.wait(timeout=ESPERA_SIMULADOR_S)
        self.proceso.stdout.close()
        if not self._errores.closed:
            with self._errores:
                self._errores.seek(0)
                self.dicho = self._errores.read()
        return self.proceso.returncode, self.dicho

    def post(self, camino, **opciones):
        """POST to a path of the first origin; returns the requests.Response."""
        return self.sesion.post(self.url + camino, timeout=ESPERA_SIMULADOR_S, **opciones)

    def get(self, camino, **opciones):
        """GET of a path of the first origin; returns the requests.Response."""
        return self.sesion.get(self.url + camino, timeout=ESPERA_SIMULADOR_S, **opciones)

    def control(self, camino, cuerpo=None, *, estado=200):
        """Call the control API: POST when there is a body, GET otherwise; returns the JSON.

        AssertionError, with what it said, when it does not answer with the status `estado`.
        """
        camino = f"/control/api/{camino}"
        respuesta = self.get(camino) if cuerpo is None else self.post(camino, json=cuerpo)
        if respuesta.status_code != estado:
            raise AssertionError(respuesta.text)
        return respuesta.json()


def esperar(condicion, *, que, segundos=ESPERA_S):
    """Wait until `condicion()` is true; AssertionError naming `que` when it never is."""
    fin = time.monotonic() + segundos
    while time.monotonic() < fin:
        if condicion():
            return
        time.sleep(0.05)
    raise AssertionError(f"no ocurrió en {segundos} s: {que}")


def correr(*orden, entorno, segundos=120):
    """Run `python <orden>` from the repository's root to its end; returns (exit code, everything it printed)."""
    hecho = subprocess.run(
        [sys.executable, *orden],
        cwd=RAIZ,
        env=entorno,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=segundos,
        check=False,
    )
    return hecho.returncode, hecho.stdout
