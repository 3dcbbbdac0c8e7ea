"""What is owed, instalment by instalment."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from cartera.dinero import CERO, DineroField
from cartera.models.empresas import Empresa
from usuarios.models import Organizacion, Tercero

# What identifies a saldo in the ERP's files.
CLAVE_NATURAL = ("empresa_id", "documento", "numero", "ubicacion", "cuota")


class Saldo(models.Model):
    """One unpaid instalment of one document. Only `cartera.servicios` writes its amounts.

    `saldo = max(0, saldo_erp - por_acusar)`: what the ERP last said, less the money that the portal has applied and the
    ERP has not acknowledged (diseno.md 4.11). Why there is a third amount: docs/decisiones/0003-saldo-y-erp.md.
    """

    empresa = models.ForeignKey(Empresa, on_delete=models.PROTECT, related_name="saldos", verbose_name=_("empresa"))
    tercero = models.ForeignKey(Tercero, on_delete=models.PROTECT, related_name="saldos", verbose_name=_("tercero"))
    organizacion = models.ForeignKey(
        Organizacion, on_delete=models.PROTECT, related_name="saldos", verbose_name=_("organización")
    )
    documento = models.CharField(_("documento"), max_length=20)
    numero = models.CharField(_("número"), max_length=40)
    ubicacion = models.CharField(_("ubicación"), max_length=40, blank=True, default="")
    cuota = models.PositiveIntegerField(_("cuota"), default=1)
    fecha = models.DateField(_("fecha"))
    vencimiento = models.DateField(_("vencimiento"))
    moneda = models.CharField(_("moneda"), max_length=3, default="COP")
    valor = DineroField(_("valor"))
    iva = DineroField(_("IVA"), default=CERO)
    saldo_erp = DineroField(_("saldo según el ERP"))
    # Money that the portal has applied: what the ERP has not acknowledged, and what its figure does not show yet.
    por_acusar = DineroField(_("pagado en línea sin contabilizar"), default=CERO)
    por_acusar_desde = models.DateTimeField(_("sin contabilizar desde"), null=True, blank=True)
    por_reflejar = DineroField(_("pagado en línea que el ERP aún no refleja"), default=CERO)
    saldo = DineroField(_("saldo"))
    corte = models.DateField(_("corte"), null=True, blank=True)
    cufe = models.CharField(_("CUFE"), max_length=96, blank=True)
    enlace = models.URLField(_("enlace de la factura"), max_length=500, blank=True)
    actualizado_en = models.DateTimeField(_("actualizado en"), auto_now=True)

    class Meta:
        verbose_name = _("saldo")
        verbose_name_plural = _("saldos")
        ordering = ["vencimiento", "pk"]
        indexes = [
            # What a customer's page asks for: the unpaid balances of a tercero by due date.
            models.Index(
                fields=["tercero", "vencimiento", "id"], condition=Q(saldo__gt=0), name="saldo_pendiente_por_tercero"
            ),
            # The few whose money waits for the ERP: asked for after every import.
            models.Index(
                fields=["por_acusar_desde"],
                condition=Q(por_acusar_desde__isnull=False),
                name="saldo_sin_acuse",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["empresa", "documento", "numero", "ubicacion", "cuota"],
                name="saldo_clave_natural",
                violation_error_message=_("Ese documento, número, ubicación y cuota ya existe en la empresa."),
            ),
            models.CheckConstraint(
                condition=Q(valor__gt=0),
                name="saldo_valor_positivo",
                violation_error_message=_("El valor debe ser mayor que cero."),
            ),
            models.CheckConstraint(
                condition=Q(iva__gte=0, iva__lte=F("valor")),
                name="saldo_iva_dentro_del_valor",
                violation_error_message=_("El IVA debe estar entre cero y el valor."),
            ),
            models.CheckConstraint(
                condition=Q(saldo__gte=0, saldo__lte=F("valor")),
                name="saldo_entre_cero_y_valor",
                violation_error_message=_("El saldo debe estar entre cero y el valor."),
            ),
            models.CheckConstraint(
                condition=Q(saldo_erp__gte=0, saldo_erp__lte=F("valor")),
                name="saldo_erp_entre_cero_y_valor",
                violation_error_message=_("El saldo del ERP debe estar entre cero y el valor."),
            ),
            models.CheckConstraint(
                condition=Q(por_acusar__gte=0),
                name="saldo_por_acusar_no_negativo",
                violation_error_message=_("Lo pagado sin contabilizar no puede ser negativo."),
            ),
            models.CheckConstraint(
                condition=Q(por_acusar=0, por_acusar_desde__isnull=True)
                | Q(por_acusar__gt=0, por_acusar_desde__isnull=False),
                name="saldo_por_acusar_con_fecha",
                violation_error_message=_("Lo pagado sin contabilizar lleva fecha, y solo ello."),
            ),
            models.CheckConstraint(
                condition=Q(por_reflejar__gte=0, por_reflejar__lte=F("valor")),
                name="saldo_por_reflejar_entre_cero_y_valor",
                violation_error_message=_("Lo que el ERP aún no refleja debe estar entre cero y el valor."),
            ),
            models.CheckConstraint(
                condition=Q(saldo__lte=F("saldo_erp")),
                name="saldo_no_supera_erp",
                violation_error_message=_("El saldo no puede superar lo que dice el ERP."),
            ),
        ]

    def __str__(self):
        return self.etiqueta

    @property
    def clave(self):
        """Its natural key (tuple), in the order of CLAVE_NATURAL."""
        return (self.empresa_id, self.documento, self.numero, self.ubicacion, self.cuota)

    @property
    def etiqueta(self):
        """Short name people know it by: `FV 10234`, with its instalment when it is not the first."""
        return nombre_de_documento(self.documento, self.numero, self.cuota)


def nombre_de_documento(documento, numero, cuota):
    """`FV 10234`, with its instalment (int) when it is not the first; '' for no document."""
    nombre = f"{documento} {numero}".strip()
    if cuota > 1:
        nombre = _t("%(documento)s cuota %(cuota)s") % {"documento": nombre, "cuota": cuota}
    return nombre
