"""Taking due pagos by lease, and giving back what was not asked (diseno.md 4.7).

A claimed row is out of everybody's reach for `agenda.ARRIENDO`: whoever dies holding it loses nothing but that.
"""

from collections import defaultdict
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef

from pagos import agenda, reloj
from pagos.models import AcuerdoComercial, Pago

_POR_LOTE = 500


class Reclamado(NamedTuple):
    """What an asker needs of a pago, under the names that Pago gives it: whole rows were a fifth of its CPU."""

    pk: int
    referencia: str
    estado: str
    creada_en: datetime
    metodo: str
    revision_pasarela: bool
    huella: str
    proxima_consulta: datetime  # when it was due
    acuerdo: AcuerdoComercial
    arriendo: datetime  # until when it is ours

    @property
    def acuerdo_id(self):
        """As a Pago's."""
        return self.acuerdo.pk


_COLUMNAS = [nombre for nombre in Reclamado._fields if nombre not in ("acuerdo", "arriendo")]


def reclamar(acuerdo, cuantos, *, ahora=None, vencidos_por=None):
    """Take up to `cuantos` pagos of an agreement that are due, oldest first; returns a list of Reclamado.

    `vencidos_por`: only what was due by that moment (aware datetime). Call it inside a transaction.
    """
    ahora = ahora or reloj.ahora()
    filas = (
        Pago.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .filter(acuerdo=acuerdo, proxima_consulta__lte=vencidos_por or ahora)
        .order_by("proxima_consulta")
        .values_list(*_COLUMNAS)[:cuantos]
    )
    arriendo = ahora + agenda.ARRIENDO
    pagos = [Reclamado(*fila, acuerdo, arriendo) for fila in filas]
    Pago.objects.filter(pk__in=[pago.pk for pago in pagos]).update(proxima_consulta=arriendo)
    return pagos


def devolver(pagos):
    """Make claimed pagos that were not asked due again, each when it was: others take them, oldest first."""
    grupos = defaultdict(list)
    for pago in pagos:
        grupos[pago.proxima_consulta, pago.arriendo].append(pago.pk)
    for (vencia, arriendo), ids in grupos.items():
        _arrendados(ids, arriendo).update(proxima_consulta=vencia)


def aplazar(pagos, *, error):
    """Push claimed pagos ahead by one interval, with the class of what kept them from being asked."""
    cuando = reloj.ahora() + agenda.espera()
    for arriendo in {pago.arriendo for pago in pagos}:
        ids = [pago.pk for pago in pagos if pago.arriendo == arriendo]
        _arrendados(ids, arriendo).update(proxima_consulta=cuando, error_consulta=error[:20])


def _arrendados(ids, arriendo):
    """Those of them that are still ours: a page may have asked one meanwhile, or another worker taken it."""
    return Pago.objects.filter(pk__in=ids, proxima_consulta=arriendo)


def aplazar_vencidos(acuerdo, *, error):
    """Push a lot of an agreement's due pagos ahead without asking; returns how many."""
    with transaction.atomic(durable=True):
        pagos = reclamar(acuerdo, _POR_LOTE)
        aplazar(pagos, error=error)
    return len(pagos)


def acuerdos_con_vencidos(vencidos_por=None):
    """The agreements that have a pago due now, or that was due by a moment (aware datetime)."""
    vencidos = Pago.objects.filter(acuerdo=OuterRef("pk"), proxima_consulta__lte=vencidos_por or reloj.ahora())
    return list(AcuerdoComercial.objects.filter(Exists(vencidos)).order_by("pk"))


def vencidos():
    """The pagos that are due now, as a queryset."""
    return Pago.objects.filter(proxima_consulta__lte=reloj.ahora())
