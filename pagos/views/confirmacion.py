"""Where a gateway's server reports to ours: no session, no cookie, no page."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from pagos import confirmaciones
from pagos.models import AcuerdoComercial
from usuarios.acceso import direccion_de


@csrf_exempt  # signed by the gateway, and no cookie of a browser means anything here
@login_not_required
@never_cache
@require_POST
def confirmar(request, acuerdo_id):
    """200 without a body once the report was heard, whatever came of it; 403 when it is forged."""
    acuerdo = get_object_or_404(AcuerdoComercial.objects.select_related("empresa"), pk=acuerdo_id)
    try:
        confirmaciones.recibir(acuerdo, request.POST, ip=direccion_de(request))
    except confirmaciones.ConfirmacionRechazadaError:
        return HttpResponse(status=403)
    return HttpResponse(status=200, content_type="text/plain")
