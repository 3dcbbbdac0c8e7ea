"""The ERP's acknowledgement: it has booked a payment, so its abonos stop counting as unbooked (diseno.md 4.11)."""

from dataclasses import dataclass, field
from itertools import islice

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cartera.errores import DineroIncoherenteError
from cartera.servicios import acusar_dinero, bloquear_saldos
from pagos.estados import Estado
from pagos.models import Abono, Pago
from usuarios.archivos import leer_csv
from usuarios.errores import ValorInvalidoError
from usuarios.valores import leer_texto

COLUMNA = "referencia"
_LOTE = 500
# A file with every row wrong must not fill the memory or the screen; the count stays exact.
MAXIMO_ERRORES = 1000


@dataclass
class Informe:
    """Counts of payments, and the first MAXIMO_ERRORES errors as (line, reason), by line."""

    contabilizados: int = 0
    abonos: int = 0
    sin_cambios: int = 0
    cuantos_errores: int = 0
    errores: list[tuple[int, str]] = field(default_factory=list)
    cargado: bool = False

    def rechazar(self, linea, razon):
        """Count the row that begins at `linea` as refused."""
        self.cuantos_errores += 1
        if len(self.errores) < MAXIMO_ERRORES:
            self.errores.append((linea, str(razon)))


def acusar_pagos(archivo, *, parcial=False, codificacion=None):
    """Take the ERP's word for the payments of a CSV (path) with the column `referencia`; returns an Informe.

    With an error in any row nothing is written, unless `parcial`. Each payment is one transaction, and one already
    acknowledged is left as it is: a file cut short is simply loaded again. Raises ArchivoInvalidoError.
    """
    informe = Informe()
    pagos = list(_leer(archivo, codificacion, informe))
    if informe.cuantos_errores and not parcial:
        return informe
    for linea, pago_id in pagos:
        try:
            abonos = acusar(pago_id)
        except DineroIncoherenteError:
            informe.rechazar(linea, _("el saldo no tiene esperando ese dinero: ejecute conciliar"))
            continue
        informe.abonos += abonos
        if abonos:
            informe.contabilizados += 1
        else:
            informe.sin_cambios += 1
    informe.cargado = True
    informe.errores.sort()
    return informe


def acusar(pago_id):
    """The ERP has booked an approved payment: fill `aplicado_erp_en` of its abonos, once; returns how many were new.

    Raises DineroIncoherenteError, with nothing written, when a saldo does not hold that money as unbooked.
    """
    with transaction.atomic():
        abonos = Abono.objects.filter(detalle__pago_id=pago_id)
        saldos = {saldo.pk: saldo for saldo in bloquear_saldos(abonos.values_list("saldo_id", flat=True))}
        Pago.objects.select_for_update(of=("self",), no_key=True).get(pk=pago_id)
        ahora = timezone.now()
        nuevos = list(abonos.filter(aplicado_erp_en__isnull=True))
        for abono in nuevos:
            acusar_dinero(saldos[abono.saldo_id], abono.valor)
            abono.aplicado_erp_en = ahora
            abono.save(update_fields=["aplicado_erp_en"])
    return len(nuevos)


def _leer(archivo, codificacion, informe):
    """Yield (line, pago id) of the good rows, refusing the others; no payment is changed."""
    filas = leer_csv(archivo, columnas=(COLUMNA,), codificacion=codificacion)
    while lote := list(islice(filas, _LOTE)):
        referencias = []
        for fila in lote:
            try:
                referencias.append((fila.linea, fila.leer(COLUMNA, leer_texto, maximo=30, obligatorio=True).upper()))
            except ValorInvalidoError as error:
                informe.rechazar(fila.linea, error)
        conocidos = Pago.objects.filter(referencia__in={uno for _linea, uno in referencias})
        por_referencia = {pago.referencia: pago for pago in conocidos.order_by().only("referencia", "estado")}
        for linea, referencia in referencias:
            pago = por_referencia.get(referencia)
            if pago is None:
                informe.rechazar(linea, _("no hay un pago con la referencia «%s»") % referencia)
            elif pago.estado != Estado.APROBADA:
                informe.rechazar(linea, _("el pago %s no está aprobado: no hay qué contabilizar") % referencia)
            else:
                yield linea, pago.pk
