"""Codes of PayU: transactionState and state_pol (contract 2.2, 2.3), and the words of the Queries API (2.4)."""

import uuid

from simulador.desenlaces import Palabra
from simulador.libro import Intento, Pago

APROBADA, EXPIRADA, RECHAZADA, PENDIENTE, ABANDONADA, POR_VALIDAR, ERROR = 4, 5, 6, 7, 12, 14, 104
SIN_INICIAR = ABANDONADA  # what the response page says of an order nobody tried to pay
FINALES = frozenset({APROBADA, EXPIRADA, RECHAZADA})  # those that a confirmation tells
RECHAZADOS = frozenset({EXPIRADA, RECHAZADA, ERROR})

DE_PALABRA = {
    Palabra.APROBADA: APROBADA,
    Palabra.RECHAZADA: RECHAZADA,
    Palabra.ERROR: ERROR,
    Palabra.PENDIENTE: PENDIENTE,
    Palabra.REVISION: POR_VALIDAR,
    Palabra.RECHAZADA_REVISION: RECHAZADA,
    Palabra.EXPIRADA: EXPIRADA,
    Palabra.OBSOLETA: 99,
}
NOMBRES = {
    APROBADA: "Aprobada",
    EXPIRADA: "Expirada",
    RECHAZADA: "Rechazada",
    PENDIENTE: "Pendiente",
    ABANDONADA: "Sin iniciar",
    POR_VALIDAR: "En revisión",
    ERROR: "Error",
}
# state -> state of the Queries API, code and text of the answer
CONSULTA = {
    APROBADA: ("APPROVED", 1, "APPROVED"),
    EXPIRADA: ("EXPIRED", 20, "EXPIRED_TRANSACTION"),
    RECHAZADA: ("DECLINED", 5, "ENTITY_DECLINED"),
    PENDIENTE: ("PENDING", 25, "PENDING_TRANSACTION_CONFIRMATION"),
    POR_VALIDAR: ("PENDING", 15, "PENDING_TRANSACTION_REVIEW"),
    ERROR: ("ERROR", 104, "INTERNAL_PAYMENT_PROVIDER_ERROR"),
}


def nombre(codigo: int) -> str:
    """What a person calls this code."""
    return NOMBRES.get(codigo, f"Código {codigo}")


def consulta(codigo: int) -> tuple[str, int, str]:
    """State, code and text with which the Queries API tells a transaction; an unknown code has an unknown state."""
    return CONSULTA.get(codigo, (f"STATE_{codigo}", codigo, f"STATE_{codigo}"))


def numero_de_orden(pago: Pago) -> int:
    """reference_pol and the order's id."""
    return 1_400_000_000 + pago.numero


def transaccion(pago: Pago, intento: Intento) -> str:
    """transaction_id: one per attempt, the same each time it is asked."""
    return intento.datos.get("transaccion") or str(uuid.uuid5(uuid.UUID(pago.token), str(intento.numero)))


def es_prueba(pago: Pago) -> bool:
    """What the form said in `test`, which no signature covers."""
    return pago.datos.get("test") == "1"
