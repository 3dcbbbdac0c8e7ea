"""The rule of partial payment: how little of a saldo may be paid, and what a choice stands for now.

Every door asks here: the page where it is chosen, the selection, and the checkout under its lock. Why it is as it is:
docs/decisiones/0004-abonos-parciales.md. The portal computes no interest and no discount.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from cartera.dinero import CENTAVO, proporcion
from cartera.errores import AbonoNoPermitidoError
from cartera.formato import dinero
from usuarios.valores import parece_formula

MAXIMO_NOTA = 100
_CIEN = Decimal(100)


class ReglaAbono(TextChoices):
    """How an Empresa measures the least that may be paid."""

    NO = "NO", _("No: cada documento se paga completo")
    MONTO = "MONTO", _("Sí, desde un monto en la moneda del documento")
    PORCENTAJE = "PORCENTAJE", _("Sí, desde un porcentaje del valor del documento")


class Razon(TextChoices):
    """Why somebody pays less than what is owed."""

    RETENCION = "RETENCION", _("Retención")
    NOTA_CREDITO = "NOTA_CREDITO", _("Nota crédito")
    OTRO = "OTRO", _("Otro")


@dataclass(frozen=True, kw_only=True)
class Eleccion:
    """What somebody chose to pay of a saldo (Decimal, in its currency); None = all that is owed, without reason."""

    paga: Decimal | None = None
    razon: str = ""
    nota: str = ""


@dataclass(frozen=True, kw_only=True)
class Parte:
    """What is to be paid of a saldo now. `descartada`: the amount that had been chosen and the rule takes no more."""

    paga: Decimal
    razon: str = ""
    nota: str = ""
    descartada: Decimal | None = None


def minimo(saldo):
    """Least that may be paid of a saldo (Decimal, in its currency); None when its empresa takes no partial payment.

    Never more than what is left, so that the last part can always be paid.
    """
    empresa = saldo.empresa
    if empresa.abono_parcial == ReglaAbono.NO:
        return None
    regla = empresa.abono_minimo
    if empresa.abono_parcial == ReglaAbono.PORCENTAJE:
        regla = max(CENTAVO, proporcion(saldo.valor, regla, _CIEN))
    return min(saldo.saldo, regla)


def admite(saldo):
    """True when something less than the whole balance may be paid of it."""
    menos = minimo(saldo)
    return menos is not None and menos < saldo.saldo


def exigir(saldo, valor, razon="", nota=""):
    """Raise AbonoNoPermitidoError, with a sentence for people, unless `valor` (Decimal) may be paid of a saldo.

    Paying less than what is owed takes a `razon` (a value of Razon) and, if one likes, a `nota`.
    """
    if valor > saldo.saldo:
        raise AbonoNoPermitidoError(_t("No puede pagar más de lo que debe: %s.") % _dinero(saldo, saldo.saldo))
    if valor == saldo.saldo:
        return
    menos = minimo(saldo)
    if menos is None:
        raise AbonoNoPermitidoError(
            _t("%(empresa)s no recibe pagos parciales: se paga todo el saldo, %(saldo)s.")
            % {"empresa": saldo.empresa, "saldo": _dinero(saldo, saldo.saldo)}
        )
    if valor < menos:
        raise AbonoNoPermitidoError(_t("Lo mínimo que puede pagar es %s.") % _dinero(saldo, menos))
    if razon not in Razon.values:
        raise AbonoNoPermitidoError(_t("Diga por qué paga menos de lo que debe."), campo="razon")
    _exigir_nota(nota)


def _exigir_nota(nota):
    if len(nota) > MAXIMO_NOTA:
        raise AbonoNoPermitidoError(
            _t("El comentario tiene %(hay)s caracteres y el máximo es %(maximo)s.")
            % {"hay": len(nota), "maximo": MAXIMO_NOTA},
            campo="nota",
        )
    if not nota.isprintable():
        raise AbonoNoPermitidoError(
            _t("El comentario tiene caracteres que no se ven: escríbalo de nuevo."), campo="nota"
        )
    if parece_formula(nota):  # the ERP's file carries it as it is
        raise AbonoNoPermitidoError(
            _t("El comentario parece una fórmula: escríbalo sin =, +, - ni @ al comienzo."), campo="nota"
        )


def a_pagar(saldo, eleccion):
    """What a choice (an Eleccion, or anything with its fields) stands for now: a Parte.

    One that no longer fits the rule, because the balance or the rule changed, stands for the whole balance and says so.
    """
    if eleccion.paga is None or eleccion.paga == saldo.saldo:
        return Parte(paga=saldo.saldo)
    try:
        exigir(saldo, eleccion.paga, eleccion.razon, eleccion.nota)
    except AbonoNoPermitidoError:
        return Parte(paga=saldo.saldo, descartada=eleccion.paga)
    return Parte(paga=eleccion.paga, razon=eleccion.razon, nota=eleccion.nota)


def _dinero(saldo, valor):
    return dinero(valor, saldo.moneda)
