"""Answers that several pages give."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from pagos.estados import Estado
from pagos.pasarelas.origenes import origen_permitido


def ver_otra(nombre, *args):
    """303: go and see that page with a GET, also after a POST."""
    return HttpResponseRedirect(reverse(nombre, args=args), status=303)


def decir_consulta(request, antes, despues):
    """Tell what became of a question that somebody asked for by a button: only what really happened."""
    if despues.ultima_consulta != antes.ultima_consulta:
        if despues.estado == antes.estado:
            messages.info(request, _("Según la pasarela, el pago sigue igual."))
    elif despues.error_consulta:
        messages.warning(request, _("La pasarela no responde en este momento. Volveremos a preguntar."))
    else:
        messages.info(request, _("Ahora no se pudo preguntar. Intente de nuevo en unos segundos."))


def puede_seguir(pago):
    """True when the payer may be sent on to the gateway: open, not yet opened by anybody, its door still known."""
    return (
        pago.estado == Estado.PENDIENTE
        and pago.sin_abrir
        and origen_permitido(
            pago.url_pasarela,
            origenes=settings.PASARELA_ORIGENES,
            permitir_http_local=settings.PERMITIR_PRUEBAS,
        )
    )


def seguir(pago):
    """On to the gateway when there is a way, else to the pago's own page."""
    return ver_otra("pagos:ir" if puede_seguir(pago) else "pagos:detalle", pago.referencia)
