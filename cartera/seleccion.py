"""The saldos that a user has picked and not yet paid; in the database, so that they survive logging out."""

from cartera.dinero import CERO
from cartera.models import Seleccion


def olvidar(saldo_ids):
    """Drop from everybody's selection those of `saldo_ids` that an approval has paid in full (called by pagos)."""
    Seleccion.objects.filter(saldo_id__in=list(saldo_ids), saldo__saldo=CERO).delete()
