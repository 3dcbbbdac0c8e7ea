"""The bells. Each task is one call: what is due stands in the database, so a lost message loses nothing."""

from datetime import timedelta

from celery import shared_task
from structlog import get_logger

from pagos import alertas, atraso_erp, correos_internos, notificaciones, repaso, retencion, sonda
from pagos.sonda import reclamo, rondas

# Due pagos for each worker that is called to help, and workers called at most.
_POR_AYUDANTE = 64
_AYUDANTES = 16
# The nightly asking of what is closed takes this long, so that the open pagos of that night are asked on time.
_REPASO = timedelta(hours=3)
_registro = get_logger(__name__)


@shared_task
def sondear():
    """Ring, every SONDA_MINUTOS: open a round and have everybody ask about every pago that is due."""
    rondas.vigente()
    _llamar_a_todos()


@shared_task
def sondear_rezagados():
    """Ring, every minute: what became due since the round began, and what somebody died holding."""
    _llamar_a_todos()


@shared_task
def preguntar():
    """Ask until nothing is due. Whoever is at it already has no need of a second one in its process."""
    sonda.ayudar()


def _llamar_a_todos():
    """Ask, and call other workers to help: the messages carry nothing, each worker claims its own rows."""
    vencidos = reclamo.vencidos()[: _POR_AYUDANTE * _AYUDANTES].count()
    try:
        for _uno in range(vencidos // _POR_AYUDANTE):
            preguntar.delay()
    except Exception:
        # Whatever fails in the broker (its connection, a channel, a full disk) costs the help, never the asking here.
        _registro.warning("sin_ayudantes", exc_info=True)
    if vencidos:
        sonda.ayudar()


@shared_task
def enviar_notificaciones():
    """Ring: send the e-mails that are due."""
    notificaciones.enviar_pendientes()


@shared_task
def avisar_al_personal():
    """Ring, every minute: look for what the Empresas and Tesorería must hear of, and send it."""
    correos_internos.preparar()
    correos_internos.enviar_pendientes()


@shared_task
def revisar_atraso_del_erp():
    """Ring: look for ERP figures below the money that it has not acknowledged."""
    atraso_erp.revisar()


@shared_task
def repasar():
    """Ring, nightly: have the gateways asked again for the last days' pagos, closed ones included."""
    repaso.citar(en=_REPASO)


@shared_task
def purgar_respuestas():
    """Ring, daily: delete the gateways' full answers that are past their days."""
    retencion.purgar_respuestas()


@shared_task
def purgar_rondas():
    """Ring, daily: delete the rounds of the sonda and the alerts that are past their days."""
    rondas.purgar()
    alertas.purgar_alertas()


@shared_task
def vigilar():
    """Ring, every minute: look for what an operator must hear of, and tell."""
    alertas.vigilar()
