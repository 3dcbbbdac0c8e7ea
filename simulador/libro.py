"""The ledger: every payment asked of the gateways and every attempt to pay it, in memory, found in O(1)."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from decimal import Decimal

Codigo = int  # int_estado_pago at ZonaPAGOS, state_pol at PayU
APROBADO: dict[str, Codigo] = {"zonapagos": 1, "payu": 4}


@dataclass(slots=True)
class Intento:
    """One attempt to pay. In `estado` until the clock reaches `resuelve`, then in `estado_final`; no timer runs."""

    numero: int
    metodo: int | str | None
    valor: Decimal
    creado: float
    estado: Codigo
    estado_final: Codigo | None = None
    resuelve: float | None = None
    fecha: float | None = None  # what the gateway says was the moment; None = when it resolved, else when it began
    parcial: bool = False
    terminado: int | None = None
    datos: dict = field(default_factory=dict)  # bank, card, CUS... as the hosted page or the control gave them
    campos: dict = field(default_factory=dict)  # wire fields that a test wants otherwise than the rules say

    def estado_en(self, ahora: float) -> Codigo:
        """The code that the gateway would answer at `ahora`."""
        return self.estado_final if self.resuelto(ahora) and self.estado_final is not None else self.estado

    def resuelto(self, ahora: float) -> bool:
        """True once its waiting time is over; one that never waited has nothing to resolve."""
        return self.resuelve is not None and ahora >= self.resuelve

    def fecha_en(self, ahora: float) -> float:
        """The attempt's own date as the gateway tells it at `ahora`, in seconds since 1970."""
        if self.fecha is not None:
            return self.fecha
        return self.resuelve if self.resuelto(ahora) else self.creado


@dataclass(slots=True)
class Pago:
    """What a merchant asked for under one reference and what came of it. At PayU each posted form is one (an order)."""

    numero: int
    pasarela: str
    comercio: int
    referencia: str
    token: str
    valor: Decimal
    iva: Decimal
    moneda: str
    creado: float
    url_retorno: str
    datos: dict
    intentos: list[Intento] = field(default_factory=list)
    borrador: dict | None = None  # what the payer chose and has not confirmed yet
    respuesta_cruda: str | None = None  # a test's own str_res_pago, told as it stands
    cantidad: int | None = None  # a test's own int_cantidad_pagos

    def agregar_intento(self, **campos) -> Intento:
        """Append the next attempt; its number is one more than the last one's."""
        self.intentos.append(Intento(numero=self.intentos[-1].numero + 1 if self.intentos else 1, **campos))
        return self.intentos[-1]

    def aprobado_en(self, ahora: float) -> Decimal:
        """The sum of the approved attempts at `ahora`: the money this gateway says it took."""
        bueno = APROBADO[self.pasarela]
        return sum((uno.valor for uno in self.intentos if uno.estado_en(ahora) == bueno), Decimal(0))


class Libro:
    """All payments by number, by reference and by the token of their hosted page."""

    def __init__(self):
        self._pagos: list[Pago] = []
        self._por_referencia: dict[str, list[Pago]] = {}
        self._por_token: dict[str, Pago] = {}

    def __len__(self) -> int:
        return len(self._pagos)

    def crear(self, **campos) -> Pago:
        """A new payment, with a number and a token nobody can guess. The gateway decides if a reference may repeat."""
        pago = Pago(numero=self.siguiente_numero(), token=secrets.token_hex(16), **campos)
        self.incorporar(pago)
        return pago

    def siguiente_numero(self) -> int:
        """One more than the newest payment's number."""
        return self._pagos[-1].numero + 1 if self._pagos else 1

    def incorporar(self, pago: Pago) -> None:
        """Take in a payment that already has its number and token (read back from disk)."""
        self._pagos.append(pago)
        self._por_referencia.setdefault(pago.referencia, []).append(pago)
        self._por_token[pago.token] = pago

    def de_referencia(self, referencia: str, *, pasarela: str | None = None, comercio: int | None = None) -> list[Pago]:
        """Payments under one reference, oldest first, of one gateway and merchant when given."""
        return [
            pago
            for pago in self._por_referencia.get(referencia, ())
            if pasarela in (None, pago.pasarela) and comercio in (None, pago.comercio)
        ]

    def de_token(self, token: str) -> Pago | None:
        """The payment whose hosted page carries this token, or None."""
        return self._por_token.get(token)

    def recientes(self, desde: int = 0, limite: int = 50) -> list[Pago]:
        """A page of payments, newest first."""
        fin = max(0, len(self._pagos) - desde)
        return self._pagos[max(0, fin - limite) : fin][::-1]

    def __iter__(self) -> Iterator[Pago]:
        return iter(self._pagos)

    def vaciar(self) -> None:
        """Forget everything."""
        self.__init__()


def pago_a_json(pago: Pago) -> dict:
    """A payment as plain JSON, for the file: amounts are texts, so that no cent passes through a float."""
    datos = {campo.name: getattr(pago, campo.name) for campo in fields(Pago)}
    datos |= {
        "valor": str(pago.valor),
        "iva": str(pago.iva),
        "intentos": [_intento_a_json(uno) for uno in pago.intentos],
    }
    return datos


def _intento_a_json(intento: Intento) -> dict:
    return {campo.name: getattr(intento, campo.name) for campo in fields(Intento)} | {"valor": str(intento.valor)}


def pago_de_json(datos: dict) -> Pago:
    """The inverse of pago_a_json."""
    intentos = [Intento(**uno | {"valor": Decimal(uno["valor"])}) for uno in datos["intentos"]]
    return Pago(**datos | {"valor": Decimal(datos["valor"]), "iva": Decimal(datos["iva"]), "intentos": intentos})
