"""Which lane goes next: the one with the fewest questions in flight, so that a slow gateway starves nobody."""


def siguiente(carriles, ahora):
    """The lane whose first in line leaves now, or None; `ahora` in monotonic seconds."""
    listos = [carril for carril in carriles if carril.puede_salir(ahora)]
    return min(listos, key=lambda carril: carril.en_vuelo) if listos else None


def tope(hilos, activos):
    """Questions that one of `activos` lanes may have in flight in an asker of `hilos` threads; one at least.

    A fixed share and not what is left over: a gateway that hangs keeps its threads for as long as a question may take.
    """
    return max(1, hilos // max(1, activos))


def espera(carriles, ahora, *, maxima):
    """Seconds until the next question may leave or the next lot may be claimed, `maxima` at most."""
    esperan = [carril for carril in carriles if carril.cola and carril.en_vuelo < carril.cupo]
    momentos = [max(carril.cola[0].desde, carril.libre_desde) for carril in esperan if ahora < carril.cupo_hasta]
    return max(0.001, min([maxima, *(momento - ahora for momento in momentos)]))
