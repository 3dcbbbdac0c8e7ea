"""Stops asking a gateway that does not answer, and tries again with one request at a time.

In the database, so that web and workers share it (diseno.md 4.14). Only infrastructure errors count, never what a
gateway answered. A gateway that asks for time (429, Retry-After) gets it at once, whatever else it answers meanwhile.
pybreaker was tried: it holds its lock during the call, which would serialise the sonda.
"""

import enum
from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone

from pagos.models import Cortacircuito

# So many failures in a row open it; one request is let through after this long.
FALLOS = 5
PAUSA = timedelta(seconds=30)


class Paso(enum.Enum):
    """What the breaker says to who wants to call."""

    LIBRE = "libre"
    UNA = "una"  # half open: this caller may make one call, and only one
    CERRADO = "cerrado"


def paso(acuerdo_id):
    """How much the gateway may be called now; when half open, only the first caller of each pause may, once."""
    ahora = timezone.now()
    plazos = Cortacircuito.objects.filter(pk=acuerdo_id).values_list("abierto_hasta", "esperar_hasta").first()
    abierto_hasta, esperar_hasta = plazos or (None, None)
    if esperar_hasta and ahora < esperar_hasta:
        return Paso.CERRADO
    if abierto_hasta is None:
        return Paso.LIBRE
    if ahora < abierto_hasta:
        return Paso.CERRADO
    tomado = Cortacircuito.objects.filter(pk=acuerdo_id, abierto_hasta=abierto_hasta).update(
        abierto_hasta=ahora + PAUSA
    )
    return Paso.UNA if tomado else Paso.CERRADO


def permite(acuerdo_id):
    """True when one call may be made now."""
    return paso(acuerdo_id) is not Paso.CERRADO


def abierto(acuerdo_id):
    """True while calls are held back; asks without taking the half-open turn."""
    ahora = timezone.now()
    retenidas = Q(abierto_hasta__gt=ahora) | Q(esperar_hasta__gt=ahora)
    return Cortacircuito.objects.filter(retenidas, pk=acuerdo_id).exists()


def retenidos(acuerdos):
    """The ids, of those given, whose gateways may not be called now; asks without taking a half-open turn."""
    ahora = timezone.now()
    ahora_no = Q(abierto_hasta__gt=ahora) | Q(esperar_hasta__gt=ahora)
    return set(Cortacircuito.objects.filter(ahora_no, pk__in=list(acuerdos)).values_list("pk", flat=True))


def con_fallos(acuerdos):
    """The ids, of those given, whose last calls failed: the next answer must be told."""
    return set(Cortacircuito.objects.filter(pk__in=list(acuerdos), fallos__gt=0).values_list("pk", flat=True))


def anotar_exito(acuerdo_id):
    """The gateway answered, whatever it said: closed."""
    Cortacircuito.objects.filter(pk=acuerdo_id, fallos__gt=0).update(fallos=0, abierto_hasta=None)


def anotar_fallo(acuerdo_id, *, esperar=None):
    """The gateway did not answer; the fifth in a row opens it. `esperar`: seconds that it asked to be left alone."""
    ahora = timezone.now()
    Cortacircuito.objects.get_or_create(pk=acuerdo_id)
    suyo = Cortacircuito.objects.filter(pk=acuerdo_id)
    suyo.update(fallos=F("fallos") + 1)
    suyo.filter(fallos__gte=FALLOS).update(abierto_hasta=ahora + PAUSA)
    if esperar:
        hasta = ahora + timedelta(seconds=esperar)
        suyo.filter(Q(esperar_hasta__isnull=True) | Q(esperar_hasta__lt=hasta)).update(esperar_hasta=hasta)
