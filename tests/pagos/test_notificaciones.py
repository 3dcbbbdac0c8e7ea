"""The outbox: written with the change, sent once, nothing lost while the mail server is away."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from pagos import notificaciones, parada, transiciones
from pagos.models import Notificacion, Recibo
from pagos.pasarelas.base import EstadoIntento
from tests.fabricas_pagos import aprobada, crear_pago, esperando, intento, lectura, rechazada

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


def test_un_dia_sin_servidor_de_correo_no_pierde_ni_repite_nada(buzon):
    """Down for a day: ever fewer attempts, an hour apart at most; when it comes back each e-mail goes out once."""
    pagos = [crear_pago() for _uno in range(3)]
    for pago, leido in zip(pagos, (aprobada, rechazada, esperando), strict=True):
        aplicar(pago, leido(pago))
    buzon.cerrar()
    try:
        with time_machine.travel(timezone.now(), tick=False) as reloj:
            for _timbre in range(24 * 30):
                reloj.shift(timedelta(minutes=2))
                notificaciones.enviar_pendientes()
            assert all(25 <= aviso.intentos <= 32 for aviso in Notificacion.objects.all())
            buzon.abrir()
            for _timbre in range(31):
                reloj.shift(timedelta(minutes=2))
                notificaciones.enviar_pendientes()
    finally:
        buzon.abrir()
    assert sorted(buzon.recibidos()) == sorted(Notificacion.objects.values_list("message_id", flat=True))
    assert len(buzon.recibidos()) == 3


def test_sin_servidor_de_correo_cada_timbre_intenta_uno_solo(settings):
    """A server that cannot be reached costs a bell one wait, not one for each e-mail: the sonda needs those threads."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    for _uno in range(3):
        pago = crear_pago()
        aplicar(pago, aprobada(pago))
    assert notificaciones.enviar_pendientes() == (0, 1)
    assert sorted(Notificacion.objects.values_list("intentos", flat=True)) == [0, 0, 1]
    assert Notificacion.objects.filter(enviar_desde__lte=timezone.now()).count() == 2


def test_un_timbre_termina_antes_del_siguiente(monkeypatch):
    """However many e-mails are due, a bell ends in time and the next one goes on with the rest."""
    for _uno in range(2):
        pago = crear_pago()
        aplicar(pago, aprobada(pago))
    monkeypatch.setattr(notificaciones, "DURACION_MAXIMA", 0.0)
    assert notificaciones.enviar_pendientes() == (0, 0)
    monkeypatch.undo()
    assert notificaciones.DURACION_MAXIMA < 60
    assert notificaciones.enviar_pendientes() == (2, 0)


def test_un_proceso_que_debe_terminar_no_empieza_otro_correo(monkeypatch):
    """Celery waits for the task: the e-mail in hand goes out, the others wait for whoever rings next."""
    for _uno in range(3):
        pago = crear_pago()
        aplicar(pago, aprobada(pago))
    monkeypatch.setattr(parada, "_pedida", threading.Event())
    entregar = notificaciones.entregar

    def la_senal_llega_durante_este(mensaje):
        parada.pedir()
        entregar(mensaje)

    monkeypatch.setattr(notificaciones, "entregar", la_senal_llega_durante_este)
    assert notificaciones.enviar_pendientes() == (1, 0)
    assert Notificacion.objects.filter(enviada_en=None, enviar_desde__lte=timezone.now()).count() == 2


def test_un_buzon_que_no_existe_no_detiene_a_los_demas(buzon):
    """The server refuses one recipient: that one is put off, the one behind it goes out."""
    malo, bueno = crear_pago(), crear_pago()
    for pago in (malo, bueno):
        aplicar(pago, aprobada(pago))
    buzon.rechazar = malo.usuario.email
    assert notificaciones.enviar_pendientes() == (1, 1)
    assert [mensaje["To"] for mensaje in buzon.mensajes] == [bueno.usuario.email]
    assert malo.notificaciones.get().ultimo_error == "SMTPRecipientsRefused"


def test_lo_que_el_servidor_acepto_no_se_repite_aunque_se_despida_mal(buzon):
    """Accepted is sent: a session that ends badly afterwards does not send the e-mail again."""
    pago = crear_pago()
    aplicar(pago, aprobada(pago))
    buzon.despedida = "221 " + "x" * 10_000  # longer than a line of SMTP may be
    assert notificaciones.enviar_pendientes() == (1, 0)
    assert buzon.recibidos() == [Notificacion.objects.get().message_id]
    assert Notificacion.objects.get().enviada_en is not None


