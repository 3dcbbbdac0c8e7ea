"""The receipt: its PDF for the owner, and the public page that says whether a printed one is authentic."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from pagos import comprobante_pdf, consultas
from pagos.models import Recibo
from pagos.views.limite import limitar


@require_safe
def recibo(request, referencia):
    """The PDF of an approved pago."""
    pago = get_object_or_404(consultas.pagos_de(request.user), referencia=referencia, recibo__isnull=False)
    verificacion = settings.PORTAL_URL + reverse("pagos:autenticidad", args=[pago.recibo.codigo_verificacion])
    contenido = comprobante_pdf.dibujar(
        pago,
        detalles=consultas.detalles_de(pago),
        favores=consultas.favores_de(pago),
        verificacion=verificacion,
        ahora=timezone.now(),
    )
    nombre = f"comprobante-{pago.recibo.numero}.pdf"
    return HttpResponse(
        contenido,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{nombre}"'},
    )


@login_not_required
@require_safe
@limitar("autenticidad", veces=60, segundos=60)
def autenticidad(request, codigo_verificacion):
    """Whether a receipt is authentic, by the random code printed on it; says only what the paper says."""
    recibos = Recibo.objects.select_related("empresa", "pago__acuerdo", "pago__tercero")
    encontrado = recibos.filter(codigo_verificacion=codigo_verificacion).first()
    return render(request, "pagos/autenticidad.html", {"recibo": encontrado}, status=200 if encontrado else 404)
