"""One look a minute: opens the alert of what is wrong, closes the one of what is over, has both told.

Harmless however many look at once: constraints let one alert of a kind be open, and one UPDATE closes it.
"""

from datetime import timedelta

import structlog
from django.utils import timezone

from pagos.alertas import correo, sintomas
from pagos.alertas.datos import CALMA, anotar, momento
from pagos.alertas.vista import GUIA, nombre_de, ver
from pagos.estados import TipoAlerta
from pagos.models import Alerta

# A symptom that comes and goes with the rounds is one alert: it is over after more than a whole round without it.
# The two kinds that look back over a window of their own have waited long enough when they no longer see anything.
_CALMA = timedelta(minutes=10)
_SIN_CALMA = (TipoAlerta.SIN_RONDA, TipoAlerta.ERRORES_RED)
_RETENCION = timedelta(days=90)
_registro = structlog.get_logger(__name__)


def vigilar():
    """Bring the alerts to how things stand now and send the e-mails that are due; returns (opened, closed)."""
    ahora = timezone.now()
    abiertas = {(alerta.tipo, alerta.acuerdo_id): alerta for alerta in _abiertas()}
    hallados = sintomas.hallar(ahora=ahora, abiertas=frozenset(abiertas))
    for clave in hallados.keys() & abiertas.keys():
        _seguir(abiertas[clave], hallados[clave])
    nuevas = [_abrir(*clave, hallados[clave], ahora=ahora) for clave in hallados.keys() - abiertas.keys()]
    idas = [_ceder(abiertas[clave], ahora=ahora) for clave in abiertas.keys() - hallados.keys()]
    correo.enviar_pendientes()
    return sum(nuevas), sum(idas)


def purgar_alertas():
    """Delete the alerts that ended more than 90 days ago; returns how many."""
    return Alerta.objects.filter(cerrada_en__lt=timezone.now() - _RETENCION).delete()[0]


def _abiertas():
    return Alerta.objects.filter(cerrada_en__isnull=True).select_related("acuerdo__empresa")


def _abrir(tipo, acuerdo_id, datos, *, ahora):
    """Open it unless somebody has just done so; who opens it tells the log. Returns whether it was us."""
    cifras = {nombre: valor for nombre, valor in datos.items() if valor is not None}
    alerta, nueva = Alerta.objects.get_or_create(
        tipo=tipo,
        acuerdo_id=acuerdo_id,
        cerrada_en=None,
        defaults={"abierta_en": ahora, "datos": cifras},
    )
    if nueva:
        _registro.error("alerta_abierta", **_para_el_registro(alerta), guia=f"{GUIA}#{tipo.lower()}")
    return nueva


def _seguir(alerta, datos):
    """Still there: its figures of now. `datos` None = it cannot be told, so nothing is known of its end either."""
    cambios = {**(datos or {}), CALMA: None}
    if any(alerta.datos.get(nombre) != valor for nombre, valor in cambios.items()):
        anotar(alerta.pk, cambios)


def _ceder(alerta, *, ahora):
    """Not seen any more: closed when that has lasted, with the moment in which it was last over. True if it was us."""
    desde = momento(alerta.datos, CALMA)
    if alerta.tipo not in _SIN_CALMA and (desde is None or ahora - desde < _CALMA):
        if desde is None:
            anotar(alerta.pk, {CALMA: ahora.isoformat()})
        return False
    cerrada = Alerta.objects.filter(pk=alerta.pk, cerrada_en__isnull=True).update(cerrada_en=desde or ahora)
    if cerrada:
        _registro.info("alerta_cerrada", **_para_el_registro(alerta), terminada=(desde or ahora).isoformat())
    return bool(cerrada)


def _para_el_registro(alerta):
    """What of a kind, of which empresa and gateway, since when, with which figures."""
    vista = ver(alerta)
    return {
        "tipo": alerta.tipo,
        "que": vista.titulo,
        "detalle": vista.detalle,
        "de": nombre_de(alerta.acuerdo),
        "acuerdo": str(alerta.acuerdo_id or ""),
        "desde": alerta.abierta_en.isoformat(),
    }
