"""Which Empresas a member of staff may see."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cartera.models.empresas import Empresa


class AlcancePersonal(models.Model):
    """This member of staff sees this Empresa; whoever has such a row sees those and no other (`alcance_personal`)."""

    usuario = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="empresas_a_la_vista",
        verbose_name=_("persona"),
    )
    empresa = models.ForeignKey(Empresa, on_delete=models.PROTECT, related_name="+", verbose_name=_("empresa"))

    class Meta:
        verbose_name = _("empresa a la vista del personal")
        verbose_name_plural = _("empresas a la vista del personal")
        ordering = ["usuario", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["usuario", "empresa"],
                name="alcance_personal_unico",
                violation_error_message=_("Esa persona ya ve esa empresa."),
            ),
        ]

    def __str__(self):
        return f"{self.usuario} → {self.empresa}"
