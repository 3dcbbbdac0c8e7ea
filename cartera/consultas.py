"""Reads: which saldos a user may see, and how the pages search, sort and add them up (diseno.md 4.8)."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, FilteredRelation, Max, Q
from django.http import Http404

from cartera.dinero import CERO, sumar, supera, totales_por
from cartera.filtros import ORDENES, tramos
from cartera.models import CLAVE_NATURAL, Saldo
from cartera.vencimientos import EDADES, VENCIDOS, Tramo, clasificar, grupos_de_vencimiento
from usuarios.consultas import alcance, asociaciones_de

_MAXIMO_PALABRAS = 5


# --- For the pages ------------------------------------------------------------------------------------------------
def saldos_visibles(usuario, *, dentro_de=None):
    """Queryset of the unpaid saldos that the mappings in force allow, of active empresas.

    `dentro_de`: the user's Alcance, when the caller has it already.
    """
    visibles = (dentro_de or alcance(usuario)).filtro()
    return Saldo.objects.filter(visibles, saldo__gt=0, empresa__activa=True)


def saldo_de(usuario, pk):
    """The visible saldo with that primary key, with its empresa and tercero; Http404 otherwise."""
    saldo = con_proceso(saldos_visibles(usuario)).filter(pk=pk).select_related("empresa", "tercero").first()
    if saldo is None:
        raise Http404
    return saldo


def con_proceso(saldos):
    """Annotate `en_proceso_referencia`: the referencia of the open pago that holds the saldo, None when free."""
    # `detalles` belongs to `pagos`, which this app may not import: by name. At most one is open (a constraint).
    return saldos.annotate(
        _abierto=FilteredRelation("detalles", condition=Q(detalles__abierto=True)),
        en_proceso_referencia=F("_abierto__pago__referencia"),
    )


def filtrar(saldos, filtro, *, hoy):
    """`saldos` (queryset) narrowed by a Filtro; not yet sorted."""
    for palabra in filtro.texto.split()[:_MAXIMO_PALABRAS]:
        saldos = saldos.filter(_que_dice(palabra))
    if filtro.ver:
        saldos = saldos.filter(tramos(hoy)[filtro.ver].q(hoy))
    if filtro.empresa_id:
        saldos = saldos.filter(empresa_id=filtro.empresa_id)
    if filtro.tercero_id:
        saldos = saldos.filter(tercero_id=filtro.tercero_id)
    if filtro.documento:
        saldos = saldos.filter(documento=filtro.documento)
    return saldos


def _que_dice(palabra):
    """Q: some of what people know a document by contains `palabra`; `FV10234` is read as `FV 10234` too."""
    q = Q(numero__icontains=palabra) | Q(documento__iexact=palabra)
    q |= Q(tercero__nombre__icontains=palabra) | Q(tercero__apellido__icontains=palabra)
    pegado = re.fullmatch(r"([^\W\d]+)[-.]?(\d.*)", palabra)
    if pegado:
        q |= Q(documento__iexact=pegado[1], numero__icontains=pegado[2])
    return q


def ordenar(saldos, filtro):
    """`saldos` in the order of a Filtro."""
    return saldos.order_by(*ORDENES[filtro.orden])


def clientes_de(usuario):
    """The active terceros (list, each once) that the user's complete mappings name, in the order they were mapped."""
    asociaciones = asociaciones_de(usuario).filter(tercero__activo=True, organizacion__isnull=False).order_by("pk")
    return list(dict.fromkeys(asociacion.tercero for asociacion in asociaciones))


@dataclass(frozen=True)
class Par:
    """An empresa and a tercero that owes it some type of `documento`; `corte`: date of its newest figures, or None."""

    empresa_id: int
    empresa: str
    tercero_id: int
    tercero: str
    documento: str
    corte: date | None


def pares(saldos):
    """Which empresas, terceros and types of document `saldos` (queryset) are of: a list of Par, by name."""
    campos = ("empresa__nombre", "tercero__nombre", "tercero__apellido", "empresa_id", "tercero_id", "documento")
    filas = saldos.order_by().values_list(*campos).annotate(corte=Max("corte"))
    return [
        Par(empresa_id, empresa, tercero_id, f"{nombre} {apellido}".strip(), documento, corte)
        for empresa, nombre, apellido, empresa_id, tercero_id, documento, corte in filas.order_by(*campos)
    ]


def totales_por_grupo(saldos, *, hoy):
    """Exact totals of `saldos` by due group and currency: dicts with grupo, moneda, cuantos and total (Decimal)."""
    return totales_por(saldos.annotate(grupo=clasificar(grupos_de_vencimiento(hoy), hoy)), ("grupo", "moneda"), "saldo")


def totales_por_empresa(saldos):
    """Exact totals of `saldos` by empresa and currency: dicts with grupo (the empresa's id), moneda, cuantos, total."""
    filas = totales_por(saldos, ("empresa_id", "moneda"), "saldo")
    return [{"grupo": fila.pop("empresa_id"), **fila} for fila in filas]


