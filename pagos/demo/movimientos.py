"""The movements that explain the demo's balances, as the ERP would deliver them: opening, documents, receipts."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from cartera.dinero import CERO
from cartera.models import SALDO_INICIAL

# Days before today of the opening balance: older than any document of the demo.
APERTURA = 400
_ABONO_DE_APERTURA = 30
RECIBO = "RC"


def de(documentos, *, hoy):
    """Yield, per document and opening, a dict of Movimiento's fields, with `empresa` and `tercero` as indexes.

    For each empresa, tercero and currency: opening + debits - credits = what the documents' balances add up to. Pesos
    alone have an opening, so that the statement also shows what it says without one.
    """
    aperturas = defaultdict(lambda: Decimal("250000.00"))
    for documento in documentos:
        if documento.moneda == "COP":
            aperturas[documento.empresa, documento.tercero] += 1000
        yield _de_documento(documento, tipo=documento.documento, fecha=documento.fecha, debito=documento.valor)
        pagado = documento.valor - documento.saldo
        if pagado:
            fecha = min(hoy, documento.fecha + timedelta(days=7))
            yield _de_documento(documento, tipo=RECIBO, fecha=fecha, credito=pagado)
    for (empresa, tercero), valor in aperturas.items():
        yield from _apertura(empresa, tercero, valor, inicio=hoy - timedelta(days=APERTURA))


def _apertura(empresa, tercero, valor, *, inicio):
    """What was owed before the demo's documents, and its payment a month later."""
    comun = {"empresa": empresa, "tercero": tercero, "moneda": "COP"}
    clave = f"SI-{empresa}-{tercero}"
    yield comun | {"tipo": SALDO_INICIAL, "fecha": inicio, "debito": valor, "id_erp": clave}
    yield comun | {
        "tipo": RECIBO,
        "fecha": inicio + timedelta(days=_ABONO_DE_APERTURA),
        "referencia": f"RC{tercero:05}",
        "credito": valor,
        "id_erp": f"{clave}-RC",
    }


def _de_documento(documento, *, tipo, fecha, debito=CERO, credito=CERO):
    return {
        "empresa": documento.empresa,
        "tercero": documento.tercero,
        "documento": documento.documento,
        "numero": documento.numero,
        "cuota": documento.cuota,
        "fecha": fecha,
        "tipo": tipo,
        "referencia": documento.numero if tipo == RECIBO else "",
        "moneda": documento.moneda,
        "debito": debito,
        "credito": credito,
        "id_erp": f"{tipo}-{documento.documento}-{documento.numero}-{documento.cuota}",
    }
