"""The switches of an agreement, as operators and forms write them."""

from collections.abc import Mapping

from pagos.pasarelas.base import Pagador

_ENCENDIDA = frozenset({"1", "true", "si", "sí", "on", "yes"})


def activa(opciones: Mapping[str, str | bool], nombre: str) -> bool:
    """Whether a switch is on: True, or one of the words people use for it. Absent or anything else = off."""
    valor = opciones.get(nombre, False)
    return valor if isinstance(valor, bool) else valor.strip().lower() in _ENCENDIDA


def numero_de_identificacion(pagador: Pagador, opciones: Mapping[str, str | bool]) -> str:
    """The payer's number as the agreement wants it: a NIT with its check digit only under the switch `nit_con_dv`."""
    con_dv = pagador.tipo_id == "NIT" and activa(opciones, "nit_con_dv")
    return pagador.numero + pagador.dv if con_dv else pagador.numero
