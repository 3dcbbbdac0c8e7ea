"""The stretch of time of a statement: a calendar month of Bogotá, or a whole year (diseno.md 4.10)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from cartera.formato import nombre_de_mes

# Years that an address may ask for: what a date of the database can hold, with room.
_PRIMER_ANO, _ULTIMO_ANO = 1990, 2200


@dataclass(frozen=True)
class Periodo:
    """A month, or with `mes` None a year. `desde` and `hasta` are inclusive dates."""

    ano: int
    mes: int | None = None

    @classmethod
    def leer(cls, datos, *, hoy):
        """From a QueryDict with `ano` and `mes`; what it does not say, or is no date, is this whole year."""
        ano, mes = _entero(datos.get("ano")), _entero(datos.get("mes"))
        if ano is None or not _PRIMER_ANO <= ano <= _ULTIMO_ANO:
            return cls(hoy.year)
        return cls(ano, mes if mes and 1 <= mes <= 12 else None)

    @property
    def desde(self):
        """Its first day."""
        return date(self.ano, self.mes or 1, 1)

    @property
    def hasta(self):
        """Its last day."""
        return date(self.ano, self.mes or 12, monthrange(self.ano, self.mes or 12)[1])

    @property
    def siguiente(self):
        """The first day after it."""
        return self.hasta + timedelta(days=1)

    @property
    def meses(self):
        """The first day of each month of its year."""
        return [date(self.ano, mes, 1) for mes in range(1, 13)]

    @property
    def nombre(self):
        """As people say it: `noviembre de 2026`, or `2026`."""
        return nombre_de_mes(self.desde) if self.mes else str(self.ano)

    @property
    def clave(self):
        """For names of files: `2026-11`, or `2026`."""
        return f"{self.ano}-{self.mes:02}" if self.mes else str(self.ano)


def _entero(texto):
    return int(texto) if texto and texto.isascii() and texto.isdigit() and len(texto) <= 4 else None
