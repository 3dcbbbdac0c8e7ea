"""*Forma de pago* and what its buttons do: step 2 of 3, between the selection and the gateway."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from cartera import seleccion
from cartera.models import Empresa
from pagos import acuerdos, propuesta, servicios
from pagos.errores import PagoNoPermitidoError, SaldoEnPagoError, SeleccionCambioError
from pagos.forms import PagarForm
from pagos.iva import ivas_de
from pagos.views.respuestas import seguir, ver_otra
from usuarios.acceso import direccion_de
from usuarios.consultas import alcance


@require_safe
def forma_de_pago(request, empresa_id, tercero_id, moneda):
    """Summary of one group of the selection, and one button per form of payment."""
    _exigir_propio(request.user, tercero_id)
    get_object_or_404(Empresa, pk=empresa_id)
    return _pagina(request, (empresa_id, tercero_id, moneda))


@require_POST
def iniciar(request):
    """A button of *Forma de pago*: start the payment that the page showed. The same POST again gives the same pago."""
    try:
        foto = propuesta.leer(request.POST.get("foto", ""), request.user)
    except SeleccionCambioError as error:
        messages.warning(request, str(error))
        return redirect("cartera:saldos")
    grupo = (foto.empresa_id, foto.tercero_id, foto.moneda)
    formas = acuerdos.formas_vigentes(foto.empresa_id, moneda=foto.moneda, total=foto.total)
    form = PagarForm(request.POST, formas=formas)
    if not form.is_valid():
        return _pagina(request, grupo, form=form)
    try:
        return seguir(_iniciar(request, foto, form.cleaned_data["forma"]))
    except SaldoEnPagoError as error:
        return render(request, "pagos/ocupados.html", {"error": error, "foto": foto}, status=409)
    except PagoNoPermitidoError as error:
        return _pagina(request, grupo, form=form, error=error)


def _iniciar(request, foto, forma):
    """The Pago that the services start for this page."""
    aceptacion = servicios.Aceptacion(
        version=foto.version_terminos, cuando=timezone.now(), ip=direccion_de(request) or None
    )
    return servicios.iniciar_pago(
        foto=foto, forma=forma, usuario=request.user, aceptacion=aceptacion, idioma=get_language()
    )


@require_POST
def seguir_sin(request, empresa_id, tercero_id, moneda):
    """Go on without the documents that another payment holds: they leave the selection."""
    _exigir_propio(request.user, tercero_id)
    seleccion.quitar(request.user, _ids(request.POST.getlist("saldo")))
    return ver_otra("pagos:forma_de_pago", empresa_id, tercero_id, moneda)


def _ids(textos):
    """Row ids as a form sends them; anything else in the list is noise."""
    return [int(texto) for texto in textos if texto.isascii() and texto.isdigit() and len(texto) < 19]


def _exigir_propio(usuario, tercero_id):
    """404 unless the user may see that tercero."""
    if tercero_id not in alcance(usuario).terceros:
        raise Http404


def _pagina(request, grupo, *, form=None, error=None):
    """*Forma de pago* with what is owed now; without documents left, back to the balances with the reason."""
    empresa_id, tercero_id, moneda = grupo
    try:
        actual = propuesta.preparar(request.user, empresa_id=empresa_id, tercero_id=tercero_id, moneda=moneda)
    except PagoNoPermitidoError as nada:
        messages.warning(request, str(error or nada))
        return redirect("cartera:saldos")
    formas = acuerdos.formas_vigentes(empresa_id, moneda=moneda, total=actual.total)
    contexto = {
        "propuesta": actual,
        "iva": sum(ivas_de((linea.saldo, linea.paga) for linea in actual.lineas)),
        "formas": formas,
        "form": form or PagarForm(formas=formas),
        "foto": propuesta.firmar(actual, request.user),
        "error": error,
        "cambios": getattr(error, "cambios", ()),
        "prueba": any(forma.acuerdo.prueba for forma in formas),
    }
    return render(request, "pagos/forma_de_pago.html", contexto, status=409 if error else 200)
