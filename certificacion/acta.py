"""What is written down while a scenario is walked: what was done, what was expected, what was seen, what it showed."""

from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Hecho:
    """Something that was done."""

    texto: str


@dataclass(frozen=True)
class Comprobacion:
    """Something that must hold; `esperado` and `visto` are what is compared, as texts that people can read."""

    que: str
    esperado: str
    visto: str
    bien: bool


@dataclass(frozen=True)
class Foto:
    """A screenshot (PNG bytes) of a window `ancho` pixels wide."""

    titulo: str
    png: bytes = field(repr=False)
    ancho: int


@dataclass
class Acta:
    """One scenario. `pide` is what the certifier asks to see; `referencias` are the payments that it started."""

    numero: int
    titulo: str
    pide: str
    partes: list = field(default_factory=list)
    referencias: list = field(default_factory=list)
    # What portal and gateway said to each other about them (Intercambio), oldest first.
    intercambios: list = field(default_factory=list)
    # Why the walk could not go on, '' when it reached its end.
    error: str = ""
    segundos: float = 0.0

    def hecho(self, texto):
        """Write down something that was done."""
        self.partes.append(Hecho(texto))

    def comprobar(self, que, *, esperado, visto):
        """Compare two values (shown as texts) and write the outcome down; the walk goes on either way."""
        self.partes.append(Comprobacion(que, como_texto(esperado), como_texto(visto), esperado == visto))

    def comprobar_que(self, que, condicion, *, esperado, visto):
        """Write down whether `condicion` holds, when it is not an equality; the other two are what people read."""
        self.partes.append(Comprobacion(que, como_texto(esperado), como_texto(visto), bool(condicion)))

    def se_ve(self, que, texto, *, en):
        """Write down whether `texto` stands in `en`, what a page says."""
        esta = str(texto) in en
        self.partes.append(Comprobacion(que, como_texto(texto), como_texto(texto) if esta else "no está", esta))

    def foto(self, titulo, png, ancho):
        """Keep a screenshot."""
        self.partes.append(Foto(titulo, png, ancho))

    @contextmanager
    def hasta_donde_llegue(self):
        """While it is open, what goes wrong is written down as the reason why the walk stopped."""
        try:
            yield self
        except Exception as error:  # whatever it is, the report says so and the other scenarios are walked
            self.error = f"{type(error).__name__}: {error}"

    @property
    def comprobaciones(self):
        """Those of this scenario, in order."""
        return [parte for parte in self.partes if isinstance(parte, Comprobacion)]

    @property
    def bien(self):
        """True when it was walked to its end, something was compared and all of it holds."""
        hechas = self.comprobaciones
        return not self.error and bool(hechas) and all(una.bien for una in hechas)


def como_texto(valor):
    """A compared value as a person reads it."""
    if isinstance(valor, bool):
        return "sí" if valor else "no"
    if isinstance(valor, list | tuple):
        return ", ".join(map(como_texto, valor)) or "(nada)"
    if isinstance(valor, dict):
        return "; ".join(f"{nombre}: {como_texto(uno)}" for nombre, uno in valor.items())
    return "(nada)" if valor in (None, "") else str(valor)
