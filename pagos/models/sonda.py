"""What the sonda tells of itself: its rounds, its pulse by the minute, what it may ask at once, its complaints."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pagos.estados import TipoAlerta
from pagos.models.acuerdos import AcuerdoComercial


class RondaSonda(models.Model):
    """One ring of the sonda and all that was asked until the next one, by however many workers.

    `cuenta`: {key: how many}, the keys of `pagos.sonda.bitacora`.
    """

    # Two beats ring the same round: its hour, cut to a whole interval, is unique.
    prevista_en = models.DateTimeField(_("prevista para"))
    inicio = models.DateTimeField(_("inicio"))
    fin = models.DateTimeField(_("última respuesta"), null=True, blank=True)
    por_preguntar = models.PositiveIntegerField(_("pagos por preguntar al empezar"), default=0)
    cuenta = models.JSONField(_("cuenta"), default=dict, blank=True)
    # Seconds between the moment a pago was due and its question: the latest of the round.
    atraso_maximo = models.FloatField(_("mayor atraso (segundos)"), default=0)

    class Meta:
        verbose_name = _("ronda de la sonda")
        verbose_name_plural = _("rondas de la sonda")
        ordering = ["-inicio"]
        indexes = [models.Index(fields=["-inicio"], name="ronda_por_inicio")]
        constraints = [
            models.UniqueConstraint(
                fields=["prevista_en"],
                name="ronda_una_por_timbre",
                violation_error_message=_("Esa ronda ya empezó."),
            ),
        ]

    def __str__(self):
        return str(self.prevista_en)


class PulsoPasarela(models.Model):
    """Questions and network errors of one agreement in one minute: what tells whether its gateway is well."""

    acuerdo = models.ForeignKey(
        AcuerdoComercial, on_delete=models.PROTECT, related_name="+", verbose_name=_("acuerdo comercial")
    )
    minuto = models.DateTimeField(_("minuto"), db_index=True)
    preguntas = models.PositiveIntegerField(_("preguntas"), default=0)
    errores_red = models.PositiveIntegerField(_("errores de red"), default=0)

    class Meta:
        verbose_name = _("pulso de una pasarela")
        verbose_name_plural = _("pulsos de las pasarelas")
        ordering = ["-minuto"]
        constraints = [
            models.UniqueConstraint(
                fields=["acuerdo", "minuto"],
                name="pulso_uno_por_minuto",
                violation_error_message=_("Ese minuto ya está anotado."),
            ),
        ]

    def __str__(self):
        return f"{self.acuerdo_id} {self.minuto}"


class TurnoAcuerdo(models.Model):
    """From when on the next question may leave for an agreement's gateway: what spaces all workers' questions."""

    acuerdo = models.OneToOneField(
        AcuerdoComercial, on_delete=models.PROTECT, primary_key=True, verbose_name=_("acuerdo comercial")
    )
    siguiente = models.DateTimeField(_("siguiente turno"), null=True, blank=True)

    class Meta:
        verbose_name = _("turno de un acuerdo")
        verbose_name_plural = _("turnos de los acuerdos")

    def __str__(self):
        return f"{self.acuerdo_id}: {self.siguiente}"


class CupoEnVuelo(models.Model):
    """How many questions one worker may have in flight for an agreement until `vence`; all of them keep its limit."""

    acuerdo = models.ForeignKey(
        AcuerdoComercial, on_delete=models.PROTECT, related_name="+", verbose_name=_("acuerdo comercial")
    )
    trabajador = models.UUIDField(_("trabajador"))
    cuantas = models.PositiveSmallIntegerField(_("cuántas"))
    vence = models.DateTimeField(_("vence"))

    class Meta:
        verbose_name = _("cupo en vuelo")
        verbose_name_plural = _("cupos en vuelo")
        constraints = [
            models.UniqueConstraint(
                fields=["acuerdo", "trabajador"],
                name="cupo_uno_por_trabajador",
                violation_error_message=_("Ese trabajador ya tiene cupo."),
            ),
        ]

    def __str__(self):
        return f"{self.acuerdo_id}: {self.cuantas}"


class Alerta(models.Model):
    """Something that an operator must hear of, once when it begins and once when it is over (`pagos.alertas`)."""

    tipo = models.CharField(_("tipo"), max_length=20, choices=TipoAlerta)
    # Of one agreement, or of the whole portal.
    acuerdo = models.ForeignKey(
        AcuerdoComercial,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("acuerdo comercial"),
    )
    datos = models.JSONField(_("datos"), default=dict, blank=True)
    abierta_en = models.DateTimeField(_("abierta en"))
    cerrada_en = models.DateTimeField(_("cerrada en"), null=True, blank=True)
    # When its e-mails went out: of the beginning, of the end.
    avisada_en = models.DateTimeField(_("avisada en"), null=True, blank=True)
    cierre_avisado_en = models.DateTimeField(_("cierre avisado en"), null=True, blank=True)

    class Meta:
        verbose_name = _("alerta")
        verbose_name_plural = _("alertas")
        ordering = ["-abierta_en"]
        constraints = [
            models.UniqueConstraint(
                fields=["tipo", "acuerdo"],
                condition=Q(cerrada_en__isnull=True),
                name="alerta_una_abierta_por_acuerdo",
                violation_error_message=_("Esa alerta ya está abierta."),
            ),
            # NULLs are never equal, and not every database can be told otherwise.
            models.UniqueConstraint(
                fields=["tipo"],
                condition=Q(cerrada_en__isnull=True, acuerdo__isnull=True),
                name="alerta_una_abierta_del_portal",
                violation_error_message=_("Esa alerta ya está abierta."),
            ),
        ]

    def __str__(self):
        return f"{self.tipo} {self.abierta_en}"
