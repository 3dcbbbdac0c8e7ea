"""Every pago against its details, its money, its history and its receipt."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction

from cartera.dinero import sumar
from cartera.servicios import bloquear_saldos
from pagos.conciliacion.lotes import por_lotes
from pagos.conciliacion.reglas import REGLAS
from pagos.estados import EN_REVISION, Estado, TipoNovedad
from pagos.models import AplicacionSaldoAFavor, DetallePago, EventoPago, Novedad, Pago, Recibo, SaldoAFavor


@dataclass(kw_only=True)
class PagoLeido:
    """A row of Pago with everything that hangs from it. Rows are dicts of the model's fields."""

    fila: dict
    detalles: list[dict] = field(default_factory=list)
    favores: list[dict] = field(default_factory=list)
    estados: list[str] = field(default_factory=list)  # where its events went, oldest first
    excedentes: dict[str, Decimal] = field(default_factory=dict)  # by attempt, as its Novedades tell
    recibos: int = 0
    en_revision: bool = False


def diferencias(libro, *, empresa_id):
    """Yield the Diferencia of every pago, adding all of them up into `libro`."""
    consulta = Pago.objects.all() if empresa_id is None else Pago.objects.filter(empresa_id=empresa_id)
    for ids in por_lotes(consulta):
        leidos = {leido.fila["id"]: leido for leido in _leer(ids)}
        dudosos = [pk for pk, leido in leidos.items() if any(_revisar(leido))]
        leidos |= {leido.fila["id"]: leido for leido in _releer_bloqueados(dudosos)}
        for leido in leidos.values():
            _acumular(libro, leido)
            yield from _revisar(leido)


def _revisar(leido):
    for regla in REGLAS:
        yield from regla(leido)


def _releer_bloqueados(ids):
    """The same pagos while nobody can be writing them (diseno.md 4.5: saldos, then pago)."""
    if not ids:
        return []
    with transaction.atomic():
        bloquear_saldos(DetallePago.objects.filter(pago_id__in=ids).values_list("saldo_id", flat=True))
        bloqueados = Pago.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids).order_by("pk")
        return _leer([pago.pk for pago in bloqueados])


def _leer(ids):
    """PagoLeido of each of `ids`, by primary key: seven queries however many they are."""
    campos = ("id", "referencia", "empresa__nit", "empresa_id", "moneda", "total", "iva", "estado")
    filas = Pago.objects.filter(pk__in=ids).order_by("pk").values(*campos, "tercero_id", "aprobada_en", "fecha_pago")
    leidos = {fila["id"]: PagoLeido(fila=fila) for fila in filas}
    for detalle in _detalles(ids):
        leidos[detalle["pago_id"]].detalles.append(detalle)
    for favor in _favores(ids):
        leidos[favor["pago_id"]].favores.append(favor)
    eventos = EventoPago.objects.filter(pago_id__in=ids).order_by("pk").values_list("pago_id", "a")
    for pago_id, destino in eventos:
        leidos[pago_id].estados.append(destino)
    for pago_id in Recibo.objects.filter(pago_id__in=ids).order_by().values_list("pago_id", flat=True):
        leidos[pago_id].recibos += 1
    _leer_novedades(leidos)
    return list(leidos.values())


def _detalles(ids):
    return (
        DetallePago.objects.filter(pago_id__in=ids)
        .order_by("pk")
        .values(
            *("pago_id", "valor", "iva", "abierto", "saldo_id", "abono__valor", "abono__saldo_id"),
            *("saldo_a_favor__valor", "saldo__empresa_id", "saldo__tercero_id", "saldo__moneda"),
        )
    )


def _favores(ids):
    favores = list(
        SaldoAFavor.objects.filter(pago_id__in=ids)
        .order_by("pk")
        .values(
            *("id", "pago_id", "empresa_id", "tercero_id", "moneda", "valor", "intento", "detalle_id", "novedad_id"),
            *("novedad__propuesta_valor", "novedad__resuelta_en", "novedad__pago_id"),
        )
    )
    usados, duenos = defaultdict(list), defaultdict(set)
    aplicaciones = AplicacionSaldoAFavor.objects.filter(favor__pago_id__in=ids).order_by()
    de_quien = ("saldo__empresa_id", "saldo__tercero_id", "saldo__moneda")
    for favor_id, saldo_id, valor, *dueno in aplicaciones.values_list("favor_id", "saldo_id", "valor", *de_quien):
        usados[favor_id].append(valor)
        if saldo_id is not None:
            duenos[favor_id].add(tuple(dueno))
    return [
        favor | {"aplicado": sumar(usados[favor["id"]]), "aplicado_a": sorted(duenos[favor["id"]])} for favor in favores
    ]


def _leer_novedades(leidos):
    novedades = Novedad.objects.filter(pago_id__in=list(leidos)).order_by("pk")
    for pago_id, tipo, evidencia, resuelta in novedades.values_list("pago_id", "tipo", "evidencia", "resuelta_en"):
        if tipo == TipoNovedad.APROBADA_DOS_VECES:
            leidos[pago_id].excedentes[evidencia.get("intento", "")[:120]] = Decimal(evidencia.get("valor") or 0)
        elif tipo in EN_REVISION and resuelta is None:
            leidos[pago_id].en_revision = True


def _acumular(libro, leido):
    totales = libro.totales[leido.fila["empresa__nit"], leido.fila["moneda"]]
    if leido.fila["estado"] == Estado.APROBADA:
        totales.aprobado += leido.fila["total"]
    elif leido.en_revision:
        totales.por_revisar += leido.fila["total"]
    totales.excedentes += sumar(leido.excedentes.values())
    totales.en_revision += sumar(favor["novedad__propuesta_valor"] or 0 for favor in leido.favores)
    totales.abonos += sumar(detalle["abono__valor"] or 0 for detalle in leido.detalles)
    totales.favores += sumar(favor["valor"] for favor in leido.favores)
    totales.aplicado += sumar(favor["aplicado"] for favor in leido.favores)
