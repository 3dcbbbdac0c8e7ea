"""What a person must look at, and the door that only two people open together (diseno.md 3)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cartera.alcance_personal import limitar
from pagos import consultas_novedades, novedades, transiciones
from pagos.errores import PagoNoPermitidoError
from pagos.forms import PropuestaForm, ResolucionForm
from pagos.forms_novedades import AsignarForm, BandejaForm, ComentarioForm
from pagos.hojas import cortar
from pagos.models import Novedad
from pagos.views.acceso import solo_tesoreria
from pagos.views.respuestas import ver_otra

POR_PAGINA = 50


@solo_tesoreria()
@require_safe
def lista(request):
    """The open ones, oldest first; with `?cerradas=1`, those already closed. Narrowed by the address."""
    cerradas = request.GET.get("cerradas") == "1"
    ver = request.GET.get("ver", "")
    ver = ver if ver in consultas_novedades.GRUPOS else ""
    filtro = BandejaForm(request.GET, usuario=request.user)
    halladas = limitar(consultas_novedades.bandeja(cerradas=cerradas, ver=ver, **filtro.criterios()), request.user)
    cuenta = consultas_novedades.cuenta(limitar(consultas_novedades.abiertas(), request.user))
    contexto = {
        "filtro": filtro,
        "ver": ver,
        "cerradas": cerradas,
        "hoja": cortar(halladas, request.GET.get("desde"), por_pagina=POR_PAGINA, nuevas_primero=cerradas),
        "cuenta": cuenta,
        "abiertas": cuenta[""],
    }
    return render(request, "pagos/novedades.html", contexto)


@solo_tesoreria()
@require_safe
def ver(request, novedad_id):
    """One Novedad with its evidence and what may be done about it."""
    return _pagina(request, _buscar(novedad_id))


@solo_tesoreria("pagos.change_novedad")
@require_POST
def proponer(request, novedad_id):
    """First person: what became of the money."""
    novedad, form = _buscar(novedad_id), PropuestaForm(request.POST)
    if not form.is_valid():
        return _pagina(request, novedad, propuesta=form)
    return _hacer(
        request,
        novedad,
        lambda: novedades.proponer(novedad.pk, valor=form.cleaned_data["valor"], usuario=request.user),
        _("Propuesta guardada. Otra persona de Tesorería debe confirmarla."),
    )


@solo_tesoreria("pagos.change_novedad")
@require_POST
def confirmar(request, novedad_id):
    """Second person: close the pago as proposed."""
    novedad, form = _buscar(novedad_id), ResolucionForm(request.POST)
    if not form.is_valid():
        return _pagina(request, novedad, resolucion=form)
    return _hacer(
        request,
        novedad,
        lambda: transiciones.cerrar_en_revision(
            novedad.pk,
            confirmo=request.user,
            resolucion=form.cleaned_data["resolucion"],
            propuesta_en=_instante(request.POST.get("propuesta_en", "")),
        ),
        _("Confirmado: el pago quedó cerrado y sus documentos libres."),
    )


@solo_tesoreria("pagos.change_novedad")
@require_POST
def resolver(request, novedad_id):
    """Close a Novedad that needs no decision about money, saying what was done."""
    novedad, form = _buscar(novedad_id), ResolucionForm(request.POST)
    if not form.is_valid():
        return _pagina(request, novedad, resolucion=form)
    return _hacer(
        request,
        novedad,
        lambda: novedades.resolver(novedad.pk, usuario=request.user, resolucion=form.cleaned_data["resolucion"]),
        _("Novedad cerrada."),
    )


@solo_tesoreria("pagos.change_novedad")
@require_POST
def tomar(request, novedad_id):
    """*Tomarla*: whoever presses it has it."""
    novedad = _buscar(novedad_id)
    return _hacer(
        request,
        novedad,
        lambda: novedades.asignar(novedad.pk, a=request.user, quien=request.user),
        _("La novedad es suya."),
    )


@solo_tesoreria("pagos.change_novedad")
@require_POST
def asignar(request, novedad_id):
    """*Asignar a*: somebody else of Tesorería has it."""
    novedad, form = _buscar(novedad_id), AsignarForm(request.POST)
    if not form.is_valid():
        return _pagina(request, novedad, asignacion=form)
    persona = form.cleaned_data["a"]
    return _hacer(
        request,
        novedad,
        lambda: novedades.asignar(novedad.pk, a=persona, quien=request.user),
        _("Asignada a %s.") % persona.email,
    )


@solo_tesoreria("pagos.change_novedad")
@require_POST
def comentar(request, novedad_id):
    """Something to say about it, for whoever comes next."""
    novedad, form = _buscar(novedad_id), ComentarioForm(request.POST)
    if not form.is_valid():
        return _pagina(request, novedad, comentario=form)
    return _hacer(
        request,
        novedad,
        lambda: novedades.comentar(novedad.pk, autor=request.user, texto=form.cleaned_data["texto"]),
        _("Comentario guardado."),
    )


def _instante(texto):
    """The moment that a hidden field carries; None for anything else, which is no proposal's moment."""
    try:
        return parse_datetime(texto[:40])
    except ValueError:
        return None


def _buscar(novedad_id):
    return get_object_or_404(
        Novedad.objects.select_related(
            "empresa", "pago__tercero", "saldo__tercero", "asignada_a", "propuesta_por", "resuelta_por"
        ),
        pk=novedad_id,
    )


def _hacer(request, novedad, accion, hecho):
    """Run a service; its refusal is told on the same page, its success too."""
    try:
        accion()
    except PagoNoPermitidoError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, hecho)
    return ver_otra("pagos:novedad", novedad.pk)


def _pagina(request, novedad, **con_errores):
    """The page, with the forms of `con_errores` (propuesta, resolucion, asignacion, comentario) as they were sent."""
    contexto = {
        "novedad": novedad,
        "propuesta": PropuestaForm(),
        "resolucion": ResolucionForm(),
        "asignacion": AsignarForm(),
        "comentario": ComentarioForm(),
        **con_errores,
        "comentarios": consultas_novedades.comentarios(novedad),
        "decide_dinero": novedades.admite_dos_personas(novedad),
        "dos_personas": novedades.espera_dos_personas(novedad),
        "puede_resolver": request.user.has_perm("pagos.change_novedad"),
    }
    return render(request, "pagos/novedad.html", contexto, status=400 if con_errores else 200)
