"""The lines that the ERP reads: numbered when somebody asks, in an order that no late commit can disturb.

Money is written by many transactions at once, and one that began first may end last: its own keys and moments are no
cursor. So a line gets its number afterwards, under the lock of its Empresa, and numbers appear in their order.
"""

from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from django.db import models, transaction
from django.utils import timezone

from pagos.estados import TipoLinea, TipoNovedad
from pagos.models import Abono, AplicacionSaldoAFavor, CorteErp, LineaErp, Novedad, SaldoAFavor

# How far back money is looked for that has no line yet: longer than any transaction lasts, or a clock is wrong.
_MARGEN = timedelta(days=1)
# Rows of each source that one transaction numbers.
LOTE = 2000


@dataclass(frozen=True, kw_only=True)
class _Fuente:
    """Where lines come from.

    `origen`: the column of LineaErp; `momento`, `pago`, `empresa`: how its rows say them; `solo`: which of its rows.
    """

    tipo: TipoLinea
    origen: str
    modelo: type[models.Model]
    momento: str
    pago: str
    empresa: str
    solo: dict

    def sin_linea(self, empresa_id, desde):
        """(moment, pago id, primary key) of its rows without a line, oldest first."""
        suyas = self.modelo.objects.filter(**{self.empresa: empresa_id}, **self.solo, linea__isnull=True)
        if desde is not None:
            suyas = suyas.filter(**{f"{self.momento}__gte": desde})
        return suyas.order_by(self.momento, "pk").values_list(self.momento, self.pago, "pk")


_APLICACION = {
    "origen": "aplicacion",
    "modelo": AplicacionSaldoAFavor,
    "momento": "creado_en",
    "pago": "favor__pago_id",
    "empresa": "favor__empresa_id",
}
# In the order in which lines of the same moment and pago are told.
_FUENTES = (
    _Fuente(
        tipo=TipoLinea.ABONO,
        origen="abono",
        modelo=Abono,
        momento="creado_en",
        pago="detalle__pago_id",
        empresa="saldo__empresa_id",
        solo={},
    ),
    _Fuente(
        tipo=TipoLinea.SALDO_A_FAVOR,
        origen="favor",
        modelo=SaldoAFavor,
        momento="creado_en",
        pago="pago_id",
        empresa="empresa_id",
        solo={},
    ),
    _Fuente(tipo=TipoLinea.APLICACION, **_APLICACION, solo={"saldo__isnull": False}),
    _Fuente(tipo=TipoLinea.DEVOLUCION, **_APLICACION, solo={"saldo__isnull": True}),
    _Fuente(
        tipo=TipoLinea.REVERSION,
        origen="novedad",
        modelo=Novedad,
        momento="abierta_en",
        pago="pago_id",
        empresa="empresa_id",
        solo={"tipo": TipoNovedad.REVERSADA, "pago__isnull": False},
    ),
)


def numerar(empresa_id, *, lotes=None):
    """Give a line to the money of an Empresa that has none; True when some may be left.

    Whoever comes second finds nothing left to do. `lotes`: at most so many lots of LOTE, for who cannot wait for all.
    """
    CorteErp.objects.get_or_create(empresa_id=empresa_id)
    return all(_numerar_lote(empresa_id) for _lote in (count() if lotes is None else range(lotes)))


def _numerar_lote(empresa_id):
    """One transaction of it; True when more may be left."""
    with transaction.atomic():
        corte = CorteErp.objects.select_for_update(of=("self",), no_key=True).get(pk=empresa_id)
        ahora = timezone.now()
        desde = corte.hasta and corte.hasta - _MARGEN
        halladas, tope = [], None
        for orden, fuente in enumerate(_FUENTES):
            filas = list(fuente.sin_linea(empresa_id, desde)[:LOTE])
            if len(filas) == LOTE:  # more of these may come after its last one, so nothing later is told yet
                tope = min(filter(None, (tope, filas[-1][0])))
            halladas += [(momento, pago_id, orden, pk) for momento, pago_id, pk in filas]
        elegidas = sorted(fila for fila in halladas if tope is None or fila[0] <= tope)
        LineaErp.objects.bulk_create(_linea(empresa_id, *fila) for fila in elegidas)
        corte.hasta = max(filter(None, (corte.hasta, tope or ahora)))
        corte.save(update_fields=["hasta"])
    return tope is not None


def _linea(empresa_id, momento, pago_id, orden, pk):
    fuente = _FUENTES[orden]
    return LineaErp(
        empresa_id=empresa_id, pago_id=pago_id, tipo=fuente.tipo, ocurrio_en=momento, **{f"{fuente.origen}_id": pk}
    )


def lineas(empresa_id, *, despues=0):
    """Queryset of the lines of an Empresa after that one, in their order."""
    return LineaErp.objects.filter(empresa_id=empresa_id, pk__gt=despues).order_by("pk")


def sin_entregar(consulta):
    """Of these lines, those that the ERP has not taken."""
    return consulta.filter(entregada_en__isnull=True)


def sin_contabilizar(consulta):
    """Of these lines, those that the ERP has not said that it booked."""
    return consulta.filter(acusada_en__isnull=True)


def marcar_entregadas(empresa_id, *, hasta=None, lineas=None):
    """The ERP has taken all the lines of an Empresa up to `hasta`, or those of `lineas` (ids): news of how many."""
    if lineas is not None:
        return sum(_entregar(empresa_id, pk__in=lineas[i : i + LOTE]) for i in range(0, len(lineas), LOTE))
    return _entregar(empresa_id, pk__lte=hasta)


def _entregar(empresa_id, **cuales):
    nuevas = sin_entregar(LineaErp.objects.filter(empresa_id=empresa_id, **cuales))
    return nuevas.update(entregada_en=timezone.now())
