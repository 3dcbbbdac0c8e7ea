"""Everything one running simulator knows, in one object that the handlers share."""

from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import ClassVar

from aiohttp import web

from simulador.almacen import Almacen
from simulador.comercios import Comercios
from simulador.fallas import Fallas
from simulador.libro import Intento, Libro, Pago
from simulador.reloj import Reloj
from simulador.vigilancia import Estadisticas, Incumplimientos


class AjusteInvalido(ValueError):
    """A setting that does not exist or has another type; its text says which."""


@dataclass(frozen=True)
class Ajustes:
    """Where the contract leaves room or a test wants another behaviour. All may be changed while running."""

    demora: float = 20.0  # seconds until a pending outcome of the hosted pages resolves
    latencia_ms: int = 0  # added to every answer of the gateway's API
    vacio: str = "cadena"  # str_res_pago when nothing is found: cadena "", nulo null, separador "|;|" (contract 1.2)
    sin_abrir: str = "888"  # a payment nobody opened: a record with 888, or "vacio" as if unknown
    separador_final: bool = True  # whether str_res_pago ends in one more |;|
    orden: str = "antiguos"  # which attempt comes first in str_res_pago: antiguos or recientes
    reintento: float = 5.0  # seconds between two deliveries of a confirmation that was not taken
    payu_vacio: str = "result"  # what is null when the Queries API finds nothing: result or payload (contract 2.4)
    payu_istest: bool = True  # whether an order says isTest

    OPCIONES: ClassVar = {
        "vacio": ("cadena", "nulo", "separador"),
        "sin_abrir": ("888", "vacio"),
        "orden": ("antiguos", "recientes"),
        "payu_vacio": ("result", "payload"),
    }

    def a_json(self) -> dict:
        """The settings by name."""
        return asdict(self)

    def cambiar(self, cambios: dict) -> "Ajustes":
        """A copy with these settings changed. Raises AjusteInvalido."""
        actuales = asdict(self)
        for nombre, valor in cambios.items():
            if nombre not in actuales:
                raise AjusteInvalido(f"ajuste desconocido: {nombre}")
            numero = isinstance(actuales[nombre], int | float) and not isinstance(actuales[nombre], bool)
            if numero and (isinstance(valor, bool) or not isinstance(valor, int | float) or valor < 0):
                raise AjusteInvalido(f"{nombre} debe ser un número que no sea negativo")
            if not numero and type(valor) is not type(actuales[nombre]):
                raise AjusteInvalido(f"{nombre} debe ser como {actuales[nombre]!r}")
            if valor not in self.OPCIONES.get(nombre, (valor,)):
                raise AjusteInvalido(f"{nombre} debe ser uno de {', '.join(self.OPCIONES[nombre])}")
        return replace(self, **cambios)


@dataclass
class Mundo:
    """Merchants, ledger, clock, observations and settings of one process."""

    comercios: Comercios
    almacen: Almacen
    ajustes: Ajustes = field(default_factory=Ajustes)
    reloj: Reloj = field(default_factory=Reloj)
    libro: Libro = field(default_factory=Libro)
    origen: str = ""  # http://host:port where the API and, without a detour, the hosted pages are
    origen_desvio: str = ""  # where Pago.aspx sends the payer, when started with --puerto-desvio

    def __post_init__(self):
        self.ajustes_iniciales = self.ajustes
        self.al_resolver: Callable[[Pago, Intento], None] = lambda _pago, _intento: (
            None
        )  # PayU's confirmations hang here
        self.entregas: deque[dict] = deque(maxlen=5000)  # confirmations sent, newest last
        self._agregados: list[tuple[str, dict]] = []
        self.incumplimientos = Incumplimientos(self.reloj)
        self.estadisticas = Estadisticas(self.reloj)
        self.fallas = Fallas(self.reloj, self.estadisticas)

    def recuperar(self) -> None:
        """Read back what the last process left on disk: payments, clock and merchants added while running."""
        valores = self.almacen.leer(self.libro)
        self.reloj.desfase = valores.get("desfase", 0.0)
        for pasarela, uno in valores.get("comercios", []):
            self.comercios.agregar(pasarela, uno)
            self._agregados.append((pasarela, uno))

    def agregar_comercio(self, pasarela: str, descripcion: dict) -> None:
        """Add or replace one merchant, for this process and for those that read its file. Raises ComercioInvalido."""
        self.comercios.agregar(pasarela, descripcion)
        self._agregados.append((pasarela, descripcion))
        self.almacen.guardar_valor("comercios", self._agregados)

    def guardar(self, pago: Pago) -> None:
        """Have a changed payment written to disk."""
        self.almacen.guardar(pago)

    def reiniciar(self) -> None:
        """Back to an empty ledger, real time and the settings of the command line. Merchants stay."""
        self.libro.vaciar()
        self.almacen.vaciar()
        self.reloj.reiniciar()
        self.ajustes = self.ajustes_iniciales
        self.fallas.fijar([], semilla=1)
        self.incumplimientos.reiniciar()
        self.estadisticas.reiniciar()
        self.entregas.clear()
        self.almacen.guardar_valor("desfase", 0.0)


MUNDO = web.AppKey("mundo", Mundo)
