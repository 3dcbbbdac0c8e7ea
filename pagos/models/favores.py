"""What one person proposes to do with a saldo a favor, until another confirms it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cartera.dinero import DineroField
from cartera.models import Saldo
from pagos.models.dinero import AplicacionSaldoAFavor, SaldoAFavor


class PropuestaSaldoAFavor(models.Model):
    """To apply a SaldoAFavor to a saldo, or to give it back. Only `pagos.favores` writes these rows.

    Nothing moves until somebody else confirms: then it is an AplicacionSaldoAFavor. What was proposed never changes;
    what nobody wants any more is withdrawn.
    """

    favor = models.ForeignKey(
        SaldoAFavor, on_delete=models.PROTECT, related_name="propuestas", verbose_name=_("saldo a favor")
    )
    saldo = models.ForeignKey(
        Saldo, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("saldo")
    )
    valor = DineroField(_("valor"))
    fecha_devolucion = models.DateField(_("fecha de devolución"), null=True, blank=True)
    prueba = models.CharField(_("soporte de la devolución"), max_length=200, blank=True)
    por_que = models.CharField(_("razón"), max_length=300)
    quien = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("quién")
    )
    creada_en = models.DateTimeField(_("propuesta en"))
    cerrada_por = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cerrada por"),
    )
    cerrada_en = models.DateTimeField(_("cerrada en"), null=True, blank=True)
    # What came of it; NULL in one that was withdrawn.
    aplicacion = models.OneToOneField(
        AplicacionSaldoAFavor,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="propuesta",
        verbose_name=_("aplicación"),
    )

    class Meta:
        verbose_name = _("propuesta sobre un saldo a favor")
        verbose_name_plural = _("propuestas sobre saldos a favor")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["favor"],
                condition=Q(cerrada_en__isnull=True),
                name="propuesta_una_abierta_por_favor",
                violation_error_message=_("Ya hay una propuesta sobre ese saldo a favor."),
            ),
            models.CheckConstraint(
                condition=Q(valor__gt=0),
                name="propuesta_valor_positivo",
                violation_error_message=_("El valor debe ser mayor que cero."),
            ),
            models.CheckConstraint(
                condition=Q(saldo__isnull=False, fecha_devolucion__isnull=True, prueba="")
                | (Q(saldo__isnull=True, fecha_devolucion__isnull=False) & ~Q(prueba="")),
                name="propuesta_a_saldo_o_devuelta",
                violation_error_message=_("Se aplica a un saldo, o se devuelve con fecha y soporte."),
            ),
            models.CheckConstraint(
                condition=Q(cerrada_por__isnull=True, cerrada_en__isnull=True, aplicacion__isnull=True)
                | Q(cerrada_por__isnull=False, cerrada_en__isnull=False),
                name="propuesta_cerrada_por_alguien",
                violation_error_message=_("Una propuesta cerrada dice quién la cerró y cuándo."),
            ),
        ]

    def __str__(self):
        return f"{self.favor_id}: {self.valor}"
