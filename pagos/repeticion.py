"""The answer that a PENDIENTE gave already: most of what the sonda hears, and nothing to decide."""

from django.db import connection
from django.utils import timezone

from pagos import agenda, historia
from pagos.estados import Estado

# Written out: building this statement with the ORM was more than half of what a question cost (`bench.sonda`).
_MOVER_EL_RELOJ = """
UPDATE pagos_pago
SET ultima_consulta = %s, consultas = consultas + 1, error_consulta = '', proxima_consulta = %s
WHERE id = %s AND estado = %s AND huella = %s
"""


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
    como_fecha = connection.ops.adapt_datetimefield_value
    proxima = como_fecha(agenda.de_abierto(pago, ahora=ahora))
    with connection.cursor() as cursor:
        cursor.execute(_MOVER_EL_RELOJ, [como_fecha(ahora), proxima, pago.pk, Estado.PENDIENTE, pago.huella])
        return bool(cursor.rowcount)
