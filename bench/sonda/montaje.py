"""What the benchmark runs on: PostgreSQL, Redis and two simulated gateways of its own, in a temporary folder.

Each measurement has a database of its own, copied from an empty migrated one: nothing that one leaves slows the next.
"""

import os
from urllib.parse import urlsplit, urlunsplit

from bench.sonda.ordenes import Obrero
from herramientas import montaje
from herramientas.procesos import Simulador, Trabajador
from herramientas.servicios import Postgresql, iniciar_redis
from herramientas.variables import RAIZ

LATENCIA_MS = 200
# As PostgreSQL comes: what was committed is on the disk.
_DURABLE = ("fsync = on", "full_page_writes = on", "max_wal_size = '4GB'")
VACIA = "bench_vacia"


class Montaje(montaje.Montaje):
    """A context manager. `simuladores`: the two gateways; `entorno`: of the processes, for the database in use."""

    nombre = "bench"

    def _montar(self):
        self._postgresql = Postgresql(self.carpeta / "postgresql", duradera=True)
        self.pila.callback(self._postgresql.terminar)
        self.pid_postgresql = self._postgresql.pid
        redis, self.redis, terminar_redis = iniciar_redis(self.carpeta)
        self.pila.callback(terminar_redis)
        self.simuladores = []
        for _cual in range(2):
            self.simuladores.append(Simulador("--latencia-ms", str(LATENCIA_MS)))
            self.pila.callback(self.simuladores[-1].parar)
        self.adoptar_entorno(
            DATABASE_URL=self._url(VACIA),
            REDIS_URL=f"{redis}/0",
            PASARELA_ORIGENES=",".join(url for uno in self.simuladores for url in uno.urls),
            EMAIL_URL="dummymail://",
            ALMACEN_ESTATICOS="django.contrib.staticfiles.storage.StaticFilesStorage",
        )
        # Of the processes that are measured the log is what production writes; of this one, what went wrong.
        os.environ["LOG_NIVEL"] = "WARNING"
        self._sql(*(f"ALTER SYSTEM SET {ajuste}" for ajuste in _DURABLE), "SELECT pg_reload_conf()")
        self._sql(f"CREATE DATABASE {VACIA}")
        self.preparar_base()
        montaje.cerrar_conexiones()  # it is copied from now on

    @property
    def simulador(self):
        """The gateway of the measurements that need one."""
        return self.simuladores[0]

    @property
    def pid_simulador(self):
        """Its process id."""
        return self.simulador.proceso.pid

    def _url(self, base):
        return urlunsplit(urlsplit(self._postgresql.url)._replace(path=f"/{base}"))

    def _sql(self, *frases):
        import psycopg2

        conexion = psycopg2.connect(self._postgresql.url)
        conexion.autocommit = True
        with conexion.cursor() as cursor:
            for frase in frases:
                cursor.execute(frase)
        conexion.close()

    def estrenar(self, base):
        """Work from now on in a new empty database of that name, with both gateways as they started."""
        from django.db import connection

        connection.close()
        self._sql(f"DROP DATABASE IF EXISTS {base} WITH (FORCE)", f"CREATE DATABASE {base} TEMPLATE {VACIA}")
        connection.settings_dict["NAME"] = base
        self.entorno["DATABASE_URL"] = self._url(base)
        for simulador in self.simuladores:
            simulador.control("reiniciar", {})

    def obrero(self, modulo, **variables):
        """An Obrero on the database in use; `variables` change its environment."""
        return Obrero(f"bench.sonda.{modulo}", entorno=self._con(variables), bitacora=self._bitacora(modulo))

    def celery(self, *opciones, **variables):
        """A Celery worker on the database in use."""
        with self._bitacora("celery").open("a") as archivo:
            return Trabajador(*opciones, entorno=self._con(variables), salida=archivo)

    def _con(self, variables):
        return self.entorno | {nombre: str(valor) for nombre, valor in variables.items()}

    def _bitacora(self, nombre):
        """What the processes print outlives the run: a figure that is not to be trusted is explained there."""
        archivo = RAIZ / "var" / "bench" / f"sonda-{nombre}.log"
        archivo.parent.mkdir(parents=True, exist_ok=True)
        return archivo
