"""What a customer tells the Empresa about a balance that was paid elsewhere."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cartera.models.saldos import Saldo

MAXIMO_COMENTARIO = 300


class MedioAjeno(models.TextChoices):
    """How a customer says that a balance was paid outside the portal."""

    TRANSFERENCIA = "TRANSFERENCIA", _("Transferencia")
    CONSIGNACION = "CONSIGNACION", _("Consignación en el banco")
    EFECTIVO = "EFECTIVO", _("Efectivo")
    CHEQUE = "CHEQUE", _("Cheque")
    OTRO = "OTRO", _("Otro medio")


class AvisoDePago(models.Model):
    """*Ya pagué por otro medio*: one user's note about one saldo. It changes no balance: the ERP alone does.

    Until somebody sees it, a new note of the same user about the same saldo takes its place. Only `cartera.avisos`
    writes these rows.
    """

    usuario = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="avisos_de_pago", verbose_name=_("usuario")
    )
    saldo = models.ForeignKey(
        Saldo, on_delete=models.PROTECT, related_name="avisos_de_pago", verbose_name=_("documento")
    )
    fecha = models.DateField(_("fecha en que pagó"))
    medio = models.CharField(_("medio"), max_length=15, choices=MedioAjeno)
    referencia = models.CharField(_("referencia"), max_length=60, blank=True)
    comentario = models.CharField(_("comentario"), max_length=MAXIMO_COMENTARIO, blank=True)
    escrito_en = models.DateTimeField(_("escrito en"))
    visto_por = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("visto por"),
    )
    visto_en = models.DateTimeField(_("visto en"), null=True, blank=True)

    class Meta:
        verbose_name = _("aviso de pago por otro medio")
        verbose_name_plural = _("avisos de pago por otro medio")
        ordering = ["-pk"]
        indexes = [
            # What Tesorería asks for all day: the few that nobody has seen.
            models.Index(fields=["escrito_en"], condition=Q(visto_en__isnull=True), name="aviso_sin_ver"),
            # How many one user has written lately.
            models.Index(fields=["usuario", "escrito_en"], name="aviso_por_usuario"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["saldo", "usuario"],
                condition=Q(visto_en__isnull=True),
                name="aviso_uno_sin_ver",
                violation_error_message=_("Ya hay un aviso suyo sin ver sobre ese documento."),
            ),
            models.CheckConstraint(
                condition=Q(medio__in=MedioAjeno.values),
                name="aviso_medio_conocido",
                violation_error_message=_("Ese medio de pago no existe."),
            ),
            models.CheckConstraint(
                condition=Q(visto_por__isnull=True, visto_en__isnull=True)
                | Q(visto_por__isnull=False, visto_en__isnull=False),
                name="aviso_visto_por_alguien",
                violation_error_message=_("Un aviso visto dice quién lo vio y cuándo."),
            ),
        ]

    def __str__(self):
        return f"{self.saldo_id}: {self.get_medio_display()} {self.fecha}"
