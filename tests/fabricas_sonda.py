"""What the sonda leaves behind: rounds, the pulse of a gateway, breakers and alerts, as old as a test wants them."""

from datetime import datetime, timedelta
from itertools import count

from django.utils import timezone

from pagos.estados import TipoAlerta
from pagos.models import Alerta, Cortacircuito, CupoEnVuelo, PulsoPasarela, RondaSonda

_siguiente = count(1)


def hace(**lapso):
    """The moment that was so long ago: `hace(minutes=3)`."""
    return timezone.now() - timedelta(**lapso)


def crear_ronda(inicio=None, *, duracion=timedelta(seconds=90), **campos):
    """A round that began at `inicio` (three minutes ago) and got its last answer `duracion` later (None: no answer)."""
    inicio = inicio or hace(minutes=3)
    datos = {
        # No two of a test ring for the same moment, however close they begin.
        "prevista_en": datetime(2020, 1, 1, tzinfo=timezone.get_current_timezone())
        + timedelta(minutes=next(_siguiente)),
        "fin": duracion and inicio + duracion,
        "por_preguntar": 12,
        "cuenta": {"preguntados": 12, "aprobada": 3, "rechazada": 1, "pendiente": 5, "creada": 1, "error_red": 2},
        "atraso_maximo": 42.5,
    }
    return RondaSonda.objects.create(inicio=inicio, **{**datos, **campos})


def crear_pulso(acuerdo, *, preguntas=200, errores_red=0, minuto=None):
    """What one agreement's gateway was asked in one minute (two minutes ago)."""
    return PulsoPasarela.objects.create(
        acuerdo=acuerdo, minuto=minuto or hace(minutes=2), preguntas=preguntas, errores_red=errores_red
    )


def crear_corta(acuerdo, *, fallos=5, abierto_hasta=None, esperar_hasta=None):
    """The breaker of one agreement."""
    return Cortacircuito.objects.create(
        acuerdo=acuerdo, fallos=fallos, abierto_hasta=abierto_hasta, esperar_hasta=esperar_hasta
    )


def crear_cupo(acuerdo, cuantas, *, vence=None):
    """A worker that may have `cuantas` questions in flight until `vence` (in a minute)."""
    trabajador = f"00000000-0000-4000-8000-{next(_siguiente):012d}"
    return CupoEnVuelo.objects.create(
        acuerdo=acuerdo, trabajador=trabajador, cuantas=cuantas, vence=vence or hace(minutes=-1)
    )


def crear_alerta(tipo=TipoAlerta.CORTADO, *, acuerdo=None, desde=None, cerrada_en=None, **datos):
    """An alert that began at `desde` (twenty minutes ago) with the figures that its kind tells."""
    desde = desde or hace(minutes=20)
    propios = {"fallos": 6} if tipo == TipoAlerta.CORTADO else {"ultima": desde.isoformat()}
    return Alerta.objects.create(
        tipo=tipo, acuerdo=acuerdo, datos={**propios, **datos}, abierta_en=desde, cerrada_en=cerrada_en
    )
