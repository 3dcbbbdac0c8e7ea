"""The outbox: written with the change, sent once, nothing lost while the mail server is away."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from pagos import notificaciones, transiciones
from pagos.models import Notificacion
from tests.fabricas_pagos import aprobada, crear_pago, esperando, rechazada

pytestmark = pytest.mark.django_db


def aplicar(pago, leido):
    transiciones.aplicar(pago.pk, leido, origen="sonda")


def test_se_envia_una_vez_con_texto_y_html_y_un_message_id_estable():
    """An approval is one e-mail to the payer; a second sweep sends nothing."""
    pago = crear_pago()
    aplicar(pago, aprobada(pago))
    assert notificaciones.enviar_pendientes() == (1, 0)
    assert notificaciones.enviar_pendientes() == (0, 0)
    mensaje = mail.outbox[0]
    assert mensaje.to == [pago.usuario.email]
    assert mensaje.extra_headers["Message-ID"] == Notificacion.objects.get().message_id
    assert pago.referencia in mensaje.body
    assert mensaje.alternatives[0][1] == "text/html"


@pytest.mark.parametrize("leido", [aprobada, rechazada, esperando])
def test_cada_desenlace_tiene_su_correo(leido):
    """Approved, rejected and pending each render their own subject and body."""
    pago = crear_pago()
    aplicar(pago, leido(pago))
    assert notificaciones.enviar_pendientes() == (1, 0)
    assert mail.outbox[0].subject
    assert "\n" not in mail.outbox[0].subject


def test_con_el_servidor_de_correo_caido_nada_se_pierde(settings):
    """A failure is counted and tried again later, ever more slowly; then it goes out."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    pago = crear_pago()
    aplicar(pago, aprobada(pago))
    assert notificaciones.enviar_pendientes() == (0, 1)
    aviso = Notificacion.objects.get()
    assert (aviso.intentos, aviso.enviada_en, aviso.ultimo_error) == (1, None, "ConnectionRefusedError")
    assert aviso.enviar_desde > timezone.now() + timedelta(minutes=1)
    Notificacion.objects.update(enviar_desde=timezone.now())
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert notificaciones.enviar_pendientes() == (1, 0)


def test_pendiente_se_avisa_una_sola_vez():
    """The payer is told once that the bank is thinking, never again."""
    pago = crear_pago()
    for _vez in range(3):
        aplicar(pago, esperando(pago))
    assert Notificacion.objects.filter(tipo="PENDIENTE").count() == 1
