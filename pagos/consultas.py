"""Reads of payments: whose they are, and what each page lists (diseno.md 2 *How they meet* and 4.8)."""

from datetime import datetime, time, timedelta

from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.utils import timezone

from cartera.dinero import CERO, totales_por
from pagos.estados import ABIERTOS, Estado
from pagos.models import AplicacionSaldoAFavor, DetallePago, EventoPago, Novedad, Pago, SaldoAFavor
from usuarios.consultas import alcance

# What people may filter by: they see three states, the database keeps four.
ESTADOS_VISIBLES = {
    "pendiente": ABIERTOS,
    "aprobada": (Estado.APROBADA,),
    "rechazada": (Estado.RECHAZADA,),
}


def para_mostrar(consulta=None):
    """A queryset of pagos with what every page says of them: people, agreement, open Novedad, receipt. Newest first."""
    novedad = Novedad.objects.filter(pago=OuterRef("pk"), resuelta_en__isnull=True)
    consulta = Pago.objects.all() if consulta is None else consulta
    return (
        consulta.annotate(con_novedad=Exists(novedad))
        .select_related("empresa", "tercero", "usuario", "acuerdo", "forma_pago", "recibo")
        .order_by("-pk")
    )


def pagos_de(usuario):
    """The pagos of the terceros that the user is mapped to, whoever paid, ready to be shown."""
    return para_mostrar(Pago.objects.filter(tercero_id__in=alcance(usuario).terceros))


def con_documentos(consulta):
    """The same queryset with the labels of each pago's documents at hand (`pago.detalles.all()`)."""
    detalles = DetallePago.objects.select_related("saldo").order_by("pk")
    return consulta.prefetch_related(Prefetch("detalles", queryset=detalles))


def detalles_de(pago):
    """The documents of a pago in the order they were paid, with their balance of today and what became of the money.

    `abonado` and `a_favor` (Decimal, or None) are attributes of each.
    """
    detalles = DetallePago.objects.filter(pago=pago).select_related("saldo", "abono", "saldo_a_favor").order_by("pk")
    for detalle in detalles:
        detalle.abonado = _valor(getattr(detalle, "abono", None))
        detalle.a_favor = _valor(getattr(detalle, "saldo_a_favor", None))
    return list(detalles)


def _valor(fila):
    return None if fila is None else fila.valor


def eventos_de(pago):
    """The history of a pago, oldest first."""
    return list(EventoPago.objects.filter(pago=pago).select_related("quien").order_by("pk"))


def favores_de(pago):
    """Approved money of a pago that paid no document, oldest first."""
    return list(SaldoAFavor.objects.filter(pago=pago).order_by("pk"))


def filtrar(consulta, *, estado="", mes=None):
    """Narrow pagos to a state that people see (key of ESTADOS_VISIBLES) and to the Colombian month of a date."""
    if estado:
        consulta = consulta.filter(estado__in=ESTADOS_VISIBLES[estado])
    if mes:
        consulta = consulta.filter(creada_en__year=mes.year, creada_en__month=mes.month)
    return consulta


def meses_con_pagos(usuario):
    """First days (aware datetimes, newest first) of the months in which something was paid for the user's terceros."""
    propios = Pago.objects.filter(tercero_id__in=alcance(usuario).terceros)
    return list(propios.order_by().datetimes("creada_en", "month", order="DESC"))


def resumen_de(usuario, *, ultimos=3):
    """(pagos in process, last finished ones) of the user's terceros, for the home page."""
    propios = con_documentos(pagos_de(usuario))
    en_proceso = propios.filter(estado__in=ABIERTOS)[:20]
    return list(en_proceso), list(propios.exclude(estado__in=ABIERTOS)[:ultimos])


def favor_disponible(usuario):
    """What is left of the user's terceros' saldos a favor: dicts with empresa, moneda and total (Decimal), by name."""
    terceros = alcance(usuario).terceros
    aplicaciones = AplicacionSaldoAFavor.objects.filter(favor__tercero_id__in=terceros)
    usado = {
        (fila["favor__empresa_id"], fila["favor__moneda"]): fila["total"]
        for fila in totales_por(aplicaciones, ("favor__empresa_id", "favor__moneda"), "valor")
    }
    favores = SaldoAFavor.objects.filter(tercero_id__in=terceros)
    quedan = [
        {
            "empresa": fila["empresa__nombre"],
            "moneda": fila["moneda"],
            "total": fila["total"] - usado.get((fila["empresa_id"], fila["moneda"]), CERO),
        }
        for fila in totales_por(favores, ("empresa__nombre", "empresa_id", "moneda"), "valor")
    ]
    return [fila for fila in quedan if fila["total"]]


# --- Tesorería ----------------------------------------------------------------------------------------------------
def buscar(*, q="", empresa=None, desde=None, hasta=None):
    """Pagos that a word or a number of staff may mean, by Empresa and by Colombian days (inclusive)."""
    consulta = Pago.objects.all()
    if q:
        documento = Exists(DetallePago.objects.filter(pago=OuterRef("pk"), saldo__numero__iexact=q))
        numero = q.replace(".", "").split("-")[0]
        consulta = consulta.filter(
            Q(referencia__iexact=q)
            | Q(cus=q)
            | Q(aprobacion=q)
            | Q(tercero__numero=numero)
            | Q(tercero__nombre__icontains=q)
            | documento
        )
    if empresa:
        consulta = consulta.filter(empresa=empresa)
    if desde:
        consulta = consulta.filter(creada_en__gte=_medianoche(desde))
    if hasta:
        consulta = consulta.filter(creada_en__lt=_medianoche(hasta + timedelta(days=1)))
    return consulta


def _medianoche(dia):
    """The Bogotá beginning of a day."""
    return datetime.combine(dia, time.min, tzinfo=timezone.get_current_timezone())


def cuenta_por_estado(consulta):
    """How many pagos of a queryset people see in each state: dict by key of ESTADOS_VISIBLES."""
    filas = dict(consulta.order_by().values_list("estado").annotate(cuantos=Count("pk")))
    return {visible: sum(filas.get(e, 0) for e in estados) for visible, estados in ESTADOS_VISIBLES.items()}


def novedades(*, abiertas=True):
    """Anomalies, oldest first while open, newest first once closed, with their pago and people."""
    consulta = Novedad.objects.filter(resuelta_en__isnull=abiertas).select_related(
        "empresa", "pago", "saldo", "propuesta_por", "resuelta_por"
    )
    return consulta.order_by("pk" if abiertas else "-resuelta_en")


def novedades_de(pago):
    """The anomalies of a pago, oldest first."""
    return list(Novedad.objects.filter(pago=pago).select_related("propuesta_por", "resuelta_por").order_by("pk"))
