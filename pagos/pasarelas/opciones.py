"""The switches of an agreement, as operators and forms write them."""

from collections.abc import Mapping

_ENCENDIDA = frozenset({"1", "true", "si", "sí", "on", "yes"})


def activa(opciones: Mapping[str, str | bool], nombre: str) -> bool:
    """Whether a switch is on: True, or one of the words people use for it. Absent or anything else = off."""
    valor = opciones.get(nombre, False)
    return valor if isinstance(valor, bool) else valor.strip().lower() in _ENCENDIDA
