"""The simulator's clock: real time plus an offset that tests may move, or stop."""

import time
from datetime import UTC, datetime, timedelta, timezone

BOGOTA = timezone(timedelta(hours=-5))  # Colombia has no daylight saving; a fixed offset needs no tzdata


class Reloj:
    """Seconds since 1970 as the gateway sees them. Outcomes resolve by comparing with it when they are read."""

    def __init__(self, desfase: float = 0.0, detenido_en: float | None = None):
        self.desfase = desfase
        self.detenido_en = detenido_en

    def ahora(self) -> float:
        """The gateway's present, in seconds since 1970 (UTC)."""
        return self.detenido_en if self.detenido_en is not None else time.time() + self.desfase

    def adelantar(self, segundos: float) -> None:
        """Move the clock; a negative number moves it back."""
        if self.detenido_en is not None:
            self.detenido_en += segundos
        self.desfase += segundos

    def fijar(self, instante: float) -> None:
        """Make it `instante` now, running on from there unless the clock is stopped."""
        if self.detenido_en is not None:
            self.detenido_en = instante
        self.desfase = instante - time.time()

    def detener(self, detenido: bool) -> None:
        """Stop the clock where it is, or let it run on from there."""
        ahora = self.ahora()
        self.desfase = ahora - time.time()
        self.detenido_en = ahora if detenido else None

    def reiniciar(self) -> None:
        """Back to real time."""
        self.desfase, self.detenido_en = 0.0, None

    def espera_real(self, instante: float) -> float | None:
        """Real seconds until the clock shows `instante` (0 when past); None while the clock is stopped before it."""
        falta = instante - self.ahora()
        if falta <= 0:
            return 0.0
        return None if self.detenido_en is not None else falta


def fecha_bogota(instante: float) -> datetime:
    """The Colombian wall clock at `instante` (seconds since 1970)."""
    return datetime.fromtimestamp(instante, BOGOTA)


def leer_instante(valor: object) -> float:
    """Seconds since 1970 from a number or an ISO 8601 text (Colombian when without offset). ValueError otherwise."""
    if isinstance(valor, bool) or not isinstance(valor, int | float | str):
        raise ValueError("una fecha es un número de segundos o un texto AAAA-MM-DDTHH:MM:SS")
    if not isinstance(valor, str):
        return float(valor)
    fecha = datetime.fromisoformat(valor)
    return (fecha if fecha.tzinfo else fecha.replace(tzinfo=BOGOTA)).astimezone(UTC).timestamp()
