"""What staff read of the sonda: its counts in words, the state of a breaker, its alerts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cartera.formato import hora_exacta
from pagos.consultas_sonda import Corta
from pagos.presentacion import EstadoVisible

# By the class of the error, as `RondaSonda.cuenta` counts it after `error_`.
_ERRORES = {
    "red": gettext_lazy("No hubo conexión con la pasarela"),
    "tiempo": gettext_lazy("La pasarela no contestó a tiempo"),
    "http_5xx": gettext_lazy("La pasarela contestó que ella falló"),
    "ilegible": gettext_lazy("La respuesta no se pudo leer"),
    "limite": gettext_lazy("La pasarela pidió preguntarle más despacio"),
    "negada": gettext_lazy("La pasarela se negó a contestar"),
    "inesperada": gettext_lazy("Respuesta inesperada o dirección no permitida: el registro dice cuál"),
    "tardia": gettext_lazy("La respuesta llegó cuando ya otro preguntaba: no se anotó"),
    "acuerdo": gettext_lazy("El acuerdo no se puede usar: revise sus credenciales"),
    "base": gettext_lazy("La base de datos falló al anotar la respuesta: se pregunta otra vez"),
    "interno": gettext_lazy("El portal falló al anotar la respuesta"),
}
_PREFIJO = "error_"


@dataclass(frozen=True, kw_only=True)
class RondaVista:
    """A round as people read it. `duracion` is None while nobody has answered; `errores`: [(words, how many)]."""

    pk: int
    inicio: datetime
    por_preguntar: int
    preguntados: int
    aprobados: int
    rechazados: int
    pendientes: int
    errores: list
    duracion: timedelta | None
    atraso: timedelta

    @property
    def fallidos(self):
        """How many questions came to an error."""
        return sum(cuantos for _texto, cuantos in self.errores)


def ronda_vista(ronda):
    """The RondaVista of a RondaSonda."""
    cuenta = ronda.cuenta
    return RondaVista(
        pk=ronda.pk,
        inicio=ronda.inicio,
        por_preguntar=ronda.por_preguntar,
        preguntados=cuenta.get("preguntados", 0),
        aprobados=cuenta.get("aprobada", 0),
        rechazados=cuenta.get("rechazada", 0),
        # Both states are *Pendiente* to people.
        pendientes=cuenta.get("pendiente", 0) + cuenta.get("creada", 0),
        errores=_errores_de(cuenta),
        duracion=ronda.fin and ronda.fin - ronda.inicio,
        atraso=timedelta(seconds=ronda.atraso_maximo),
    )


def _errores_de(cuenta):
    """[(words, how many)] of the errors counted, most frequent first."""
    hallados = [(clave, cuantos) for clave, cuantos in cuenta.items() if clave.startswith(_PREFIJO) and cuantos]
    hallados.sort(key=lambda uno: (-uno[1], uno[0]))
    return [(error_en_palabras(clave.removeprefix(_PREFIJO)), cuantos) for clave, cuantos in hallados]


def error_en_palabras(clase):
    """What a class of error (`red`, `http_5xx`...) means; one that is not known here is shown as it is."""
    return str(_ERRORES.get(clase, clase))


def corta_visible(estado):
    """The EstadoVisible of the breaker of an EstadoAcuerdo."""
    if estado.corta is Corta.ESPERA:
        texto = _("Pidió esperar hasta las %(hora)s") % {"hora": hora_exacta(estado.hasta)}
        return EstadoVisible(tipo="pendiente", texto=texto)
    if estado.corta is Corta.ABIERTO:
        texto = _("Abierto hasta las %(hora)s") % {"hora": hora_exacta(estado.hasta)}
        return EstadoVisible(tipo="vencido", texto=texto)
    if estado.corta is Corta.PROBANDO:
        return EstadoVisible(tipo="revision", texto=_("Probando"))
    return EstadoVisible(tipo="aprobada", texto=_("Cerrado"))
