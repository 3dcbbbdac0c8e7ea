"""What the e-mails about a pago say."""

import pytest
from django.core import mail

from pagos import notificaciones, transiciones
from pagos.models import Notificacion
from pagos.presentacion import texto_obligatorio
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
