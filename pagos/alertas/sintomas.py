"""What is wrong now, read from the database: {(kind, agreement id or None): figures}. Nothing here writes.

Figures are None where it cannot be told whether something that was wrong still is: silence is no recovery.
"""

from collections import Counter
from datetime import timedelta

from django.db.models import Count, Min, OuterRef, Q, Subquery

from pagos.cortacircuitos import FALLOS
from pagos.estados import ABIERTOS, TipoAlerta, TipoNovedad
from pagos.models import AcuerdoComercial, Cortacircuito, Novedad, Pago, PulsoPasarela, RondaSonda

# ACH/PSE: the sonda silent for more than 30 minutes; more than 1 % of errors in 10 minutes (pasarelas.md 1.5).
SILENCIO = timedelta(minutes=30)
VENTANA = timedelta(minutes=10)
TOLERADOS_POR_CIEN = 1
# One error among the few questions of a night is a hiccup. Three are not: a dead gateway with three pagos reaches them
# in one round. With fewer pagos than that, the breaker tells after FALLOS failures in a row.
ERRORES_MINIMOS = 3
# A pago is due one interval (7 minutes) after its last question; 8 later, more than the 15 allowed have gone by.
ATRASO = timedelta(minutes=8)


def hallar(*, ahora, abiertas):
    """All that is wrong at `ahora` (aware datetime); `abiertas`: the (kind, agreement id) that were already."""
    cortados = _cortados(ahora)
    return {
        **_sin_ronda(ahora),
        **_atrasos(ahora, cortados, abiertas),
        **_errores_de_red(ahora, abiertas),
        **_sin_respuesta(cortados),
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


def _atrasos(ahora, cortados, abiertas):
    """Per agreement, its most overdue pago. While its breaker is open nobody asks, and that is an alert of its own.

    As long as that alert lasts: when the gateway is back, all that waited is late and being asked.
    """
    mas_viejo = _por_preguntar().filter(acuerdo=OuterRef("pk")).order_by("proxima_consulta")
    atrasados = (
        AcuerdoComercial.objects.annotate(debia=Subquery(mas_viejo.values("proxima_consulta")[:1]))
        .filter(debia__lt=ahora - ATRASO)
        .values_list("pk", "debia")
    )
    dispensados = {*cortados, *(acuerdo for tipo, acuerdo in abiertas if tipo == TipoAlerta.CORTADO)}
    hallados = {clave: None for clave in abiertas if clave[0] == TipoAlerta.ATRASO and clave[1] in dispensados}
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


def _sin_respuesta(cortados):
    """Per agreement with pagos to ask, its breaker held open."""
    return {(TipoAlerta.CORTADO, acuerdo): cortados[acuerdo] for acuerdo in _con_pagos(cortados)}


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


def _texto(momento):
    return momento.isoformat() if momento else None
