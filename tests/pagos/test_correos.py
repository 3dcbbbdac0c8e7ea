"""What the e-mails about a pago say."""

import re
from decimal import Decimal

import pypdfium2
import pytest
import structlog
from django.core import mail

from pagos import comprobante_pdf, notificaciones, transiciones
from pagos.models import Notificacion
from pagos.presentacion import texto_obligatorio
from tests.fabricas import crear_tercero
from tests.fabricas_cartera import crear_empresa, crear_saldo
from tests.fabricas_pagos import aprobada, crear_pago, envejecer, esperando, rechazada, sin_abrir

pytestmark = pytest.mark.django_db


@pytest.fixture
def pago():
    """Of a company whose name holds markup."""
    return crear_pago(crear_saldo(empresa=crear_empresa(nombre="Andina <b> & Cía.")))


def correo_tras(pago, *leidos):
    """The last e-mail after the gateway said these things."""
    for leido in leidos:
        transiciones.aplicar(pago.pk, leido(pago), origen="sonda")
    assert notificaciones.enviar_pendientes()[1] == 0
    return mail.outbox[-1]


@pytest.mark.parametrize(
    ("leidos", "asunto"),
    [
        ([aprobada], "Pago aprobado: $\xa0100.000 a Andina <b> & Cía."),
        ([rechazada], "Pago rechazado: $\xa0100.000 a Andina <b> & Cía."),
        ([esperando], "Pago pendiente: $\xa0100.000 a Andina <b> & Cía."),
        ([rechazada, aprobada], "Pago aprobado después: $\xa0100.000 a Andina <b> & Cía."),
    ],
)
def test_asunto_y_cuerpo(pago, leidos, asunto):
    """Subject and text are plain text, the HTML is escaped; both lead to the pago in the portal."""
    correo = correo_tras(pago, *leidos)
    html = correo.alternatives[0][0]
    assert correo.subject == asunto
    for cuerpo in (correo.body, html):
        assert pago.referencia in cuerpo
        assert f"http://127.0.0.1:8000/pagos/{pago.referencia}/" in cuerpo
        assert pago.empresa.telefono in cuerpo
    assert "Andina <b> & Cía." in correo.body
    assert "Andina &lt;b&gt; &amp; Cía." in html


def test_el_pendiente_lleva_el_texto_obligatorio(pago):
    """The mandatory text, with its CUS, is in the e-mail too."""
    correo = correo_tras(pago, esperando)
    pago.refresh_from_db()
    assert texto_obligatorio(pago) in correo.body
    assert texto_obligatorio(pago).split("(")[0] in correo.alternatives[0][0]


@pytest.mark.parametrize("idioma", ["es-co", "en"])
def test_se_escribe_en_el_idioma_del_pago(pago, idioma):
    """Each e-mail to somebody who never chose a language is written in that of the checkout."""
    Notificacion.objects.all().delete()
    type(pago).objects.filter(pk=pago.pk).update(idioma=idioma)
    html = correo_tras(pago, aprobada).alternatives[0][0]
    assert f'<html lang="{idioma}">' in html


def test_un_aviso_que_sale_tarde_dice_de_cuando_es_y_no_invita_a_pagar_otra_vez(pago):
    """Written while there was no mail server, sent after the pago was approved: it must not send anybody to pay."""
    for leido in (esperando, rechazada, aprobada):
        transiciones.aplicar(pago.pk, leido(pago), origen="sonda")
    assert notificaciones.enviar_pendientes() == (3, 0)
    pendiente, rechazo, aprobacion = mail.outbox
    for correo in (pendiente, rechazo):
        for parte in (correo.body, correo.alternatives[0][0]):
            assert "Este aviso es del" in parte
            assert "puede intentarlo de nuevo" not in parte
            assert "le escribiremos" not in parte
    assert "Este aviso es del" not in aprobacion.body
    assert "Fecha del pago" in aprobacion.body


def test_la_aprobacion_de_un_pago_abandonado_no_habla_de_un_correo_que_no_hubo(pago):
    """Who abandons a pago gets no e-mail; approved later, the one that comes says only what is true."""
    sin_abrir_hace_media_hora(pago)
    assert not Notificacion.objects.exists()
    correo = correo_tras(pago, aprobada)
    assert [aviso.tipo for aviso in Notificacion.objects.all()] == ["APROBADA_TARDE"]
    assert "Este pago figuraba como no hecho; después la pasarela lo aprobó." in correo.body
    assert "Quedó como saldo a favor" not in correo.body


def test_lo_que_no_cupo_se_dice_con_su_valor(pago):
    """Paid elsewhere meanwhile: the e-mail tells how much became credit, in text and HTML."""
    sin_abrir_hace_media_hora(pago)
    otro = crear_pago(pago.detalles.get().saldo, usuario=pago.usuario, forma=pago.forma_pago)
    assert "Quedó como saldo a favor" not in correo_tras(otro, aprobada).body
    correo = correo_tras(pago, aprobada)
    assert "Quedó como saldo a favor: $\xa0100.000" in correo.body
    assert "Quedó como saldo a favor" in correo.alternatives[0][0]


