"""Under the lock, before a payment exists: is what the page showed still owed, and is it free (diseno.md 4.3)."""

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from cartera import parcial
from cartera.dinero import CERO
from cartera.errores import AbonoNoPermitidoError
from cartera.formato import dinero
from pagos.errores import PagoNoPermitidoError, SaldoEnPagoError, SeleccionCambioError
from pagos.models import DetallePago, Pago
from usuarios.consultas import alcance


def exigir_sin_pagos_abiertos(saldos):
    """Raise SaldoEnPagoError when some locked saldo is in an open pago or in one being retried at the gateway."""
    ids = [saldo.pk for saldo in saldos]
    abiertos = DetallePago.objects.filter(saldo_id__in=ids, abierto=True).values_list("saldo_id", "pago__referencia")
    reabiertos = DetallePago.objects.filter(saldo_id__in=ids, pago__reabierta=True).values_list(
        "saldo_id", "pago__referencia"
    )
    ocupados = dict(reabiertos) | dict(abiertos)
    if not ocupados:
        return
    mensaje = (
        _("Estos documentos ya están en un pago en curso.")
        if len(abiertos)
        else _("Un pago anterior de estos documentos se está reintentando en la pasarela: espere su resultado.")
    )
    raise SaldoEnPagoError(
        mensaje,
        ocupados=[(saldo.pk, saldo.etiqueta, ocupados[saldo.pk]) for saldo in saldos if saldo.pk in ocupados],
        libres=[saldo.pk for saldo in saldos if saldo.pk not in ocupados],
    )


def exigir_sin_cambios(foto, saldos, usuario):
    """Raise SeleccionCambioError naming each document that is no longer what the page showed.

    Raises PagoNoPermitidoError when one of them is not the user's to pay.
    """
    visibles = alcance(usuario)
    if not all(visibles.permite(tercero_id=s.tercero_id, organizacion_id=s.organizacion_id) for s in saldos):
        raise PagoNoPermitidoError(_("Alguno de los documentos ya no está a su alcance."))
    # The rule of partial payment is the empresa's, asked of only some of them.
    prefetch_related_objects([s for s in saldos if foto.lineas[s.pk].paga != s.saldo], "empresa")
    cambios = [frase for saldo in saldos for frase in _cambios(foto, saldo)]
    if len(saldos) != len(foto.lineas):
        cambios.append(_("Un documento ya no existe."))
    if cambios:
        raise SeleccionCambioError(_("Lo que debe cambió desde que abrió la página."), cambios=cambios)


def _cambios(foto, saldo):
    vista = foto.lineas[saldo.pk]
    grupo = (saldo.empresa_id, saldo.tercero_id, saldo.moneda)
    if saldo.saldo == CERO:
        yield _("%s ya está pagado.") % saldo.etiqueta
    elif saldo.saldo != vista.debe:
        yield _("%(documento)s: el saldo cambió de %(antes)s a %(ahora)s.") % {
            "documento": saldo.etiqueta,
            "antes": dinero(vista.debe, saldo.moneda),
            "ahora": dinero(saldo.saldo, saldo.moneda),
        }
    else:
        yield from _contra_la_regla(vista, saldo)
    if grupo != (foto.empresa_id, foto.tercero_id, foto.moneda) or not CERO < vista.paga <= vista.debe:
        yield _("%s cambió de dueño o de moneda.") % saldo.etiqueta


def _contra_la_regla(vista, saldo):
    try:
        parcial.exigir(saldo, vista.paga, vista.razon, vista.nota)
    except AbonoNoPermitidoError as error:
        yield _("%(documento)s: %(razon)s") % {"documento": saldo.etiqueta, "razon": error}


def pago_que_ocupa(saldo_id):
    """The open pago that holds a saldo, or None."""
    return Pago.objects.filter(detalles__saldo_id=saldo_id, detalles__abierto=True).first()
