"""What is owed, and by whom to whom."""

from django.conf import settings
from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from cartera.dinero import CERO, DineroField
from usuarios.identificacion import formatear
from usuarios.models import Organizacion, Tercero

# Movimiento.tipo of the row that says what was owed before its date.
SALDO_INICIAL = "SI"

# What identifies a saldo in the ERP's files.
CLAVE_NATURAL = ("empresa_id", "documento", "numero", "ubicacion", "cuota")

_WEB = URLValidator(schemes=["https", "http"])


class Empresa(models.Model):
    """The creditor whose receivables these are. Its people are deactivated, never deleted."""

    nit = models.CharField(_("NIT (sin dígito de verificación)"), max_length=10)
    dv = models.CharField(_("dígito de verificación"), max_length=1, editable=False)
    nombre = models.CharField(_("razón social"), max_length=200)
    direccion = models.CharField(_("dirección"), max_length=200)
    telefono = models.CharField(_("teléfono de atención"), max_length=50)
    correo = models.EmailField(_("correo de atención"))
    correo_avisos = models.EmailField(_("correo de avisos"), blank=True)
    logo = models.ImageField(_("logo"), upload_to="logos", blank=True)
    url_terminos = models.URLField(_("términos y condiciones"), validators=[_WEB])
    url_datos = models.URLField(_("política de datos personales"), validators=[_WEB])
    url_reembolsos = models.URLField(_("procedimiento de reembolsos"), validators=[_WEB])
    version_terminos = models.CharField(_("versión de los términos"), max_length=30, default="1")
    prefijo_comprobante = models.CharField(
        _("prefijo del comprobante"),
        max_length=6,
        blank=True,
        validators=[RegexValidator(r"^[A-Z0-9]*\Z", _("Solo letras mayúsculas y números."))],
    )
    activa = models.BooleanField(_("activa"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("empresa")
        verbose_name_plural = _("empresas")
        ordering = ["nombre"]
        constraints = [
            models.UniqueConstraint(
                fields=["nit"],
                name="empresa_nit_unico",
                violation_error_message=_("Ya existe una empresa con ese NIT."),
            ),
        ]

    def __str__(self):
        return self.nombre

    @property
    def identificacion(self):
        """As people read it: `NIT 900.123.456-8`."""
        return formatear("NIT", self.nit, self.dv)


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
        return f"{self.documento} {self.numero}" + (f" cuota {self.cuota}" if self.cuota > 1 else "")


class Movimiento(models.Model):
    """A debit or credit of a document in a period, from the ERP only: what the statement of account lists."""

    empresa = models.ForeignKey(Empresa, on_delete=models.PROTECT, related_name="movimientos")
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


class Seleccion(models.Model):
    """A saldo that a user has picked and not yet paid; in the database, so that it survives logging out."""

    usuario = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="seleccion")
    saldo = models.ForeignKey(Saldo, on_delete=models.PROTECT, related_name="+")
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
        ]

    def __str__(self):
        return f"{self.usuario_id}: {self.saldo_id}"
