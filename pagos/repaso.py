"""Every night the gateway is asked again for what was already closed: a reversal, a second approval, a lost one.

Nothing is asked here: the pagos are made due, and the sonda asks and applies at its next ring like any other. What the
gateway tells otherwise becomes a Novedad there.
"""

from datetime import timedelta

from django.db.models import F, Q

from pagos import agenda, reloj
from pagos.models import Pago

DIAS = 5
_PASO = timedelta(minutes=5)


def citar(*, dias=DIAS, en=None):
    """Make due every pago that was started or closed in the last `dias` days, APROBADA included; returns how many.

    `en` (timedelta): one part every five minutes until that time is over, since the sonda asks the oldest first: days
    of closed pagos due at once would go before the open ones. Without it, all of them now.

    Left alone is what is asked before that anyhow, and what somebody may be asking at this moment.
    """
    ahora, en = reloj.ahora(), en or timedelta(0)
    desde = ahora - timedelta(days=dias)
    recientes = Q(creada_en__gte=desde) | Q(aprobada_en__gte=desde) | Q(rechazada_en__gte=desde)
    pasos = max(en // _PASO, 1)
    pagos = Pago.objects.filter(recientes).annotate(paso=F("pk") % pasos)
    citados = 0
    # A statement for each part, so that no row is kept from the sonda for long.
    for paso in range(pasos):
        cuando = ahora + en * (paso + 1) / pasos
        # A row that is due within a lease may be leased.
        por_citar = Q(proxima_consulta__isnull=True) | Q(proxima_consulta__gt=max(cuando, ahora + agenda.ARRIENDO))
        citados += pagos.filter(por_citar, paso=paso).update(proxima_consulta=cuando)
    return citados