@dataclass(frozen=True)
class Vencido:
    """What one tercero has overdue with one empresa in one currency, and no open pago holds."""

    empresa_id: int
    empresa: str
    tercero_id: int
    tercero: str
    moneda: str
    cuantos: int
    total: Decimal


def vencidos_por_grupo(saldos, *, hoy):
    """What of `saldos` (queryset) is overdue and free, in the groups that can be paid together: a list of Vencido."""
    libres = con_proceso(saldos.filter(VENCIDOS.q(hoy))).filter(en_proceso_referencia__isnull=True)
    claves = ("empresa__nombre", "tercero__nombre", "tercero__apellido", "moneda", "empresa_id", "tercero_id")
    return [
        Vencido(
            empresa_id=fila["empresa_id"],
            empresa=fila["empresa__nombre"],
            tercero_id=fila["tercero_id"],
            tercero=f"{fila['tercero__nombre']} {fila['tercero__apellido']}".strip(),
            moneda=fila["moneda"],
            cuantos=fila["cuantos"],
            total=fila["total"],
        )
        for fila in totales_por(libres, claves, "saldo")
    ]


@dataclass(frozen=True)
class Edad:
    """One stretch of the ageing of a debt: how many documents, how much, and its share of all (whole per cent)."""

    tramo: Tramo
    cuantos: int
    total: Decimal
    porcentaje: int


@dataclass(frozen=True)
class Resumen:
    """What is owed in one currency; `edades` has one Edad for each of vencimientos.EDADES, empty ones too."""

    moneda: str
    cuantos: int
    total: Decimal
    cuantos_vencidos: int
    vencido: Decimal
    edades: tuple[Edad, ...]


def resumen(saldos, *, hoy):
    """A Resumen for each currency of `saldos` (queryset), in the order of their codes."""
    filas = totales_por(saldos.annotate(edad=clasificar(EDADES, hoy)), ("moneda", "edad"), "saldo")
    monedas = sorted({fila["moneda"] for fila in filas})
    return [_resumen_de(moneda, {f["edad"]: f for f in filas if f["moneda"] == moneda}) for moneda in monedas]


def _resumen_de(moneda, por_edad):
    vacia = {"cuantos": 0, "total": CERO}
    total = sumar(fila["total"] for fila in por_edad.values())
    edades = []
    for tramo in EDADES:
        fila = por_edad.get(tramo.clave, vacia)
        edades.append(Edad(tramo, fila["cuantos"], fila["total"], round(fila["total"] * 100 / total)))
    vencidas = [edad for edad in edades if edad.tramo.desde and edad.tramo.desde >= VENCIDOS.desde]
    return Resumen(
        moneda=moneda,
        cuantos=sum(edad.cuantos for edad in edades),
        total=total,
        cuantos_vencidos=sum(edad.cuantos for edad in vencidas),
        vencido=sumar(edad.total for edad in vencidas),
        edades=tuple(edades),
    )


# --- For the importer ---------------------------------------------------------------------------------------------
def _con_claves(claves):
    # A superset that the unique index answers; a thousand ORs of five conditions would take the planner longer.
    return Saldo.objects.order_by().filter(
        empresa_id__in={clave[0] for clave in claves},
        documento__in={clave[1] for clave in claves},
        numero__in={clave[2] for clave in claves},
    )


def ids_por_clave(claves):
    """Primary key of each saldo whose natural key is in `claves` (a set), by that key."""
    filas = _con_claves(claves).values_list("pk", *CLAVE_NATURAL)
    return {tuple(clave): pk for pk, *clave in filas if tuple(clave) in claves}


def fijos_por_clave(claves):
    """The saldos of `claves` (a set of natural keys), by that key, with only what an import may not change."""
    filas = _con_claves(claves).only(*CLAVE_NATURAL, "tercero_id", "organizacion_id", "moneda", "corte")
    return {saldo.clave: saldo for saldo in filas if saldo.clave in claves}


def con_pagos(ids):
    """Those of `ids` (set) that some detail of a payment names: their tercero, organizacion and moneda are frozen."""
    # The relation belongs to `pagos`, which this app may not import: by name.
    return set(Saldo.objects.filter(pk__in=ids, detalles__isnull=False).order_by().values_list("pk", flat=True))


def en_proceso(ids):
    """Those of `ids` that an open payment holds: saldo id -> its referencia."""
    abiertos = con_proceso(Saldo.objects.filter(pk__in=ids)).filter(en_proceso_referencia__isnull=False)
    return dict(abiertos.order_by().values_list("pk", "en_proceso_referencia"))


def sin_acusar_desde(momento):
    """Queryset of the saldos with money that the ERP has not acknowledged since `momento` (datetime) or before."""
    return Saldo.objects.filter(por_acusar_desde__lte=momento).order_by("por_acusar_desde", "pk")


def con_erp_por_debajo():
    """Queryset of the saldos whose ERP figure is below the money it has not acknowledged: they need a person."""
    return Saldo.objects.filter(supera("por_acusar", "saldo_erp"), por_acusar_desde__isnull=False).order_by("pk")
