"""What is kept for a while and then deleted: the gateways' full answers, which hold personal data (RETENCION_DIAS)."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from pagos.models import RespuestaCruda

_LOTE = 1000


def purgar_respuestas():
    """Delete the raw answers older than RETENCION_DIAS, in lots that hold no lock for long; returns how many."""
    limite = timezone.now() - timedelta(days=settings.RETENCION_DIAS)
    borradas = 0
    viejas = RespuestaCruda.objects.filter(cuando__lt=limite).order_by("pk").values_list("pk", flat=True)
    while ids := list(viejas[:_LOTE]):
        borradas += RespuestaCruda.objects.filter(pk__in=ids).delete()[0]
    return borradas
