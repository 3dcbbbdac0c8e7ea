"""How PayU names the ways to pay, and what may be kept of each."""

import re

from pagos.pasarelas.base import Metodo

_TARJETAS = frozenset({"VISA", "MASTERCARD", "AMEX", "DINERS", "CODENSA", "VISA_DEBIT", "MASTERCARD_DEBIT"})
_PRESENCIALES = frozenset({"EFECTY", "BALOTO", "BANK_REFERENCED", "SU_RED", "OTHERS_CASH"})
_CODIGO = re.compile(r"[A-Z0-9_]{1,60}")
_NO_CIFRAS = re.compile(r"[^0-9]")


def leer_medio(nombre: str) -> dict[str, Metodo | str | None]:
    """The fields of an Intento that follow from `paymentMethod` or `payment_method_name`; "" = not known yet."""
    if not nombre:
        return {"metodo": None}
    metodo = Metodo.OTRO
    if nombre == "PSE":
        metodo = Metodo.PSE
    elif nombre in _TARJETAS:
        metodo = Metodo.TARJETA
    elif nombre in _PRESENCIALES:
        metodo = Metodo.PRESENCIAL
    return {"metodo": metodo, "codigo_metodo": nombre, "franquicia": nombre if metodo is Metodo.TARJETA else ""}


def leer_ultimos4(numero: str) -> str:
    """The last four digits of a masked card number; nothing more of a card is kept."""
    return _NO_CIFRAS.sub("", numero)[-4:]


def leer_codigo(texto: str) -> str:
    """A response code of PayU such as ENTITY_DECLINED; "" for anything that is not a code (free text stays behind)."""
    return texto if _CODIGO.fullmatch(texto) else ""
