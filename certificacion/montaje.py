"""What runs while the scenarios are walked: web, worker with beat, simulator and witness, on a database of their own.

The same processes as in production, on free ports of this machine; when it ends, none of them is left, nor the data.
"""

from certificacion.testigo import Testigo
from herramientas import montaje
from herramientas.procesos import Portal, Simulador, Trabajador, correr
from herramientas.puertos import puerto_libre
from herramientas.variables import RAIZ

CARPETA = RAIZ / "var" / "certificacion"
# Seconds between two rounds of the sonda: in production it rings every 7 minutes.
SONDA_S = 3


class Montaje(montaje.Montaje):
    """A context manager: inside it, everything answers; outside it, nothing is left."""

    nombre = "certificacion"

    def _montar(self):
        CARPETA.mkdir(parents=True, exist_ok=True)
        self.simulador = Simulador("--puerto-desvio", "0")
        self.pila.callback(self.simulador.parar)
        self.testigo = Testigo(self.simulador.url)
        self.pila.callback(self.testigo.parar)
        self.puerto = puerto_libre()
        self.adoptar_entorno(
            PORTAL_URL=f"http://127.0.0.1:{self.puerto}",
            PASARELA_ORIGENES=",".join((self.testigo.url, *self.simulador.urls)),
            SONDA_MINUTOS=str(SONDA_S / 60),
            # Kept from one run to the next: collecting them takes most of the start.
            CARPETA_ESTATICOS=str(CARPETA / "estaticos"),
            LOG_NIVEL="INFO",
        )
        self.preparar_base()
        self._sembrar()
        self.portal = self._iniciar(Portal, puerto=self.puerto)
        opciones = ("-B", "--schedule", str(self.carpeta / "beat"), "--without-mingle", "--without-gossip")
        self.trabajador = self._iniciar(Trabajador, *opciones)

    def _sembrar(self):
        from herramientas.estaticos import recoger_si_cambio
        from pagos.demo.siembra import Tamano, sembrar

        recoger_si_cambio()
        # Fourteen customers are the fewest that the demo's people need; Ana has then eight documents of each empresa.
        sembrar(simulador=self.testigo.url, tamano=Tamano(terceros=14, saldos=336))
        montaje.cerrar_conexiones()

    def _iniciar(self, clase, *orden, **opciones):
        archivo = self.pila.enter_context((self.carpeta / f"{clase.__name__.lower()}.log").open("w"))
        proceso = clase(*orden, entorno=self.entorno, salida=archivo, **opciones)
        self.pila.callback(proceso.parar)
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
