"""The IVA inside each part of a payment (diseno.md 2, DetallePago)."""

from cartera.dinero import proporcion, sumar
from pagos.models import DetallePago


def iva_de(saldo, paga):
    """IVA (Decimal, two places) inside paying `paga` of a locked saldo, in its currency.

    The proportional share, half up; the part that completes the document takes the remainder, so that the parts add up
    to the document's IVA. A document paid partly elsewhere has no such last part here.
    """
    if paga == saldo.valor:
        return saldo.iva
    previos = DetallePago.objects.filter(saldo=saldo, abono__isnull=False).values_list("valor", "iva")
    pagado = sumar(valor for valor, _iva in previos)
    if pagado + paga == saldo.valor:
        return min(max(saldo.iva - sumar(iva for _valor, iva in previos), 0), paga)
    return min(proporcion(saldo.iva, paga, saldo.valor), paga)


def base_de(detalles):
    """Base of the IVA: sum of what is paid less its IVA over the details that carry IVA (pasarelas.md 2.1)."""
    return sumar(detalle.valor - detalle.iva for detalle in detalles if detalle.iva)
