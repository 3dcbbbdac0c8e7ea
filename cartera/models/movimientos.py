"""The debits and credits that the statement of account lists."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cartera.dinero import CERO, DineroField
from cartera.models.empresas import Empresa
from cartera.models.saldos import nombre_de_documento
from usuarios.models import Organizacion, Tercero

# Movimiento.tipo of the row that says what was owed before its date.
SALDO_INICIAL = "SI"


class Movimiento(models.Model):
    """A debit or credit of a document in a period, from the ERP only: what the statement of account lists."""

    empresa = models.ForeignKey(
        Empresa, on_delete=models.PROTECT, related_name="movimientos", verbose_name=_("empresa")
    )
    tercero = models.ForeignKey(Tercero, on_delete=models.PROTECT, related_name="movimientos")
    organizacion = models.ForeignKey(Organizacion, on_delete=models.PROTECT, related_name="movimientos")
    documento = models.CharField(_("documento"), max_length=20)
    numero = models.CharField(_("número"), max_length=40)
    ubicacion = models.CharField(_("ubicación"), max_length=40, blank=True, default="")
    cuota = models.PositiveIntegerField(_("cuota"), default=1)
    fecha = models.DateField(_("fecha"))
    tipo = models.CharField(_("tipo"), max_length=20)
    referencia = models.CharField(_("referencia"), max_length=60, blank=True)
    moneda = models.CharField(_("moneda"), max_length=3, default="COP")
    debito = DineroField(_("débito"), default=CERO)
    credito = DineroField(_("crédito"), default=CERO)
    id_erp = models.CharField(_("identificador en el ERP"), max_length=60)

    class Meta:
        verbose_name = _("movimiento")
        verbose_name_plural = _("movimientos")
        ordering = ["fecha", "pk"]
        indexes = [models.Index(fields=["empresa", "tercero", "moneda", "fecha"], name="movimiento_estado_cuenta")]
        constraints = [
            models.UniqueConstraint(
                fields=["empresa", "id_erp"],
                name="movimiento_id_erp_unico",
                violation_error_message=_("Ese identificador del ERP ya existe en la empresa."),
            ),
            models.CheckConstraint(
                # An opening balance may be zero: that is not the same as not knowing it.
                condition=Q(debito__gte=0, credito__gte=0)
                & (Q(debito=0) | Q(credito=0))
                & (~Q(debito=0, credito=0) | Q(tipo=SALDO_INICIAL)),
                name="movimiento_debito_o_credito",
                violation_error_message=_("Un movimiento es un débito o un crédito, mayor que cero."),
            ),
        ]

    def __str__(self):
        return f"{self.tipo} {self.documento} {self.numero} {self.fecha}"

    @property
    def etiqueta(self):
        """Short name of its document, as Saldo's; '' when it belongs to none."""
        return nombre_de_documento(self.documento, self.numero, self.cuota)

    @property
    def clave(self):
        """What tells its document from the others of the same account (tuple); empty texts when it has none."""
        return (self.documento, self.numero, self.ubicacion, self.cuota)

    @property
    def valor(self):
        """What it adds to the debt (Decimal): negative for a credit."""
        return self.debito - self.credito
