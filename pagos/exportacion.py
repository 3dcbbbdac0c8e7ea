"""Approved money for the ERP, as rows: what it must book, document by document.

A row is an Abono (money applied to a document) or a SaldoAFavor (approved money that had nothing left to pay), so
`valor` adds up to what the gateways approved. Which rows is a matter of the Bogotá day on which the portal learned of
the money, not of the gateway's date: exports of consecutive days leave out no late approval and repeat none.
"""

import csv
from datetime import datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cartera.dinero import proporcion
from pagos.conciliacion.lotes import por_lotes
from pagos.models import Abono, Pago, SaldoAFavor

COLUMNAS = (
    *("tipo", "referencia", "fecha_pago", "registrado_en", "recibo", "tercero_tipo", "tercero_numero"),
    *("tercero_nombre", "documento", "numero", "ubicacion", "cuota", "moneda", "valor", "iva", "debia", "razon"),
    *("nota", "medio", "banco", "cus", "aprobacion", "prueba"),
)
# A spreadsheet runs what begins with one of these (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Tipo(StrEnum):
    """What the ERP does with a row."""

    ABONO = "ABONO"  # books it to the document
    SALDO_A_FAVOR = "SALDO_A_FAVOR"  # owes it to the customer; the document, if any, is the one that was being paid


def filas(empresa_id, *, desde, hasta):
    """Yield a dict of COLUMNAS for each amount of an empresa registered from `desde` to `hasta` (dates, inclusive).

    In the order of the payments; money is Decimal in `moneda`, moments are aware datetimes, absent values None.
    """
    entre = {"creado_en__gte": _medianoche(desde), "creado_en__lt": _medianoche(hasta + timedelta(days=1))}
    abonos = Abono.objects.filter(**entre, saldo__empresa_id=empresa_id)
    favores = SaldoAFavor.objects.filter(**entre, empresa_id=empresa_id)
    con_dinero = Q(Exists(abonos.filter(detalle__pago=OuterRef("pk")))) | Q(Exists(favores.filter(pago=OuterRef("pk"))))
    for ids in por_lotes(Pago.objects.filter(con_dinero, empresa_id=empresa_id)):
        pagos = Pago.objects.select_related("tercero", "acuerdo", "recibo").in_bulk(ids)
        suyos = _por_pago(_de_abonos(abonos, ids), _de_favores(favores, ids))
        for pk in ids:
            yield from (_del_pago(pagos[pk]) | fila for fila in suyos[pk])


def escribir_csv(salida, filas):
    """Write the rows as Colombian Excel reads them: `;`, decimal comma, UTF-8 with BOM. Returns how many they were."""
    salida.write("\ufeff")
    escritor = csv.writer(salida, delimiter=";", lineterminator="\r\n")
    escritor.writerow(COLUMNAS)
    cuantas = 0
    for fila in filas:
        escritor.writerow([_celda(fila[columna]) for columna in COLUMNAS])
        cuantas += 1
    return cuantas


def _medianoche(dia):
    """The Bogotá beginning of a day."""
    return datetime.combine(dia, time.min, tzinfo=timezone.get_current_timezone())


def _por_pago(*grupos):
    """Rows by pago id, in the order of `grupos` (iterables of (pago id, row))."""
    por_pago = {}
    for grupo in grupos:
        for pago_id, fila in grupo:
            por_pago.setdefault(pago_id, []).append(fila)
    return por_pago


def _de_abonos(abonos, ids):
    for abono in abonos.filter(detalle__pago_id__in=ids).select_related("detalle__saldo").order_by("pk"):
        detalle = abono.detalle
        # What did not fit in the document is credit, and a credit carries no IVA of its own.
        iva = proporcion(detalle.iva, abono.valor, detalle.valor)
        yield (
            detalle.pago_id,
            {"tipo": Tipo.ABONO, "registrado_en": abono.creado_en, "valor": abono.valor, "iva": iva}
            | _del_detalle(detalle),
        )


def _de_favores(favores, ids):
    for favor in favores.filter(pago_id__in=ids).select_related("detalle__saldo").order_by("pk"):
        yield (
            favor.pago_id,
            {"tipo": Tipo.SALDO_A_FAVOR, "registrado_en": favor.creado_en, "valor": favor.valor, "iva": None}
            | _del_detalle(favor.detalle),
        )


def _del_detalle(detalle):
    if detalle is None:
        return dict.fromkeys(("documento", "numero", "ubicacion", "cuota", "debia", "razon", "nota"))
    saldo = detalle.saldo
    return {
        "documento": saldo.documento,
        "numero": saldo.numero,
        "ubicacion": saldo.ubicacion,
        "cuota": saldo.cuota,
        "debia": detalle.debia,
        "razon": detalle.razon,
        "nota": detalle.nota,
    }


def _del_pago(pago):
    recibo = getattr(pago, "recibo", None)
    return {
        "referencia": pago.referencia,
        "fecha_pago": pago.fecha_pago,
        "recibo": recibo and recibo.numero,
        "tercero_tipo": pago.tercero.tipo_id,
        "tercero_numero": pago.tercero.numero,
        "tercero_nombre": pago.tercero.nombre_completo,
        "moneda": pago.moneda,
        "medio": pago.metodo,
        "banco": pago.banco or pago.franquicia,
        "cus": pago.cus,
        "aprobacion": pago.aprobacion,
        "prueba": "SI" if pago.acuerdo.prueba else "NO",
    }


def _celda(valor):
    """A value as text; what people wrote can never be taken for a formula."""
    if valor is None:
        return ""
    if isinstance(valor, Decimal):
        return f"{valor:.2f}".replace(".", ",")
    if isinstance(valor, datetime):
        return f"{timezone.localtime(valor):%Y-%m-%d %H:%M:%S}"
    texto = str(valor)
    return f"'{texto}" if texto.startswith(_FORMULA) else texto
