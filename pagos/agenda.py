"""When a pago is asked again. `proxima_consulta` NULL = never; the sonda looks at that column alone (diseno.md 3)."""

from datetime import timedelta

from django.conf import settings

from pagos.estados import ABIERTOS, Estado
from pagos.juicio import Veredicto
from pagos.pasarelas.base import Metodo
from pagos.pasarelas.registro import PASARELAS

# A row taken by one asker is out of everybody's reach for this long.
ARRIENDO = timedelta(minutes=2)
# Nobody opened the gateway's page for this long: abandoned.
ABANDONO = timedelta(minutes=30)
# InicioPago may still be in flight for this long (3 s + 15 s of timeouts and a margin).
INICIO_EN_VUELO = timedelta(seconds=60)
HORA = timedelta(hours=1)
# A late approval needs a person's eye from here on.
TARDE = timedelta(minutes=60)

# How long is too long to be pending (diseno.md 3).
_LIMITES = {Metodo.PSE: timedelta(hours=24), Metodo.TARJETA: timedelta(hours=24)}
_LIMITE_EN_REVISION = timedelta(hours=48)


def intervalo():
    """Time between two rings of the sonda."""
    return timedelta(minutes=float(settings.SONDA_MINUTOS))


def espera():
    """Time after a question from which the next one may come: an interval, less what a ring may come early."""
    return intervalo() - _holgura()


def _holgura():
    # Rings come on their own beat: a pago due after exactly one interval would miss every second ring.
    return min(timedelta(seconds=30), intervalo() / 10)


def primera(creada_en):
    """When the sonda first asks a pago created at `creada_en`: not before one interval has gone by (pasarelas.md 1.5).

    The payer is at the gateway meanwhile; whoever opens the pago's page before is answered at once.
    """
    return creada_en + intervalo()


def proxima(pago, juicio, *, ahora):
    """When to ask again a pago that is already in its new state; None = do not watch it."""
    if pago.estado == Estado.APROBADA:
        # Another attempt is still alive: if it is approved too, that money is credit and somebody must know.
        return _espaciada(pago.aprobada_en, ahora=ahora) if juicio.en_curso else None
    if pago.estado in ABIERTOS:
        return de_abierto(pago, por_revisar=juicio.veredicto is Veredicto.POR_REVISAR, ahora=ahora)
    return vigilancia(pago, ahora=ahora)


def de_abierto(pago, *, por_revisar=False, ahora):
    """When to ask again an open pago: at the next ring; hourly while a person must look or it is paid in person."""
    return ahora + (HORA - _holgura() if por_revisar or pago.metodo == Metodo.PRESENCIAL else espera())


def vigilancia(pago, *, ahora):
    """A RECHAZADA is watched: every ring for 1 h, hourly to 48 h, daily to day 7; while retried, every ring."""
    return ahora + espera() if pago.reabierta else _espaciada(pago.rechazada_en, ahora=ahora)


def _espaciada(desde, *, ahora):
    edad = ahora - desde
    if edad < HORA:
        return ahora + espera()
    if edad < timedelta(hours=48):
        return ahora + HORA - _holgura()
    if edad < timedelta(days=7):
        return ahora + timedelta(days=1) - _holgura()
    return None


def limite_pendiente(pago):
    """How long this pago may be pending before a person must look."""
    if pago.revision_pasarela:
        return _LIMITE_EN_REVISION
    if pago.metodo == Metodo.PRESENCIAL:
        return PASARELAS[pago.acuerdo.pasarela].limite_presencial
    return _LIMITES.get(pago.metodo, timedelta(hours=24))
