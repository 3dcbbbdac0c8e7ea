"""The bells. Each task is one call: what is due stands in the database, so a lost message loses nothing."""

from celery import shared_task

from pagos import alertas, atraso_erp, notificaciones, repaso, retencion, sonda


@shared_task
def sondear():
    """Ring: ask about every pago that is due."""
    sonda.ejecutar_ronda()


@shared_task
def enviar_notificaciones():
    """Ring: send the e-mails that are due."""
    notificaciones.enviar_pendientes()


@shared_task
def revisar_atraso_del_erp():
    """Ring: look for ERP figures below the money that it has not acknowledged."""
    atraso_erp.revisar()


@shared_task
def repasar():
    """Ring, nightly: have the gateways asked again for the last days' pagos, closed ones included."""
    repaso.citar()


@shared_task
def purgar_respuestas():
    """Ring, daily: delete the gateways' full answers that are past their days."""
    retencion.purgar_respuestas()


@shared_task
def vigilar():
    """Ring: look for what an operator must hear of, and tell."""
    alertas.vigilar()
