"""What was done, by whom and from where: rows that are only ever added."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from usuarios.models.personas import Usuario


class Clase(models.TextChoices):
    """Kinds of what is written down."""

    ENTRADA = "ENTRADA", _("Entró")
    SALIDA = "SALIDA", _("Salió")
    FALLO = "FALLO", _("Intento fallido de entrar")
    BLOQUEO = "BLOQUEO", _("Ingreso bloqueado")
    CLAVE = "CLAVE", _("Contraseña")
    DOBLE_FACTOR = "DOBLE_FACTOR", _("Verificación en dos pasos")
    SESION = "SESION", _("Sesiones cerradas")
    ROLES = "ROLES", _("Roles")
    CREACION = "CREACION", _("Creación")
    CAMBIO = "CAMBIO", _("Cambio")
    BORRADO = "BORRADO", _("Borrado")
    IMPORTACION = "IMPORTACION", _("Importación")
    EXPORTACION = "EXPORTACION", _("Exportación")
    VISTA_PREVIA = "VISTA_PREVIA", _("Vista previa")


class RegistroAuditoria(models.Model):
    """One thing that was done. Only `usuarios.auditoria` writes these rows; triggers refuse to change or delete them.

    `correo` is the login's e-mail as it was, or the one that somebody typed who got nowhere; '' = the portal itself or
    an operator's command. `tipo` and `objeto_id` name what it was done to, `objeto` how it was called then.
    """

    cuando = models.DateTimeField(_("cuándo"), default=timezone.now, editable=False)
    clase = models.CharField(_("qué"), max_length=15, choices=Clase)
    quien = models.ForeignKey(
        Usuario, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("quién")
    )
    correo = models.CharField(_("correo"), max_length=254, blank=True)
    direccion = models.GenericIPAddressField(_("desde dónde"), null=True, blank=True)
    tipo = models.CharField(_("tipo de objeto"), max_length=60, blank=True)
    objeto_id = models.CharField(_("número del objeto"), max_length=40, blank=True)
    objeto = models.CharField(_("sobre qué"), max_length=200, blank=True)
    detalle = models.JSONField(_("detalle"), default=dict, blank=True, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("registro de auditoría")
        verbose_name_plural = _("auditoría")
        ordering = ["-cuando", "-pk"]
        indexes = [
            models.Index(fields=["-cuando", "-id"], name="auditoria_por_fecha"),
            models.Index(fields=["correo", "-cuando", "-id"], name="auditoria_por_correo"),
            models.Index(fields=["clase", "-cuando", "-id"], name="auditoria_por_clase"),
            models.Index(fields=["objeto_id", "tipo", "-cuando", "-id"], name="auditoria_por_objeto"),
            models.Index(fields=["direccion", "-cuando", "-id"], name="auditoria_por_direccion"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(clase__in=Clase.values),
                name="auditoria_clase_conocida",
                violation_error_message=_("Esa clase de registro no existe."),
            ),
        ]

    def __str__(self):
        return f"{self.get_clase_display()}: {self.objeto or self.correo}"
