"""E-mails to the house: each day's approvals and each note of a customer to `correo_avisos`, each money Novedad to
Tesorería.

Nobody is told inside the transaction that makes something true: who looks every minute finds what has no e-mail yet, so
a bell that is lost costs a minute and two that ring at once write one row. Sent as the payers' e-mails are: claimed by
lease, sent outside any transaction, at least once under one Message-ID.
"""

import secrets
import time
from datetime import datetime, timedelta
from datetime import time as hora
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string
from django.utils import timezone, translation

from cartera.alcance_personal import que_ven
from cartera.dinero import totales_por
from cartera.models import AvisoDePago, Empresa
from pagos import notificaciones, parada
from pagos.estados import CON_DINERO, Estado
from pagos.models import CorreoInterno, Novedad, Pago
from usuarios.models import Usuario
from usuarios.roles import TESORERIA

# What is older than this when somebody looks for the first time is news to nobody.
_CADUCA = timedelta(days=1)
# Yesterday is told from this hour of Bogotá on: its last approvals have been asked for by then.
HORA_DEL_RESUMEN = 6
# Payments that the e-mail names; the others are in the portal.
MAXIMO_PAGOS = 50
_ESPERA_MAXIMA = timedelta(hours=1)
_Tipo = CorreoInterno.Tipo
_registro = structlog.get_logger(__name__)


# --- What must be told --------------------------------------------------------------------------------------------
def preparar(*, ahora=None):
    """Write a CorreoInterno for whatever has none yet; returns how many were looked for."""
    ahora = ahora or timezone.now()
    nuevos = [*_de_novedades(ahora), *_de_avisos(ahora), *_resumenes(ahora)]
    CorreoInterno.objects.bulk_create(nuevos, ignore_conflicts=True)
    return len(nuevos)


def _de_novedades(ahora):
    ya = CorreoInterno.objects.filter(novedad=OuterRef("pk"))
    nuevas = Novedad.objects.filter(
        ~Exists(ya), tipo__in=CON_DINERO, abierta_en__gt=ahora - _CADUCA, resuelta_en__isnull=True
    )
    for novedad in nuevas.order_by("pk"):
        for persona in _tesoreria_de(novedad.empresa_id):
            yield _nuevo(
                _Tipo.NOVEDAD,
                novedad.empresa_id,
                ahora,
                novedad=novedad,
                destinatario=persona.email,
                idioma=persona.idioma or settings.LANGUAGE_CODE,
            )


def _tesoreria_de(empresa_id):
    """Who looks after the Novedades of an Empresa."""
    personas = Usuario.objects.filter(groups__name=TESORERIA, is_active=True)
    return que_ven(personas, empresa_id).order_by("pk")


def _de_avisos(ahora):
    ya = CorreoInterno.objects.filter(aviso=OuterRef("pk"))
    avisos = AvisoDePago.objects.filter(~Exists(ya), visto_en__isnull=True, escrito_en__gt=ahora - _CADUCA)
    avisos = avisos.exclude(saldo__empresa__correo_avisos="").select_related("saldo__empresa")
    for aviso in avisos.order_by("pk"):
        empresa = aviso.saldo.empresa
        yield _nuevo(_Tipo.AVISO, empresa.pk, ahora, aviso=aviso, destinatario=empresa.correo_avisos)


def _resumenes(ahora):
    """Yesterday of each Empresa; a day without approvals is written down too, and not sent."""
    local = timezone.localtime(ahora)
    if local.hour < HORA_DEL_RESUMEN:
        return
    ayer = local.date() - timedelta(days=1)
    ya = CorreoInterno.objects.filter(tipo=_Tipo.RESUMEN, empresa=OuterRef("pk"), dia=ayer)
    empresas = Empresa.objects.filter(~Exists(ya), activa=True).exclude(correo_avisos="")
    for empresa in empresas.annotate(hubo=Exists(aprobados(OuterRef("pk"), ayer))).order_by("pk"):
        resumen = _nuevo(_Tipo.RESUMEN, empresa.pk, ahora, dia=ayer, destinatario=empresa.correo_avisos)
        if not empresa.hubo:
            resumen.enviar_desde = None
        yield resumen


def aprobados(empresa, dia):
    """Queryset of the pagos of an Empresa whose approval the portal learned of on a Bogotá day."""
    desde = datetime.combine(dia, hora.min, tzinfo=timezone.get_current_timezone())
    return Pago.objects.filter(
        empresa=empresa,
        estado=Estado.APROBADA,
        aprobada_en__gte=desde,
        aprobada_en__lt=desde + timedelta(days=1),  # Bogotá changes no clocks
    )


