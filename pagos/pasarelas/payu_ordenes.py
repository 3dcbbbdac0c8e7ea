"""Reading the orders of PayU's Queries API (pasarelas.md 2.4)."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from pagos.pasarelas.base import EstadoIntento, Intento, Lectura
from pagos.pasarelas.payu_medios import leer_codigo, leer_medio, leer_ultimos4
from pagos.pasarelas.valores import leer_monto_json, limpiar, texto_recibido

ESTADOS = {
    "APPROVED": EstadoIntento.APROBADO,
    "DECLINED": EstadoIntento.RECHAZADO,
    "EXPIRED": EstadoIntento.RECHAZADO,
    "ERROR": EstadoIntento.RECHAZADO,
    "PENDING": EstadoIntento.PENDIENTE,
    "SUBMITTED": EstadoIntento.PENDIENTE,
}
_COBRO = "AUTHORIZATION_AND_CAPTURE"
_PALABRA = re.compile(r"[A-Za-z0-9_]{1,60}")
_DEVOLUCIONES = frozenset({"REFUND", "PARTIAL_REFUND", "VOID", "CHARGEBACK"})
_BANDERAS = {True: True, False: False, "true": True, "false": False}


class _NoConfiableError(Exception):
    """An order or a transaction that decides nothing; the message says why and names no person."""


def leer_ordenes(ordenes: list[Any], *, referencia: str, cuenta: str, cruda: str) -> Lectura:
    """Turn the `payload` that answers for `referencia` into a Lectura. What cannot be trusted is set aside, not raised.

    `cuenta` is our PayU account: an order of another one is not ours, and the form's signature does not cover it.
    """
    intentos: list[Intento] = []
    dudas: list[str] = []
    for posicion, orden in enumerate(ordenes, start=1):
        donde = f"Orden {posicion} de {len(ordenes)}"
        try:
            comunes = _leer_orden(orden, referencia, cuenta)
        except _NoConfiableError as duda:
            dudas.append(f"{donde}: {duda}")
            continue
        for numero, transaccion in enumerate(_lista(orden, "transactions"), start=1):
            try:
                intentos.extend(_leer_transaccion(transaccion, comunes))
            except _NoConfiableError as duda:
                dudas.append(f"{donde}, transacción {numero}: {duda}")
    veces = Counter(intento.id for intento in intentos)
    dudas += [f"La transacción {uno} viene {cuantas} veces." for uno, cuantas in veces.items() if cuantas > 1]
    return Lectura(
        referencia=referencia,
        intentos=tuple(sorted((uno for uno in intentos if veces[uno.id] == 1), key=_orden)),
        conocida=bool(ordenes),
        cerrada=not dudas,
        no_confiables=tuple(dudas),
        cruda=cruda,
    )


def _orden(intento: Intento) -> datetime:
    """Oldest first where PayU tells the time; otherwise the order in which it came (sorting is stable)."""
    return intento.fecha or datetime.min.replace(tzinfo=UTC)


def _leer_orden(orden: Any, referencia: str, cuenta: str) -> dict[str, Any]:
    """The fields that an order gives to each of its transactions."""
    if not isinstance(orden, dict):
        raise _NoConfiableError("no es un objeto.")
    if orden.get("referenceCode") != referencia:
        raise _NoConfiableError("es de otra referencia.")
    if _texto(orden, "accountId") not in ("", cuenta):
        raise _NoConfiableError("es de otra cuenta.")
    valor = _objeto(_objeto(orden, "additionalValues"), "TX_VALUE")
    monto, moneda = leer_monto_json(valor.get("value")), leer_codigo(_texto(valor, "currency"))
    if monto is None or not moneda:
        raise _NoConfiableError("no trae un monto con su moneda.")
    return {
        "referencia": referencia,
        "comercio": _texto(orden, "merchantId") or None,
        "valor": monto,
        "total": monto,
        "moneda": moneda,
        "prueba": _prueba(orden),
    }


def _prueba(orden: Mapping[str, Any]) -> bool | None:
    """`isTest`, which no signature covers; None when the order does not carry it."""
    bandera = orden.get("isTest")
    if bandera is None:
        return None
    if not isinstance(bandera, bool | str) or bandera not in _BANDERAS:
        raise _NoConfiableError("no se entiende si es de prueba.")
    return _BANDERAS[bandera]


def _leer_transaccion(transaccion: Any, comunes: Mapping[str, Any]) -> Iterator[Intento]:
    """The attempt that a transaction is; nothing for a refund that gave no money back."""
    if not isinstance(transaccion, dict):
        raise _NoConfiableError("no es un objeto.")
    respuesta = _objeto(transaccion, "transactionResponse")
    identidad, tipo, codigo = _texto(transaccion, "id"), _texto(transaccion, "type"), _texto(respuesta, "state")
    # A code is kept and shown, known or not; an error told in its place is neither.
    if not identidad or not _PALABRA.fullmatch(codigo):
        raise _NoConfiableError("no trae identificación o estado.")
    estado = _estado(tipo, codigo)
    if estado is None:
        return
    yield Intento(
        id=identidad,
        estado=estado,
        codigo=codigo,
        texto=leer_codigo(_texto(respuesta, "responseCode")),
        fecha=_fecha(respuesta.get("operationDate")),
        cus=texto_recibido(_texto(respuesta, "trazabilityCode")),
        aprobacion=texto_recibido(_texto(respuesta, "authorizationCode")),
        ultimos4=leer_ultimos4(_texto(_objeto(transaccion, "creditCard"), "maskedNumber")),
        banco=texto_recibido(_texto(_objeto(transaccion, "extraParameters"), "FINANCIAL_INSTITUTION_NAME")),
        **leer_medio(leer_codigo(_texto(transaccion, "paymentMethod"))),
        **comunes,
    )


def _estado(tipo: str, codigo: str) -> EstadoIntento | None:
    """Only a charge can be an approval: a refund is money gone, and an authorization holds it without taking it."""
    if tipo in _DEVOLUCIONES:
        return EstadoIntento.REVERSADO if codigo == "APPROVED" else None
    estado = ESTADOS.get(codigo, EstadoIntento.DESCONOCIDO)
    if estado is EstadoIntento.APROBADO and tipo != _COBRO:
        return EstadoIntento.DESCONOCIDO
    return estado


def _objeto(datos: Mapping[str, Any], nombre: str) -> Mapping[str, Any]:
    valor = datos.get(nombre)
    return valor if isinstance(valor, dict) else {}


def _lista(datos: Mapping[str, Any], nombre: str) -> list[Any]:
    valor = datos.get(nombre)
    return valor if isinstance(valor, list) else []


def _texto(datos: Mapping[str, Any], nombre: str) -> str:
    """A field as one clean line; numbers, which PayU uses for some ids, as their digits."""
    valor = datos.get(nombre)
    if isinstance(valor, int) and not isinstance(valor, bool) and abs(valor) < 10**18:
        valor = str(valor)
    return limpiar(valor, 80) if isinstance(valor, str) else ""


def _fecha(milisegundos: Any) -> datetime | None:
    """PayU's clock: milliseconds since 1970; None for anything else, because no decision hangs on it."""
    if isinstance(milisegundos, bool) or not isinstance(milisegundos, int) or not 0 < milisegundos < 4 * 10**12:
        return None
    return datetime.fromtimestamp(milisegundos / 1000, UTC)
