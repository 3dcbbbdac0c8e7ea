"""The IVA inside each part of a payment (diseno.md 2, DetallePago)."""

from collections import defaultdict

from cartera.dinero import CERO, proporcion, sumar
from pagos.models import DetallePago


def ivas_de(partes):
    """IVA (list of Decimal) inside each part of `partes` ((saldo, paga) pairs), in one query for all of them."""
    partes = list(partes)
    previos = _previos([saldo.pk for saldo, paga in partes if paga != saldo.valor])
    return [iva_de(saldo, paga, previos=previos.get(saldo.pk, ())) for saldo, paga in partes]


def iva_de(saldo, paga, *, previos=None):
    """IVA (Decimal, two places) inside paying `paga` of a locked saldo, in its currency; never above `paga`.

    The proportional share, half up, as far as it leaves the rest of the document an IVA that fits in it: the part that
    completes the document takes exactly the remainder, so the parts add up to the document's IVA. A document paid
    partly elsewhere has no such last part here. `previos`: (valor, iva) of the parts already paid, read from the
    database when it is None.
    """
    if paga == saldo.valor:
        return saldo.iva
    if previos is None:
        previos = _previos([saldo.pk]).get(saldo.pk, ())
    queda = saldo.valor - sumar(valor for valor, _iva in previos)
    queda_iva = saldo.iva - sumar(iva for _valor, iva in previos)
    # Rounding each small part by itself could leave the last one more IVA than it has room for, or less than none.
    piso, techo = queda_iva - (queda - paga), min(queda_iva, paga)
    return max(CERO, min(techo, max(piso, proporcion(saldo.iva, paga, saldo.valor))))


def _previos(saldo_ids):
    """(valor, iva) of the parts already paid, by saldo id."""
    partes = defaultdict(list)
    if saldo_ids:
        filas = DetallePago.objects.filter(saldo_id__in=saldo_ids, abono__isnull=False).order_by("pk")
        for saldo_id, valor, iva in filas.values_list("saldo_id", "valor", "iva"):
            partes[saldo_id].append((valor, iva))
    return partes


def base_de(detalles):
    """Base of the IVA: sum of what is paid less its IVA over the details that carry IVA (pasarelas.md 2.1)."""
    return sumar(detalle.valor - detalle.iva for detalle in detalles if detalle.iva)
