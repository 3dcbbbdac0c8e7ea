"""`make demo`: prepare the embedded portal and run web, worker and simulator under one process manager.

Everything that it writes lives in `var/demo`; removing that folder starts over.
"""

import contextlib
import os
import shlex
import sys
import time

import requests

from herramientas import puertos
from herramientas.gestor import correr
from herramientas.variables import RAIZ, entorno_limpio

CARPETA = RAIZ / "var" / "demo"
SONDA_MINUTOS = "1"
ESPERA_LISTO_S = 60


class Demo:
    """The demo's addresses and processes, from the ports that the environment asks for."""

    def __init__(self):
        self.puerto = puertos.leer(os.environ.get("PUERTO", "8000"), variable="PUERTO")
        self.puerto_simulador = puertos.leer(os.environ.get("PUERTO_SIMULADOR", "9101"), variable="PUERTO_SIMULADOR")
        self.portal = f"http://127.0.0.1:{self.puerto}"
        self.simulador = f"http://127.0.0.1:{self.puerto_simulador}"
        # The hosted pages live on a second origin, as a gateway that redirects from its API's one.
        self.desvio = f"http://127.0.0.1:{self.puerto_simulador + 1}"

    def exigir_puertos(self):
        """Raise PuertoNoDisponible when one of the three ports is taken."""
        puertos.exigir_libre(self.puerto, para="el portal", variable="PUERTO")
        for puerto in (self.puerto_simulador, self.puerto_simulador + 1):
            puertos.exigir_libre(puerto, para="el simulador", variable="PUERTO_SIMULADOR")

    def escribir_entorno(self):
        """Write `var/demo/entorno.env`, keeping the secrets of an earlier run; returns the processes' environment.

        Without the same CLAVES_CIFRADO the stored credentials could not be read again.
        """
        archivo = CARPETA / "entorno.env"
        variables = _leer_secretos(archivo) or _nuevos_secretos()
        variables |= {
            "PORTAL_URL": self.portal,
            "PERMITIR_PRUEBAS": "1",
            # Whoever looks at the product has no time for an app; *Mi perfil* offers it to everybody all the same.
            "DOBLE_FACTOR": "0",
            "PASARELA_ORIGENES": f"{self.simulador},{self.desvio}",
            "SONDA_MINUTOS": SONDA_MINUTOS,
            "CARPETA_DATOS": "var/demo",
            "CARPETA_ESTATICOS": "var/demo/estaticos",
            "LOG_NIVEL": "WARNING",
        }
        archivo.touch(mode=0o600)
        archivo.write_text("".join(f"{nombre}={valor}\n" for nombre, valor in variables.items()), encoding="utf-8")
        return {**entorno_limpio(), "ENTORNO_ARCHIVO": str(archivo), "PYTHONUNBUFFERED": "1"}

    def preparar(self):
        """Migrate, collect the static files when they changed, and seed. Needs the environment in `os.environ`."""
        import django
        from django.core.management import call_command
        from django.db import connections

        django.setup()
        from herramientas.estaticos import recoger_si_cambio

        call_command("migrate", verbosity=0, interactive=False)
        recoger_si_cambio()
        call_command("sembrar_demo", simulador=self.simulador)
        connections.close_all()  # the processes that are forked next must not share it

    def procesos(self):
        """Name and command line of each process."""
        web = f"gunicorn oasis_portal.wsgi --worker-class gthread --threads 8 --bind 127.0.0.1:{self.puerto}"
        worker = "celery --quiet -A oasis_portal worker --beat --pool threads --concurrency 2 --loglevel WARNING"
        simulador = f"simulador --puerto {self.puerto_simulador} --puerto-desvio {self.puerto_simulador + 1}"
        ordenes = {
            "web": f"{web} --graceful-timeout 3 --log-level warning --no-control-socket",
            "worker": f"{worker} --schedule var/demo/beat --without-mingle --without-gossip",
            "simulador": f"{simulador} --datos var/demo/simulador.sqlite3",
        }
        # exec: the shell that honcho starts becomes the process, so that its exit code is the process' own.
        return {nombre: f"exec {shlex.quote(sys.executable)} -m {orden}" for nombre, orden in ordenes.items()}

    def anunciar_cuando_responda(self):
        """Wait until the three processes answer, then print where to go. Runs in a thread beside the manager."""
        inicio = time.monotonic()
        while not self._responde():
            if time.monotonic() - inicio > ESPERA_LISTO_S:
                return _decir(
                    f"Después de {ESPERA_LISTO_S} s no responden los tres procesos: revise los mensajes de arriba."
                )
            time.sleep(0.3)
        return _decir(
            "",
            f"  Portal           {self.portal}/",
            f"  Administración   {self.portal}/admin/",
            f"  Simulador        {self.simulador}/",
            f"  La sonda pregunta cada {SONDA_MINUTOS} minuto (en producción, cada 7).",
            "  Los usuarios y sus claves están arriba. Ctrl-C termina todo.",
            "",
            "listo",
        )

    def _responde(self):
        from oasis_portal.celery import app

        return _contesta(self.portal) and _contesta(self.simulador) and bool(app.control.ping(timeout=2, limit=1))


def _contesta(url):
    """True when an HTTP server answers at `url`, whatever it says."""
    try:
        requests.get(url, timeout=5)
    except requests.RequestException:
        return False
    return True


def _leer_secretos(archivo):
    """SECRET_KEY and CLAVES_CIFRADO of an earlier run; an empty dictionary when one is missing."""
    leidas = {}
    with contextlib.suppress(FileNotFoundError):
        leidas = dict(linea.split("=", 1) for linea in archivo.read_text(encoding="utf-8").splitlines() if "=" in linea)
    nombres = ("SECRET_KEY", "CLAVES_CIFRADO")
    return {nombre: leidas[nombre] for nombre in nombres} if all(leidas.get(nombre) for nombre in nombres) else {}


def _nuevos_secretos():
    import secrets

    from cryptography.fernet import Fernet

    return {"SECRET_KEY": secrets.token_urlsafe(64), "CLAVES_CIFRADO": Fernet.generate_key().decode()}


def _decir(*lineas):
    sys.stdout.write("\n".join(lineas) + "\n")
    sys.stdout.flush()


def main():
    """Run the demo until Ctrl-C; returns the process' exit code."""
    os.chdir(RAIZ)
    try:
        demo = Demo()
        demo.exigir_puertos()
    except puertos.PuertoNoDisponible as error:
        _decir(str(error))
        return 2
    CARPETA.mkdir(parents=True, exist_ok=True)
    entorno = demo.escribir_entorno()
    os.environ.clear()
    os.environ.update(entorno, DJANGO_SETTINGS_MODULE="oasis_portal.settings")
    demo.preparar()
    return correr(demo.procesos(), al_arrancar=demo.anunciar_cuando_responda)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:  # before the manager took over: nothing is running yet
        sys.exit(0)
