"""Reading the orders of PayU's Queries API (pasarelas.md 2.4)."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from pagos.pasarelas.base import EstadoIntento, Intento, Lectura
from pagos.pasarelas.payu_medios import leer_codigo, leer_medio, leer_ultimos4
from pagos.pasarelas.valores import identificador_recibido, leer_monto_json, limpiar, texto_recibido

ESTADOS = {
    "APPROVED": EstadoIntento.APROBADO,
    "DECLINED": EstadoIntento.RECHAZADO,
    "EXPIRED": EstadoIntento.RECHAZADO,
    "ERROR": EstadoIntento.RECHAZADO,
    "PENDING": EstadoIntento.PENDIENTE,
    "SUBMITTED": EstadoIntento.PENDIENTE,
}
_COBROS = frozenset({"AUTHORIZATION_AND_CAPTURE", "CAPTURE"})
_PALABRA = re.compile(r"[A-Za-z0-9_]{1,60}")
_DEVOLUCIONES = frozenset({"REFUND", "PARTIAL_REFUND", "VOID", "CHARGEBACK"})
# The form writes the flag as 1 or 0 (pasarelas.md 2.1); as numbers, Python takes them for the booleans themselves.
_BANDERAS = {True: True, False: False, "true": True, "false": False, "1": True, "0": False}


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
    intentos = list(dict.fromkeys(intentos))  # the same transaction once more says nothing new
    veces = Counter(intento.id for intento in intentos)
    dudas += [f"La transacción {uno} viene {cuantas} veces." for uno, cuantas in veces.items() if cuantas > 1]
    return Lectura(
        referencia=referencia,
        intentos=_ordenar([uno for uno in intentos if veces[uno.id] == 1]),
        conocida=bool(ordenes),
        cerrada=not dudas,
        no_confiables=tuple(dudas),
        cruda=cruda,
    )


def _ordenar(intentos: list[Intento]) -> tuple[Intento, ...]:
    """Oldest first by PayU's clock; as they came when one of them has no time, which could be the newest."""
    if not all(intento.fecha for intento in intentos):
        return tuple(intentos)
    return tuple(sorted(intentos, key=lambda intento: intento.fecha))


def _leer_orden(orden: Any, referencia: str, cuenta: str) -> dict[str, Any]:
    """The fields that an order gives to each of its transactions."""
    if not isinstance(orden, dict):
        raise _NoConfiableError("no es un objeto.")
    if orden.get("referenceCode") != referencia:
        raise _NoConfiableError("es de otra referencia.")
    if _texto(orden, "accountId") not in ("", cuenta):
        raise _NoConfiableError("es de otra cuenta.")
    valor = _objeto(_objeto(orden, "additionalValues"), "TX_VALUE")
    monto = leer_monto_json(valor.get("value"))
    return {
        "referencia": referencia,
        "comercio": _texto(orden, "merchantId") or None,
        "valor": monto,
        "total": monto,
        "moneda": leer_codigo(_texto(valor, "currency")) or None,
        "prueba": _prueba(orden),
    }


def _prueba(orden: Mapping[str, Any]) -> bool | None:
    """`isTest`, which no signature covers; None when the order does not carry it."""
    bandera = orden.get("isTest")
    if bandera is None:
        return None
    if not isinstance(bandera, int | str) or bandera not in _BANDERAS:
        raise _NoConfiableError("no se entiende si es de prueba.")
    return _BANDERAS[bandera]


def _leer_transaccion(transaccion: Any, comunes: Mapping[str, Any]) -> Iterator[Intento]:
    """The attempt that a transaction is; nothing for a refund that gave no money back."""
    if not isinstance(transaccion, dict):
        raise _NoConfiableError("no es un objeto.")
    respuesta, identidad = _objeto(transaccion, "transactionResponse"), _texto(transaccion, "id")
    codigo, contestada = _texto(respuesta, "state"), transaccion.get("transactionResponse") is not None
    # A code is kept and shown, known or not; an error told in its place is neither.
    if not identidad or (contestada and not _PALABRA.fullmatch(codigo)):
        raise _NoConfiableError("no trae identificación o estado.")
    estado = _estado(transaccion, codigo)
    if estado is None:
        return
    if estado is EstadoIntento.APROBADO and None in (comunes["valor"], comunes["moneda"]):
        raise _NoConfiableError("está aprobada y su orden no trae un monto con su moneda.")
    yield Intento(
        id=identidad,
        estado=estado,
        codigo=codigo,
        texto=leer_codigo(_texto(respuesta, "responseCode")),
        fecha=_fecha(respuesta.get("operationDate")),
        cus=identificador_recibido(_texto(respuesta, "trazabilityCode")),
        aprobacion=identificador_recibido(_texto(respuesta, "authorizationCode")),
        ultimos4=leer_ultimos4(_texto(_objeto(transaccion, "creditCard"), "maskedNumber")),
        banco=texto_recibido(_texto(_objeto(transaccion, "extraParameters"), "FINANCIAL_INSTITUTION_NAME")),
        **leer_medio(leer_codigo(_texto(transaccion, "paymentMethod"))),
        **comunes,
    )


def _estado(transaccion: Mapping[str, Any], codigo: str) -> EstadoIntento | None:
    """Only a charge can be an approval: a refund is money gone, and an authorization holds it without taking it.

    Without a type it is a charge, which is all that WebCheckout makes. Without a code nobody has answered whether it is
    paid: it waits, and closes nothing.
    """
    tipo = _texto(transaccion, "type")
    if tipo in _DEVOLUCIONES:
        return EstadoIntento.REVERSADO if codigo == "APPROVED" else None
    estado = ESTADOS.get(codigo, EstadoIntento.DESCONOCIDO) if codigo else EstadoIntento.PENDIENTE
    es_cobro = tipo in _COBROS or transaccion.get("type") in (None, "")
    return EstadoIntento.DESCONOCIDO if estado is EstadoIntento.APROBADO and not es_cobro else estado


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
