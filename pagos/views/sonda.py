"""The sonda for Tesorería: whether it runs, how each gateway is doing, and its rounds."""

from datetime import timedelta

from django.conf import settings
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cartera.alcance_personal import empresas_de, limitar
from pagos import alertas, consultas, consultas_sonda
from pagos.models import RondaSonda
from pagos.presentacion_sonda import ronda_vista
from pagos.views.acceso import solo_tesoreria


@solo_tesoreria()
@require_safe
def sonda(request):
    """How it goes now, and the rounds before `?antes=<id>` (the latest ones without it)."""
    ahora = timezone.now()
    antes = _id(request.GET.get("antes", ""))
    rondas, hay_mas = consultas_sonda.rondas(antes=antes)
    acuerdos = _suyos(request.user, consultas_sonda.estados_por_acuerdo(ahora=ahora))
    contexto = {
        "pulso": consultas_sonda.pulso(ahora=ahora),
        "ahora": ahora,
        "intervalo": timedelta(minutes=float(settings.SONDA_MINUTOS)),
        "alertas": _suyos(request.user, alertas.abiertas()),
        "acuerdos": acuerdos,
        "vencidos": sum(uno.espera.vencidos for uno in acuerdos),
        "atraso": max((uno.espera.atraso for uno in acuerdos if uno.espera.atraso), default=None),
        "rondas": [ronda_vista(ronda) for ronda in rondas],
        "antes": antes,
        "mas_antiguas": rondas[-1].pk if hay_mas else None,
        "abiertas": limitar(consultas.novedades(abiertas=True), request.user).count(),
    }
    return render(request, "pagos/sonda.html", contexto)


@solo_tesoreria()
@require_safe
def ronda(request, ronda_id):
    """One round, with its errors by kind."""
    hallada = get_object_or_404(RondaSonda, pk=ronda_id)
    return render(request, "pagos/sonda_ronda.html", {"ronda": ronda_vista(hallada)})


def _suyos(usuario, vistas):
    """Of these, those without an agreement and those of an Empresa that this member of staff may see."""
    empresas = empresas_de(usuario)
    return [una for una in vistas if empresas is None or una.acuerdo is None or una.acuerdo.empresa_id in empresas]


def _id(texto):
    """The number of a round in the address; None for anything else."""
    return int(texto) if texto.isascii() and texto.isdigit() and len(texto) <= 18 else None
