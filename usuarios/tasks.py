"""What this app does outside a request: housekeeping, and the mails about a login."""

import structlog
from celery import shared_task
from kombu.exceptions import OperationalError

from usuarios.correos import enviar_aviso_de_seguridad, enviar_clave_olvidada
from usuarios.models import Usuario
from usuarios.sesiones import SessionStore

# What may happen to a second factor: key of `correos.enviar_aviso_de_seguridad`.
ACTIVADO, CODIGOS, QUITADO, RESTABLECIDO = "activado", "codigos", "quitado", "restablecido"

log = structlog.get_logger(__name__)


@shared_task
def limpiar_sesiones():
    """Delete the sessions that have expired."""
    SessionStore.clear_expired()


@shared_task
def enviar_enlace_clave(email):
    """Mail the link to set a new password to the active login with that e-mail; nothing if there is none.

    Looking it up here and not in the request keeps the page's time the same for known and unknown addresses.
    """
    usuario = Usuario.objects.filter(is_active=True).con_email(email).first()
    if usuario is None:
        return
    try:
        enviar_clave_olvidada(usuario)
    except OSError as error:
        log.error("correo_no_enviado", usuario=usuario.pk, motivo=type(error).__name__)


def pedir_enlace_clave(email):
    """Ring the bell for `enviar_enlace_clave`; without a broker the mail goes out right here."""
    try:
        enviar_enlace_clave.apply_async((email,), retry=False)
    except (OperationalError, OSError):
        enviar_enlace_clave(email)


@shared_task
def enviar_aviso_de_seguridad_a(usuario_id, hecho):
    """Mail to the owner of the login what happened to its second factor (ACTIVADO, CODIGOS, QUITADO, RESTABLECIDO)."""
    usuario = Usuario.objects.get(pk=usuario_id)
    try:
        enviar_aviso_de_seguridad(usuario, hecho)
    except OSError as error:
        log.error("correo_no_enviado", usuario=usuario.pk, motivo=type(error).__name__)


def pedir_aviso_de_seguridad(usuario, hecho):
    """Ring the bell for `enviar_aviso_de_seguridad_a`; without a broker the mail goes out right here."""
    try:
        enviar_aviso_de_seguridad_a.apply_async((usuario.pk, hecho), retry=False)
    except (OperationalError, OSError):
        enviar_aviso_de_seguridad_a(usuario.pk, hecho)
