"""The receipt: its PDF for the owner, and the public page that says whether a printed one is authentic."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from pagos import consultas
from pagos.comprobantes import comprobante_de
from pagos.models import Recibo
from pagos.views.limite import limitar


@require_safe
def recibo(request, referencia):
    """The PDF of an approved pago."""
    pago = get_object_or_404(consultas.pagos_de(request.user), referencia=referencia, recibo__isnull=False)
    archivo = comprobante_de(pago)
    return HttpResponse(
        archivo.contenido,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{archivo.nombre}"'},
    )


@login_not_required
@require_safe
@limitar("autenticidad", veces=60, segundos=60)
def autenticidad(request, codigo_verificacion):
    """Whether a receipt is authentic, by the random code printed on it; says only what the paper says."""
    recibos = Recibo.objects.select_related("empresa", "pago__acuerdo", "pago__tercero")
    encontrado = recibos.filter(codigo_verificacion=codigo_verificacion).first()
    return render(request, "pagos/autenticidad.html", {"recibo": encontrado}, status=200 if encontrado else 404)
