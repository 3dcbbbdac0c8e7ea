"""The way to one gateway for whoever has many questions at once: as open as its breaker says, and no more."""

import structlog

from pagos import consulta, cortacircuitos
from pagos.cortacircuitos import Paso

_registro = structlog.get_logger(__name__)


class Puerta:
    """The way to one agreement's gateway during a lot: as open as its breaker says."""

    def __init__(self, acuerdo):
        self._nombre, self._paso = acuerdo.pasarela, cortacircuitos.paso(acuerdo.pk)
        self._pasarela, self._cerrada, self._pidio_espera = None, "cortado", False
        if self._paso is not Paso.CERRADO:
            try:
                self._pasarela = consulta.pasarela_de(acuerdo)
            except consulta.ERRORES_DE_ACUERDO:  # a broken agreement must not stop the others
                _registro.exception("acuerdo_inservible", acuerdo=str(acuerdo.pk))
                self._cerrada = "acuerdo"

    def preguntar(self, pago, hilos):
        """A future of the Respuesta; without a call while the breaker holds it back."""
        if self._pasarela is None:
            return hilos.submit(consulta.Respuesta, error=self._cerrada, llamada=False)
        tarea = hilos.submit(self._llamar, self._pasarela, pago.referencia)
        if self._paso is Paso.UNA:
            self._pasarela = None
        return tarea

    def _llamar(self, pasarela, referencia):
        """Ask, unless the gateway has asked for time meanwhile: what waits in the lot must not go on calling."""
        if self._pidio_espera:
            return consulta.Respuesta(error=self._cerrada, llamada=False)
        respuesta = consulta.preguntar(pasarela, referencia, nombre=self._nombre)
        self._pidio_espera = self._pidio_espera or bool(respuesta.esperar)
        return respuesta
