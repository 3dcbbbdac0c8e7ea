"""The outbox of e-mails: a row in the transaction that made it true; the worker sends it, at least once."""

import secrets
from datetime import timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from pagos.models import Notificacion

# A lot of 10 ends within its lease even when the mail server takes its 15 seconds for each.
_LOTE = 10
ARRIENDO = timedelta(minutes=5)
_ESPERA_MAXIMA = timedelta(hours=1)
_registro = structlog.get_logger(__name__)


def encolar(pago, tipo, *, ahora):
    """Put one e-mail of this kind for the payer in the outbox; a second call changes nothing."""
    Notificacion.objects.get_or_create(
        pago=pago,
        tipo=tipo,
        defaults={
            "destinatario": pago.usuario.email,
            # What the person chose wins over the language of the page that started the pago.
            "idioma": pago.usuario.idioma or pago.idioma,
            "message_id": f"<{pago.referencia}.{tipo.lower()}.{secrets.token_hex(8)}@{_dominio()}>",
            "creada_en": ahora,
            "enviar_desde": ahora,
        },
    )


def _dominio():
    return settings.PORTAL_URL.split("://", 1)[1].split(":", 1)[0]


def enviar_pendientes():
    """Send what is due: claim by lease, send outside any transaction, mark sent. Returns (sent, failed)."""
    cuentas = [_enviar_lote(lote) for lote in iter(lambda: _reclamar(_LOTE), [])]
    return sum(enviadas for enviadas, _f in cuentas), sum(fallidas for _e, fallidas in cuentas)


def _enviar_lote(lote):
    enviadas = fallidas = 0
    for notificacion in lote:
        try:
            _enviar(notificacion)
        except Exception as error:  # whatever one e-mail suffers from, the others go on; it is tried again later
            fallidas += 1
            _aplazar(notificacion, error)
        else:
            enviadas += 1
            Notificacion.objects.filter(pk=notificacion.pk).update(enviada_en=timezone.now(), ultimo_error="")
    return enviadas, fallidas


def _reclamar(lote):
    ahora = timezone.now()
    with transaction.atomic():
        filas = list(
            Notificacion.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(enviada_en__isnull=True, enviar_desde__lte=ahora)
            .order_by("enviar_desde")[:lote]
        )
        Notificacion.objects.filter(pk__in=[fila.pk for fila in filas]).update(enviar_desde=ahora + ARRIENDO)
    return filas


def _aplazar(notificacion, error):
    intentos = notificacion.intentos + 1
    espera = min(timedelta(minutes=2**intentos), _ESPERA_MAXIMA)
    Notificacion.objects.filter(pk=notificacion.pk).update(
        intentos=intentos, enviar_desde=timezone.now() + espera, ultimo_error=type(error).__name__
    )
    _registro.warning("correo_no_enviado", notificacion=notificacion.pk, error=type(error).__name__, intentos=intentos)


def _enviar(notificacion):
    pago = notificacion.pago
    contexto = {"pago": pago, "empresa": pago.empresa, "tipo": notificacion.tipo, "portal": settings.PORTAL_URL}
    with translation.override(notificacion.idioma):
        base = f"correo/pago_{notificacion.tipo.lower()}"
        asunto = render_to_string(f"{base}_asunto.txt", contexto).strip().replace("\n", " ")
        mensaje = EmailMultiAlternatives(
            subject=asunto,
            body=render_to_string(f"{base}.txt", contexto),
            to=[notificacion.destinatario],
            headers={"Message-ID": notificacion.message_id},
        )
        mensaje.attach_alternative(render_to_string(f"{base}.html", contexto), "text/html")
    mensaje.send()
