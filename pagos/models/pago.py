"""One attempt to pay, its documents and its history. Only `pagos.transiciones` writes `estado` and `abierto`."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cartera.dinero import CERO, DineroField
from cartera.models import Empresa, Saldo
from cartera.parcial import MAXIMO_NOTA, Razon
from pagos.estados import ABIERTOS, Estado, Motivo, Origen
from pagos.models.acuerdos import AcuerdoComercial, FormaPago
from usuarios.models import Tercero


class Pago(models.Model):
    """One attempt to pay saldos of one empresa, tercero and currency, under one `referencia` that is never reused."""

    referencia = models.CharField(_("referencia"), max_length=30)
    codigo_retorno = models.CharField(_("código de retorno"), max_length=32)
    # Names the page that was sent: the same POST again finds the same pago (diseno.md 4.3).
    clave_envio = models.CharField(_("clave de envío"), max_length=64)
    empresa = models.ForeignKey(Empresa, on_delete=models.PROTECT, related_name="pagos", verbose_name=_("empresa"))
    tercero = models.ForeignKey(Tercero, on_delete=models.PROTECT, related_name="pagos", verbose_name=_("tercero"))
    usuario = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="pagos", verbose_name=_("pagador")
    )
    acuerdo = models.ForeignKey(
        AcuerdoComercial, on_delete=models.PROTECT, related_name="pagos", verbose_name=_("acuerdo comercial")
    )
    forma_pago = models.ForeignKey(
        FormaPago, on_delete=models.PROTECT, related_name="pagos", verbose_name=_("forma de pago")
    )
    moneda = models.CharField(_("moneda"), max_length=3)
    total = DineroField(_("total"))
    iva = DineroField(_("IVA"), default=CERO)
    idioma = models.CharField(_("idioma"), max_length=10, default="es-co")

    estado = models.CharField(_("estado"), max_length=10, choices=Estado, default=Estado.CREADA)
    motivo = models.CharField(_("motivo"), max_length=12, choices=Motivo, blank=True)
    creada_en = models.DateTimeField(_("creada en"))
    pendiente_en = models.DateTimeField(_("pendiente desde"), null=True, blank=True)
    rechazada_en = models.DateTimeField(_("rechazada en"), null=True, blank=True)
    aprobada_en = models.DateTimeField(_("aprobada en"), null=True, blank=True)
    fecha_pago = models.DateTimeField(_("fecha de pago"), null=True, blank=True)

    # Where the payer goes on: an address, or the fields of a form (PayU).
    url_pasarela = models.CharField(_("dirección en la pasarela"), max_length=500, blank=True)
    formulario = models.JSONField(_("formulario"), default=list, blank=True)

    proxima_consulta = models.DateTimeField(_("próxima consulta"), null=True, blank=True)
    # When a page last began to ask: a reload storm reaches the gateway once.
    preguntada_en = models.DateTimeField(_("preguntada en"), null=True, blank=True)
    ultima_consulta = models.DateTimeField(_("última consulta"), null=True, blank=True)
    consultas = models.PositiveIntegerField(_("consultas"), default=0)
    # The gateway has answered once that it holds this reference: then "nothing found" is no longer "unopened".
    conocida = models.BooleanField(_("conocida por la pasarela"), default=False)
    # Somebody opened the gateway's page: from then on nothing is "unopened".
    abierta_pasarela = models.BooleanField(_("abierta en la pasarela"), default=False)
    revision_pasarela = models.BooleanField(_("en revisión en la pasarela"), default=False)
    # RECHAZADA here, and the payer is trying again on the gateway: its saldos may not be paid elsewhere meanwhile.
    reabierta = models.BooleanField(_("reintentada en la pasarela"), default=False)
    # Class of the last failed question, empty when the last one was answered.
    error_consulta = models.CharField(_("último error al consultar"), max_length=20, blank=True)
    # Of the last answer that left it PENDIENTE: the same answer again needs no judging (`pagos.repeticion`).
    huella = models.CharField(_("huella de la última respuesta"), max_length=32, blank=True)
    codigo_pasarela = models.CharField(_("código de la pasarela"), max_length=60, blank=True)
    texto_pasarela = models.CharField(_("texto de la pasarela"), max_length=200, blank=True)
    intento = models.CharField(_("intento en la pasarela"), max_length=120, blank=True)
    metodo = models.CharField(_("método"), max_length=12, blank=True)
    banco = models.CharField(_("banco"), max_length=100, blank=True)
    franquicia = models.CharField(_("franquicia"), max_length=40, blank=True)
    cus = models.CharField(_("CUS"), max_length=60, blank=True)
    aprobacion = models.CharField(_("aprobación"), max_length=60, blank=True)
    ultimos4 = models.CharField(_("últimos cuatro dígitos"), max_length=4, blank=True)
    ciclo = models.CharField(_("ciclo PSE"), max_length=20, blank=True)

    acepto_version = models.CharField(_("versión aceptada"), max_length=30)
    acepto_en = models.DateTimeField(_("términos aceptados en"))
    acepto_ip = models.GenericIPAddressField(_("dirección desde la que aceptó"), null=True)

    class Meta:
        verbose_name = _("pago")
        verbose_name_plural = _("pagos")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["acuerdo", "proxima_consulta"],
                condition=Q(proxima_consulta__isnull=False),
                name="pago_por_consultar",
            ),
            models.Index(fields=["tercero", "-id"], name="pago_por_tercero"),
            models.Index(fields=["cus"], condition=~Q(cus=""), name="pago_por_cus"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["referencia"],
                name="pago_referencia_unica",
                violation_error_message=_("Esa referencia ya fue usada."),
            ),
            models.UniqueConstraint(
                fields=["codigo_retorno"],
                name="pago_codigo_retorno_unico",
                violation_error_message=_("Ese código de retorno ya fue usado."),
            ),
            models.UniqueConstraint(
                fields=["clave_envio"],
                name="pago_clave_envio_unica",
                violation_error_message=_("Ese formulario ya inició un pago."),
            ),
            models.CheckConstraint(
                condition=Q(estado__in=Estado.values),
                name="pago_estado_conocido",
                violation_error_message=_("Estado de pago desconocido."),
            ),
            models.CheckConstraint(
                condition=Q(total__gt=0, iva__gte=0, iva__lte=F("total")),
                name="pago_total_positivo",
                violation_error_message=_("El total debe ser mayor que cero y el IVA caber en él."),
            ),
            models.CheckConstraint(
                condition=Q(estado="APROBADA", aprobada_en__isnull=False)
                | (~Q(estado="APROBADA") & Q(aprobada_en__isnull=True)),
                name="pago_aprobada_con_fecha",
                violation_error_message=_("Un pago aprobado lleva fecha de aprobación, y solo él."),
            ),
            models.CheckConstraint(
                condition=(Q(estado="RECHAZADA") & ~Q(motivo="")) | (~Q(estado="RECHAZADA") & Q(motivo="")),
                name="pago_rechazada_con_motivo",
                violation_error_message=_("Un pago rechazado lleva motivo, y solo él."),
            ),
            models.CheckConstraint(
                condition=~Q(estado__in=[*ABIERTOS]) | Q(proxima_consulta__isnull=False),
                name="pago_abierto_se_consulta",
                violation_error_message=_("Un pago abierto siempre tiene próxima consulta."),
            ),
        ]

    def __str__(self):
        return self.referencia

    @property
    def abierto(self):
        """True while it holds its saldos."""
        return self.estado in ABIERTOS

    @property
    def sin_abrir(self):
        """True while nobody has opened the gateway's page, as far as the gateway has told."""
        return self.abierto and not self.abierta_pasarela


