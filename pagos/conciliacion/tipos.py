"""What a reconciliation finds, as data: the totals, and each thing that does not agree."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from cartera.dinero import CERO


@dataclass(frozen=True, kw_only=True)
class Diferencia:
    """Two things that should be equal and are not. `sujeto`: referencia, document or receipt; amounts in `moneda`."""

    regla: str
    empresa: str  # NIT
    moneda: str
    sujeto: str
    esperado: Decimal | str
    encontrado: Decimal | str
    detalle: str = ""


@dataclass(kw_only=True)
class Totales:
    """Sums of one empresa in one currency (Decimal)."""

    aprobado: Decimal = CERO  # totals of APROBADA
    excedentes: Decimal = CERO  # further approvals under the same referencia
    en_revision: Decimal = CERO  # what two people said that was received
    abonos: Decimal = CERO
    favores: Decimal = CERO
    aplicado: Decimal = CERO  # of the credit, what has been used up
    por_revisar: Decimal = CERO  # payments held up by an open Novedad: neither approved nor free of money

    @property
    def recibido(self):
        """What the gateways took, as far as is known."""
        return self.aprobado + self.excedentes + self.en_revision

    @property
    def diferencia(self):
        """What was received and is nowhere (negative: is somewhere and was never received)."""
        return self.recibido - self.abonos - self.favores


@dataclass
class Libro:
    """Totales by (NIT, currency)."""

    totales: dict[tuple[str, str], Totales] = field(default_factory=lambda: defaultdict(Totales))
