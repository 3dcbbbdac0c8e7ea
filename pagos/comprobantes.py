"""The receipt of a pago as a file, for whoever hands it out: the page of the pago and the e-mail."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from pagos import comprobante_pdf, consultas


@dataclass(frozen=True)
class Comprobante:
    """A file to download or to attach: `contenido` is a PDF."""

    nombre: str
    contenido: bytes


def comprobante_de(pago):
    """The Comprobante of an approved pago, as things stand now, in the language that is active."""
    verificacion = settings.PORTAL_URL + reverse("pagos:autenticidad", args=[pago.recibo.codigo_verificacion])
    contenido = comprobante_pdf.dibujar(
        pago,
        detalles=consultas.detalles_de(pago),
        favores=consultas.favores_de(pago),
        verificacion=verificacion,
        ahora=timezone.now(),
    )
    return Comprobante(f"comprobante-{pago.recibo.numero}.pdf", contenido)
