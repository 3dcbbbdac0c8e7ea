"""What suffers: web, two workers with a beat each, PostgreSQL, Redis, and the simulator that speaks for the gateways.

Every process can be killed and started again where it was. When the run ends nothing is left.
"""

import shutil
import subprocess
import time

from herramientas import montaje
from herramientas.procesos import Proceso, Simulador, correr
from herramientas.puertos import esperar_puerto, puerto_libre
from herramientas.servicios import Postgresql
from herramientas.variables import RAIZ

BITACORA = RAIZ / "var" / "caos" / "bitacora.log"
# Seconds between two rings of the sonda: in production they are 7 minutes apart.
SONDA_S = 6
# Seconds that a management command may take: a round of the sonda over everything that was left.
ORDEN_MAXIMA_S = 600
# Seconds that an outcome stays pending at the gateway.
DEMORA_S = 5
SIN_REDIS = "Hace falta redis-server, el de verdad (en Debian o Ubuntu: apt install redis-server)."


class NoSePuede(Exception):
    """Something that the run needs is not on this machine; the text says what to do."""


class Redis:
    """A real redis-server on a port of its own, without persistence: what it holds dies with it."""

    def __init__(self, carpeta):
        self.puerto, self._carpeta = puerto_libre(), carpeta
        self.url = f"redis://127.0.0.1:{self.puerto}/0"
        self.levantar()

    def levantar(self):
        """Start it and wait until it answers."""
        orden = ["redis-server", "--port", str(self.puerto), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._proceso = subprocess.Popen([*orden, "--dir", str(self._carpeta)], stdout=subprocess.DEVNULL)
        esperar_puerto(self.puerto, proceso=self._proceso)

    def caer(self):
        """kill -9."""
        self._proceso.kill()
        self._proceso.wait()

    def vaciar(self):
        """FLUSHALL: every message and every cached thing is gone."""
        from redis import Redis as Cliente

        with Cliente(port=self.puerto) as cliente:
            cliente.flushall()


class Montaje(montaje.Montaje):
    """A context manager. `procesos`: name -> running Proceso."""

    nombre = "caos"

    def __init__(self, *, defecto=""):
        self._defecto = defecto

    def _montar(self):
        if shutil.which("redis-server") is None:
            raise NoSePuede(SIN_REDIS)
        self.postgresql = Postgresql(self.carpeta / "postgresql", duradera=True)
        self.pila.callback(self.postgresql.terminar)
        self.redis = Redis(self.carpeta)
        self.pila.callback(lambda: self.redis.caer())
        self.simulador = Simulador("--demora", str(DEMORA_S))
        self.pila.callback(self.simulador.parar)
        self.puerto = puerto_libre()
        self.url = f"http://127.0.0.1:{self.puerto}"
        self.adoptar_entorno(
            DATABASE_URL=self.postgresql.url,
            REDIS_URL=self.redis.url,
            PORTAL_URL=self.url,
            PASARELA_ORIGENES=",".join(self.simulador.urls),
            SONDA_MINUTOS=str(SONDA_S / 60),
            EMAIL_URL="dummymail://",
            # Kept from one run to the next: collecting them takes most of the start.
            CARPETA_ESTATICOS=str(RAIZ / "var" / "caos" / "estaticos"),
            LOG_NIVEL="WARNING",
        )
        self.preparar_base()
        from herramientas.estaticos import recoger_si_cambio

        recoger_si_cambio()
        self.procesos = {}
        self.pila.callback(self._guardar_bitacora)
        self.pila.callback(self.parar_todo)

    def _guardar_bitacora(self):
        """What the processes wrote outlives the run: a difference is explained there."""
        BITACORA.write_text("\n".join(self.bitacora()) + "\n", encoding="utf-8")

    # --- Processes ------------------------------------------------------------------------------------------------
    def arrancar_todo(self):
        """Start web and workers; returns when the web answers."""
        for nombre in ("web", "trabajador-1", "trabajador-2"):
            self.arrancar(nombre)
        esperar_puerto(self.puerto, proceso=self.procesos["web"].proceso)

    def arrancar(self, nombre):
        """Start one of them again after it died; its output goes on in the same file."""
        with (self.carpeta / f"{nombre}.log").open("a") as archivo:
            self.procesos[nombre] = Proceso(*self._orden(nombre), entorno=self.entorno, salida=archivo)

    def _orden(self, nombre):
        con_defecto = ("-m", "caos.defectos", self._defecto) if self._defecto else ("-m",)
        if nombre == "web":
            web = ("gunicorn", "oasis_portal.wsgi", "--bind", f"127.0.0.1:{self.puerto}", "--workers", "2")
            return (*con_defecto, *web, "--worker-class", "gthread", "--threads", "8", "--log-level", "error")
        trabajador = ("celery", "-A", "oasis_portal", "worker", "-P", "threads", "-c", "4", "-n", f"{nombre}@caos")
        beat = ("-B", "--schedule", str(self.carpeta / f"{nombre}.beat"))
        return (*con_defecto, *trabajador, *beat, "--without-mingle", "--without-gossip", "--loglevel", "ERROR")

    def matar(self, nombre):
        """kill -9 of a process and everything it started."""
        self.procesos.pop(nombre).matar()

    def parar_todo(self):
        """SIGTERM to whatever still runs, and wait."""
        for nombre in list(self.procesos):
            self.procesos.pop(nombre).parar()

    def vivos(self):
        """Start again whatever ended by itself; returns how many had."""
        caidos = [nombre for nombre, proceso in self.procesos.items() if proceso.proceso.poll() is not None]
        for nombre in caidos:
            self.arrancar(nombre)
        return len(caidos)

    def manage(self, *orden):
        """Run a management command, with the defect when there is one; returns (exit code, output)."""
        modulo = ("-m", "caos.defectos", self._defecto, "django") if self._defecto else ("manage.py",)
        return correr(*modulo, *orden, entorno=self.entorno, segundos=ORDEN_MAXIMA_S)

    def bitacora(self):
        """Every line that the portal's processes have written."""
        return [linea for a in sorted(self.carpeta.glob("*.log")) for linea in a.read_text().splitlines()]

    def esperar_base(self):
        """Wait until PostgreSQL accepts again."""
        import psycopg2

        fin = time.monotonic() + 30
        while time.monotonic() < fin:
            try:
                psycopg2.connect(self.postgresql.url).close()
            except psycopg2.OperationalError:
                time.sleep(0.2)
            else:
                return
        raise RuntimeError("PostgreSQL no volvió en 30 s")
