"""The saldos a favor, for Tesorería: which wait, and what two people decide to do with each."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cartera.alcance_personal import limitar
from cartera.formato import escribible
from pagos import consultas_favores, consultas_novedades, favores
from pagos.errores import PagoNoPermitidoError
from pagos.forms_favores import AplicacionForm, DevolucionForm, FiltroFavoresForm
from pagos.hojas import cortar
from pagos.models import PropuestaSaldoAFavor
from pagos.views.acceso import solo_tesoreria
from pagos.views.respuestas import ver_otra

POR_PAGINA = 50
_VISTAS = (consultas_favores.ESPERAN, consultas_favores.PROPUESTOS, consultas_favores.USADOS)


@solo_tesoreria("pagos.view_saldoafavor")
@require_safe
def lista(request):
    """Those that wait, oldest first; with `?ver=`, those that a second person must confirm, or those used up."""
    ver = request.GET.get("ver")
    ver = ver if ver in _VISTAS else consultas_favores.ESPERAN
    filtro = FiltroFavoresForm(request.GET, usuario=request.user)
    criterios = filtro.cleaned_data if filtro.is_valid() else {}
    hallados = limitar(consultas_favores.listar(ver=ver, **criterios), request.user)
    contexto = {
        "filtro": filtro,
        "ver": ver,
        "hoja": cortar(
            hallados,
            request.GET.get("desde"),
            por_pagina=POR_PAGINA,
            nuevas_primero=ver == consultas_favores.USADOS,
        ),
        "abiertas": limitar(consultas_novedades.abiertas(), request.user).count(),
    }
    return render(request, "pagos/favores.html", contexto)


@solo_tesoreria("pagos.view_saldoafavor")
@require_safe
def ver(request, favor_id):
    """One credit: where it came from, what it was used for, and what may be done with what is left."""
    return _pagina(request, _buscar(favor_id))


@solo_tesoreria("pagos.add_propuestasaldoafavor")
@require_POST
def proponer_aplicacion(request, favor_id):
    """First person: apply it to another document of the same customer."""
    favor = _buscar(favor_id)
    form = AplicacionForm(request.POST, favor=favor)
    if not form.is_valid():
        return _pagina(request, favor, aplicacion=form)
    datos = form.cleaned_data
    return _hacer(
        request,
        favor.pk,
        lambda: favores.proponer_aplicacion(
            favor.pk,
            saldo_id=datos["saldo"].pk,
            valor=datos["valor"],
            por_que=datos["por_que"],
            quien=request.user,
        ),
        _("Propuesta guardada. Otra persona de Tesorería debe confirmarla."),
    )


@solo_tesoreria("pagos.add_propuestasaldoafavor")
@require_POST
def proponer_devolucion(request, favor_id):
    """First person: it was given back."""
    favor, form = _buscar(favor_id), DevolucionForm(request.POST)
    if not form.is_valid():
        return _pagina(request, favor, devolucion=form)
    return _hacer(
        request,
        favor.pk,
        lambda: favores.proponer_devolucion(favor.pk, quien=request.user, **form.cleaned_data),
        _("Propuesta guardada. Otra persona de Tesorería debe confirmarla."),
    )


@solo_tesoreria("pagos.change_propuestasaldoafavor")
@require_POST
def confirmar(request, propuesta_id):
    """Second person: what was proposed is done."""
    propuesta = get_object_or_404(PropuestaSaldoAFavor, pk=propuesta_id)
    return _hacer(
        request,
        propuesta.favor_id,
        lambda: favores.confirmar(propuesta.pk, confirmo=request.user),
        _("Confirmado: el saldo a favor quedó usado y el cliente lo verá."),
    )


@solo_tesoreria("pagos.change_propuestasaldoafavor")
@require_POST
def retirar(request, propuesta_id):
    """Nobody wants it any more."""
    propuesta = get_object_or_404(PropuestaSaldoAFavor, pk=propuesta_id)
    return _hacer(
        request,
        propuesta.favor_id,
        lambda: favores.retirar(propuesta.pk, quien=request.user),
        _("Propuesta retirada. Nada cambió."),
    )


def _buscar(favor_id):
    favor = consultas_favores.ver(favor_id)
    if favor is None:
        raise Http404
    return favor


def _hacer(request, favor_id, accion, hecho):
    """Run a service; its refusal is told on the credit's page, its success too."""
    try:
        accion()
    except PagoNoPermitidoError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, hecho)
    return ver_otra("pagos:favor", favor_id)


def _pagina(request, favor, *, aplicacion=None, devolucion=None):
    quedan = consultas_favores.resta(favor)
    todo = {"valor": escribible(quedan)}
    contexto = {
        "favor": favor,
        "quedan": quedan,
        "usos": consultas_favores.usos(favor),
        "propuesta": consultas_favores.propuesta_abierta(favor),
        "aplicacion": aplicacion or AplicacionForm(favor=favor, initial=todo),
        "devolucion": devolucion or DevolucionForm(initial=todo),
        "puede_proponer": request.user.has_perm("pagos.add_propuestasaldoafavor"),
        "puede_confirmar": request.user.has_perm("pagos.change_propuestasaldoafavor"),
    }
    return render(request, "pagos/favor.html", contexto, status=400 if aplicacion or devolucion else 200)