def sin_abrir_hace_media_hora(pago):
    """Nobody opened the gateway's page: the pago is abandoned."""
    envejecer(pago, minutes=31)
    transiciones.aplicar(pago.pk, sin_abrir(pago), origen="sonda")
    pago.refresh_from_db()
    assert pago.motivo == "ABANDONADA"


def texto_del_adjunto(correo):
    """The words of its one attachment, a PDF."""
    ((_nombre, contenido, tipo),) = correo.attachments
    assert tipo == "application/pdf"
    return " ".join(pypdfium2.PdfDocument(contenido).get_page(0).get_textpage().get_text_range().split())


@pytest.mark.parametrize("leidos", [[aprobada], [rechazada, aprobada]], ids=["aprobada", "tardia"])
@pytest.mark.parametrize(("idioma", "rotulo"), [("es-co", "Pagado por"), ("en", "Pagado por / Paid by")])
def test_la_aprobacion_lleva_el_comprobante(pago, leidos, idioma, rotulo):
    """The same paper as on the page, in the reader's language, named by its number; the words of the e-mail say so."""
    type(pago).objects.filter(pk=pago.pk).update(idioma=idioma)
    correo = correo_tras(pago, *leidos)
    pago = type(pago).objects.get(pk=pago.pk)
    papel = texto_del_adjunto(correo)
    assert correo.attachments[0][0] == f"comprobante-{pago.recibo.numero}.pdf"
    assert pago.referencia in papel
    assert f"http://127.0.0.1:8000/pagos/comprobante/{pago.recibo.codigo_verificacion}/" in papel.replace(" ", "")
    assert f"{rotulo} {pago.tercero.nombre_completo}" in papel
    if idioma == "es-co":
        assert "El comprobante va adjunto, en PDF." in correo.body
        assert "El comprobante va adjunto, en PDF." in correo.alternatives[0][0]


@pytest.mark.parametrize("leido", [rechazada, esperando])
def test_lo_que_no_se_aprobo_no_lleva_comprobante(pago, leido):
    """There is no receipt of what was not paid."""
    correo = correo_tras(pago, leido)
    assert correo.attachments == []
    assert "adjunto" not in correo.body


def test_si_el_comprobante_no_se_puede_dibujar_el_correo_sale_sin_el(pago, monkeypatch):
    """That it was approved is told all the same, the e-mail does not promise what it lacks, and operators see it."""

    def fallar(*_argumentos, **_opciones):
        raise MemoryError

    monkeypatch.setattr(comprobante_pdf.SimpleDocTemplate, "build", fallar)
    with structlog.testing.capture_logs() as registro:
        correo = correo_tras(pago, aprobada)
    assert correo.attachments == []
    assert "El comprobante está en el portal, en PDF." in correo.body
    assert "adjunto" not in correo.body + correo.alternatives[0][0]
    (linea,) = [linea for linea in registro if linea["event"] == "correo_sin_comprobante"]
    assert (linea["log_level"], linea["error"]) == ("error", "MemoryError")


def test_cada_documento_dice_por_que_se_pago_en_parte_y_lo_que_queda():
    """All of them, one by one, in text and HTML: what was paid in part says of how much and why. Notes stay inside."""
    tercero, empresa = crear_tercero(), crear_empresa()
    saldos = [crear_saldo(tercero=tercero, empresa=empresa) for _uno in range(3)]
    pago = crear_pago(*saldos, paga=Decimal("60000.50"), razon="RETENCION", nota="Reteica 2025")
    correo = correo_tras(pago, aprobada)
    html = " ".join(re.sub("<[^>]+>", " ", correo.alternatives[0][0]).split())
    por_que, queda = "Pago parcial: se debía $ 100.000. Retención.", "Queda por pagar $ 39.999,50"
    for saldo in saldos:
        assert f"- {saldo.etiqueta}: $ 60.000,50. {por_que} {queda}." in correo.body.replace("\xa0", " ")
        assert f"{saldo.etiqueta} {por_que} $ 60.000,50 {queda}" in html.replace("\xa0", " ")
    assert "Reteica" not in correo.body + html


def test_lo_que_se_pago_entero_no_deja_nada(pago):
    """Nothing is left of it, and there is no reason to give."""
    correo = correo_tras(pago, aprobada)
    etiqueta = pago.detalles.get().saldo.etiqueta
    assert f"- {etiqueta}: $\xa0100.000. Queda por pagar $\xa00.\n" in correo.body
    assert "Pago parcial" not in correo.body + correo.alternatives[0][0]


def test_mientras_no_se_apruebe_no_se_dice_lo_que_queda(pago):
    """Before the answer nothing was paid of anything: what would be left is nobody's business yet."""
    correo = correo_tras(pago, esperando)
    assert pago.detalles.get().saldo.etiqueta in correo.body
    assert "Queda por pagar" not in correo.body + correo.alternatives[0][0]
