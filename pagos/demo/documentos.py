"""The demo's documents: balances and movements with the shapes that Colombian companies bill in.

Numbers come from a fixed seed and dates count from `hoy`, so the same documents appear on every machine, some overdue
(1 to 120 days), some due this week, some later.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from cartera.dinero import CENTAVO, CERO, proporcion

SEMILLA = 20260101
_UN_PESO = Decimal(1)


@dataclass(frozen=True, kw_only=True)
class DocumentoDemo:
    """One instalment: who owes (index of the tercero), what and how much, in `moneda`."""

    empresa: int
    tercero: int
    documento: str
    numero: str
    cuota: int
    fecha: date
    vencimiento: date
    moneda: str
    valor: Decimal
    iva: Decimal
    saldo: Decimal


@dataclass(frozen=True, kw_only=True)
class _Clase:
    prefijo: str
    desde: int  # pesos, before IVA
    hasta: int
    redondeo: int
    ivas: tuple[int, ...]  # percent, one is drawn
    plazos: tuple[int, ...]  # days from date to due date
    cuotas: int = 1


_CLASES = {
    # Factura electrónica de venta.
    "FV": _Clase(
        prefijo="FE", desde=80_000, hasta=6_000_000, redondeo=100, ivas=(19, 19, 19, 5, 0), plazos=(30, 45, 60)
    ),
    # Cuota de administración: no IVA for the common areas, due within the month.
    "CA": _Clase(prefijo="", desde=180_000, hasta=950_000, redondeo=1_000, ivas=(0,), plazos=(10, 15)),
    # Cuenta de cobro, sometimes in instalments.
    "CC": _Clase(prefijo="", desde=120_000, hasta=2_400_000, redondeo=1_000, ivas=(0,), plazos=(15, 30), cuotas=3),
    # Nota débito: interest and adjustments.
    "ND": _Clase(prefijo="ND", desde=4_000, hasta=90_000, redondeo=1, ivas=(0, 19), plazos=(15, 30)),
}


def generar(empresas, *, terceros, cuantos, hoy):
    """About `cuantos` DocumentoDemo, every tercero with some and the first one with some of every empresa.

    `empresas`: sequence of EmpresaDemo; `terceros`: how many there are; `hoy`: date in Bogota.
    """
    azar = Random(SEMILLA)  # noqa: S311  (the demo must be the same everywhere; nothing depends on chance)
    consecutivos = [10_000 * (indice + 1) for indice in range(len(empresas))]
    documentos = []
    while len(documentos) < cuantos:
        turno = len(documentos)
        tercero = turno % terceros
        # The first rounds visit every empresa with the first tercero, then as it falls.
        cual = turno // terceros % len(empresas) if tercero == 0 else azar.randrange(len(empresas))
        consecutivos[cual] += 1
        clase = azar.choice(empresas[cual].documentos)
        documentos += _documento(azar, cual, tercero, clase, consecutivos[cual], hoy)
    return documentos[: cuantos - len(_DOLARES)] + [_en_dolares(cual, hoy) for cual in range(len(_DOLARES))]


# (dollars, days until due) of the two invoices that the first empresa sends in dollars to the first tercero.
_DOLARES = ((Decimal("1250.00"), -12), (Decimal("480.50"), 20))


def _en_dolares(cual, hoy):
    valor, dias = _DOLARES[cual]
    vencimiento = hoy + timedelta(days=dias)
    return DocumentoDemo(
        empresa=0,
        tercero=0,
        documento="FV",
        numero=f"EXP{901 + cual}",
        cuota=1,
        fecha=vencimiento - timedelta(days=30),
        vencimiento=vencimiento,
        moneda="USD",
        valor=valor,
        iva=CERO,
        saldo=valor,
    )


def _documento(azar, empresa, tercero, clase, consecutivo, hoy):
    """The instalments of one document."""
    forma = _CLASES[clase]
    base = Decimal(azar.randrange(forma.desde, forma.hasta) // forma.redondeo * forma.redondeo)
    iva = proporcion(base, Decimal(azar.choice(forma.ivas)), Decimal(100))
    cuotas = azar.randint(1, forma.cuotas)
    vencimiento = hoy - timedelta(days=_dias_de_mora(azar))
    fecha = min(hoy, vencimiento - timedelta(days=azar.choice(forma.plazos)))
    for cuota in range(1, cuotas + 1):
        # The last instalment takes what the division leaves over.
        parte_base, parte_iva = (_parte(monto, cuota, cuotas) for monto in (base, iva))
        valor = parte_base + parte_iva
        yield DocumentoDemo(
            empresa=empresa,
            tercero=tercero,
            documento=clase,
            numero=f"{forma.prefijo}{consecutivo}",
            cuota=cuota,
            fecha=fecha,
            vencimiento=vencimiento + timedelta(days=30 * (cuota - 1)),
            moneda="COP",
            valor=valor,
            iva=parte_iva,
            saldo=_saldo(azar, valor),
        )


def _dias_de_mora(azar):
    """Negative = not due yet. Four in ten overdue, one in eight due this week."""
    suerte = azar.random()
    if suerte < 0.4:
        return azar.randint(1, 120)
    return azar.randint(-6, 0) if suerte < 0.52 else azar.randint(-60, -7)


def _parte(monto, cuota, cuotas):
    parte = (monto / cuotas).quantize(CENTAVO)
    return parte if cuota < cuotas else monto - parte * (cuotas - 1)


def _saldo(azar, valor):
    """One in six was paid in part before the demo began."""
    if azar.random() > 1 / 6:
        return valor
    pagado = (valor * azar.randint(20, 80) / 100).quantize(_UN_PESO)
    return valor - pagado if CERO < pagado < valor else valor
