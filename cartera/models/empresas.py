"""The creditor: who is owed."""

from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from cartera.models.logos import Logo
from cartera.parcial import ReglaAbono
from usuarios.identificacion import formatear

COLOR = r"^#[0-9a-f]{6}\Z"
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
    # Its key alone says whether there is one and where: no page reads the picture to name it.
    logo = models.ForeignKey(
        Logo, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("logo")
    )
    color = models.CharField(
        _("color"),
        max_length=7,
        blank=True,
        validators=[RegexValidator(COLOR, _("Escriba el color como #0a4d8c: un numeral y seis cifras hexadecimales."))],
        help_text=_("Como #0a4d8c. Se usa donde se alcanza a leer; si no, el portal usa el suyo."),
    )
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
    abono_parcial = models.CharField(_("pagos parciales"), max_length=10, choices=ReglaAbono, default=ReglaAbono.NO)
    # An amount in each balance's own currency, or a percentage of the document's `valor`: `cartera.parcial`.
    abono_minimo = models.DecimalField(
        _("mínimo de un pago parcial"), max_digits=14, decimal_places=2, null=True, blank=True
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
            models.CheckConstraint(
                condition=Q(color="") | Q(color__regex=COLOR),
                name="empresa_color_escrito",
                violation_error_message=_("El color no está bien escrito."),
            ),
            models.CheckConstraint(
                condition=Q(abono_parcial__in=ReglaAbono.values),
                name="empresa_abono_parcial_conocido",
                violation_error_message=_("Esa regla de pagos parciales no existe."),
            ),
            models.CheckConstraint(
                condition=~Q(abono_parcial=ReglaAbono.NO) | Q(abono_minimo__isnull=True),
                name="empresa_sin_abonos_sin_minimo",
                violation_error_message=_("Sin pagos parciales no hay mínimo: déjelo vacío."),
            ),
            models.CheckConstraint(
                condition=~Q(abono_parcial=ReglaAbono.MONTO) | Q(abono_minimo__isnull=False, abono_minimo__gt=0),
                name="empresa_abono_monto_positivo",
                violation_error_message=_("El monto mínimo de un pago parcial debe ser mayor que cero."),
            ),
            models.CheckConstraint(
                condition=~Q(abono_parcial=ReglaAbono.PORCENTAJE)
                | Q(abono_minimo__isnull=False, abono_minimo__gt=0, abono_minimo__lte=100),
                name="empresa_abono_porcentaje_posible",
                violation_error_message=_("El porcentaje mínimo de un pago parcial debe ser mayor que 0 y hasta 100."),
            ),
        ]

    def __str__(self):
        return self.nombre

    @property
    def identificacion(self):
        """As people read it: `NIT 900.123.456-8`."""
        return formatear("NIT", self.nit, self.dv)
