"""Receipts: *Comprobante de pago en línea*, numbered per Empresa without gaps."""

import secrets

from pagos.models import ContadorRecibo, Recibo


def emitir(pago, *, ahora):
    """Give the approved pago its receipt. Last lock of the approving transaction: a rollback gives the number back."""
    ContadorRecibo.objects.get_or_create(empresa_id=pago.empresa_id)
    contador = ContadorRecibo.objects.select_for_update(of=("self",), no_key=True).get(empresa_id=pago.empresa_id)
    contador.ultimo += 1
    contador.save(update_fields=["ultimo"])
    return Recibo.objects.create(
        pago=pago,
        empresa_id=pago.empresa_id,
        consecutivo=contador.ultimo,
        prefijo=pago.empresa.prefijo_comprobante,
        codigo_verificacion=secrets.token_hex(16),
        emitido_en=ahora,
    )
