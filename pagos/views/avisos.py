"""What customers say they paid elsewhere, for Tesorería: read it, look for the money, mark it as seen."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cartera import avisos
from cartera.alcance_personal import limitar
from cartera.errores import AvisoNoPermitidoError
from cartera.models import AvisoDePago
from pagos import consultas
from pagos.views.acceso import solo_tesoreria
from pagos.views.respuestas import ver_otra

POR_PAGINA = 50


@solo_tesoreria("cartera.view_avisodepago")
@require_safe
def lista(request):
    """Those that nobody has seen, oldest first; with `?vistos=1`, those already seen."""
    vistos = request.GET.get("vistos") == "1"
    suyos = limitar(avisos.listar(vistos=vistos), request.user, "saldo__empresa")
    contexto = {
        "pagina": Paginator(suyos, POR_PAGINA).get_page(request.GET.get("pagina")),
        "vistos": vistos,
        "abiertas": limitar(consultas.novedades(abiertas=True), request.user).count(),
        "puede_marcar": request.user.has_perm("cartera.change_avisodepago"),
    }
    return render(request, "pagos/avisos.html", contexto)


@solo_tesoreria("cartera.change_avisodepago")
@require_POST
def marcar_visto(request, aviso_id):
    """*Marcar como visto*: whoever presses it is who saw it, as the page showed it."""
    aviso = get_object_or_404(AvisoDePago, pk=aviso_id)
    try:
        avisos.marcar_visto(aviso.pk, usuario=request.user, escrito_en=_instante(request.POST.get("escrito_en", "")))
    except AvisoNoPermitidoError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Aviso marcado como visto. El cliente lo sabrá en sus saldos."))
    return ver_otra("pagos:avisos")


def _instante(texto):
    """The moment that the hidden field carries; None for anything else, which no note was written at."""
    try:
        return parse_datetime(texto[:40])
    except ValueError:
        return None
