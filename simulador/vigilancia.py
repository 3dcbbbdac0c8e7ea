"""What the simulator saw: how many requests, how many at once, when each reference was asked, broken contracts."""

import time
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from simulador.reloj import Reloj, fecha_bogota

MAX_INCUMPLIMIENTOS = 5000  # a broken client in a benchmark must not fill the memory; the count goes on


@dataclass(frozen=True, slots=True)
class Incumplimiento:
    """One breach of the contract by a caller. `clase`: formato, credenciales or regla (an id reused, for instance)."""

    cuando: str
    ruta: str
    referencia: str
    que: str
    clase: str


class Incumplimientos:
    """Breaches, newest last. Never holds a value of a secret field: only names, lengths and rules."""

    def __init__(self, reloj: Reloj):
        self._reloj = reloj
        self.reiniciar()

    def reiniciar(self) -> None:
        """Forget them all."""
        self.total = 0
        self._ultimos: deque[Incumplimiento] = deque(maxlen=MAX_INCUMPLIMIENTOS)

    def anotar(self, ruta: str, referencia: object, que: str, clase: str = "formato") -> None:
        """Write one breach down."""
        cuando = fecha_bogota(self._reloj.ahora()).isoformat(timespec="milliseconds")
        self.total += 1
        legible = str(referencia or "")[:255].encode(errors="replace").decode()  # JSON can carry half a surrogate pair
        self._ultimos.append(Incumplimiento(cuando, ruta, legible, que.encode(errors="replace").decode(), clase))

    def a_json(self) -> list[dict]:
        """Every breach kept, newest first."""
        return [asdict(uno) for uno in reversed(self._ultimos)]


class Cadencia:
    """The most requests that came within any one second."""

    def __init__(self):
        self.maximo = 0
        self._ultimos: deque[float] = deque()

    def anotar(self, momento: float) -> None:
        """One more, at this second of any clock that never goes back."""
        self._ultimos.append(momento)
        while momento - self._ultimos[0] >= 1:
            self._ultimos.popleft()
        self.maximo = max(self.maximo, len(self._ultimos))


class Vuelo:
    """One request being served; it may become known whose it is."""

    __slots__ = ("_estadisticas", "comercio")

    def __init__(self, estadisticas: "Estadisticas"):
        self._estadisticas = estadisticas
        self.comercio: str | None = None

    def es_de(self, pasarela: str, comercio: object) -> None:
        """Count this request among those in flight of one merchant."""
        self.comercio = f"{pasarela}:{comercio}"
        self._estadisticas.subir_comercio(self.comercio)


class Estadisticas:
    """Counters of the gateway's endpoints (the control's own requests are not counted)."""

    def __init__(self, reloj: Reloj):
        self._reloj = reloj
        self.en_vuelo = 0
        self._por_comercio: Counter[str] = Counter()
        self.registrar_marcas = False
        self.reiniciar()

    def reiniciar(self) -> None:
        """Forget totals and maxima; what is in flight stays counted, or the next maximum would be wrong."""
        self.peticiones: Counter[str] = Counter()
        self.respuestas: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.fallas: Counter[str] = Counter()
        self.max_en_vuelo = self.en_vuelo
        self._max_por_comercio: Counter[str] = Counter(self._por_comercio)
        self._cadencias: defaultdict[str, Cadencia] = defaultdict(Cadencia)
        self.marcas: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)

    @contextmanager
    def volando(self, punto: str) -> Iterator[Vuelo]:
        """Count a request to `punto` and keep it in flight while the block runs."""
        self.peticiones[punto] += 1
        self.en_vuelo += 1
        self.max_en_vuelo = max(self.max_en_vuelo, self.en_vuelo)
        vuelo = Vuelo(self)
        try:
            yield vuelo
        finally:
            self.en_vuelo -= 1
            if vuelo.comercio:
                self._por_comercio[vuelo.comercio] -= 1

    def subir_comercio(self, comercio: str) -> None:
        """One more request in flight of this merchant."""
        self._cadencias[comercio].anotar(time.monotonic())
        self._por_comercio[comercio] += 1
        self._max_por_comercio[comercio] = max(self._max_por_comercio[comercio], self._por_comercio[comercio])

    def contar_falla(self, nombre: str, cuantas: int = 1) -> None:
        """A fault happened; -1 = the last one counted did not, after all."""
        self.fallas[nombre] = max(0, self.fallas[nombre] + cuantas)

    def marcar(self, referencia: str) -> None:
        """Remember when this reference was asked about: real and simulated seconds. Only when asked to remember."""
        if self.registrar_marcas:
            self.marcas[referencia].append((time.time(), self._reloj.ahora()))

    def a_json(self, *, con_marcas: bool = False) -> dict:
        """The counters; with `con_marcas`, `{reference: [[real, simulated], ...]}` too."""
        datos = {
            "peticiones": dict(self.peticiones),
            "respuestas": {punto: dict(cuenta) for punto, cuenta in self.respuestas.items()},
            "en_vuelo": self.en_vuelo,
            "max_en_vuelo": self.max_en_vuelo,
            "en_vuelo_por_comercio": _sin_ceros(self._por_comercio),
            "max_en_vuelo_por_comercio": _sin_ceros(self._max_por_comercio),
            "max_por_segundo_por_comercio": {cual: cadencia.maximo for cual, cadencia in self._cadencias.items()},
            "fallas": _sin_ceros(self.fallas),
            "registrar_marcas": self.registrar_marcas,
            "cpu_segundos": time.process_time(),
        }
        return datos | {"marcas": self.marcas} if con_marcas else datos


def _sin_ceros(cuentas: Counter[str]) -> dict[str, int]:
    return {nombre: cuantas for nombre, cuantas in cuentas.items() if cuantas}