class DetallePago(models.Model):
    """One saldo inside a pago, with its frozen amount. `abierto` while its pago is open.

    `debia`: what was owed when the pago was started; who paid less gave a `razon`.
    """

    pago = models.ForeignKey(Pago, on_delete=models.PROTECT, related_name="detalles", verbose_name=_("pago"))
    saldo = models.ForeignKey(Saldo, on_delete=models.PROTECT, related_name="detalles", verbose_name=_("saldo"))
    valor = DineroField(_("valor"))
    iva = DineroField(_("IVA"), default=CERO)
    debia = DineroField(_("se debía"))
    razon = models.CharField(_("razón para pagar menos"), max_length=12, choices=Razon, blank=True)
    nota = models.CharField(_("comentario"), max_length=MAXIMO_NOTA, blank=True)
    abierto = models.BooleanField(_("abierto"), default=True)

    class Meta:
        verbose_name = _("detalle de pago")
        verbose_name_plural = _("detalles de pago")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["saldo"],
                condition=Q(abierto=True),
                name="detalle_uno_abierto_por_saldo",
                violation_error_message=_("Ya hay un pago en curso para este documento."),
            ),
            models.UniqueConstraint(
                fields=["pago", "saldo"],
                name="detalle_saldo_una_vez_por_pago",
                violation_error_message=_("Ese documento ya está en el pago."),
            ),
            models.CheckConstraint(
                condition=Q(valor__gt=0),
                name="detalle_valor_positivo",
                violation_error_message=_("El valor debe ser mayor que cero."),
            ),
            models.CheckConstraint(
                condition=Q(iva__gte=0, iva__lte=F("valor")),
                name="detalle_iva_dentro_del_valor",
                violation_error_message=_("El IVA debe estar entre cero y el valor."),
            ),
            models.CheckConstraint(
                condition=Q(valor__lte=F("debia")),
                name="detalle_no_supera_lo_que_se_debia",
                violation_error_message=_("No se paga más de lo que se debía."),
            ),
            models.CheckConstraint(
                condition=Q(razon="", valor__gte=F("debia")) | Q(razon__in=Razon.values, valor__lt=F("debia")),
                name="detalle_parte_con_razon",
                violation_error_message=_("Pagar menos de lo que se debía lleva una razón, y solo ello."),
            ),
            models.CheckConstraint(
                condition=Q(nota="") | ~Q(razon=""),
                name="detalle_nota_con_razon",
                violation_error_message=_("El comentario acompaña una razón."),
            ),
        ]

    def __str__(self):
        return f"{self.pago_id}: {self.saldo_id} {self.valor}"


