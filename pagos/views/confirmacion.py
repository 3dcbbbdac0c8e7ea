"""Where a gateway's server reports to ours: no session, no cookie, no page."""

from urllib.parse import parse_qsl

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from pagos import confirmaciones
from pagos.models import AcuerdoComercial
from usuarios.acceso import direccion_de

# Character sets that a form may declare; anything else is read as UTF-8.
_JUEGOS = {"iso-8859-1": "iso-8859-1", "latin-1": "iso-8859-1", "windows-1252": "windows-1252"}
_MAXIMO_CAMPOS = 200


@csrf_exempt  # signed by the gateway, and no cookie of a browser means anything here
@login_not_required
@never_cache
@require_POST
def confirmar(request, acuerdo_id):
    """200 without a body once the report was heard, whatever came of it; 403 when it is forged.

    503 when we cannot tell, so that the gateway sends it again.
    """
    acuerdo = get_object_or_404(AcuerdoComercial.objects.select_related("empresa"), pk=acuerdo_id)
    try:
        confirmaciones.recibir(acuerdo, _campos(request), ip=direccion_de(request))
    except confirmaciones.ConfirmacionRechazadaError:
        return HttpResponse(status=403)
    except confirmaciones.AcuerdoInservibleError:
        return HttpResponse(status=503)
    return HttpResponse(status=200, content_type="text/plain")


def _campos(request):
    """The fields of the report. Django's own reading refuses whatever is not UTF-8, and gateways send ISO-8859-1."""
    try:
        cuerpo = request.body.decode(_JUEGOS.get((request.encoding or "").lower(), "utf-8"), "replace")
        return dict(parse_qsl(cuerpo, keep_blank_values=True, max_num_fields=_MAXIMO_CAMPOS))
    except ValueError as error:
        raise SuspiciousOperation("demasiados campos") from error
