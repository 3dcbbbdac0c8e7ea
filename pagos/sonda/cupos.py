"""What an agreement's gateway is asked at most, by all workers together: so many at once, so many each second.

Both limits live in the database, next to the pagos that are claimed under them: one short transaction gives a worker
rows, turns and room, so that no question can leave without all three, and Redis is not needed to keep a promise made
to a gateway (diseno.md 4.14).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from pagos import reloj
from pagos.models import CupoEnVuelo, TurnoAcuerdo
from pagos.sonda import reclamo

# Turns are given this far ahead: a worker that dies wastes no more than that.
HORIZONTE = timedelta(seconds=1)
# Room in flight is held for this long and renewed while it is used; of a dead worker it comes back by itself.
VIGENCIA = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True)
class Lote:
    """Claimed pagos, the moment of the claim, how long after it each may leave, and the room in flight."""

    pagos: tuple
    ahora: datetime
    salidas: tuple[timedelta, ...]
    cupo: int


def tomar_lote(acuerdo, *, trabajador, cuantos, cupo, vencidos_por=None):
    """Claim up to `cuantos` due pagos of an agreement for one worker, with at most `cupo` of them in flight at once.

    `trabajador`: UUID of the asker; `vencidos_por`: only what was due by then (`reclamo.reclamar`). What is returned
    keeps both limits of the agreement, counting every other worker's room and turns; an empty Lote with `cupo` 0 means
    that others hold all the room.
    """
    with transaction.atomic(durable=True):
        turno = _turno_bloqueado(acuerdo)
        ahora = reloj.ahora()
        concedido = _reservar(acuerdo, trabajador, min(cupo, acuerdo.limite_en_vuelo), ahora)
        desde = _siguiente(turno, ahora)
        caben = int((ahora + HORIZONTE - desde) / _paso(acuerdo)) if concedido else 0
        pagos = []
        if caben > 0:
            pagos = reclamo.reclamar(acuerdo, min(cuantos, caben), ahora=ahora, vencidos_por=vencidos_por)
        if pagos:
            turno.siguiente = desde + len(pagos) * _paso(acuerdo)
            turno.save(update_fields=["siguiente"])
        salidas = tuple(desde + n * _paso(acuerdo) - ahora for n in range(len(pagos)))
    return Lote(pagos=tuple(pagos), ahora=ahora, salidas=salidas, cupo=concedido)


def soltar(trabajador, acuerdo=None):
    """Give back the room that a worker holds for an agreement, or for all of them."""
    suyos = CupoEnVuelo.objects.filter(trabajador=trabajador)
    (suyos if acuerdo is None else suyos.filter(acuerdo=acuerdo)).delete()


def _turno_bloqueado(acuerdo):
    """The row that whoever claims for this agreement holds: claims of one agreement come one after the other."""
    turno = TurnoAcuerdo.objects.select_for_update(of=("self",), no_key=True).filter(pk=acuerdo.pk).first()
    if turno is None:
        TurnoAcuerdo.objects.bulk_create([TurnoAcuerdo(acuerdo=acuerdo)], ignore_conflicts=True)
        turno = TurnoAcuerdo.objects.select_for_update(of=("self",), no_key=True).get(pk=acuerdo.pk)
    return turno


def _paso(acuerdo):
    return timedelta(seconds=1) / acuerdo.limite_por_segundo


def _siguiente(turno, ahora):
    """From when on a question may leave."""
    siguiente = turno.siguiente or ahora
    # Turns are never given further ahead: a clock that was set back must not stop the sonda for hours.
    return ahora if siguiente > ahora + HORIZONTE else max(siguiente, ahora)


def _reservar(acuerdo, trabajador, quiere, ahora):
    """Room in flight for a worker: what it wants, or what the others leave of the agreement's limit."""
    vigentes = CupoEnVuelo.objects.filter(acuerdo=acuerdo, vence__gt=ahora)
    ajenas = sum(vigentes.exclude(trabajador=trabajador).values_list("cuantas", flat=True))
    cupo = max(0, min(quiere, acuerdo.limite_en_vuelo - ajenas))
    if cupo == 0:
        soltar(trabajador, acuerdo)
    else:
        CupoEnVuelo.objects.bulk_create(
            [CupoEnVuelo(acuerdo=acuerdo, trabajador=trabajador, cuantas=cupo, vence=ahora + VIGENCIA)],
            update_conflicts=True,
            unique_fields=["acuerdo", "trabajador"],
            update_fields=["cuantas", "vence"],
        )
    return cupo
