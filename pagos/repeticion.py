"""The answer that a PENDIENTE gave already: most of what the sonda hears, and nothing to decide."""

from django.db.models import F
from django.utils import timezone

from pagos import agenda, historia
from pagos.estados import Estado
from pagos.models import Pago


def anotar_si_repite(pago, lectura):
    """True when `lectura` says what the last answer said of a PENDIENTE and time changes nothing either.

    Then the clock moves, in one statement, and nothing else. `pago` is as it was read before asking: should anything
    have moved it meanwhile, this writes nothing and returns False, as for every answer that must be looked at.
    """
    if pago.estado != Estado.PENDIENTE or not pago.huella or pago.huella != historia.huella(lectura):
        return False
    ahora = timezone.now()
    if ahora - pago.creada_en > agenda.limite_pendiente(pago):
        return False
    movidos = Pago.objects.filter(pk=pago.pk, estado=Estado.PENDIENTE, huella=pago.huella).update(
        ultima_consulta=ahora,
        consultas=F("consultas") + 1,
        error_consulta="",
        proxima_consulta=agenda.de_abierto(pago, ahora=ahora),
    )
    return bool(movidos)
