"""Something a person must look at, with its evidence and the two people who close it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cartera.dinero import DineroField
from cartera.models import Empresa, Saldo
from pagos.estados import TipoNovedad
from pagos.models.pago import Pago


class Novedad(models.Model):
    """One anomaly. The same evidence is never raised twice; evidence holds no name, document, phone or e-mail."""

    tipo = models.CharField(_("tipo"), max_length=20, choices=TipoNovedad)
    empresa = models.ForeignKey(Empresa, on_delete=models.PROTECT, related_name="novedades", verbose_name=_("empresa"))
    pago = models.ForeignKey(
        Pago, on_delete=models.PROTECT, null=True, blank=True, related_name="novedades", verbose_name=_("pago")
    )
    saldo = models.ForeignKey(
        Saldo, on_delete=models.PROTECT, null=True, blank=True, related_name="novedades", verbose_name=_("saldo")
    )
    huella = models.CharField(_("huella"), max_length=64)
    evidencia = models.JSONField(_("evidencia"), default=dict)
    abierta_en = models.DateTimeField(_("abierta en"))

    # Who has taken it up; anybody of Tesorería may still do something about it.
    asignada_a = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asignada a"),
    )

    # The two-person door (diseno.md 3): one proposes, another confirms. NULL = no money was received.
    propuesta_valor = DineroField(_("valor recibido propuesto"), null=True, blank=True)
    propuesta_por = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("propuesta por"),
    )
    propuesta_en = models.DateTimeField(_("propuesta en"), null=True, blank=True)
    resuelta_por = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("resuelta por"),
    )
    resuelta_en = models.DateTimeField(_("resuelta en"), null=True, blank=True)
    resolucion = models.CharField(_("resolución"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("novedad")
        verbose_name_plural = _("novedades")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["tipo", "id"], condition=Q(resuelta_en__isnull=True), name="novedad_abierta"),
            models.Index(fields=["id"], condition=Q(resuelta_en__isnull=True), name="novedad_por_edad"),
            # What is told at once by e-mail, and what the ERP has no line of yet, is looked for among the newest.
            models.Index(fields=["abierta_en"], name="novedad_por_fecha"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["pago", "tipo", "huella"],
                name="novedad_evidencia_unica",
                violation_error_message=_("Esa novedad ya está registrada."),
            ),
            models.UniqueConstraint(
                fields=["saldo", "tipo", "huella"],
                condition=Q(pago__isnull=True),
                name="novedad_de_saldo_unica",
                violation_error_message=_("Esa novedad ya está registrada."),
            ),
            models.CheckConstraint(
                condition=Q(tipo__in=TipoNovedad.values),
                name="novedad_tipo_conocido",
                violation_error_message=_("Tipo de novedad desconocido."),
            ),
            models.CheckConstraint(
                condition=Q(propuesta_por__isnull=True)
                | Q(resuelta_por__isnull=True)
                | ~Q(propuesta_por=F("resuelta_por")),
                name="novedad_dos_personas",
                violation_error_message=_("Quien propone no puede confirmar."),
            ),
        ]

    def __str__(self):
        return f"{self.get_tipo_display()} #{self.pk}"

    @property
    def abierta(self):
        """True until somebody closes it."""
        return self.resuelta_en is None


class ComentarioNovedad(models.Model):
    """What people said about a Novedad, or to whom they gave it. Append-only: the history of who did what."""

    novedad = models.ForeignKey(
        Novedad, on_delete=models.PROTECT, related_name="comentarios", verbose_name=_("novedad")
    )
    autor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("autor")
    )
    texto = models.CharField(_("texto"), max_length=1000, blank=True)
    # Filled instead of a text: the author gave it to this person.
    asignada_a = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asignada a"),
    )
    escrito_en = models.DateTimeField(_("escrito en"))

    class Meta:
        verbose_name = _("comentario de una novedad")
        verbose_name_plural = _("comentarios de novedades")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=(~Q(texto="") & Q(asignada_a__isnull=True)) | Q(texto="", asignada_a__isnull=False),
                name="comentario_dice_algo",
                violation_error_message=_("Un comentario lleva texto, o dice a quién se asignó."),
            ),
        ]

    def __str__(self):
        return f"{self.novedad_id}: {self.autor_id}"
