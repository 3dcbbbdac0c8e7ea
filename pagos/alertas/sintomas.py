"""What is wrong now, read from the database: {(kind, agreement id or None): figures}. Nothing here writes.

Figures are None where it cannot be told whether something that was wrong still is: silence is no recovery.
"""

from collections import Counter, defaultdict
from datetime import timedelta

from django.db.models import Count, Exists, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from pagos.cortacircuitos import FALLOS
from pagos.estados import ABIERTOS, EN_REVISION, TipoAlerta, TipoNovedad
from pagos.models import AcuerdoComercial, Cortacircuito, Novedad, Pago, PulsoPasarela, RondaSonda
from pagos.pasarelas.base import Metodo

# ACH/PSE: the sonda silent for more than 30 minutes; more than 1 % of errors in 10 minutes (pasarelas.md 1.5).
SILENCIO = timedelta(minutes=30)
VENTANA = timedelta(minutes=10)
TOLERADOS_POR_CIEN = 1
# One error among the few questions of a night is a hiccup. Three are not: a dead gateway with three pagos reaches them
# in one round. With fewer pagos than that, the breaker tells after FALLOS failures in a row.
ERRORES_MINIMOS = 3
# A pago is due one interval (7 minutes) after its last question; 8 later, more than the 15 allowed have gone by.
ATRASO = timedelta(minutes=8)
# Four questions in a row, or two of those that are asked by the hour, without an answer that says how the pago stands.
CALLADO = timedelta(minutes=30)
CALLADO_POR_HORAS = timedelta(hours=2, minutes=30)


def hallar(*, ahora, abiertas):
    """All that is wrong at `ahora` (aware datetime); `abiertas`: the (kind, agreement id) that were already."""
    cortados = _cortados(ahora)
    dispensados = {*cortados, *_acuerdos(abiertas, TipoAlerta.CORTADO)}
    atrasos = _atrasos(ahora, dispensados, abiertas)
    return {
        **_sin_ronda(ahora),
        **atrasos,
        **_errores_de_red(ahora, abiertas),
        **_cortes(cortados),
        **_sin_respuesta(ahora, dispensados, _acuerdos({*abiertas, *atrasos}, TipoAlerta.ATRASO), abiertas),
        **_pendientes_viejos(),
    }


def _sin_ronda(ahora):
    """No round began for too long; before the first one ever, the first open pago waits for it."""
    ultima = RondaSonda.objects.order_by("-inicio").values_list("inicio", flat=True).first()
    abiertos = _por_preguntar().filter(estado__in=ABIERTOS)
    esperan = None if ultima else abiertos.aggregate(desde=Min("creada_en"))["desde"]
    desde = ultima or esperan
    if desde is None or ahora - desde <= SILENCIO:
        return {}
    return {(TipoAlerta.SIN_RONDA, None): {"ultima": _texto(ultima), "esperan_desde": _texto(esperan)}}


def _atrasos(ahora, dispensados, abiertas):
    """Per agreement, its most overdue pago. While its breaker is open nobody asks, and that is an alert of its own.

    As long as that alert lasts (`dispensados`): when the gateway is back, all that waited is late and being asked.
    """
    mas_viejo = _por_preguntar().filter(acuerdo=OuterRef("pk")).order_by("proxima_consulta")
    atrasados = (
        AcuerdoComercial.objects.annotate(debia=Subquery(mas_viejo.values("proxima_consulta")[:1]))
        .filter(debia__lt=ahora - ATRASO)
        .values_list("pk", "debia")
    )
    hallados = _en_duda(TipoAlerta.ATRASO, abiertas, dispensados)
    for acuerdo, debia in atrasados:
        if acuerdo not in dispensados:
            hallados[TipoAlerta.ATRASO, acuerdo] = {"debia": _texto(debia)}
    return hallados


def _errores_de_red(ahora, abiertas):
    """Per agreement, too many network errors; once open it takes good answers to end it, not few questions."""
    preguntas, errores = Counter(), Counter()
    pulsos = PulsoPasarela.objects.filter(minuto__gt=ahora - VENTANA)
    for acuerdo, hechas, fallidas in pulsos.values_list("acuerdo_id", "preguntas", "errores_red"):
        preguntas[acuerdo] += hechas
        errores[acuerdo] += fallidas
    callados = {acuerdo for tipo, acuerdo in abiertas if tipo == TipoAlerta.ERRORES_RED and not preguntas[acuerdo]}
    hallados = {(TipoAlerta.ERRORES_RED, acuerdo): None for acuerdo in _con_pagos(callados)}
    for acuerdo in +preguntas:
        clave = (TipoAlerta.ERRORES_RED, acuerdo)
        demasiados = 100 * errores[acuerdo] > TOLERADOS_POR_CIEN * preguntas[acuerdo]
        if demasiados and (errores[acuerdo] >= ERRORES_MINIMOS or clave in abiertas):
            hallados[clave] = {"preguntas": preguntas[acuerdo], "errores": errores[acuerdo]}
    return hallados


