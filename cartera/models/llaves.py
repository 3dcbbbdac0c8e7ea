"""The keys that an ERP brings to the portal's endpoints."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cartera.models.empresas import Empresa


class LlaveErp(models.Model):
    """What the ERP of one Empresa shows instead of a password: kept as its hash alone, told once when it is made.

    Only `cartera.llaves` writes these rows. A key that is no longer wanted is revoked, never deleted.
    """

    empresa = models.ForeignKey(Empresa, on_delete=models.PROTECT, related_name="llaves_erp", verbose_name=_("empresa"))
    nombre = models.CharField(_("nombre"), max_length=60, help_text=_("Para reconocerla: qué programa la usa y dónde."))
    # What people and logs may see of it: names the key without opening anything.
    prefijo = models.CharField(_("prefijo"), max_length=12)
    # SHA-256 of the whole text, in hexadecimal. The text is random: nothing slower would keep it safer.
    huella = models.CharField(_("huella"), max_length=64)
    leer = models.BooleanField(_("puede leer"), default=False, help_text=_("Recoger lo que el ERP debe contabilizar."))
    escribir = models.BooleanField(
        _("puede escribir"), default=False, help_text=_("Entregar saldos y decir qué contabilizó.")
    )
    creada_en = models.DateTimeField(_("creada en"))
    usada_en = models.DateTimeField(_("usada por última vez"), null=True, blank=True)
    revocada_en = models.DateTimeField(_("revocada en"), null=True, blank=True)

    class Meta:
        verbose_name = _("llave del ERP")
        verbose_name_plural = _("llaves del ERP")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["prefijo"],
                name="llave_prefijo_unico",
                violation_error_message=_("Ese prefijo ya es de otra llave."),
            ),
            models.UniqueConstraint(
                fields=["huella"],
                name="llave_huella_unica",
                violation_error_message=_("Esa llave ya existe."),
            ),
            models.CheckConstraint(
                condition=Q(leer=True) | Q(escribir=True),
                name="llave_con_algun_permiso",
                violation_error_message=_("Una llave sirve para leer, para escribir, o para ambas cosas."),
            ),
        ]

    def __str__(self):
        return f"{self.nombre} ({self.prefijo}…)"

    @property
    def vigente(self):
        """True until it is revoked."""
        return self.revocada_en is None
