"""The outbox of e-mails: a row in the transaction that made it true; the worker sends it, at least once."""

import contextlib
import secrets
import time
from datetime import timedelta
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from cartera import sentencias
from cartera.dinero import CERO
from pagos import parada
from pagos.comprobantes import comprobante_de
from pagos.consultas import detalles_de
from pagos.models import Notificacion

# Longer than a slow mail server takes for one e-mail, at 15 seconds for each of its answers.
ARRIENDO = timedelta(minutes=5)
# Seconds. A bell ends before the next one rings, so that e-mails never occupy all the threads of a worker.
DURACION_MAXIMA = 50.0
_APROBACIONES = (Notificacion.Tipo.APROBADA, Notificacion.Tipo.APROBADA_TARDE)
_ESPERA_MAXIMA = timedelta(hours=1)
_registro = structlog.get_logger(__name__)


class SinServidorError(Exception):
    """No session with the mail server: its cause says why, and no other e-mail would get through now."""


def encolar(pago, tipo, *, ahora):
    """Put one e-mail of this kind for the payer in the outbox; a second call changes nothing."""
    sentencias.insertar(
        Notificacion,
        si_falta=True,
        pago_id=pago.pk,
        tipo=tipo,
        destinatario=pago.usuario.email,
        # What the person chose wins over the language of the page that started the pago.
        idioma=pago.usuario.idioma or pago.idioma,
        message_id=f"<{pago.referencia}.{tipo.lower()}.{secrets.token_hex(8)}@{_dominio()}>",
        creada_en=ahora,
        enviar_desde=ahora,
    )


def _dominio():
    return urlsplit(settings.PORTAL_URL).hostname


def enviar_pendientes():
    """Send what is due, oldest first: claim one by lease, send it outside any transaction, mark it sent.

    Ends early when there is no mail server, when the process was told to end, or after DURACION_MAXIMA: what is left
    waits for the next bell. Returns (sent, failed).
    """
    enviadas = fallidas = 0
    limite = time.monotonic() + DURACION_MAXIMA
    while time.monotonic() < limite and not parada.pedida() and (notificacion := _reclamar()):
        try:
            entregar(_escribir(notificacion))
        except Exception as error:  # whatever one e-mail suffers from, the others go on; it is tried again later
            fallidas += 1
            _aplazar(notificacion, error.__cause__ or error)
            if isinstance(error, SinServidorError):
                break
        else:
            enviadas += 1
            _marcar_enviada(notificacion)
    return enviadas, fallidas


def _reclamar():
    """Take the e-mail that is due longest out of everybody's reach for a lease; None when nothing is due."""
    ahora = timezone.now()
    with transaction.atomic():
        notificacion = (
            Notificacion.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(enviada_en__isnull=True, enviar_desde__lte=ahora)
            .order_by("enviar_desde", "pk")
            .first()
        )
        if notificacion is not None:
            Notificacion.objects.filter(pk=notificacion.pk).update(enviar_desde=ahora + ARRIENDO)
    return notificacion


def _marcar_enviada(notificacion):
    Notificacion.objects.filter(pk=notificacion.pk).update(enviada_en=timezone.now(), ultimo_error="")


def _aplazar(notificacion, error):
    intentos = notificacion.intentos + 1
    espera = min(timedelta(minutes=2**intentos), _ESPERA_MAXIMA)
    Notificacion.objects.filter(pk=notificacion.pk).update(
        intentos=intentos, enviar_desde=timezone.now() + espera, ultimo_error=type(error).__name__
    )
    _registro.warning("correo_no_enviado", notificacion=notificacion.pk, error=type(error).__name__, intentos=intentos)


def entregar(mensaje):
    """Send an EmailMessage over a session of its own; raises SinServidorError, or what the server says of this one."""
    conexion = mensaje.get_connection()
    try:
        conexion.open()
    except Exception as error:
        raise SinServidorError from error
    try:
        mensaje.send()
    finally:
        # Accepted is accepted: a farewell that goes wrong must not send it again.
        with contextlib.suppress(Exception):
            conexion.close()


def _escribir(notificacion):
    """The EmailMultiAlternatives, in the reader's language."""
    pago = notificacion.pago
    comprobante = _comprobante(notificacion)
    contexto = {
        "pago": pago,
        "empresa": pago.empresa,
        "documentos": detalles_de(pago),
        "aprobado": notificacion.tipo in _APROBACIONES,
        "adjunto": comprobante is not None,
        "aviso": notificacion,
        # After a day without a mail server: what this one tells is no longer how things stand.
        "superado": pago.notificaciones.filter(pk__gt=notificacion.pk).exists(),
        "a_favor": sum((favor.valor for favor in pago.saldos_a_favor.all()), CERO),
        "portal": settings.PORTAL_URL,
    }
    with translation.override(notificacion.idioma):
        base = f"correo/pago_{notificacion.tipo.lower()}"
        mensaje = EmailMultiAlternatives(
            subject=render_to_string(f"{base}_asunto.txt", contexto).strip().replace("\n", " "),
            body=render_to_string(f"{base}.txt", contexto),
            to=[notificacion.destinatario],
            reply_to=[pago.empresa.correo],
            # No vacation answer comes back to what a machine wrote.
            headers={"Message-ID": notificacion.message_id, "Auto-Submitted": "auto-generated"},
        )
        mensaje.attach_alternative(render_to_string(f"{base}.html", contexto), "text/html")
    if comprobante:
        mensaje.attach(comprobante.nombre, comprobante.contenido, "application/pdf")
    return mensaje


def _comprobante(notificacion):
    """The Comprobante that goes with an approval; None for the others, and for one that cannot be drawn.

    That the payment was approved must be told all the same: the e-mail then says that the paper is in the portal.
    """
    if notificacion.tipo not in _APROBACIONES:
        return None
    try:
        with translation.override(notificacion.idioma):
            return comprobante_de(notificacion.pago)
    except Exception as error:
        _registro.error("correo_sin_comprobante", notificacion=notificacion.pk, error=type(error).__name__)
        return None
