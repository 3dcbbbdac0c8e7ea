"""The outbox: written with the change, sent once, nothing lost while the mail server is away."""

from datetime import timedelta

import pytest
import time_machine
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


def test_un_dia_sin_servidor_de_correo_no_pierde_ni_repite_nada(settings):
    """Down for a day: ever fewer attempts, an hour apart at most; when it comes back each e-mail goes out once."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    pagos = [crear_pago() for _uno in range(3)]
    for pago, leido in zip(pagos, (aprobada, rechazada, esperando), strict=True):
        aplicar(pago, leido(pago))
    with time_machine.travel(timezone.now(), tick=False) as reloj:
        for _vuelta in range(24 * 12):
            reloj.shift(timedelta(minutes=5))
            notificaciones.enviar_pendientes()
        assert all(25 <= aviso.intentos <= 32 for aviso in Notificacion.objects.all())
        assert mail.outbox == []
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        for _vuelta in range(13):
            reloj.shift(timedelta(minutes=5))
            notificaciones.enviar_pendientes()
    enviados = [mensaje.extra_headers["Message-ID"] for mensaje in mail.outbox]
    assert sorted(enviados) == sorted(Notificacion.objects.values_list("message_id", flat=True))
    assert len(set(enviados)) == 3


def test_un_correo_que_falla_no_detiene_a_los_demas(monkeypatch):
    """One e-mail that cannot even be written is put off; the one behind it goes out."""
    roto, sano = crear_pago(), crear_pago()
    for pago in (roto, sano):
        aplicar(pago, aprobada(pago))
    Notificacion.objects.filter(pago=roto).update(destinatario="ana@ejemplo.co\nBcc: otro@ejemplo.co")
    assert notificaciones.enviar_pendientes() == (1, 1)
    assert mail.outbox[0].to == [sano.usuario.email]


def test_lo_que_otro_trabajador_tiene_en_la_mano_no_se_envia_dos_veces():
    """Claimed by a worker that died: nobody else sends it before the lease ends, and then with the same Message-ID."""
    pago = crear_pago()
    aplicar(pago, aprobada(pago))
    (tomada,) = notificaciones._reclamar(10)
    assert notificaciones.enviar_pendientes() == (0, 0)
    Notificacion.objects.update(enviar_desde=timezone.now())
    assert notificaciones.enviar_pendientes() == (1, 0)
    assert mail.outbox[0].extra_headers["Message-ID"] == tomada.message_id


def test_lo_que_no_se_aprobo_no_se_anuncia(monkeypatch):
    """The e-mail belongs to the approving transaction: when that is undone, so is the e-mail."""
    pago = crear_pago()

    def fallar(*_argumentos, **_opciones):
        raise RuntimeError("el contador de comprobantes no respondió")

    monkeypatch.setattr(transiciones.dinero_aprobado, "emitir_recibo", fallar)
    with pytest.raises(RuntimeError):
        aplicar(pago, aprobada(pago))
    assert not Notificacion.objects.exists()


def test_una_aprobacion_tardia_tiene_su_propio_correo():
    """Rejected, told so, and approved later: another e-mail that says what happened to the money."""
    pago = crear_pago()
    aplicar(pago, rechazada(pago))
    aplicar(pago, aprobada(pago))
    assert notificaciones.enviar_pendientes() == (2, 0)
    assert [aviso.tipo for aviso in Notificacion.objects.order_by("pk")] == ["RECHAZADA", "APROBADA_TARDE"]
    assert mail.outbox[0].subject != mail.outbox[1].subject


def test_pendiente_se_avisa_una_sola_vez():
    """The payer is told once that the bank is thinking, never again."""
    pago = crear_pago()
    for _vez in range(3):
        aplicar(pago, esperando(pago))
    assert Notificacion.objects.filter(tipo="PENDIENTE").count() == 1
