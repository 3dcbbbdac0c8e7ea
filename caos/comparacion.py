"""The gateway's ledger against our books, reference by reference. It reads both and judges by itself: no rule of the
portal is used, so that a wrong rule shows.
"""

from collections import defaultdict
from decimal import Decimal

from pagos.models import Abono, Novedad, Pago, Recibo, SaldoAFavor

_APROBADO = {"zonapagos": 1, "payu": 4}
_CERO = Decimal("0.00")


class Nuestro:
    """What our books say of one reference."""

    def __init__(self, pago):
        self.estado, self.total, self.abonos, self.favores = pago.estado, pago.total, _CERO, _CERO
        self.recibos, self.novedades = 0, 0

    @property
    def dinero(self):
        """Booked money (Decimal)."""
        return self.abonos + self.favores


def leer():
    """Reference -> Nuestro, of every pago."""
    nuestros = {pago.referencia: Nuestro(pago) for pago in Pago.objects.all()}
    for referencia, valor in Abono.objects.values_list("detalle__pago__referencia", "valor"):
        nuestros[referencia].abonos += valor
    for referencia, valor in SaldoAFavor.objects.values_list("pago__referencia", "valor"):
        nuestros[referencia].favores += valor
    for referencia in Recibo.objects.values_list("pago__referencia", flat=True):
        nuestros[referencia].recibos += 1
    abiertas = Novedad.objects.filter(resuelta_en__isnull=True, pago__isnull=False)
    for referencia in abiertas.values_list("pago__referencia", flat=True):
        nuestros[referencia].novedades += 1
    return nuestros


def comparar(libro, nuestros, *, raras):
    """Yield (reference, what differs). `libro`: the simulator's ledger; `raras`: references that nobody may book."""
    por_referencia = defaultdict(list)
    for linea in libro:
        por_referencia[linea["referencia"]].append(linea)
    for referencia in sorted(por_referencia.keys() - nuestros.keys()):
        yield referencia, "la pasarela conoce un pago que el portal no tiene"
    for referencia, nuestro in sorted(nuestros.items()):
        lineas = por_referencia[referencia]
        for falta in _faltas(lineas, nuestro, rara=referencia in raras):
            yield referencia, f"{falta} [{_resumen(lineas)}]"


def _faltas(lineas, nuestro, *, rara):
    veces, suma = _aprobado(lineas)
    if rara:
        yield from _faltas_de_rara(nuestro)
    elif suma == _CERO:
        if nuestro.estado == "APROBADA" or nuestro.dinero or nuestro.recibos:
            yield f"la pasarela no aprobó nada y el portal la tiene {nuestro.estado} con {nuestro.dinero}"
    else:
        if nuestro.estado != "APROBADA" or nuestro.recibos != 1:
            yield f"la pasarela aprobó {suma} y el portal la tiene {nuestro.estado}, {nuestro.recibos} comprobantes"
        if nuestro.dinero != suma:
            yield f"la pasarela aprobó {suma} ({veces} intentos) y el portal anotó {nuestro.dinero}"


def _resumen(lineas):
    """The gateway's attempts, for whoever looks for the reason."""
    return "; ".join(
        f"{linea['pasarela']} pidió {linea['valor']}: "
        + ", ".join(f"{intento['estado']} por {intento['valor']}" for intento in linea["intentos"])
        for linea in lineas
    )


def _faltas_de_rara(nuestro):
    if nuestro.estado == "APROBADA" or nuestro.dinero or nuestro.recibos:
        yield f"lo que nadie puede decidir quedó {nuestro.estado} con {nuestro.dinero}"
    if not nuestro.novedades:
        yield "lo que nadie puede decidir quedó sin Novedad abierta"


def _aprobado(lineas):
    """(approved attempts, their sum) of the orders that the gateway holds under one reference."""
    valores = [
        Decimal(intento["valor"])
        for linea in lineas
        for intento in linea["intentos"]
        if intento["estado"] == _APROBADO[linea["pasarela"]]
    ]
    return len(valores), sum(valores, _CERO)


def totales(libro, nuestros, *, raras):
    """(approved at the gateway, abonos, saldos a favor, under a Novedad) in all, as Decimal."""
    en_duda = [linea for linea in libro if linea["referencia"] in raras]
    seguras = [linea for linea in libro if linea["referencia"] not in raras]
    return (
        _aprobado(libro)[1],
        sum((nuestro.abonos for nuestro in nuestros.values()), _CERO),
        sum((nuestro.favores for nuestro in nuestros.values()), _CERO),
        _aprobado(en_duda)[1],
        _aprobado(seguras)[1],
    )
