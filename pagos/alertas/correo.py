"""Tells ALERTAS_CORREO of each alert twice: when it began and when it was over, at least once under one Message-ID.

As in the outbox of the pagos: claimed by lease in one short transaction, sent outside any, marked when the server took
it. Whoever dies in between has it sent again after the lease; without a mail server it is tried at every look.
"""

import time
from datetime import timedelta
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone, translation

from pagos import notificaciones, parada
from pagos.alertas.datos import ARRIENDO, anotar, momento
from pagos.alertas.vista import GUIA, duracion, nombre_de, que_hacer, ver
from pagos.models import Alerta

# What ended longer ago is news to nobody: of a time without addresses, for instance.
_CADUCA = timedelta(days=1)
# Each phase: its templates and the column that says when its e-mail went out.
_APERTURA = ("apertura", "avisada_en")
_CIERRE = ("cierre", "cierre_avisado_en")
_registro = structlog.get_logger(__name__)


def enviar_pendientes():
    """Send what is due, beginnings first: nobody hears of an end without them. Returns how many the server took."""
    if not settings.ALERTAS_CORREO:
        return 0
    enviados, limite = 0, time.monotonic() + notificaciones.DURACION_MAXIMA
    try:
        for fase in (_APERTURA, _CIERRE):
            for alerta_id in list(_pendientes(fase).values_list("pk", flat=True)):
                if time.monotonic() < limite and not parada.pedida():
                    enviados += _enviar(alerta_id, fase)
    except notificaciones.SinServidorError:
        pass  # told by _enviar; the next look tries again
    return enviados


def _pendientes(fase):
    """Alertas whose e-mail of this phase nobody has sent, oldest first."""
    reciente = Q(cerrada_en__gt=timezone.now() - _CADUCA)
    faltan = Alerta.objects.filter(**{f"{fase[1]}__isnull": True}).order_by("pk")
    if fase is _APERTURA:
        return faltan.filter(Q(cerrada_en__isnull=True) | reciente)
    return faltan.filter(reciente, avisada_en__isnull=False)


def _enviar(alerta_id, fase):
    """One e-mail, unless another worker has it. True when the server took it; raises SinServidorError."""
    if not _reclamar(alerta_id, fase):
        return False
    alerta = Alerta.objects.select_related("acuerdo__empresa").get(pk=alerta_id)
    try:
        notificaciones.entregar(_escribir(alerta, fase))
    except Exception as error:  # whatever one suffers from, the others go on
        anotar(alerta_id, {ARRIENDO: None})
        causa = type(error.__cause__ or error).__name__
        _registro.error("alerta_no_enviada", alerta=alerta_id, fase=fase[0], error=causa)
        if isinstance(error, notificaciones.SinServidorError):
            raise
        return False
    anotar(alerta_id, {ARRIENDO: None}, **{fase[1]: timezone.now()})
    return True


def _reclamar(alerta_id, fase):
    """Take it out of everybody's reach for a lease; False when it is taken, or was sent meanwhile."""
    ahora = timezone.now()
    with transaction.atomic():
        suya = _pendientes(fase).select_for_update(of=("self",), skip_locked=True).filter(pk=alerta_id).first()
        arrendada = suya and momento(suya.datos, ARRIENDO)
        if suya is None or (arrendada and ahora < arrendada):
            return False
        anotar(alerta_id, {ARRIENDO: (ahora + notificaciones.ARRIENDO).isoformat()})
    return True


def _escribir(alerta, fase):
    """The EmailMultiAlternatives, in the portal's own language: its readers are operators, not users."""
    nombre = fase[0]
    with translation.override(settings.LANGUAGE_CODE):
        contexto = {
            "alerta": alerta,
            "vista": ver(alerta),
            "de_que": nombre_de(alerta.acuerdo),
            "cuanto": duracion((alerta.cerrada_en or timezone.now()) - alerta.abierta_en),
            "que_hacer": que_hacer(alerta.tipo),
            "guia": GUIA,
            "nombre_portal": urlsplit(settings.PORTAL_URL).hostname,
            "portal": settings.PORTAL_URL,
        }
        asunto, texto, html = (
            render_to_string(f"correo/alerta_{nombre}{sufijo}", contexto) for sufijo in ("_asunto.txt", ".txt", ".html")
        )
    apertura, propio = (_message_id(alerta, uno) for uno in (_APERTURA[0], nombre))
    # The end stands under its beginning in a mail program.
    hilo = {} if propio == apertura else {"In-Reply-To": apertura, "References": apertura}
    mensaje = EmailMultiAlternatives(
        subject=" ".join(asunto.split()),
        body=texto,
        to=settings.ALERTAS_CORREO,
        # No vacation answer comes back to what a machine wrote.
        headers={"Message-ID": propio, "Auto-Submitted": "auto-generated", **hilo},
    )
    mensaje.attach_alternative(html, "text/html")
    return mensaje


def _message_id(alerta, nombre):
    """Stable for one alert and phase; its moment keeps it apart from the same number in another database."""
    dominio = urlsplit(settings.PORTAL_URL).hostname
    return f"<alerta-{alerta.pk}-{alerta.abierta_en:%Y%m%d%H%M%S%f}.{nombre}@{dominio}>"
