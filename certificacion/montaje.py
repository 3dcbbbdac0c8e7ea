"""What runs while the scenarios are walked: web, worker with beat, simulator and witness, on a database of their own.

The same processes as in production, on free ports of this machine; when it ends, none of them is left, nor the data.
"""

import os
import secrets
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

from certificacion.testigo import Testigo
from herramientas.procesos import Portal, Simulador, Trabajador, correr
from herramientas.puertos import puerto_libre
from herramientas.variables import RAIZ, entorno_limpio

CARPETA = RAIZ / "var" / "certificacion"
# Seconds between two rounds of the sonda: in production it rings every 7 minutes.
SONDA_S = 3


class Montaje:
    """A context manager: inside it, everything answers; outside it, nothing is left."""

    def __enter__(self):
        self._pila = ExitStack()
        try:
            self._montar()
        except BaseException:
            self._pila.close()
            raise
        return self

    def __exit__(self, *_excepcion):
        self._pila.close()

    def _montar(self):
        CARPETA.mkdir(parents=True, exist_ok=True)
        self.carpeta = Path(tempfile.mkdtemp(prefix="oasis-certificacion-"))
        self._pila.callback(shutil.rmtree, self.carpeta, ignore_errors=True)
        self.simulador = Simulador("--puerto-desvio", "0")
        self._pila.callback(self.simulador.parar)
        self.testigo = Testigo(self.simulador.url)
        self._pila.callback(self.testigo.parar)
        self.puerto = puerto_libre()
        self.entorno = self._escribir_entorno()
        os.environ.clear()
        os.environ.update(self.entorno)
        self._preparar_base()
        self._pila.callback(_cerrar_conexiones)
        self.portal = self._iniciar(Portal, puerto=self.puerto)
        opciones = ("-B", "--schedule", str(self.carpeta / "beat"), "--without-mingle", "--without-gossip")
        self.trabajador = self._iniciar(Trabajador, *opciones)

    def _escribir_entorno(self):
        """The processes' environment; nothing of the developer's own shell or `.env` is in it."""
        vacio = self.carpeta / "entorno.env"
        vacio.touch(mode=0o600)
        from cryptography.fernet import Fernet

        return {
            **entorno_limpio(),
            "DJANGO_SETTINGS_MODULE": "oasis_portal.settings",
            "ENTORNO_ARCHIVO": str(vacio),
            "SECRET_KEY": secrets.token_urlsafe(64),
            "CLAVES_CIFRADO": Fernet.generate_key().decode(),
            "PORTAL_URL": f"http://127.0.0.1:{self.puerto}",
            "PERMITIR_PRUEBAS": "1",
            "PASARELA_ORIGENES": ",".join((self.testigo.url, *self.simulador.urls)),
            "SONDA_MINUTOS": str(SONDA_S / 60),
            "CARPETA_DATOS": str(self.carpeta / "datos"),
            # Kept from one run to the next: collecting them takes most of the start.
            "CARPETA_ESTATICOS": str(CARPETA / "estaticos"),
            "LOG_NIVEL": "INFO",
            "PYTHONUNBUFFERED": "1",
        }

    def _preparar_base(self):
        import django
        from django.core.management import call_command

        django.setup()
        from herramientas.estaticos import recoger_si_cambio
        from pagos.demo.siembra import Tamano, sembrar

        call_command("migrate", verbosity=0, interactive=False)
        recoger_si_cambio()
        # Fourteen customers are the fewest that the demo's people need; Ana has then eight documents of each empresa.
        sembrar(simulador=self.testigo.url, tamano=Tamano(terceros=14, saldos=336))
        _cerrar_conexiones()

    def _iniciar(self, clase, *orden, **opciones):
        archivo = self._pila.enter_context((self.carpeta / f"{clase.__name__.lower()}.log").open("w"))
        proceso = clase(*orden, entorno=self.entorno, salida=archivo, **opciones)
        self._pila.callback(proceso.parar)
        return proceso

    def adelantada(self, minutos, orden):
        """Run a management command in a process whose clock is `minutos` ahead; returns (exit code, output)."""
        return correr("-m", "certificacion.reloj_adelantado", str(minutos), *orden, entorno=self.entorno)

    def bitacora(self):
        """Every line that the portal and its worker have logged so far."""
        archivos = sorted(self.carpeta.glob("*.log"))
        return [linea for archivo in archivos for linea in archivo.read_text(encoding="utf-8").splitlines()]

    def secretos(self):
        """Whatever must not be read in the report nor in the log."""
        from pagos.demo import personas
        from pagos.models import AcuerdoComercial

        de_acuerdos = [
            valor
            for acuerdo in AcuerdoComercial.objects.all()
            for nombre, valor in acuerdo.secretos().items()
            if nombre != "codigo_servicio"  # the gateway returns it in every record: it identifies, it does not open
        ]
        propios = [self.entorno["SECRET_KEY"], self.entorno["CLAVES_CIFRADO"], personas.clave()]
        return [*dict.fromkeys(de_acuerdos), *propios]


def _cerrar_conexiones():
    from django.db import connections

    connections.close_all()
