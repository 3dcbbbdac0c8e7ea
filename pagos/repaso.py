"""Every night the gateway is asked again for what was already closed: a reversal, a second approval, a lost one.

Nothing is asked here: the pagos are made due, and the sonda asks and applies at its next ring like any other. What the
gateway tells otherwise becomes a Novedad there.
"""

from datetime import timedelta

from django.db.models import Q

from pagos import reloj
from pagos.models import Pago

DIAS = 5


def citar(*, dias=DIAS):
    """Make due every pago that was started or closed in the last `dias` days, APROBADA included; returns how many."""
    ahora = reloj.ahora()
    desde = ahora - timedelta(days=dias)
    recientes = Q(creada_en__gte=desde) | Q(aprobada_en__gte=desde) | Q(rechazada_en__gte=desde)
    sin_citar = Q(proxima_consulta__isnull=True) | Q(proxima_consulta__gt=ahora)
    return Pago.objects.filter(recientes, sin_citar).update(proxima_consulta=ahora)
