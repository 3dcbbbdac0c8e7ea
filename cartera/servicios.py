"""The only writer of a saldo's amounts. The rule and its reasons: docs/decisiones/0003-saldo-y-erp.md.

Lock order everywhere (diseno.md 4.5): saldos by primary key, then pago, then receipt counter.
"""

from datetime import timedelta

from django.db import connection
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from cartera import sentencias
from cartera.dinero import CERO
from cartera.errores import DineroIncoherenteError
from cartera.models import Saldo

# After so long without a change the ERP's figure is believed again, and unacknowledged money is reported.
PLAZO_ERP = timedelta(days=3)

IMPORTES = ("saldo", "saldo_erp", "por_acusar", "por_acusar_desde", "por_reflejar")


def bloquear_saldos(ids):
    """Lock and re-read the saldos of `ids`, in primary-key order; those that do not exist are left out.

    Only inside a transaction. PostgreSQL locks the rows; SQLite's transaction has the database for itself (IMMEDIATE).
    """
    _exigir_transaccion()
    return list(_bloqueados().filter(pk__in=ids).order_by("pk"))


def bloquear_importes(ids):
    """As `bloquear_saldos`, for a list of ids and with their amounts alone: another field is read when asked for."""
    _exigir_transaccion()
    return _SALDOS(*ids) if ids else []


def _bloqueados():
    return Saldo.objects.select_for_update(of=("self",), no_key=True)


_SALDOS = sentencias.Preparada(lambda *ids: _bloqueados().filter(pk__in=ids).order_by("pk").only(*IMPORTES))


def _exigir_transaccion():
    if not connection.in_atomic_block:
        raise TransactionManagementError("Los saldos se bloquean dentro de una transacción")


def recalcular(saldo_erp, por_acusar):
    """What is still owed (Decimal): the ERP's figure less the money that it has not acknowledged, never below zero."""
    return max(CERO, saldo_erp - por_acusar)


def aplicar_dinero(saldo, valor):
    """Apply approved money to a locked saldo and return how much of `valor` it took (Decimal, 0 when nothing is owed).

    Raises DineroIncoherenteError when `valor` is not positive.
    """
    if valor <= CERO:
        raise DineroIncoherenteError(f"No se aplican {valor} al saldo {saldo.pk}")
    aplicado = min(valor, saldo.saldo)
    if aplicado:
        saldo.por_acusar_desde = saldo.por_acusar_desde or timezone.now()
        saldo.por_acusar += aplicado
        saldo.por_reflejar += aplicado
        saldo.saldo = recalcular(saldo.saldo_erp, saldo.por_acusar)
        _guardar(saldo)
    return aplicado


def acusar_dinero(saldo, valor):
    """The ERP has booked `valor` of what was applied to this locked saldo.

    The balance stays as it is unless the ERP's figure had already come down by that money: then it stops being counted
    twice. Raises DineroIncoherenteError when `valor` is not positive or exceeds what waits for the ERP.
    """
    if not CERO < valor <= saldo.por_acusar:
        raise DineroIncoherenteError(f"No se acusan {valor} en el saldo {saldo.pk}: esperan {saldo.por_acusar}")
    cifra = _cifra_del_archivo(saldo)
    saldo.por_acusar -= valor
    # What remains is younger than what was booked; its own date is in the abonos.
    saldo.por_acusar_desde = timezone.now() if saldo.por_acusar else None
    _asentar(saldo, cifra)
    _guardar(saldo)


def registrar_saldo_erp(saldo, cifra):
    """Take the figure of a file (Decimal) into a locked saldo, in memory: `guardar_saldos` writes it.

    A figure that has fallen shows money that it did not show before. One that has not moved since the ERP acknowledged
    money is an old file, unless it still stands after PLAZO_ERP: then the ERP is believed (a booking was undone).
    Returns how much is owed again because of that (Decimal): a person should know.
    """
    antes, caida = saldo.por_reflejar, _cifra_del_archivo(saldo) - cifra
    creida = CERO
    if caida > CERO:
        saldo.por_reflejar = max(CERO, saldo.por_reflejar - caida)
    elif saldo.actualizado_en and timezone.now() - saldo.actualizado_en >= PLAZO_ERP:
        saldo.por_reflejar = min(saldo.por_reflejar, saldo.por_acusar)
        creida = antes - saldo.por_reflejar
    _asentar(saldo, cifra)
    return creida


def nuevo_saldo(cifra, **campos):
    """An unsaved Saldo whose ERP figure is `cifra` (Decimal)."""
    return Saldo(saldo_erp=cifra, saldo=recalcular(cifra, CERO), **campos)


def crear_saldos(saldos):
    """Insert what `nuevo_saldo` made; one whose natural key already exists is left out."""
    Saldo.objects.bulk_create(saldos, ignore_conflicts=True)


def guardar_saldos(saldos, *, campos):
    """Write the amounts and `campos` (names of other fields) of locked saldos in one statement per batch."""
    # Every row exists and is locked: the insert always conflicts and becomes an update, far cheaper than bulk_update.
    Saldo.objects.bulk_create(
        saldos, update_conflicts=True, unique_fields=["id"], update_fields=[*IMPORTES, *campos, "actualizado_en"]
    )


def _cifra_del_archivo(saldo):
    """What the ERP's last file said: its figure with the money back in that it has acknowledged and did not show."""
    return saldo.saldo_erp + max(CERO, saldo.por_reflejar - saldo.por_acusar)


def _asentar(saldo, cifra):
    saldo.saldo_erp = cifra - max(CERO, saldo.por_reflejar - saldo.por_acusar)
    saldo.saldo = recalcular(saldo.saldo_erp, saldo.por_acusar)


def _guardar(saldo):
    sentencias.guardar(saldo, (*IMPORTES, "actualizado_en"))
