"""What a user has picked to pay."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cartera.dinero import DineroField
from cartera.models.saldos import Saldo
from cartera.parcial import MAXIMO_NOTA, Razon


class Seleccion(models.Model):
    """A saldo that a user has picked and not yet paid; in the database, so that it survives logging out.

    `paga` null = all that is owed when it is paid. Only `cartera.seleccion` writes these rows.
    """

    usuario = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="seleccion")
    saldo = models.ForeignKey(Saldo, on_delete=models.PROTECT, related_name="+")
    paga = DineroField(_("valor elegido"), null=True, blank=True)
    razon = models.CharField(_("razón"), max_length=12, choices=Razon, blank=True)
    nota = models.CharField(_("comentario"), max_length=MAXIMO_NOTA, blank=True)
    creada_en = models.DateTimeField(_("creada en"), auto_now_add=True)

    class Meta:
        verbose_name = _("selección")
        verbose_name_plural = _("selecciones")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["usuario", "saldo"],
                name="seleccion_unica",
                violation_error_message=_("Ese saldo ya está seleccionado."),
            ),
            models.CheckConstraint(
                condition=Q(paga__isnull=True) | Q(paga__gt=0),
                name="seleccion_paga_positiva",
                violation_error_message=_("El valor debe ser mayor que cero."),
            ),
            models.CheckConstraint(
                condition=Q(paga__isnull=True, razon="") | Q(paga__isnull=False, razon__in=Razon.values),
                name="seleccion_parte_con_razon",
                violation_error_message=_("Pagar menos lleva una razón, y solo ello."),
            ),
            models.CheckConstraint(
                condition=Q(nota="") | ~Q(razon=""),
                name="seleccion_nota_con_razon",
                violation_error_message=_("El comentario acompaña una razón."),
            ),
        ]

    def __str__(self):
        return f"{self.usuario_id}: {self.saldo_id}"
