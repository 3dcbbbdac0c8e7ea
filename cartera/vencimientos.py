"""Days overdue and the stretches of time that pages and statements group debts by. Due today is not overdue."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Case, CharField, Q, Value, When
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Tramo:
    """Debts overdue from `desde` to `hasta` days, both inclusive; None = without limit, 0 = due today."""

    clave: str
    nombre: str | Promise
    desde: int | None = None
    hasta: int | None = None

    def q(self, hoy):
        """Q on `vencimiento` for the day `hoy` (date)."""
        q = Q()
        if self.desde is not None:
            q &= Q(vencimiento__lte=hoy - timedelta(days=self.desde))
        if self.hasta is not None:
            q &= Q(vencimiento__gte=hoy - timedelta(days=self.hasta))
        return q

    def contiene(self, dias):
        """True when `dias` overdue (int, negative before the due date) fall in it."""
        return (self.desde is None or dias >= self.desde) and (self.hasta is None or dias <= self.hasta)


VENCIDOS = Tramo("vencidos", _("Vencidos"), desde=1)

# Ageing: every debt is in exactly one of these.
EDADES = (
    Tramo("por-vencer", _("Por vencer"), hasta=0),
    Tramo("1-30", _("1 a 30 días"), desde=1, hasta=30),
    Tramo("31-60", _("31 a 60 días"), desde=31, hasta=60),
    Tramo("61-90", _("61 a 90 días"), desde=61, hasta=90),
    Tramo("mas-de-90", _("Más de 90 días"), desde=91),
)


def grupos_de_vencimiento(hoy):
    """The three groups of a list in order of due date; the week ends on Sunday."""
    domingo = hoy.weekday() - 6
    return (
        VENCIDOS,
        Tramo("semana", _("Vencen esta semana"), desde=domingo, hasta=0),
        Tramo("despues", _("Vencen después"), hasta=domingo - 1),
    )


def clasificar(tramos, hoy):
    """SQL expression: the `clave` of the first of `tramos` that holds the row's `vencimiento`."""
    casos = [When(tramo.q(hoy), then=Value(tramo.clave)) for tramo in tramos]
    return Case(*casos, output_field=CharField())


def hoy():
    """Today in Bogotá (date)."""
    return timezone.localdate()


def dias_de_mora(vencimiento, dia):
    """Days overdue on `dia`: 0 when due that day, negative before."""
    return (dia - vencimiento).days