def _nuevo(tipo, empresa_id, ahora, *, idioma=None, **campos):
    dominio = urlsplit(settings.PORTAL_URL).hostname
    return CorreoInterno(
        tipo=tipo,
        empresa_id=empresa_id,
        idioma=idioma or settings.LANGUAGE_CODE,
        message_id=f"<{tipo.lower()}.{secrets.token_hex(12)}@{dominio}>",
        creada_en=ahora,
        enviar_desde=ahora,
        **campos,
    )


# --- Telling it ---------------------------------------------------------------------------------------------------
def enviar_pendientes():
    """Send what is due, oldest first; ends when there is no mail server, or after `notificaciones.DURACION_MAXIMA`.

    Returns (sent, failed).
    """
    enviados = fallidos = 0
    limite = time.monotonic() + notificaciones.DURACION_MAXIMA
    while time.monotonic() < limite and not parada.pedida() and (correo := _reclamar()):
        try:
            notificaciones.entregar(_escribir(correo))
        except Exception as error:  # whatever one e-mail suffers from, the others go on; it is tried again later
            fallidos += 1
            _aplazar(correo, error.__cause__ or error)
            if isinstance(error, notificaciones.SinServidorError):
                break
        else:
            enviados += 1
            CorreoInterno.objects.filter(pk=correo.pk).update(enviada_en=timezone.now(), ultimo_error="")
    return enviados, fallidos


def _reclamar():
    """Take the e-mail that is due longest out of everybody's reach for a lease; None when nothing is due."""
    ahora = timezone.now()
    with transaction.atomic():
        correo = (
            CorreoInterno.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(enviada_en__isnull=True, enviar_desde__lte=ahora)
            .order_by("enviar_desde", "pk")
            .first()
        )
        if correo is not None:
            CorreoInterno.objects.filter(pk=correo.pk).update(enviar_desde=ahora + notificaciones.ARRIENDO)
    return correo


def _aplazar(correo, error):
    intentos = correo.intentos + 1
    espera = min(timedelta(minutes=2 ** min(intentos, 10)), _ESPERA_MAXIMA)
    CorreoInterno.objects.filter(pk=correo.pk).update(
        intentos=intentos, enviar_desde=timezone.now() + espera, ultimo_error=type(error).__name__
    )
    _registro.warning("correo_interno_no_enviado", correo=correo.pk, error=type(error).__name__, intentos=intentos)


def _escribir(correo):
    """The EmailMultiAlternatives, in the reader's language."""
    with translation.override(correo.idioma):
        contexto = {
            "correo": correo,
            "empresa": correo.empresa,
            "nombre_portal": urlsplit(settings.PORTAL_URL).hostname,
            "portal": settings.PORTAL_URL,
            **_CONTEXTOS[correo.tipo](correo),
        }
        base = f"correo/interno_{correo.tipo.lower()}"
        asunto, texto, html = (
            render_to_string(f"{base}{sufijo}", contexto) for sufijo in ("_asunto.txt", ".txt", ".html")
        )
    mensaje = EmailMultiAlternatives(
        subject=" ".join(asunto.split()),
        body=texto,
        to=[correo.destinatario],
        # No vacation answer comes back to what a machine wrote.
        headers={"Message-ID": correo.message_id, "Auto-Submitted": "auto-generated"},
    )
    mensaje.attach_alternative(html, "text/html")
    return mensaje


def _del_resumen(correo):
    pagos = aprobados(correo.empresa_id, correo.dia)
    primeros = list(pagos.select_related("tercero").order_by("aprobada_en", "pk")[: MAXIMO_PAGOS + 1])
    return {
        "totales": totales_por(pagos, ("moneda",), "total"),
        "pagos": primeros[:MAXIMO_PAGOS],
        "hay_mas": len(primeros) > MAXIMO_PAGOS,
    }


def _de_la_novedad(correo):
    novedad = Novedad.objects.select_related("empresa", "pago__tercero", "saldo__tercero").get(pk=correo.novedad_id)
    return {"novedad": novedad}


def _del_aviso(correo):
    aviso = AvisoDePago.objects.select_related("usuario", "saldo__tercero").get(pk=correo.aviso_id)
    return {"aviso": aviso}


_CONTEXTOS = {_Tipo.RESUMEN: _del_resumen, _Tipo.NOVEDAD: _de_la_novedad, _Tipo.AVISO: _del_aviso}
