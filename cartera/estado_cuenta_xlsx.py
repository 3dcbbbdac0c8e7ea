"""The statement of account as a spreadsheet: amounts are numbers, dates are dates, texts are never formulas."""

from datetime import date
from decimal import Decimal
from io import BytesIO

from django.utils import timezone
from django.utils.translation import gettext as _t
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

_DINERO = "#,##0.00"
_DIA = "yyyy-mm-dd"
_FUERTE = Font(bold=True)


def escribir(estado, *, empresa, tercero):
    """The workbook (binary stream) of an EstadoDeCuenta of `empresa` and `tercero`."""
    libro = Workbook(write_only=True)
    libro.properties.title = _t("Estado de cuenta, %(periodo)s") % {"periodo": estado.periodo.nombre}
    libro.properties.creator = empresa.nombre
    _resumen(libro, estado, empresa, tercero)
    _movimientos(libro, estado)
    _anteriores(libro, estado)
    _por_contabilizar(libro, estado)
    _pendientes(libro, estado)
    archivo = BytesIO()
    libro.save(archivo)
    archivo.seek(0)
    return archivo


def _hoja(libro, nombre, titulos, anchos):
    hoja = libro.create_sheet(nombre)
    for letra, ancho in zip("ABCDEFGH", anchos, strict=False):
        hoja.column_dimensions[letra].width = ancho
    hoja.freeze_panes = "A2"
    hoja.append([_celda(hoja, titulo, fuerte=True) for titulo in titulos])
    return hoja


def _renglon(hoja, *valores):
    hoja.append([_celda(hoja, valor) for valor in valores])


def _celda(hoja, valor, *, fuerte=False):
    if isinstance(valor, str):
        celda = WriteOnlyCell(hoja, ILLEGAL_CHARACTERS_RE.sub("", valor))
        # What begins with = is a text of somebody's, not a formula.
        celda.data_type = "s"
    else:
        celda = WriteOnlyCell(hoja, valor)
    if isinstance(valor, Decimal):
        celda.number_format = _DINERO
    elif isinstance(valor, date):
        celda.number_format = _DIA
    if fuerte:
        celda.font = _FUERTE
    return celda


def _resumen(libro, estado, empresa, tercero):
    hoja = _hoja(libro, _t("Resumen"), [_t("Estado de cuenta"), estado.periodo.nombre], (52, 32))
    no_se_sabe = _t("No informado")
    filas = [
        (_t("Empresa"), f"{empresa.nombre}, {empresa.identificacion}"),
        (_t("Cliente"), f"{tercero.nombre_completo}, {tercero.identificacion}"),
        (_t("Moneda"), estado.cuenta.moneda),
        (_t("Desde"), estado.periodo.desde),
        (_t("Hasta"), estado.periodo.hasta),
        (_t("Saldo inicial"), no_se_sabe if estado.inicial is None else estado.inicial),
        (_t("Débitos: lo que le cobraron"), estado.debitos),
        (_t("Créditos: lo que pagó y sus notas"), estado.creditos),
        (_t("Saldo final"), no_se_sabe if estado.final is None else estado.final),
        (_t("Pagos en línea por contabilizar"), estado.total_por_contabilizar),
        (_t("Hecho el"), estado.hoy),
    ]
    if estado.desde_cuando:
        filas.insert(6, (_t("Primer saldo que informó la empresa"), estado.inicial_conocido))
        filas.insert(7, (_t("Fecha de ese saldo"), estado.desde_cuando))
    for edad in estado.resumen.edades if estado.resumen else ():
        filas.append((_t("Pendiente hoy, %(tramo)s") % {"tramo": edad.tramo.nombre}, edad.total))
    for fila in filas:
        _renglon(hoja, *fila)


def _movimientos(libro, estado):
    titulos = [
        *(_t("Documento"), _t("Fecha"), _t("Tipo"), _t("Referencia")),
        *(_t("Débito"), _t("Crédito"), _t("Saldo")),
    ]
    hoja = _hoja(libro, _t("Movimientos"), titulos, (24, 12, 10, 18, 18, 18, 18))
    for renglon in estado.renglones():
        movimiento = renglon.movimiento
        _renglon(
            hoja,
            movimiento.etiqueta,
            movimiento.fecha,
            movimiento.tipo,
            movimiento.referencia,
            movimiento.debito,
            movimiento.credito,
            renglon.acumulado,
        )


def _anteriores(libro, estado):
    titulos = [
        *(_t("Documento"), _t("Debía al inicio"), _t("Al final")),
        *(_t("Fecha"), _t("Tipo"), _t("Referencia"), _t("Valor")),
    ]
    hoja = _hoja(libro, _t("Documentos anteriores"), titulos, (24, 18, 18, 12, 10, 18, 18))
    for documento in estado.anteriores():
        for movimiento in documento.movimientos:
            _renglon(
                hoja,
                documento.etiqueta,
                documento.al_inicio,
                documento.al_final,
                movimiento.fecha,
                movimiento.tipo,
                movimiento.referencia,
                movimiento.valor,
            )


def _por_contabilizar(libro, estado):
    titulos = [_t("Documento"), _t("Fecha del pago"), _t("Pago"), _t("Valor")]
    hoja = _hoja(libro, _t("Por contabilizar"), titulos, (24, 16, 24, 18))
    for pago in estado.por_contabilizar:
        _renglon(hoja, pago.etiqueta, timezone.localdate(pago.fecha_pago), pago.referencia, pago.valor)


def _pendientes(libro, estado):
    titulos = [_t("Documento"), _t("Fecha"), _t("Vence"), _t("Valor"), _t("Saldo")]
    hoja = _hoja(libro, _t("Pendientes"), titulos, (24, 12, 12, 18, 18))
    for saldo in estado.pendientes.iterator(chunk_size=2000):
        _renglon(hoja, saldo.etiqueta, saldo.fecha, saldo.vencimiento, saldo.valor, saldo.saldo)
