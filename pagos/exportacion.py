"""What the ERP must book, as rows: one for each amount that the portal has moved, document by document.

`valor` of the abonos and saldos a favor adds up to what the gateways approved; an application or a devolución uses up
credit that was told before; a reversión moves nothing here and tells what the gateway says. Which rows is a matter of
the Bogotá day on which the portal learned of the money, not of the gateway's date, or of what the ERP has taken.
"""

import csv
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from cartera.dinero import proporcion
from pagos import lineas_erp
from pagos.estados import TipoLinea

COLUMNAS = (
    *("linea", "tipo", "empresa_nit", "referencia", "comprobante", "fecha_pago", "registrado_en"),
    *("tercero_tipo", "tercero_numero", "tercero_nombre", "documento", "numero", "ubicacion", "cuota", "moneda"),
    *("valor", "iva", "debia", "razon", "nota", "fecha_devolucion", "soporte", "medio", "banco", "franquicia"),
    *("cus", "aprobacion", "ciclo", "prueba", "entregado_en", "contabilizado_en"),
)
_DE_SU_ORIGEN = ("documento", "numero", "ubicacion", "cuota", "debia", "razon", "nota", "fecha_devolucion", "soporte")
_CON = (
    *("empresa", "pago__tercero", "pago__acuerdo", "pago__recibo", "novedad", "aplicacion__saldo"),
    *("abono__detalle__saldo", "favor__detalle__saldo"),
)
LOTE = 1000


def filas(empresa_id, *, desde=None, hasta=None, solo=None):
    """Yield a dict of COLUMNAS for each line of an empresa, in their order.

    `desde`, `hasta` (dates, inclusive): registered on those Bogotá days. `solo`: a function that narrows a queryset of
    datetimes, absent values None.
    """
    lineas_erp.numerar(empresa_id)
    consulta = lineas_erp.lineas(empresa_id)
    if desde is not None:
        consulta = consulta.filter(ocurrio_en__gte=_medianoche(desde))
    if hasta is not None:
        consulta = consulta.filter(ocurrio_en__lt=_medianoche(hasta + timedelta(days=1)))
    if solo is not None:
        consulta = solo(consulta)
    despues = 0
    while lote := list(de_lineas(consulta.filter(pk__gt=despues)[:LOTE])):
        yield from lote
        despues = lote[-1]["linea"]


def de_lineas(consulta):
    """Yield the row of each line of a queryset, in one query."""
    for linea in consulta.select_related(*_CON):
        yield _de_la_linea(linea) | _del_pago(linea.pago) | _ORIGENES[linea.tipo](linea)


def escribir_csv(salida, filas):
    """Write the rows as Colombian Excel reads them: `;`, decimal comma, UTF-8 with BOM. Returns how many they were.

    What it says is not altered: a program reads it. Its texts were checked when they were written.
    """
    salida.write("\ufeff")
    escritor = csv.writer(salida, delimiter=";", lineterminator="\r\n")
    escritor.writerow(COLUMNAS)
    cuantas = 0
    for fila in filas:
        escritor.writerow([_celda(fila[columna]) for columna in COLUMNAS])
        cuantas += 1
    return cuantas


def para_json(fila):
    """The same row with its moments as text (ISO 8601, Bogotá) and its kind as a word; money stays Decimal."""
    return {columna: _texto(valor) if isinstance(valor, date) else valor for columna, valor in fila.items()}


def _texto(momento):
    return (timezone.localtime(momento) if isinstance(momento, datetime) else momento).isoformat()


def _medianoche(dia):
    """The Bogotá beginning of a day."""
    return datetime.combine(dia, time.min, tzinfo=timezone.get_current_timezone())


def _de_la_linea(linea):
    return {
        "linea": linea.pk,
        "tipo": str(linea.tipo),
        "empresa_nit": linea.empresa.nit,
        "registrado_en": linea.ocurrio_en,
        "entregado_en": linea.entregada_en,
        "contabilizado_en": linea.acusada_en,
        **dict.fromkeys(_DE_SU_ORIGEN),
    }


def _del_pago(pago):
    recibo = getattr(pago, "recibo", None)
    return {
        "referencia": pago.referencia,
        "comprobante": recibo and recibo.numero,
        "fecha_pago": pago.fecha_pago,
        "tercero_tipo": pago.tercero.tipo_id,
        "tercero_numero": pago.tercero.numero,
        "tercero_nombre": pago.tercero.nombre_completo,
        "moneda": pago.moneda,
        "medio": pago.metodo,
        "banco": pago.banco,
        "franquicia": pago.franquicia,
        "cus": pago.cus,
        "aprobacion": pago.aprobacion,
        "ciclo": pago.ciclo,
        "prueba": "SI" if pago.acuerdo.prueba else "NO",
    }


def _del_abono(linea):
    abono, detalle = linea.abono, linea.abono.detalle
    # What did not fit in the document is credit, and a credit carries no IVA of its own.
    iva = proporcion(detalle.iva, abono.valor, detalle.valor)
    return {"valor": abono.valor, "iva": iva} | _del_detalle(detalle)


def _del_favor(linea):
    return {"valor": linea.favor.valor, "iva": None} | _del_detalle(linea.favor.detalle)


def _de_la_aplicacion(linea):
    uso = linea.aplicacion
    return {"valor": uso.valor, "iva": None, "nota": uso.por_que} | _del_documento(uso.saldo)


def _de_la_devolucion(linea):
    uso = linea.aplicacion
    suyo = {"fecha_devolucion": uso.fecha_devolucion, "soporte": uso.prueba, "nota": uso.por_que}
    return {"valor": uso.valor, "iva": None} | suyo


def _de_la_reversion(linea):
    """The whole payment: which part of it the gateway took back, only people know."""
    return {"valor": linea.pago.total, "iva": None}


_ORIGENES = {
    TipoLinea.ABONO: _del_abono,
    TipoLinea.SALDO_A_FAVOR: _del_favor,
    TipoLinea.APLICACION: _de_la_aplicacion,
    TipoLinea.DEVOLUCION: _de_la_devolucion,
    TipoLinea.REVERSION: _de_la_reversion,
}


def _del_detalle(detalle):
    if detalle is None:
        return {}
    suyo = {"debia": detalle.debia, "razon": detalle.razon, "nota": detalle.nota}
    return _del_documento(detalle.saldo) | suyo


def _del_documento(saldo):
    return {
        "documento": saldo.documento,
        "numero": saldo.numero,
        "ubicacion": saldo.ubicacion,
        "cuota": saldo.cuota,
    }


def _celda(valor):
    if valor is None:
        return ""
    if isinstance(valor, Decimal):
        return f"{valor:.2f}".replace(".", ",")
    if isinstance(valor, datetime):
        return f"{timezone.localtime(valor):%Y-%m-%d %H:%M:%S}"
    return str(valor)