@pytest.mark.django_db(transaction=True)
def test_cuatro_trabajadores_a_la_vez_envian_cada_correo_una_vez(buzon, en_paralelo):
    """Bells may ring together: each e-mail is taken by one of them."""
    for _uno in range(8):
        pago = crear_pago()
        aplicar(pago, aprobada(pago))
    cuentas = en_paralelo(4, notificaciones.enviar_pendientes)
    assert (sum(enviadas for enviadas, _f in cuentas), sum(fallidas for _e, fallidas in cuentas)) == (8, 0)
    assert sorted(buzon.recibidos()) == sorted(Notificacion.objects.values_list("message_id", flat=True))


@pytest.mark.parametrize("idioma", ["es-co", "en"])
@pytest.mark.parametrize(
    ("leidos", "asunto"),
    [
        ([aprobada], {"es-co": "Pago aprobado", "en": "Payment approved"}),
        ([rechazada], {"es-co": "Pago rechazado", "en": "Payment rejected"}),
        ([esperando], {"es-co": "Pago pendiente", "en": "Payment pending"}),
        ([rechazada, aprobada], {"es-co": "Pago aprobado después", "en": "Payment approved afterwards"}),
    ],
    ids=["aprobada", "rechazada", "pendiente", "tardia"],
)
def test_por_el_cable_va_todo_en_el_idioma_del_lector(buzon, leidos, asunto, idioma):
    """Through a real mail server: subject, text and HTML in one language, with its amounts and its dates."""
    pago = crear_pago()
    type(pago).objects.filter(pk=pago.pk).update(idioma=idioma)
    for leido in leidos:
        pago.refresh_from_db()
        aplicar(pago, leido(pago, **_EN_NOVIEMBRE) if leido is aprobada else leido(pago))
        assert notificaciones.enviar_pendientes() == (1, 0)
    mensaje = buzon.mensajes[-1]
    texto, html = (mensaje.get_body((clase,)).get_content() for clase in ("plain", "html"))
    monto = {"es-co": "$\xa0100.000", "en": "COP\xa0100,000"}[idioma]
    assert mensaje["Subject"].strip().startswith(f"{asunto[idioma]}: {monto}")
    assert (mensaje["To"], mensaje["Reply-To"]) == (pago.usuario.email, pago.empresa.correo)
    adjuntos = [(parte.get_content_type(), parte.get_filename()) for parte in mensaje.iter_attachments()]
    esperados = [("application/pdf", f"comprobante-{recibo.numero}.pdf") for recibo in Recibo.objects.filter(pago=pago)]
    assert adjuntos == (esperados if leidos[-1] is aprobada else [])
    assert len(adjuntos) == (leidos[-1] is aprobada)
    assert mensaje["Auto-Submitted"] == "auto-generated"
    assert f'<html lang="{idioma}">' in html
    otro = {"es-co": "COP\xa0100,000", "en": "$\xa0100.000"}[idioma]
    for parte in (texto, html):
        assert monto in parte
        assert otro not in parte
        fecha = {"es-co": "30 nov 2025, 21:05", "en": "30 Nov 2025, 21:05"}[idioma]
        assert (fecha in parte) == (leidos[-1] is aprobada)


# Two hours past midnight of December in Greenwich, and still November in Bogotá.
_EN_NOVIEMBRE = {"fecha": timezone.datetime(2025, 12, 1, 2, 5, tzinfo=timezone.get_fixed_timezone(0))}


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
    tomada = notificaciones._reclamar()
    assert notificaciones.enviar_pendientes() == (0, 0)
    Notificacion.objects.update(enviar_desde=timezone.now())
    assert notificaciones.enviar_pendientes() == (1, 0)
    assert mail.outbox[0].extra_headers["Message-ID"] == tomada.message_id


@pytest.mark.parametrize("leido", [aprobada, rechazada, esperando])
def test_lo_que_se_deshizo_no_se_anuncia(monkeypatch, leido):
    """The e-mail belongs to the transaction of its change: when that is undone, so is the e-mail."""
    pago = crear_pago()
    vistas = []

    def fallar(*_argumentos, **_opciones):
        vistas.append(Notificacion.objects.count())
        raise RuntimeError("la base de datos se fue")

    monkeypatch.setattr(transiciones.agenda, "proxima", fallar)  # the last thing before the transaction ends
    with pytest.raises(RuntimeError):
        aplicar(pago, leido(pago))
    assert vistas == [1]
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
    """The payer is told once that the bank is thinking, never again, whatever codes the gateway goes through."""
    pago = crear_pago()
    for codigo in ("999", "4001", "999"):
        aplicar(pago, esperando(pago, codigo=codigo))
        notificaciones.enviar_pendientes()
    en_revision = intento(pago, EstadoIntento.EN_REVISION, codigo="4001")
    aplicar(pago, lectura(pago, en_revision, cerrada=False))
    assert notificaciones.enviar_pendientes() == (0, 0)
    assert Notificacion.objects.filter(tipo="PENDIENTE").count() == 1
    assert len(mail.outbox) == 1
