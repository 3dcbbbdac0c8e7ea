"""How people read amounts, dates and days, in Spanish or English: on pages (templatetags), in e-mails and on paper.

Called for every row of every list, so it formats by hand: Django's own number and date formats cost ten times as much.
"""

from datetime import date, datetime
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext as _n

from cartera.vencimientos import dias_de_mora

# An amount never breaks between its sign and its digits.
NBSP = "\u00a0"
_A_ESPANOL = str.maketrans(",.", ".,")


def _en_ingles():
    return (get_language() or "").startswith("en")


def dinero(valor, moneda="COP"):
    """`valor` (Decimal, in `moneda`, an ISO 4217 code) as people read it; '' from None or ''. Its space does not break.

    In Spanish, pesos are `$ 1.254.300`, with centavos only where there are some (`$ 1.254.300,50`); every other
    currency is its code and two decimals (`USD 1.250,00`). In English the code replaces `$`, which a reader would take
    for dollars: `COP 1,254,300`.
    """
    if valor is None or valor == "":
        return ""
    pesos, ingles = moneda == "COP", _en_ingles()
    cifra = f"{abs(valor):,.0f}" if pesos and valor == valor.to_integral_value() else f"{abs(valor):,.2f}"
    signo = "-" if valor < 0 else ""
    if ingles:
        return f"{signo}{moneda}{NBSP}{cifra}"
    return f"{signo}{'$' if pesos else moneda}{NBSP}{cifra.translate(_A_ESPANOL)}"


def escribible(valor):
    """`valor` (Decimal) as somebody would type it into a field: `1.254.300,50`, without its currency."""
    return dinero(valor, "COP").removeprefix("$").removeprefix("COP").strip(NBSP)


@lru_cache(maxsize=32)
def _meses(idioma, formato):
    with override(idioma):
        nombres = [date_format(date(2000, mes, 1), formato) for mes in range(1, 13)]
    return [nombre.capitalize() if idioma.startswith("en") else nombre.lower() for nombre in nombres]


def _dia(valor):
    """The Bogotá day of an aware datetime; a date as it is."""
    return timezone.localtime(valor) if isinstance(valor, datetime) else valor


def fecha_corta(valor):
    """`22 nov 2026`, from a date or an aware datetime; '' from None or ''."""
    if not valor:
        return ""
    dia = _dia(valor)
    return f"{dia.day} {_meses(get_language() or 'es', 'b')[dia.month - 1]} {dia.year}"


def fecha_larga(valor):
    """`23 de noviembre de 2026` (English: `23 November 2026`), from a date or an aware datetime; '' from None or ''."""
    if not valor:
        return ""
    dia = _dia(valor)
    de = " " if _en_ingles() else " de "
    return f"{dia.day}{de}{_meses(get_language() or 'es', 'F')[dia.month - 1]}{de}{dia.year}"


def nombre_de_mes(dia):
    """`noviembre de 2026` (English: `November 2026`): the month of a date."""
    de = " " if _en_ingles() else " de "
    return f"{_meses(get_language() or 'es', 'F')[dia.month - 1]}{de}{dia.year}"


def hora(valor):
    """`14:21`, Bogotá time of an aware datetime; '' from None or ''."""
    return f"{timezone.localtime(valor):%H:%M}" if valor else ""


def fecha_hora(valor):
    """`22 nov 2026, 14:21`, Bogotá time of an aware datetime; '' from None or ''."""
    return f"{fecha_corta(valor)}, {hora(valor)}" if valor else ""


def duracion(lapso):
    """`45 segundos`, `3 minutos`, `2 horas`, `5 días`: a timedelta in its largest whole unit; '' from None or ''."""
    if lapso is None or lapso == "":
        return ""
    segundos = max(0, int(lapso.total_seconds()))
    if segundos < 60:
        return _n("%(n)d segundo", "%(n)d segundos", segundos) % {"n": segundos}
    # One hour and fifty minutes is not one hour: hours begin at two, and days as well.
    if segundos < 7200:
        return _n("%(n)d minuto", "%(n)d minutos", segundos // 60) % {"n": segundos // 60}
    if segundos < 48 * 3600:
        return _t("%(n)d horas") % {"n": segundos // 3600}
    return _t("%(n)d días") % {"n": segundos // 86400}


def hora_exacta(valor):
    """`14:21:05`, Bogotá time of an aware datetime; '' from None or ''."""
    return f"{timezone.localtime(valor):%H:%M:%S}" if valor else ""


def mora(dias):
    """`32 días de mora` from the days overdue (int); '' when none: due today is not overdue."""
    if not dias or dias <= 0:
        return ""
    return _n("%(dias)d día de mora", "%(dias)d días de mora", dias) % {"dias": dias}


def vence(dias):
    """When it is due, from days overdue (int): `32 días de mora`, `vence hoy`, `vence mañana`, `vence en 5 días`."""
    if dias > 0:
        return mora(dias)
    if dias == 0:
        return _t("vence hoy")
    if dias == -1:
        return _t("vence mañana")
    return _t("vence en %(dias)d días") % {"dias": -dias}


def mora_al(vencimiento, dia):
    """How overdue something of that due date is on `dia` (dates): `32 días de mora`; '' when it is not."""
    return mora(dias_de_mora(vencimiento, dia))


def documentos(cuantos):
    """`1 documento`, `3 documentos`."""
    return _n("%(cuantos)d documento", "%(cuantos)d documentos", cuantos) % {"cuantos": cuantos}
