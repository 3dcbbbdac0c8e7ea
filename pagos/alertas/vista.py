"""What people read of an alert: on pages, in e-mails, in the log and on a terminal, in the reader's language."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext as _n

from cartera.formato import fecha_hora
from pagos.alertas.datos import CALMA, momento
from pagos.estados import TipoAlerta
from pagos.models import AcuerdoComercial, Alerta
from pagos.pasarelas.registro import PASARELAS
from pagos.presentacion_sonda import error_en_palabras

# Where operators read what each alert means; its sections are the kinds.
GUIA = "docs/alertas.md"


@dataclass(frozen=True, kw_only=True)
class AlertaVista:
    """An open alert. `acuerdo` (with its empresa) is None for one of the whole portal; `desde` is when it opened."""

    tipo: TipoAlerta
    titulo: str
    detalle: str
    desde: datetime
    acuerdo: AcuerdoComercial | None

    @property
    def de_que(self):
        """Empresa and gateway, as people call them; '' for the whole portal."""
        return nombre_de(self.acuerdo)


def abiertas():
    """The open alerts as staff see them, oldest first: a list of AlertaVista, in one query."""
    filas = Alerta.objects.filter(cerrada_en__isnull=True).select_related("acuerdo__empresa")
    return [ver(alerta) for alerta in filas.order_by("abierta_en", "pk")]


def ver(alerta):
    """The AlertaVista of an Alerta read with `acuerdo__empresa`."""
    tipo = TipoAlerta(alerta.tipo)
    return AlertaVista(
        tipo=tipo,
        titulo=str(tipo.label),
        detalle=" ".join(filter(None, (_DETALLES[tipo](alerta.datos), _calma(alerta)))),
        desde=alerta.abierta_en,
        acuerdo=alerta.acuerdo,
    )


def nombre_de(acuerdo):
    """Empresa and gateway of an AcuerdoComercial; '' from None."""
    return f"{acuerdo.empresa.nombre} · {PASARELAS[acuerdo.pasarela].etiqueta}" if acuerdo else ""


def que_hacer(tipo):
    """The first thing to look at, in one sentence; the rest stands in GUIA."""
    return {
        TipoAlerta.SIN_RONDA: _("Revise que el reloj (beat) y los trabajadores (worker) de Celery estén en marcha."),
        TipoAlerta.ATRASO: _("Revise cuántos trabajadores hay y los límites de preguntas del acuerdo comercial."),
        TipoAlerta.ERRORES_RED: _("Revise la salida a internet del servidor y pregunte a la pasarela si tiene fallas."),
        TipoAlerta.CORTADO: _("Pregunte a la pasarela si está caída; se vuelve a preguntar sola, sin hacer nada aquí."),
        TipoAlerta.SIN_RESPUESTA: _(
            "Revise las credenciales del acuerdo comercial y que ningún trabajador (worker) se caiga al preguntar."
        ),
        TipoAlerta.PENDIENTES_VIEJOS: _("Tesorería debe consultar esos pagos con la pasarela: están en Novedades."),
    }[tipo]


def duracion(lapso):
    """A timedelta as people say it: `2 días 3 h 5 min`, at least one minute."""
    minutos = max(1, int(lapso.total_seconds() // 60))
    horas, minutos = divmod(minutos, 60)
    dias, horas = divmod(horas, 24)
    partes = (dias and _n("%d día", "%d días", dias) % dias, horas and f"{horas} h", minutos and f"{minutos} min")
    return " ".join(filter(None, partes))


def _calma(alerta):
    calma = momento(alerta.datos, CALMA)
    if calma is None or alerta.cerrada_en:
        return ""
    return _("Desde el %(cuando)s no se repite; si sigue así se da por terminada.") % {"cuando": fecha_hora(calma)}


def _sin_ronda(datos):
    ultima = momento(datos, "ultima")
    if ultima is None:
        return _("No ha empezado ninguna ronda y hay pagos abiertos desde el %(cuando)s.") % {
            "cuando": fecha_hora(momento(datos, "esperan_desde"))
        }
    return _("La última ronda empezó el %(cuando)s: desde entonces no se pregunta por los pagos pendientes.") % {
        "cuando": fecha_hora(ultima)
    }


def _atraso(datos):
    return _("El pago que más espera debía consultarse el %(cuando)s.") % {
        "cuando": fecha_hora(momento(datos, "debia"))
    }


def _errores_red(datos):
    return _n(
        "Falló %(errores)d de %(preguntas)d preguntas a la pasarela en diez minutos.",
        "Fallaron %(errores)d de %(preguntas)d preguntas a la pasarela en diez minutos.",
        datos["errores"],
    ) % {"errores": datos["errores"], "preguntas": datos["preguntas"]}


def _cortado(datos):
    espera = momento(datos, "espera")
    if espera is not None:
        return _("La pasarela pidió que no se le pregunte hasta el %(cuando)s.") % {"cuando": fecha_hora(espera)}
    return _n(
        "La pasarela no respondió %(fallos)d vez; se le hace una sola pregunta a la vez hasta que responda.",
        "La pasarela no respondió %(fallos)d veces seguidas; se le hace una sola pregunta a la vez hasta que responda.",
        datos["fallos"],
    ) % {"fallos": datos["fallos"]}


def _sin_respuesta(datos):
    cuantos = _n(
        "Se pregunta por %(cuantos)d pago pendiente y no se sabe nada de él desde el %(cuando)s.",
        "Se pregunta por %(cuantos)d pagos pendientes y no se sabe nada de ellos; del primero, desde el %(cuando)s.",
        datos["cuantos"],
    ) % {"cuantos": datos["cuantos"], "cuando": fecha_hora(momento(datos, "desde"))}
    if "error" not in datos:
        return " ".join((cuantos, _("No quedó anotado ningún error: quien pregunta no alcanza a terminar.")))
    causa = _("El error más frecuente: %(error)s.") % {"error": error_en_palabras(datos["error"])}
    return " ".join((cuantos, causa))


def _pendientes_viejos(datos):
    return _n(
        "%(cuantos)d pago lleva pendiente más de lo que tarda su medio de pago: empezó el %(cuando)s.",
        "%(cuantos)d pagos llevan pendientes más de lo que tarda su medio de pago: el primero empezó el %(cuando)s.",
        datos["cuantos"],
    ) % {"cuantos": datos["cuantos"], "cuando": fecha_hora(momento(datos, "desde"))}


_DETALLES = {
    TipoAlerta.SIN_RONDA: _sin_ronda,
    TipoAlerta.ATRASO: _atraso,
    TipoAlerta.ERRORES_RED: _errores_red,
    TipoAlerta.CORTADO: _cortado,
    TipoAlerta.SIN_RESPUESTA: _sin_respuesta,
    TipoAlerta.PENDIENTES_VIEJOS: _pendientes_viejos,
}
