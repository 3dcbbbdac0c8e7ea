"""Test cards, banks and shops, and the outcome of each, now and later. Each gateway maps the words to its codes."""

from dataclasses import dataclass
from enum import StrEnum

FRANQUICIAS = {"3": "AMEX", "4": "VISA", "5": "MASTERCARD"}


class Palabra(StrEnum):
    """What happened to an attempt, in words that both gateways have a code for."""

    APROBADA = "aprobada"
    RECHAZADA = "rechazada"
    ERROR = "error"  # the network of the banks failed
    PENDIENTE = "pendiente"
    REVISION = "revision"  # a card held for a person to look at
    RECHAZADA_REVISION = "rechazada_revision"
    EXPIRADA = "expirada"
    OBSOLETA = "obsoleta"  # a code that the contract no longer explains


@dataclass(frozen=True, slots=True)
class Desenlace:
    """One test card, bank or shop. `luego` comes after the configured wait; None = until the control says."""

    codigo: str
    nombre: str
    explicacion: str
    ahora: Palabra
    luego: Palabra | None = None


def _tarjeta(ultimos: str, explicacion: str, ahora: Palabra, luego: Palabra | None = None) -> Desenlace:
    return Desenlace(ultimos, f"4111 1111 1111 {ultimos}", explicacion, ahora, luego)


TARJETAS = (
    _tarjeta("0001", "aprobada en el acto", Palabra.APROBADA),
    _tarjeta("0002", "rechazada en el acto", Palabra.RECHAZADA),
    _tarjeta("0003", "queda pendiente y se aprueba", Palabra.PENDIENTE, Palabra.APROBADA),
    _tarjeta("0004", "queda pendiente y se rechaza", Palabra.PENDIENTE, Palabra.RECHAZADA),
    _tarjeta("0005", "revisión manual y se aprueba", Palabra.REVISION, Palabra.APROBADA),
    _tarjeta("0006", "revisión manual y se rechaza", Palabra.REVISION, Palabra.RECHAZADA_REVISION),
    _tarjeta("0007", "revisión manual hasta que alguien decida en el control", Palabra.REVISION),
    _tarjeta("0008", "error de la red en el acto", Palabra.ERROR),
    _tarjeta("0009", "un código que el contrato ya no explica", Palabra.OBSOLETA),
)

BANCOS = (
    Desenlace("1001", "Banco Aprueba", "aprobado en el acto", Palabra.APROBADA),
    Desenlace("1002", "Banco Rechaza", "rechazado en el acto", Palabra.RECHAZADA),
    Desenlace("1003", "Banco Demora y aprueba", "queda pendiente y se aprueba", Palabra.PENDIENTE, Palabra.APROBADA),
    Desenlace("1004", "Banco Demora y rechaza", "queda pendiente y se rechaza", Palabra.PENDIENTE, Palabra.RECHAZADA),
    Desenlace("1005", "Banco Calla", "pendiente hasta que alguien decida en el control", Palabra.PENDIENTE),
    Desenlace("1006", "Banco Error ACH", "queda pendiente y ACH da error", Palabra.PENDIENTE, Palabra.ERROR),
)

TIENDAS = (
    Desenlace("1", "Tienda Paga", "el cliente va a la tienda y paga", Palabra.PENDIENTE, Palabra.APROBADA),
    Desenlace("2", "Tienda Vence", "el cliente no va y el cupón vence", Palabra.PENDIENTE, Palabra.EXPIRADA),
    Desenlace("3", "Tienda Espera", "pendiente hasta que alguien decida en el control", Palabra.PENDIENTE),
)


def buscar(lista: tuple[Desenlace, ...], codigo: str) -> Desenlace | None:
    """The outcome with that code, or None."""
    return next((uno for uno in lista if uno.codigo == codigo), None)


def de_tarjeta(numero: str) -> Desenlace | None:
    """The outcome of a card by its last four digits; None when it is no card (13 to 16 digits) or no test card."""
    digitos = numero.replace(" ", "").replace("-", "")
    if not digitos.isascii() or not digitos.isdigit() or not 13 <= len(digitos) <= 16:
        return None
    return buscar(TARJETAS, digitos[-4:])


def franquicia(numero: str) -> str:
    """The card's brand by its first digit."""
    return FRANQUICIAS.get(numero.strip()[:1], "OTRA")
