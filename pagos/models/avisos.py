"""The outboxes: what must be told to the payer, written in the transaction that made it true, and to the house."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cartera.models import AvisoDePago, Empresa
from pagos.models.novedades import Novedad
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


class CorreoInterno(models.Model):
    """One e-mail to the people of an Empresa or of Tesorería. Only `pagos.correos_internos` writes these rows.

    Made by who looks for what must be told, so it is unique by what it tells: two who look at once make one.
    """

    class Tipo(models.TextChoices):
        """What it tells."""

        RESUMEN = "RESUMEN", _("Pagos aprobados de un día")
        NOVEDAD = "NOVEDAD", _("Novedad con dinero")
        AVISO = "AVISO", _("Aviso de pago por otro medio")

    tipo = models.CharField(_("tipo"), max_length=10, choices=Tipo)
    empresa = models.ForeignKey(Empresa, on_delete=models.PROTECT, related_name="+", verbose_name=_("empresa"))
    dia = models.DateField(_("día"), null=True, blank=True)
    novedad = models.ForeignKey(
        Novedad, on_delete=models.PROTECT, null=True, blank=True, related_name="correos", verbose_name=_("novedad")
    )
    aviso = models.ForeignKey(
        AvisoDePago, on_delete=models.PROTECT, null=True, blank=True, related_name="correos", verbose_name=_("aviso")
    )
    destinatario = models.EmailField(_("destinatario"), max_length=254)
    idioma = models.CharField(_("idioma"), max_length=10)
    message_id = models.CharField("Message-ID", max_length=120)
    creada_en = models.DateTimeField(_("creada en"))
    # NULL = looked at, and there was nothing to tell.
    enviar_desde = models.DateTimeField(_("enviar desde"), null=True)
    intentos = models.PositiveIntegerField(_("intentos"), default=0)
    enviada_en = models.DateTimeField(_("enviada en"), null=True, blank=True)
    ultimo_error = models.CharField(_("último error"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("correo interno")
        verbose_name_plural = _("correos internos")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["enviar_desde"], condition=Q(enviada_en__isnull=True), name="correo_por_enviar")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["empresa", "dia"],
                condition=Q(tipo="RESUMEN"),
                name="correo_un_resumen_por_dia",
                violation_error_message=_("El resumen de ese día ya existe."),
            ),
            models.UniqueConstraint(
                fields=["novedad", "destinatario"],
                condition=Q(tipo="NOVEDAD"),
                name="correo_una_novedad_por_persona",
                violation_error_message=_("Esa persona ya tiene el aviso de esa novedad."),
            ),
            models.UniqueConstraint(
                fields=["aviso"],
                condition=Q(tipo="AVISO"),
                name="correo_uno_por_aviso",
                violation_error_message=_("De ese aviso ya se escribió."),
            ),
            models.CheckConstraint(
                condition=Q(tipo="RESUMEN", dia__isnull=False, novedad__isnull=True, aviso__isnull=True)
                | Q(tipo="NOVEDAD", dia__isnull=True, novedad__isnull=False, aviso__isnull=True)
                | Q(tipo="AVISO", dia__isnull=True, novedad__isnull=True, aviso__isnull=False),
                name="correo_de_algo",
                violation_error_message=_("Un correo interno trata de un día, de una novedad o de un aviso."),
            ),
        ]

    def __str__(self):
        return f"{self.tipo} {self.pk}"
