"""What an import did, as data: a command prints it, a page shows it, `pagos` may act on its warnings."""

from dataclasses import dataclass, field
from enum import StrEnum

# A file with every row wrong must not fill the memory or the screen; the counts stay exact.
MAXIMO_DETALLE = 1000


@dataclass(frozen=True, slots=True)
class ErrorFila:
    """A row that was not loaded: the physical line where it begins and the reason, in Spanish."""

    linea: int
    razon: str


class TipoAviso(StrEnum):
    """Cases that load but that a person should look at."""

    ERP_POR_DEBAJO = "ERP_POR_DEBAJO"  # the ERP's figure is below the money it has not acknowledged
    SIN_ACUSAR = "SIN_ACUSAR"  # money unacknowledged for three days
    EN_PAGO = "EN_PAGO"  # what is owed changed while an open payment holds the document
    CIFRA_CREIDA = "CIFRA_CREIDA"  # the ERP insists on an old figure after acknowledging: the debt is back


@dataclass(frozen=True, slots=True)
class Aviso:
    """A warning about one saldo; `linea` is 0 when no row of the file is about it."""

    tipo: TipoAviso
    saldo_id: int
    texto: str
    linea: int = 0


@dataclass
class Informe:
    """Counts of rows, and the first MAXIMO_DETALLE errors (by line) and warnings.

    `cargado` is False when nothing was written because of the errors.
    """

    creados: int = 0
    actualizados: int = 0
    sin_cambios: int = 0
    cargado: bool = False
    cuantos_errores: int = 0
    cuantos_avisos: int = 0
    errores: list[ErrorFila] = field(default_factory=list)
    avisos: list[Aviso] = field(default_factory=list)

    @property
    def filas(self):
        """How many rows of the file were loaded."""
        return self.creados + self.actualizados + self.sin_cambios

    def rechazar(self, linea, razon):
        """Count the row that begins at `linea` as not loaded."""
        self.cuantos_errores += 1
        if len(self.errores) < MAXIMO_DETALLE:
            self.errores.append(ErrorFila(linea, str(razon)))

    def avisar(self, aviso):
        """Add a warning."""
        self.cuantos_avisos += 1
        if len(self.avisos) < MAXIMO_DETALLE:
            self.avisos.append(aviso)
