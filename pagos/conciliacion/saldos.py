"""Every saldo against the money that the portal has applied to it (docs/decisiones/0003-saldo-y-erp.md)."""

from collections import defaultdict

from django.db import transaction

from cartera.dinero import CERO
from cartera.models import Saldo
from cartera.servicios import bloquear_saldos, recalcular
from pagos.conciliacion.lotes import por_lotes
from pagos.conciliacion.tipos import Diferencia
from pagos.models import Abono, AplicacionSaldoAFavor


def diferencias(*, empresa_id):
    """Yield the Diferencia of every saldo."""
    consulta = Saldo.objects.all() if empresa_id is None else Saldo.objects.filter(empresa_id=empresa_id)
    for ids in por_lotes(consulta):
        dudosos = {pk for pk, _diferencia in _revisar(ids)}
        if dudosos:
            with transaction.atomic():
                bloqueados = [saldo.pk for saldo in bloquear_saldos(dudosos)]
                ciertas = [diferencia for _pk, diferencia in _revisar(bloqueados)]
            yield from ciertas


def _revisar(ids):
    """Yield (primary key, Diferencia) of the saldos of `ids`: three queries however many they are."""
    aplicado, sin_acusar = _dinero(ids)
    campos = ("id", "empresa__nit", "moneda", "documento", "numero", "cuota", "saldo", "saldo_erp", "por_acusar")
    for fila in Saldo.objects.filter(pk__in=ids).order_by("pk").values(*campos, "por_reflejar"):
        pk = fila["id"]
        debe = recalcular(fila["saldo_erp"], fila["por_acusar"])
        if fila["saldo"] != debe:
            yield pk, _diferencia(fila, "saldo", debe, fila["saldo"])
        if fila["por_acusar"] != sin_acusar[pk]:
            yield pk, _diferencia(fila, "por_acusar", sin_acusar[pk], fila["por_acusar"])
        if fila["por_reflejar"] > aplicado[pk]:
            yield pk, _diferencia(fila, "por_reflejar", aplicado[pk], fila["por_reflejar"])


def _dinero(ids):
    """Two dicts by saldo: all the money applied to it, and what of it the ERP has not acknowledged."""
    aplicado, sin_acusar = defaultdict(lambda: CERO), defaultdict(lambda: CERO)
    for modelo in (Abono, AplicacionSaldoAFavor):
        filas = modelo.objects.filter(saldo_id__in=ids).order_by()
        for saldo_id, valor, acusado in filas.values_list("saldo_id", "valor", "aplicado_erp_en"):
            aplicado[saldo_id] += valor
            if acusado is None:
                sin_acusar[saldo_id] += valor
    return aplicado, sin_acusar


def _diferencia(fila, regla, esperado, encontrado):
    cuota = f" cuota {fila['cuota']}" if fila["cuota"] > 1 else ""
    return Diferencia(
        regla=regla,
        empresa=fila["empresa__nit"],
        moneda=fila["moneda"],
        sujeto=f"{fila['documento']} {fila['numero']}{cuota}",
        esperado=esperado,
        encontrado=encontrado,
        detalle=f"saldo {fila['id']}",
    )
