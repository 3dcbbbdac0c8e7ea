"""Receipts: *Comprobante de pago en línea*, numbered per Empresa without gaps."""

import secrets

from pagos.models import ContadorRecibo, Recibo


def emitir(pago, *, ahora):
    """Give the approved pago its receipt. Last lock of the approving transaction: a rollback gives the number back."""
    contador = _contador_bloqueado(pago.empresa_id)
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


def _contador_bloqueado(empresa_id):
    bloqueados = ContadorRecibo.objects.select_for_update(of=("self",), no_key=True)
    contador = bloqueados.filter(empresa_id=empresa_id).first()
    if contador is None:  # its first receipt: whoever comes second finds the row of whoever came first
        ContadorRecibo.objects.bulk_create([ContadorRecibo(empresa_id=empresa_id)], ignore_conflicts=True)
        contador = bloqueados.get(empresa_id=empresa_id)
    return contador
