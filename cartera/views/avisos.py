"""*Ya pagué por otro medio*: where a customer tells it of one balance."""

from django.contrib import messages
from django.shortcuts import render
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_http_methods

from cartera import avisos, consultas
from cartera.errores import AvisoNoPermitidoError
from cartera.forms import AvisoForm
from cartera.views.saldos import a_la_lista, filtro_de


@require_http_methods(["GET", "HEAD", "POST"])
def ya_pague(request, pk):
    """The note about one visible balance: written, or changed while nobody has seen it. The balance stays as it is."""
    saldo = consultas.saldo_de(request.user, pk)
    anterior = avisos.aviso_de(request.user, saldo)
    sin_ver = anterior if anterior and anterior.visto_en is None else None
    form = AvisoForm(request.POST or None, initial=_escrito(sin_ver))
    filtro = filtro_de(request)
    if form.is_valid():
        try:
            avisos.dejar(request.user, saldo, **form.cleaned_data)
        except AvisoNoPermitidoError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request,
                _t("%(empresa)s recibió su aviso sobre %(documento)s. El saldo cambia cuando ella registre el pago.")
                % {"documento": saldo.etiqueta, "empresa": saldo.empresa.nombre},
            )
            return a_la_lista(filtro)
    contexto = {"saldo": saldo, "form": form, "anterior": anterior, "volver": filtro.consulta()}
    return render(request, "cartera/ya_pague.html", contexto)


def _escrito(aviso):
    """What the form says before anybody writes: the note that nobody has seen."""
    if aviso is None:
        return {}
    return {campo: getattr(aviso, campo) for campo in AvisoForm.Meta.fields}
