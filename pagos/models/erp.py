"""What the ERP is told of, line by line, in an order that never changes once it was told."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cartera.models import Empresa
from pagos.estados import TipoLinea
from pagos.models.dinero import Abono, AplicacionSaldoAFavor, SaldoAFavor
from pagos.models.novedades import Novedad
from pagos.models.pago import Pago

_ORIGENES = ("abono", "favor", "aplicacion", "novedad")
_ORIGEN_DE = {
    TipoLinea.ABONO: "abono",
    TipoLinea.SALDO_A_FAVOR: "favor",
    TipoLinea.APLICACION: "aplicacion",
    TipoLinea.DEVOLUCION: "aplicacion",
    TipoLinea.REVERSION: "novedad",
}


def _solo_de(tipo):
    """Q: a line of this kind points to its origin and to no other."""
    return Q(tipo=tipo, **{f"{origen}__isnull": origen != _ORIGEN_DE[tipo] for origen in _ORIGENES})


class CorteErp(models.Model):
    """How far the money of an Empresa has its lines. Its lock puts those who number them one after the other."""

    empresa = models.OneToOneField(Empresa, on_delete=models.PROTECT, primary_key=True, verbose_name=_("empresa"))
    hasta = models.DateTimeField(_("numerado hasta"), null=True)

    class Meta:
        verbose_name = _("corte del ERP")
        verbose_name_plural = _("cortes del ERP")

    def __str__(self):
        return f"{self.empresa_id}: {self.hasta}"


class LineaErp(models.Model):
    """One amount that the ERP must book. Only `pagos.lineas_erp` and `pagos.contabilizacion` write these rows.

    Its primary key is the cursor: whoever has seen a line of an Empresa has seen all of the smaller ones.
    `entregada_en`: the ERP took it; `acusada_en`: the ERP has booked it. One does not follow from the other.
    """

    empresa = models.ForeignKey(Empresa, on_delete=models.PROTECT, related_name="+", verbose_name=_("empresa"))
    pago = models.ForeignKey(Pago, on_delete=models.PROTECT, related_name="lineas_erp", verbose_name=_("pago"))
    tipo = models.CharField(_("tipo"), max_length=15, choices=TipoLinea)
    abono = models.OneToOneField(
        Abono, on_delete=models.PROTECT, null=True, blank=True, related_name="linea", verbose_name=_("abono")
    )
    favor = models.OneToOneField(
        SaldoAFavor,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="linea",
        verbose_name=_("saldo a favor"),
    )
    aplicacion = models.OneToOneField(
        AplicacionSaldoAFavor,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="linea",
        verbose_name=_("aplicación"),
    )
    novedad = models.OneToOneField(
        Novedad, on_delete=models.PROTECT, null=True, blank=True, related_name="linea", verbose_name=_("novedad")
    )
    ocurrio_en = models.DateTimeField(_("registrada en"))
    entregada_en = models.DateTimeField(_("entregada en"), null=True, blank=True)
    acusada_en = models.DateTimeField(_("contabilizada en"), null=True, blank=True)

    class Meta:
        verbose_name = _("línea para el ERP")
        verbose_name_plural = _("líneas para el ERP")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["empresa", "id"], name="linea_por_empresa"),
            models.Index(fields=["empresa", "ocurrio_en"], name="linea_por_dia"),
            models.Index(fields=["empresa", "id"], condition=Q(entregada_en__isnull=True), name="linea_sin_entregar"),
            models.Index(fields=["empresa", "id"], condition=Q(acusada_en__isnull=True), name="linea_sin_contabilizar"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=_solo_de(TipoLinea.ABONO)
                | _solo_de(TipoLinea.SALDO_A_FAVOR)
                | _solo_de(TipoLinea.APLICACION)
                | _solo_de(TipoLinea.DEVOLUCION)
                | _solo_de(TipoLinea.REVERSION),
                name="linea_con_su_origen",
                violation_error_message=_("Una línea para el ERP tiene el origen de su tipo, y solo ese."),
            ),
        ]

    def __str__(self):
        return f"{self.tipo} {self.pk}"