def _cortes(cortados):
    """Per agreement with pagos to ask, its breaker held open."""
    return {(TipoAlerta.CORTADO, acuerdo): cortados[acuerdo] for acuerdo in _con_pagos(cortados)}


def _sin_respuesta(ahora, dispensados, atrasados, abiertas):
    """Per agreement, the open pagos that are asked in time and of which nobody has learned anything for too long.

    Every failed question puts its pago off, and so does the lease of a worker that dies: neither is ever late. Where
    some are late, those without an error are just waiting for their first question after it.
    """
    hallados = _en_duda(TipoAlerta.SIN_RESPUESTA, abiertas, {*dispensados, *atrasados})
    errores = defaultdict(list)
    for acuerdo, error, cuantos, desde in _callados(ahora):
        esperan_turno = not error and acuerdo in atrasados and (TipoAlerta.SIN_RESPUESTA, acuerdo) not in abiertas
        if acuerdo not in dispensados and not esperan_turno:
            errores[acuerdo].append((cuantos, error, desde))
    for acuerdo, grupos in errores.items():
        hallados[TipoAlerta.SIN_RESPUESTA, acuerdo] = {
            "cuantos": sum(cuantos for cuantos, _error, _desde in grupos),
            "desde": _texto(min(desde for _cuantos, _error, desde in grupos)),
            "error": max(grupos)[1] or None,
        }
    return hallados


def _callados(ahora):
    """[(agreement id, class of the last error or '', how many, the oldest answer)]; who is late is told by _atrasos."""
    revision = Novedad.objects.filter(pago=OuterRef("pk"), tipo__in=EN_REVISION, resuelta_en__isnull=True)
    callado = Q(informada__lt=ahora - CALLADO_POR_HORAS) | (
        Q(informada__lt=ahora - CALLADO) & ~Q(metodo=Metodo.PRESENCIAL) & ~Exists(revision)
    )
    return (
        _por_preguntar()
        .filter(estado__in=ABIERTOS, proxima_consulta__gte=ahora - ATRASO)
        .annotate(informada=Coalesce("ultima_consulta", "creada_en"))
        .filter(callado)
        .order_by()
        .values_list("acuerdo", "error_consulta")
        .annotate(cuantos=Count("pk"), desde=Min("informada"))
        .values_list("acuerdo", "error_consulta", "cuantos", "desde")
    )


def _cortados(ahora):
    """{agreement id: figures} of the breakers that are open or half open: closed is only what has answered since."""
    cortes = Cortacircuito.objects.filter(Q(fallos__gte=FALLOS) | Q(esperar_hasta__gt=ahora))
    return {
        corte.pk: {
            "fallos": corte.fallos,
            "espera": _texto(corte.esperar_hasta) if corte.esperar_hasta and corte.esperar_hasta > ahora else None,
        }
        for corte in cortes
    }


def _pendientes_viejos():
    """Pagos that hold their documents for too long, as their open Novedades say (diseno.md 3)."""
    abiertas = Novedad.objects.filter(tipo=TipoNovedad.DEMASIADO_PENDIENTE, resuelta_en__isnull=True)
    en_curso = abiertas.filter(Q(pago__estado__in=ABIERTOS) | Q(pago__reabierta=True))
    hay = en_curso.aggregate(cuantos=Count("pago", distinct=True), desde=Min("pago__creada_en"))
    if not hay["cuantos"]:
        return {}
    return {(TipoAlerta.PENDIENTES_VIEJOS, None): {"cuantos": hay["cuantos"], "desde": _texto(hay["desde"])}}


def _por_preguntar():
    """Every pago that is asked about, as the partial index holds them."""
    return Pago.objects.filter(proxima_consulta__isnull=False)


def _con_pagos(acuerdos):
    """Which of these agreement ids still have a pago to ask about."""
    return [acuerdo for acuerdo in acuerdos if _por_preguntar().filter(acuerdo=acuerdo).exists()]


def _acuerdos(claves, de_tipo):
    """The agreement ids of one kind."""
    return {acuerdo for tipo, acuerdo in claves if tipo == de_tipo}


def _en_duda(de_tipo, abiertas, acuerdos):
    """Those open of one kind whose agreement cannot be judged now: {key: None}."""
    return {(de_tipo, acuerdo): None for acuerdo in _acuerdos(abiertas, de_tipo) & set(acuerdos)}


def _texto(momento):
    return momento.isoformat() if momento else None
