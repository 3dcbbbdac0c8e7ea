"""From our pago to what a gateway is asked: who owes, how much, where the payer comes back (pasarelas.md 1.1, 2.1)."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from pagos.iva import base_de
from pagos.pasarelas.base import Pagador, Pedido


def pedido_de(pago):
    """The Pedido of a pago; money in its currency."""
    detalles = list(pago.detalles.select_related("saldo"))
    return Pedido(
        referencia=pago.referencia,
        total=pago.total,
        iva=pago.iva,
        base_iva=base_de(detalles),
        moneda=pago.moneda,
        descripcion=_descripcion(pago, detalles),
        pagador=_pagador(pago),
        url_retorno=_absoluta("pagos:retorno", pago.codigo_retorno),
        url_confirmacion=_absoluta("pagos:confirmacion", pago.acuerdo_id),
        idioma="en" if pago.idioma.startswith("en") else "es",
    )


def _descripcion(pago, detalles):
    # In the language of the pago, not of whoever presses Continuar later: the same id asks for the same.
    with translation.override(pago.idioma):
        primero, otros = detalles[0].saldo.etiqueta, len(detalles) - 1
        return _("%(primero)s y %(otros)d más") % {"primero": primero, "otros": otros} if otros else primero


def _pagador(pago):
    """The tercero's identification and names, the e-mail of the user who pays."""
    tercero = pago.tercero
    return Pagador(
        tipo_id=tercero.tipo_id,
        numero=tercero.numero,
        dv=tercero.dv,
        nombre=tercero.nombre,
        apellido=tercero.apellido,
        telefono=tercero.telefono,
        correo=pago.usuario.email,
    )


def _absoluta(nombre, *args):
    return settings.PORTAL_URL + reverse(nombre, args=args)
