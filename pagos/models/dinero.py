"""The money that an approved pago moved: abonos, saldos a favor, receipts."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cartera.dinero import DineroField
from cartera.models import Empresa, Saldo
from pagos.models.novedades import Novedad
from pagos.models.pago import DetallePago, Pago
from usuarios.models import Tercero


class Abono(models.Model):
    """Money of an approved detail applied to its saldo. Append-only; only `aplicado_erp_en` is filled, once."""

    detalle = models.OneToOneField(
        DetallePago, on_delete=models.PROTECT, related_name="abono", verbose_name=_("detalle")
    )
    saldo = models.ForeignKey(Saldo, on_delete=models.PROTECT, related_name="abonos", verbose_name=_("saldo"))
    valor = DineroField(_("valor"))
    creado_en = models.DateTimeField(_("creado en"))
    aplicado_erp_en = models.DateTimeField(_("contabilizado por el ERP en"), null=True, blank=True)

    class Meta:
        verbose_name = _("abono")
        verbose_name_plural = _("abonos")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["saldo"], condition=Q(aplicado_erp_en__isnull=True), name="abono_sin_contabilizar"),
            # What has no line for the ERP yet is looked for among the newest.
            models.Index(fields=["creado_en"], name="abono_por_fecha"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valor__gt=0),
                name="abono_valor_positivo",
                violation_error_message=_("El valor debe ser mayor que cero."),
            ),
        ]

    def __str__(self):
        return f"{self.detalle_id}: {self.valor}"


class SaldoAFavor(models.Model):
    """Approved money with nothing left to pay. It comes from a detail, from a further attempt, or from a Novedad."""

    pago = models.ForeignKey(Pago, on_delete=models.PROTECT, related_name="saldos_a_favor", verbose_name=_("pago"))
    empresa = models.ForeignKey(Empresa, on_delete=models.PROTECT, related_name="+", verbose_name=_("empresa"))
    tercero = models.ForeignKey(
        Tercero, on_delete=models.PROTECT, related_name="saldos_a_favor", verbose_name=_("tercero")
    )
    moneda = models.CharField(_("moneda"), max_length=3)
    valor = DineroField(_("valor"))
    detalle = models.OneToOneField(
        DetallePago,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="saldo_a_favor",
        verbose_name=_("detalle"),
    )
    novedad = models.OneToOneField(
        Novedad,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="saldo_a_favor",
        verbose_name=_("novedad"),
    )
    pasarela = models.CharField(_("pasarela"), max_length=20, blank=True)
    intento = models.CharField(_("intento en la pasarela"), max_length=120, blank=True)
    creado_en = models.DateTimeField(_("creado en"))

    class Meta:
        verbose_name = _("saldo a favor")
        verbose_name_plural = _("saldos a favor")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valor__gt=0),
                name="favor_valor_positivo",
                violation_error_message=_("El valor debe ser mayor que cero."),
            ),
            models.UniqueConstraint(
                fields=["pasarela", "intento"],
                condition=~Q(intento=""),
                name="favor_uno_por_intento",
                violation_error_message=_("Ese intento ya está registrado como saldo a favor."),
            ),
            models.CheckConstraint(
                condition=Q(detalle__isnull=False, novedad__isnull=True, intento="")
                | Q(detalle__isnull=True, novedad__isnull=False, intento="")
                | (Q(detalle__isnull=True, novedad__isnull=True) & ~Q(intento="")),
                name="favor_un_solo_origen",
                violation_error_message=_("Un saldo a favor tiene un solo origen."),
            ),
        ]

    def __str__(self):
        return f"{self.pago_id}: {self.valor} {self.moneda}"


class AplicacionSaldoAFavor(models.Model):
    """Uses up a SaldoAFavor: to a saldo, or *devuelto* with date and proof. Append-only, two people."""

    favor = models.ForeignKey(
        SaldoAFavor, on_delete=models.PROTECT, related_name="aplicaciones", verbose_name=_("saldo a favor")
    )
    saldo = models.ForeignKey(
        Saldo,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="aplicaciones",
        verbose_name=_("saldo"),
    )
    valor = DineroField(_("valor"))
    fecha_devolucion = models.DateField(_("fecha de devolución"), null=True, blank=True)
    prueba = models.CharField(_("soporte de la devolución"), max_length=200, blank=True)
    por_que = models.CharField(_("razón"), max_length=300)
    quien = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("quién")
    )
    confirmo = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("quién confirmó")
    )
    creado_en = models.DateTimeField(_("creado en"))
    aplicado_erp_en = models.DateTimeField(_("contabilizado por el ERP en"), null=True, blank=True)

    class Meta:
        verbose_name = _("aplicación de saldo a favor")
        verbose_name_plural = _("aplicaciones de saldos a favor")
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["saldo"], condition=Q(aplicado_erp_en__isnull=True), name="aplicacion_sin_contabilizar"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valor__gt=0),
                name="aplicacion_valor_positivo",
                violation_error_message=_("El valor debe ser mayor que cero."),
            ),
            models.CheckConstraint(
                condition=Q(saldo__isnull=False, fecha_devolucion__isnull=True)
                | (Q(saldo__isnull=True, fecha_devolucion__isnull=False) & ~Q(prueba="")),
                name="aplicacion_a_saldo_o_devuelta",
                violation_error_message=_("Se aplica a un saldo, o se devuelve con fecha y soporte."),
            ),
            models.CheckConstraint(
                condition=~Q(quien=F("confirmo")),
                name="aplicacion_dos_personas",
                violation_error_message=_("Quien propone no puede confirmar."),
            ),
        ]

    def __str__(self):
        return f"{self.favor_id}: {self.valor}"


class ContadorRecibo(models.Model):
    """The last receipt number of an Empresa; locked last of all, so numbers have no gaps (diseno.md 4.5)."""

    empresa = models.OneToOneField(Empresa, on_delete=models.PROTECT, primary_key=True, verbose_name=_("empresa"))
    ultimo = models.PositiveBigIntegerField(_("último número"), default=0)

    class Meta:
        verbose_name = _("contador de comprobantes")
        verbose_name_plural = _("contadores de comprobantes")

    def __str__(self):
        return f"{self.empresa_id}: {self.ultimo}"


class Recibo(models.Model):
    """*Comprobante de pago en línea*, one per approved pago, numbered per Empresa without gaps."""

    pago = models.OneToOneField(Pago, on_delete=models.PROTECT, related_name="recibo", verbose_name=_("pago"))
    empresa = models.ForeignKey(Empresa, on_delete=models.PROTECT, related_name="+", verbose_name=_("empresa"))
    consecutivo = models.PositiveBigIntegerField(_("consecutivo"))
    prefijo = models.CharField(_("prefijo"), max_length=6, blank=True)
    codigo_verificacion = models.CharField(_("código de verificación"), max_length=32)
    emitido_en = models.DateTimeField(_("emitido en"))

    class Meta:
        verbose_name = _("comprobante")
        verbose_name_plural = _("comprobantes")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["empresa", "consecutivo"],
                name="recibo_consecutivo_unico",
                violation_error_message=_("Ese número de comprobante ya existe en la empresa."),
            ),
            models.UniqueConstraint(
                fields=["codigo_verificacion"],
                name="recibo_codigo_unico",
                violation_error_message=_("Ese código de verificación ya existe."),
            ),
        ]

    def __str__(self):
        return self.numero

    @property
    def numero(self):
        """As printed: prefix and consecutive number."""
        return f"{self.prefijo}{self.consecutivo}"
