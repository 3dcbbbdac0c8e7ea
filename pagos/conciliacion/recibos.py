"""Receipts are numbered per Empresa from 1 without gaps."""

from django.db.models import F, Q

from cartera.models import Empresa
from pagos.conciliacion.tipos import Diferencia
from pagos.models import ContadorRecibo, Recibo


def diferencias(*, empresa_id):
    """Yield the Diferencia of every empresa whose receipts are not 1, 2, 3 ... up to its counter."""
    empresas = Empresa.objects.all() if empresa_id is None else Empresa.objects.filter(pk=empresa_id)
    for pk, nit in empresas.order_by("nit").values_list("pk", "nit"):
        # The counter first: whatever is issued meanwhile has a higher number.
        ultimo = ContadorRecibo.objects.filter(pk=pk).values_list("ultimo", flat=True).first() or 0
        hay = Recibo.objects.filter(empresa_id=pk, consecutivo__range=(1, ultimo)).count()
        if hay != ultimo:
            yield _diferencia(nit, "recibos_con_huecos", ultimo, hay)
        # One statement, one view of both tables: an approval in between is not a difference.
        fuera = Q(empresa__contadorrecibo__isnull=True) | Q(consecutivo__gt=F("empresa__contadorrecibo__ultimo"))
        sobran = Recibo.objects.filter(fuera | Q(consecutivo=0), empresa_id=pk).count()
        if sobran:
            yield _diferencia(nit, "recibos_fuera_del_contador", 0, sobran)


def _diferencia(nit, regla, esperado, encontrado):
    return Diferencia(
        regla=regla, empresa=nit, moneda="", sujeto="", esperado=str(esperado), encontrado=str(encontrado)
    )
