"""The agreement that lets an Empresa collect through a gateway, and the buttons that lead to it."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from cartera.dinero import DineroField
from cartera.models import Empresa
from pagos.cifrado import cifrar, descifrar
from pagos.pasarelas.base import Conexion


def monedas_por_defecto():
    """Currencies of a new agreement."""
    return ["COP"]


class AcuerdoComercial(models.Model):
    """Without one in force nothing can be paid. `pagos.acuerdos` holds its rules; it is never deleted.

    The id is known before the row is saved, because it goes inside the ciphertext of the credentials.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    empresa = models.ForeignKey(Empresa, on_delete=models.PROTECT, related_name="acuerdos", verbose_name=_("empresa"))
    pasarela = models.CharField(_("pasarela"), max_length=20)
    comercio = models.CharField(_("código de comercio"), max_length=40)
    cuenta = models.CharField(_("cuenta"), max_length=40, blank=True)
    urls = models.JSONField(_("direcciones"), default=dict)
    credenciales = models.TextField(_("credenciales cifradas"), blank=True, editable=False)
    opciones = models.JSONField(_("opciones"), default=dict, blank=True)
    prueba = models.BooleanField(_("de prueba"), default=False)
    desde = models.DateField(_("vigente desde"))
    hasta = models.DateField(_("vigente hasta"))
    monedas = models.JSONField(_("monedas"), default=monedas_por_defecto)
    monto_minimo = DineroField(_("monto mínimo"), null=True, blank=True)
    monto_maximo = DineroField(_("monto máximo"), null=True, blank=True)
    # What its gateway is asked at most, by all workers together (`pagos.sonda`).
    limite_en_vuelo = models.PositiveSmallIntegerField(_("preguntas a la vez"), default=8)
    limite_por_segundo = models.PositiveSmallIntegerField(_("preguntas por segundo"), default=10)
    activo = models.BooleanField(_("activo"), default=True)
    creado_en = models.DateTimeField(_("creado en"), auto_now_add=True)
    history = HistoricalRecords(excluded_fields=["credenciales"])

    class Meta:
        verbose_name = _("acuerdo comercial")
        verbose_name_plural = _("acuerdos comerciales")
        ordering = ["empresa", "-desde", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(hasta__gte=F("desde")),
                name="acuerdo_vigencia_ordenada",
                violation_error_message=_("La vigencia termina antes de empezar."),
            ),
            models.CheckConstraint(
                condition=Q(monto_minimo__isnull=True)
                | Q(monto_maximo__isnull=True)
                | Q(monto_minimo__lte=F("monto_maximo")),
                name="acuerdo_montos_ordenados",
                violation_error_message=_("El monto mínimo no puede superar el máximo."),
            ),
            models.CheckConstraint(
                condition=Q(limite_en_vuelo__gte=1, limite_por_segundo__gte=1),
                name="acuerdo_limites_positivos",
                violation_error_message=_("A la pasarela se le hace al menos una pregunta a la vez y una por segundo."),
            ),
        ]

    def __str__(self):
        return f"{self.empresa} · {self.pasarela} {self.comercio} ({self.desde} a {self.hasta})"

    def guardar_secretos(self, secretos):
        """Put the secret credentials (name -> text) into `credenciales`, encrypted; the caller saves."""
        self.credenciales = cifrar(dict(secretos), de=self.pk)

    def secretos(self):
        """Secret credentials by name; raises CifradoInvalidoError."""
        return descifrar(self.credenciales, de=self.pk) if self.credenciales else {}

    def conexion(self):
        """What the gateway's adapter needs to speak for this agreement."""
        return Conexion(
            urls=self.urls,
            comercio=self.comercio,
            cuenta=self.cuenta,
            secretos=self.secretos(),
            prueba=self.prueba,
            opciones=self.opciones,
        )


class FormaPago(models.Model):
    """A button on *Forma de pago*. Two buttons may lead to the same gateway."""

    acuerdo = models.ForeignKey(
        AcuerdoComercial, on_delete=models.PROTECT, related_name="formas", verbose_name=_("acuerdo comercial")
    )
    etiqueta = models.CharField(_("etiqueta"), max_length=60)
    descripcion = models.CharField(_("descripción"), max_length=140, blank=True)
    icono = models.CharField(
        _("icono"),
        max_length=10,
        choices=[("tarjeta", _("Tarjeta")), ("banco", _("Banco")), ("efectivo", _("Efectivo"))],
        default="banco",
    )
    orden = models.PositiveSmallIntegerField(_("orden"), default=1)
    activa = models.BooleanField(_("activa"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("forma de pago")
        verbose_name_plural = _("formas de pago")
        ordering = ["orden", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["acuerdo", "etiqueta"],
                name="forma_etiqueta_unica",
                violation_error_message=_("Ese acuerdo ya tiene un botón con esa etiqueta."),
            ),
        ]

    def __str__(self):
        return self.etiqueta


class Cortacircuito(models.Model):
    """Whether the gateway of an agreement answers, told by every process to every other (`pagos.cortacircuitos`)."""

    acuerdo = models.OneToOneField(
        AcuerdoComercial, on_delete=models.PROTECT, primary_key=True, verbose_name=_("acuerdo comercial")
    )
    fallos = models.PositiveIntegerField(_("fallos seguidos"), default=0)
    abierto_hasta = models.DateTimeField(_("abierto hasta"), null=True, blank=True)
    esperar_hasta = models.DateTimeField(_("la pasarela pidió esperar hasta"), null=True, blank=True)

    class Meta:
        verbose_name = _("cortacircuito")
        verbose_name_plural = _("cortacircuitos")

    def __str__(self):
        return f"{self.acuerdo_id}: {self.fallos}"
