"""Strict reading of the WebCheckout form (contract 2.1): fields, lengths, amounts, merchant and signature."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from simulador.comercios import ALGORITMOS, PAYU, ComercioPayu, Comercios
from simulador.payu.firmas import firmar, iguales
from simulador.urls import es_url

MONTO = re.compile(r"\d{1,12}(\.\d{1,2})?")
ENTERO = re.compile(r"\d{1,12}")
REFERENCIA = re.compile(r"[A-Za-z0-9._-]{1,255}")
CORREO = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
MONEDAS = frozenset({"COP", "USD", "ARS", "BRL", "CLP", "MXN", "PEN"})
DOCUMENTOS = frozenset({"", "CC", "CE", "NIT", "TI", "PP", "IDC", "CEL", "RC", "DE"})


@dataclass(frozen=True, slots=True)
class Campo:
    """One field of the form. `patron` = what its whole text must match; `de` = the texts it may be."""

    nombre: str
    obligatorio: bool = False
    patron: re.Pattern | None = None
    de: frozenset[str] | None = None


CAMPOS = {
    campo.nombre: campo
    for campo in (
        Campo("merchantId", True, ENTERO),
        Campo("accountId", True, ENTERO),
        Campo("description", True),
        Campo("referenceCode", True, REFERENCIA),
        Campo("amount", True, MONTO),
        Campo("tax", True, MONTO),  # left out, PayU would add 19 % by itself
        Campo("taxReturnBase", True, MONTO),
        Campo("currency", True, de=MONEDAS),
        Campo("signature", True, re.compile(r"[0-9a-fA-F]{32,64}")),
        Campo("algorithmSignature", de=frozenset(ALGORITMOS)),
        Campo("test", True, de=frozenset("01")),
        Campo("buyerEmail", True, CORREO),
        Campo("payerEmail", patron=CORREO),
        Campo("responseUrl", True),
        Campo("confirmationUrl", True),
        Campo("lng", de=frozenset({"es", "en", "pt"})),
        Campo("buyerDocumentType", de=DOCUMENTOS),
        Campo("payerDocumentType", de=DOCUMENTOS),
        *map(Campo, ("buyerFullName", "buyerDocument", "payerFullName", "payerPhone", "payerDocument", "telephone")),
        *map(Campo, ("extra1", "extra2", "extra3", "paymentMethods", "iin", "pseBanks")),
    )
}
LARGO = 255


def faltas(campos: dict[str, list[str]], comercios: Comercios) -> Iterator[str]:
    """What breaks the contract in a form, given as name -> values. The signature comes last, when the rest is right."""
    limpio = True
    for falta in _faltas_de_campos(campos):
        limpio = False
        yield falta
    if not limpio:
        return
    datos = {nombre: valores[0] for nombre, valores in campos.items()}
    yield from _faltas_de_montos(datos)
    comercio = comercios.buscar(PAYU, int(datos["merchantId"]))
    if comercio is None or datos["accountId"] != comercio.account_id:
        yield "merchantId y accountId no son de un comercio conocido"
        return
    algoritmo = datos.get("algorithmSignature", "MD5")
    if comercio.algoritmo not in ("", algoritmo):
        yield f"el comercio firma con {comercio.algoritmo}"
    if not iguales(firma(comercio, datos), datos["signature"]):
        yield "la firma no corresponde a los datos"


def _faltas_de_campos(campos: dict[str, list[str]]) -> Iterator[str]:
    for nombre, valores in campos.items():
        if nombre not in CAMPOS:
            yield f"campo desconocido: {nombre[:60]}"
        if len(valores) > 1:
            yield f"{nombre[:60]} viene {len(valores)} veces"
    for campo in CAMPOS.values():
        if campo.nombre in campos:
            yield from _faltas_de_uno(campo, campos[campo.nombre][0])
        elif campo.obligatorio:
            yield f"falta {campo.nombre}"


def _faltas_de_uno(campo: Campo, valor: str) -> Iterator[str]:
    if len(valor) > LARGO:
        yield f"{campo.nombre} excede {LARGO} caracteres"
    elif not valor:
        if campo.obligatorio:
            yield f"{campo.nombre} está vacío"
    elif campo.patron and not campo.patron.fullmatch(valor):
        yield f"{campo.nombre} no tiene la forma debida"
    elif campo.de is not None and valor not in campo.de:
        yield f"{campo.nombre} debe ser uno de {', '.join(sorted(filter(None, campo.de)))}"
    elif campo.nombre in ("responseUrl", "confirmationUrl") and not es_url(valor):
        yield f"{campo.nombre} debe ser una URL http(s) completa"


def _faltas_de_montos(datos: dict[str, str]) -> Iterator[str]:
    total, iva, base = (Decimal(datos[nombre]) for nombre in ("amount", "tax", "taxReturnBase"))
    if total <= 0:
        yield "amount debe ser mayor que cero"
    if iva + base > total:
        yield "tax + taxReturnBase es mayor que amount"


def firma(comercio: ComercioPayu, datos: dict[str, str]) -> str:
    """The signature that the form should carry: over the amount exactly as sent and what optional fields were."""
    nombres = ["merchantId", "referenceCode", "amount", "currency"]
    nombres += [nombre for nombre in ("paymentMethods", "iin", "pseBanks") if nombre in datos]
    algoritmo = datos.get("algorithmSignature") or "MD5"
    return firmar(comercio, algoritmo, [datos[nombre] for nombre in nombres])
