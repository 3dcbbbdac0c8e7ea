"""The round in force and what was done in it, for people to see (diseno.md 7, *sonda runs*)."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from pagos import reloj
from pagos.models import CupoEnVuelo, PulsoPasarela, RondaSonda
from pagos.sonda.reclamo import vencidos

# How long rounds, and the pulse by the minute, are kept.
DIAS_DE_RONDAS = 90
DIAS_DE_PULSO = 1


def vigente():
    """The round of this interval; the first one who asks opens it. Two beats ring the same round."""
    ahora = reloj.ahora()
    prevista = _corte(ahora)
    ronda = RondaSonda.objects.filter(prevista_en=prevista).first()
    if ronda is not None:
        return ronda
    try:
        with transaction.atomic():
            return RondaSonda.objects.create(prevista_en=prevista, inicio=ahora, por_preguntar=vencidos().count())
    except IntegrityError:  # somebody else was first
        return RondaSonda.objects.get(prevista_en=prevista)


def _corte(ahora):
    """`ahora` cut down to a whole number of intervals since 1970: the same for whoever rings meanwhile."""
    intervalo = max(1, round(float(settings.SONDA_MINUTOS) * 60))
    segundos = int(ahora.timestamp())
    return datetime.fromtimestamp(segundos - segundos % intervalo, tz=UTC)


def sumar(ronda_id, *, cuenta, atraso, pulsos):
    """Add to a round what an asker did since it last told.

    `cuenta`: Counter of outcomes. `atraso`: seconds, the greatest of these questions. `pulsos`: {agreement's pk:
    [questions, network errors]}, noted under the present minute.
    """
    ahora = reloj.ahora()
    with transaction.atomic():
        ronda = RondaSonda.objects.select_for_update(of=("self",), no_key=True).get(pk=ronda_id)
        ronda.cuenta = {clave: ronda.cuenta.get(clave, 0) + cuenta[clave] for clave in ronda.cuenta.keys() | cuenta}
        ronda.atraso_maximo, ronda.fin = max(ronda.atraso_maximo, atraso), ahora
        ronda.save(update_fields=["cuenta", "atraso_maximo", "fin"])
    for acuerdo_id, (preguntas, errores) in sorted(pulsos.items()):
        _sumar_pulso(acuerdo_id, ahora.replace(second=0, microsecond=0), preguntas, errores)


def _sumar_pulso(acuerdo_id, minuto, preguntas, errores):
    PulsoPasarela.objects.bulk_create([PulsoPasarela(acuerdo_id=acuerdo_id, minuto=minuto)], ignore_conflicts=True)
    PulsoPasarela.objects.filter(acuerdo_id=acuerdo_id, minuto=minuto).update(
        preguntas=F("preguntas") + preguntas, errores_red=F("errores_red") + errores
    )


def purgar():
    """Delete the rounds and pulses that are past their days, and the room of workers that died; returns how many."""
    ahora = reloj.ahora()
    rondas, _de_que = RondaSonda.objects.filter(inicio__lt=ahora - timedelta(days=DIAS_DE_RONDAS)).delete()
    pulsos, _de_que = PulsoPasarela.objects.filter(minuto__lt=ahora - timedelta(days=DIAS_DE_PULSO)).delete()
    cupos, _de_que = CupoEnVuelo.objects.filter(vence__lt=ahora - timedelta(days=1)).delete()
    return rondas + pulsos + cupos