class EventoPago(models.Model):
    """Append-only history: one row per change, contradiction or new gateway code, never for an unchanged answer."""

    pago = models.ForeignKey(Pago, on_delete=models.PROTECT, related_name="eventos", verbose_name=_("pago"))
    de = models.CharField(_("de"), max_length=10, choices=Estado, blank=True)
    a = models.CharField(_("a"), max_length=10, choices=Estado)
    motivo = models.CharField(_("motivo"), max_length=12, choices=Motivo, blank=True)
    origen = models.CharField(_("origen"), max_length=12, choices=Origen)
    codigo = models.CharField(_("código"), max_length=60, blank=True)
    texto = models.CharField(_("texto"), max_length=200, blank=True)
    evidencia = models.JSONField(_("evidencia"), default=dict, blank=True)
    quien = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("quién")
    )
    cuando = models.DateTimeField(_("cuándo"))

    class Meta:
        verbose_name = _("evento de pago")
        verbose_name_plural = _("eventos de pago")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.pago_id}: {self.de or '—'} → {self.a} ({self.origen})"


class RespuestaCruda(models.Model):
    """A gateway's full answer, encrypted, purged after RETENCION_DIAS."""

    pago = models.ForeignKey(Pago, on_delete=models.PROTECT, related_name="respuestas", verbose_name=_("pago"))
    cifrada = models.TextField(_("respuesta cifrada"))
    cuando = models.DateTimeField(_("cuándo"), db_index=True)

    class Meta:
        verbose_name = _("respuesta de la pasarela")
        verbose_name_plural = _("respuestas de la pasarela")
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.pago_id}: {self.cuando}"
