"""The outbox: what must be told to the payer, written in the transaction that made it true."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pagos.models.pago import Pago


class Notificacion(models.Model):
    """One e-mail to send, once per pago and kind; the worker sends it and marks it sent."""

    class Tipo(models.TextChoices):
        """What it tells."""

        APROBADA = "APROBADA", _("Pago aprobado")
        RECHAZADA = "RECHAZADA", _("Pago rechazado")
        PENDIENTE = "PENDIENTE", _("Pago pendiente")
        APROBADA_TARDE = "APROBADA_TARDE", _("Pago aprobado después de rechazado")

    pago = models.ForeignKey(Pago, on_delete=models.PROTECT, related_name="notificaciones", verbose_name=_("pago"))
    tipo = models.CharField(_("tipo"), max_length=15, choices=Tipo)
    destinatario = models.EmailField(_("destinatario"), max_length=254)
    idioma = models.CharField(_("idioma"), max_length=10)
    message_id = models.CharField("Message-ID", max_length=120)
    creada_en = models.DateTimeField(_("creada en"))
    enviar_desde = models.DateTimeField(_("enviar desde"), null=True)
    intentos = models.PositiveIntegerField(_("intentos"), default=0)
    enviada_en = models.DateTimeField(_("enviada en"), null=True, blank=True)
    ultimo_error = models.CharField(_("último error"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("notificación")
        verbose_name_plural = _("notificaciones")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["enviar_desde"], condition=Q(enviada_en__isnull=True), name="notificacion_por_enviar")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["pago", "tipo"],
                name="notificacion_una_por_tipo",
                violation_error_message=_("Ese aviso ya está registrado."),
            ),
        ]

    def __str__(self):
        return f"{self.tipo} {self.pago_id}"
