"""Receipts: *Comprobante de pago en línea*, numbered per Empresa without gaps."""

import secrets

from cartera import sentencias
from pagos.models import ContadorRecibo, Recibo


def emitir(pago, *, ahora):
    """Give the approved pago its receipt. Last lock of the approving transaction: a rollback gives the number back."""
    contador = _contador_bloqueado(pago.empresa_id)
    contador.ultimo += 1
    sentencias.guardar(contador, ["ultimo"])
    sentencias.insertar(
        Recibo,
        pago_id=pago.pk,
        empresa_id=pago.empresa_id,
        consecutivo=contador.ultimo,
        prefijo=pago.empresa.prefijo_comprobante,
        codigo_verificacion=secrets.token_hex(16),
        emitido_en=ahora,
    )


def _contador_bloqueado(empresa_id):
    if not (bloqueado := _CONTADOR(empresa_id)):  # its first receipt: who comes second finds the row of who came first
        sentencias.insertar(ContadorRecibo, si_falta=True, empresa_id=empresa_id)
        bloqueado = _CONTADOR(empresa_id)
    return bloqueado[0]


_CONTADOR = sentencias.Preparada(
    lambda empresa_id: ContadorRecibo.objects.select_for_update(of=("self",), no_key=True).filter(pk=empresa_id)
)
