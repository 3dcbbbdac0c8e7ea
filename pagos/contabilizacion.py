"""The ERP's acknowledgement: it has booked an amount, which then stops counting as unbooked (diseno.md 4.11).

It comes in a file or through the endpoint, by referencia (all that the payment itself brought: its abonos and saldos a
favor) or by line. Delivered is not booked: only this says so.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cartera.errores import DineroIncoherenteError
from cartera.servicios import acusar_dinero, bloquear_saldos
from pagos import lineas_erp
from pagos.estados import Estado, TipoLinea
from pagos.models import Abono, AplicacionSaldoAFavor, LineaErp, Pago, SaldoAFavor

# What a payment brings by itself; what is done with its credit later is acknowledged by line.
_DEL_PAGO = (TipoLinea.ABONO, TipoLinea.SALDO_A_FAVOR)


class AcuseRechazadoError(ValueError):
    """Something that cannot be acknowledged; `args[0]` says why."""


def acusar(pago_id, *, lineas=None):
    """The ERP has booked what an approved payment brought, or only `lineas` (ids) of it; returns how many were new.

    Raises DineroIncoherenteError, with nothing written, when a saldo does not hold that money as unbooked.
    """
    if lineas is None:
        _dar_lineas(pago_id)
    with transaction.atomic():
        abonos = Abono.objects.filter(detalle__pago=pago_id)
        usos = AplicacionSaldoAFavor.objects.filter(favor__pago=pago_id, saldo__isnull=False)
        ids = [*abonos.values_list("saldo_id", flat=True), *usos.values_list("saldo_id", flat=True)]
        saldos = {saldo.pk: saldo for saldo in bloquear_saldos(ids)}
        Pago.objects.select_for_update(of=("self",), no_key=True).get(pk=pago_id)
        nuevas = lineas_erp.sin_contabilizar(LineaErp.objects.filter(pago_id=pago_id)).order_by("pk")
        nuevas = nuevas.filter(tipo__in=_DEL_PAGO) if lineas is None else nuevas.filter(pk__in=lineas)
        ahora, cuantas = timezone.now(), 0
        for linea in nuevas.select_related("abono", "aplicacion"):
            _acusar_linea(linea, saldos, ahora=ahora)
            cuantas += 1
    return cuantas


def _acusar_linea(linea, saldos, *, ahora):
    """Mark the line, and the money behind it where it lowers a saldo."""
    dinero = linea.abono or linea.aplicacion
    if dinero is not None and dinero.aplicado_erp_en is None:
        if dinero.saldo_id:
            acusar_dinero(saldos[dinero.saldo_id], dinero.valor)
        dinero.aplicado_erp_en = ahora
        dinero.save(update_fields=["aplicado_erp_en"])
    linea.acusada_en = ahora
    linea.save(update_fields=["acusada_en"])


def _dar_lineas(pago_id):
    """The money of a pago has its lines before it is acknowledged: a line is what the mark stands on."""
    sueltos = (
        Abono.objects.filter(detalle__pago=pago_id, linea__isnull=True),
        SaldoAFavor.objects.filter(pago=pago_id, linea__isnull=True),
    )
    if any(consulta.exists() for consulta in sueltos):
        lineas_erp.numerar(Pago.objects.values_list("empresa_id", flat=True).get(pk=pago_id))


def acusar_referencia(referencia, *, empresa_id=None):
    """As `acusar`, by referencia; `empresa_id`: only if it is of this Empresa.

    Raises AcuseRechazadoError when there is no such payment, it is not approved, or the books do not hold its money.
    """
    pago = _pago(referencia, empresa_id)
    return _o_rechazar(lambda: acusar(pago))


def acusar_linea(linea_id, *, empresa_id=None):
    """As `acusar`, for one line of LineaErp."""
    suyas = LineaErp.objects.filter(pk=linea_id)
    if empresa_id is not None:
        suyas = suyas.filter(empresa_id=empresa_id)
    pago_id = suyas.values_list("pago_id", flat=True).first()
    if pago_id is None:
        raise AcuseRechazadoError(_("no hay una línea con el número %s") % linea_id)
    return _o_rechazar(lambda: acusar(pago_id, lineas=[linea_id]))


def _pago(referencia, empresa_id):
    suyos = Pago.objects.filter(referencia=referencia)
    if empresa_id is not None:
        suyos = suyos.filter(empresa_id=empresa_id)
    hallado = suyos.values_list("pk", "estado").first()
    if hallado is None:
        raise AcuseRechazadoError(_("no hay un pago con la referencia «%s»") % referencia)
    if hallado[1] != Estado.APROBADA:
        raise AcuseRechazadoError(_("el pago %s no está aprobado: no hay qué contabilizar") % referencia)
    return hallado[0]


def _o_rechazar(acusar_uno):
    try:
        return acusar_uno()
    except DineroIncoherenteError as error:
        raise AcuseRechazadoError(_("el saldo no tiene esperando ese dinero: ejecute conciliar")) from error
