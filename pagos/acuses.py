"""The file in which the ERP says what it has booked."""

from dataclasses import dataclass, field
from itertools import islice

from django.utils.translation import gettext as _

from cartera.errores import DineroIncoherenteError
from pagos.contabilizacion import acusar
from pagos.estados import Estado
from pagos.models import LineaErp, Pago
from usuarios.archivos import leer_csv
from usuarios.errores import ValorInvalidoError
from usuarios.valores import leer_entero, leer_texto

COLUMNA, OPCIONAL = "referencia", "linea"
_LOTE = 500
# A file with every row wrong must not fill the memory or the screen; the count stays exact.
MAXIMO_ERRORES = 1000


@dataclass
class Informe:
    """Counts of rows and of lines, and the first MAXIMO_ERRORES errors as (line of the file, reason), by line."""

    contabilizados: int = 0
    lineas: int = 0
    sin_cambios: int = 0
    cuantos_errores: int = 0
    errores: list[tuple[int, str]] = field(default_factory=list)
    cargado: bool = False

    def rechazar(self, linea, razon):
        """Count the row that begins at `linea` as refused."""
        self.cuantos_errores += 1
        if len(self.errores) < MAXIMO_ERRORES:
            self.errores.append((linea, str(razon)))


@dataclass(frozen=True)
class _Fila:
    """A row of the file: where it begins, its referencia and, when it names one, its line of LineaErp."""

    linea: int
    referencia: str
    cual: int | None


def acusar_pagos(archivo, *, parcial=False, codificacion=None):
    """Take the ERP's word for the payments of a CSV (path) with the column `referencia`; returns an Informe.

    A row that also names a `linea` is about that line alone. With an error in any row nothing is written, unless
    `parcial`. Each row is one transaction, and what was acknowledged before is left as it is: a file cut short is
    simply loaded again. Raises ArchivoInvalidoError.
    """
    informe = Informe()
    buenas = list(_leer(archivo, codificacion, informe))
    if informe.cuantos_errores and not parcial:
        return informe
    for fila, pago_id in buenas:
        try:
            lineas = acusar(pago_id, lineas=fila.cual and [fila.cual])
        except DineroIncoherenteError:
            informe.rechazar(fila.linea, _("el saldo no tiene esperando ese dinero: ejecute conciliar"))
            continue
        informe.lineas += lineas
        if lineas:
            informe.contabilizados += 1
        else:
            informe.sin_cambios += 1
    informe.cargado = True
    informe.errores.sort()
    return informe


def _leer(archivo, codificacion, informe):
    """Yield (row, pago id) of the good rows, refusing the others; no payment is changed."""
    filas = leer_csv(archivo, columnas=(COLUMNA,), opcionales=(OPCIONAL,), codificacion=codificacion)
    while lote := list(islice(filas, _LOTE)):
        leidas = []
        for fila in lote:
            try:
                leidas.append(_interpretar(fila))
            except ValorInvalidoError as error:
                informe.rechazar(fila.linea, error)
        pagos = Pago.objects.filter(referencia__in={fila.referencia for fila in leidas}).order_by()
        por_referencia = {pago.referencia: pago for pago in pagos.only("referencia", "estado")}
        nombradas = LineaErp.objects.filter(pk__in={fila.cual for fila in leidas if fila.cual})
        pago_de_linea = dict(nombradas.order_by().values_list("pk", "pago_id"))
        for fila in leidas:
            pago = por_referencia.get(fila.referencia)
            razon = _por_que_no(fila, pago, pago_de_linea)
            if razon:
                informe.rechazar(fila.linea, razon)
            else:
                yield fila, pago.pk


def _interpretar(fila):
    referencia = fila.leer(COLUMNA, leer_texto, maximo=30, obligatorio=True).upper()
    cual = fila.leer(OPCIONAL, leer_entero, maximo=10**18) if fila[OPCIONAL].strip() else None
    return _Fila(fila.linea, referencia, cual)


def _por_que_no(fila, pago, pago_de_linea):
    """Why a row cannot be taken, '' when it can."""
    if pago is None:
        return _("no hay un pago con la referencia «%s»") % fila.referencia
    if fila.cual is not None and pago_de_linea.get(fila.cual) != pago.pk:
        return _("el pago %(pago)s no tiene una línea %(linea)s") % {"pago": fila.referencia, "linea": fila.cual}
    if fila.cual is None and pago.estado != Estado.APROBADA:
        return _("el pago %s no está aprobado: no hay qué contabilizar") % fila.referencia
    return ""
