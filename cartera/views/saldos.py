"""The pages about what is owed: home and balances (ECSSP). Thin: read one thing, call one service, answer."""

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cartera import consultas, parcial, seleccion
from cartera.filtros import Filtro, leer_id
from cartera.formato import escribible
from cartera.forms import ValorForm
from cartera.lista import Lista
from cartera.parcial import Eleccion
from cartera.vencimientos import hoy
from usuarios.consultas import alcance


@require_safe
def inicio(request):
    """Home: per currency, what is owed, how much of it overdue, and since when."""
    dentro_de = alcance(request.user)
    saldos = consultas.saldos_visibles(request.user, dentro_de=dentro_de)
    contexto = {
        "alcance": dentro_de,
        "clientes": consultas.clientes_de(request.user),
        "resumenes": consultas.resumen(saldos, hoy=hoy()),
        "vencidos": consultas.vencidos_por_grupo(saldos, hoy=hoy()),
    }
    return render(request, "cartera/inicio.html", contexto)


@require_safe
def saldos(request):
    """ECSSP: the unpaid balances, and below them the selection."""
    filtro = Filtro.leer(request.GET, hoy=hoy())
    return render(request, "cartera/saldos.html", {"lista": Lista(request.user, filtro)})


@require_POST
def seleccionar(request):
    """Tick and untick the rows of a page, or add all of them, a whole group or the whole list of the filter."""
    filtro = filtro_de(request)
    if "esta_pagina" in request.POST:
        lista = Lista(request.user, filtro)
        seleccion.agregar(request.user, lista.libres_de_la_pagina)
    elif "todo" in request.POST or "grupo" in request.POST:
        lista = Lista(request.user, filtro)
        seleccion.agregar_todos(request.user, lista.saldos_del_grupo(request.POST.get("grupo", "")))
    else:
        _marcar(request)
    return a_la_lista(filtro)


def _marcar(request):
    """Only what changed on the page that was sent: another tab may have ticked other rows meanwhile."""
    antes, ahora = _ids(request, "antes"), _ids(request, "saldo")
    ocupados = seleccion.agregar(request.user, ahora - antes)
    seleccion.quitar(request.user, antes - ahora)
    if ocupados:
        nombres = ", ".join(saldo.etiqueta for saldo in ocupados)
        messages.warning(request, _t("No se agregó %s: ya está pagado o en proceso de pago.") % nombres)


@require_POST
def quitar(request):
    """(−): drop one document from the selection."""
    seleccion.quitar(request.user, _ids(request, "saldo"))
    return a_la_lista(filtro_de(request))


@require_POST
def vaciar(request):
    """Drop the whole selection."""
    seleccion.vaciar(request.user)
    return a_la_lista(filtro_de(request))


@require_POST
def pagar_vencidos(request, empresa_id, tercero_id, moneda):
    """*Pagar todo lo vencido* of a group: choose it, and go on to Forma de pago."""
    grupo = {"empresa_id": empresa_id, "tercero_id": tercero_id, "moneda": moneda}
    if not seleccion.elegir_vencidos(request.user, **grupo):
        messages.info(request, _t("Ya no hay nada vencido por pagar: está pagado o en proceso de pago."))
        return a_la_lista(Filtro())
    return HttpResponseRedirect(reverse("pagos:forma_de_pago", kwargs=grupo))


@require_POST
def recortar(request, empresa_id, tercero_id, moneda):
    """Leave in a group only as many documents as one payment takes."""
    seleccion.recortar(request.user, empresa_id=empresa_id, tercero_id=tercero_id, moneda=moneda)
    return a_la_lista(filtro_de(request))


@require_http_methods(["GET", "HEAD", "POST"])
def valor(request, pk):
    """*Pagar otro valor*: how much of one document to pay, where its empresa takes partial payments."""
    saldo = consultas.saldo_de(request.user, pk)
    filtro = filtro_de(request)
    if saldo.en_proceso_referencia or not parcial.admite(saldo):
        messages.warning(request, _t("%s se paga completo, o ya está en proceso de pago.") % saldo.etiqueta)
        return a_la_lista(filtro)
    linea = seleccion.linea_de(request.user, saldo)
    form = ValorForm(request.POST or None, saldo=saldo, initial=_escrito(linea))
    if "todo" in request.POST or form.is_valid():
        seleccion.elegir_valor(request.user, saldo, Eleccion() if "todo" in request.POST else form.eleccion)
        return a_la_lista(filtro, ancla="#seleccion")
    contexto = {"saldo": saldo, "minimo": parcial.minimo(saldo), "form": form, "volver": filtro.consulta()}
    return render(request, "cartera/valor.html", contexto)


def _escrito(linea):
    """What the form says before anybody writes: what was chosen, and nothing when everything is paid."""
    if not linea.razon:
        return {}
    return {"valor": escribible(linea.paga), "razon": linea.parte.razon, "nota": linea.parte.nota}


def _ids(request, nombre):
    ids = {leer_id(valor) for valor in request.POST.getlist(nombre)}
    if None in ids:
        raise Http404
    return ids


def filtro_de(request):
    """The filter of the list that a form or link came from: only what `Filtro.leer` knows gets into the address."""
    volver = request.POST.get("volver") or request.GET.get("volver", "")
    return Filtro.leer(QueryDict(volver), hoy=hoy())


def a_la_lista(filtro, *, ancla=""):
    """Redirect to the list through a Filtro, at the element `ancla` (`#id`)."""
    consulta = filtro.consulta()
    return HttpResponseRedirect(reverse("cartera:saldos") + (f"?{consulta}" if consulta else "") + ancla)
