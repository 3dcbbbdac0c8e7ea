"""Pages of a list that grows for ever: by primary key, never by counting what is before them."""

from dataclasses import dataclass

from cartera.filtros import leer_id


@dataclass(frozen=True, kw_only=True)
class Hoja:
    """Rows of one page. `siguiente`: what `?desde=` of the next one carries, None on the last.

    `primera`: no page before it.
    """

    filas: list
    siguiente: int | None
    primera: bool


def cortar(consulta, desde, *, por_pagina, nuevas_primero=False):
    """The Hoja of a queryset that follows the primary key `desde` (text of the address, as it came)."""
    ultima = leer_id(desde)
    if ultima is not None:
        consulta = consulta.filter(**{"pk__lt" if nuevas_primero else "pk__gt": ultima})
    filas = list(consulta.order_by("-pk" if nuevas_primero else "pk")[: por_pagina + 1])
    siguiente = filas[por_pagina - 1].pk if len(filas) > por_pagina else None
    return Hoja(filas=filas[:por_pagina], siguiente=siguiente, primera=ultima is None)
