"""The payer comes back: the gateway is asked, the address is never believed, a stranger learns little."""

import pytest
import structlog

from pagos import transiciones
from pagos.models import Abono, Pago
from pagos.presentacion import texto_obligatorio
from tests.fabricas import beto
from tests.fabricas_pagos import envejecer, rechazada
from tests.simulador.apoyo import COMERCIO

pytestmark = pytest.mark.django_db

# Written here again on purpose: the product's own constant proves nothing about its letters (pasarelas.md 1.5, 10).
TEXTO = (
    "En este momento su Número de Referencia o Factura ({referencia}) presenta un proceso de pago cuya transacción se "
    "encuentra PENDIENTE de recibir confirmación por parte de su entidad financiera, por favor espere unos minutos y "
    "vuelva a consultar más tarde para verificar si su pago fue confirmado de forma exitosa. Si desea mayor "
    "información sobre el estado actual de su operación puede comunicarse a nuestras líneas de atención al cliente "
    "601 555 0100 o enviar un correo electrónico a cartera@comercial.example"
)
CON_CUS = TEXTO + " y preguntar por el estado de la transacción: {cus}"


@pytest.fixture
def pago(mostrador):
    """Started by Ana, who then closed her session."""
    pago = mostrador.pago_iniciado()
    mostrador.cliente.logout()
    return pago


def url(pago, **consulta):
    parametros = {"id_comercio": COMERCIO, "id_pago": pago.referencia} | consulta
    return f"/pagos/retorno/{pago.codigo_retorno}/?" + "&".join(f"{k}={v}" for k, v in parametros.items() if v)


def test_aprobado_se_ve_sin_sesion_y_se_aplica(client, pago, pagador):
    """Paid with a card: the return verifies, approves, and shows state, reference and total."""
    pagador(pago).pagar_con_tarjeta("0001")
    html = client.get(url(pago)).content.decode()
    assert "Su pago fue aprobado" in html
    assert pago.referencia in html
    assert "$\xa0100.000" in html
    assert Pago.objects.get().estado == "APROBADA"


def test_sin_sesion_no_se_dice_de_quien_es_ni_que_documentos(client, pago, mostrador):
    """Whoever holds the code learns no name, identification, e-mail or document."""
    html = client.get(url(pago)).content.decode()
    documento = pago.detalles.get().saldo
    for secreto in (mostrador.tercero.nombre, mostrador.tercero.numero, mostrador.usuario.email, documento.numero):
        assert secreto not in html


def test_pendiente_muestra_el_texto_obligatorio_con_el_cus(client, pago, pagador):
    """999 by PSE: ACH's text to the letter, with reference, telephone, e-mail and CUS."""
    pagador(pago).pagar_con("pse", "1005")
    html = client.get(url(pago)).content.decode()
    cus = Pago.objects.get().cus
    assert cus
    assert CON_CUS.format(referencia=pago.referencia, cus=cus) in html


def test_en_revision_el_texto_termina_en_el_correo(client, pago, pagador):
    """4001: the same text, which ends after the e-mail address."""
    pagador(pago).pagar_con_tarjeta("0007")
    html = client.get(url(pago)).content.decode()
    assert "Su pago está en revisión" in html
    assert f">{TEXTO.format(referencia=pago.referencia)}</p>" in html


def test_en_ingles_el_texto_sigue_en_espanol(client, pago, pagador):
    """The mandatory text stays in Spanish, marked as such, in every language; its translation stands beneath it."""
    pagador(pago).pagar_con("pse", "1005")
    html = client.get(url(pago), headers={"accept-language": "en"}).content.decode()
    assert '<html lang="en"' in html
    assert f'<p lang="es">{texto_obligatorio(Pago.objects.get())}</p>' in html
    debajo = html.split('<p lang="es">')[1].split("</p>")[1]
    assert f"Invoice Number ({pago.referencia}) has a payment in process whose transaction is PENDING" in debajo
    assert f"ask about the status of the transaction: {Pago.objects.get().cus}" in debajo


def test_rechazado_dice_la_razon_en_palabras(client, pago, pagador):
    """A rejected card: why, in plain words, never the gateway's code."""
    pagador(pago).pagar_con_tarjeta("0002")
    respuesta = client.get(url(pago))
    assert "El pago no se hizo" in respuesta.content.decode()
    assert Pago.objects.get().estado == "RECHAZADA"


def test_otro_comercio_403_y_otra_referencia_404(client, pago):
    """Another merchant's id_comercio is refused; an id_pago that is not the code's, or a wrong code, is not found."""
    assert client.get(url(pago, id_comercio="999")).status_code == 403
    assert client.get(url(pago, id_pago="OTRA")).status_code == 404
    assert client.get("/pagos/retorno/no-existe/").status_code == 404
    assert Pago.objects.get().consultas == 0


def test_recargar_no_hace_dano_ni_ahoga_a_la_pasarela(client, pago):
    """Ten reloads: the same answer, one question, never 429."""
    respuestas = [client.get(url(pago)) for _ in range(10)]
    assert {respuesta.status_code for respuesta in respuestas} == {200}
    assert Pago.objects.get().consultas == 1


def test_la_direccion_no_decide_nada(client, pago):
    """Whatever the address says about states or amounts is noise."""
    client.get(url(pago) + "&estado=1&int_estado_pago=1&valor=1")
    assert Pago.objects.get().estado == "PENDIENTE"


def test_a_las_48_horas_ya_no_se_muestra(client, pago):
    """Two days later the code shows nothing but the way to log in."""
    envejecer(pago, hours=49)
    html = client.get(url(pago)).content.decode()
    assert "Entre para ver su pago" in html
    assert "100.000" not in html


def test_con_sesion_propia_se_va_al_detalle(client, pago, mostrador):
    """Ana, logged in, is taken to her own page; Beto sees what any holder of the code sees."""
    client.force_login(beto())
    assert client.get(url(pago)).status_code == 200
    client.force_login(mostrador.usuario)
    assert client.get(url(pago)).url == f"/pagos/{pago.referencia}/"


def test_sin_codigo_se_verifica_y_no_se_dice_nada(client, pago, pagador):
    """`id_pago` alone and no session: the gateway is asked, the page is neutral."""
    pagador(pago).pagar_con_tarjeta("0001")
    respuesta = client.get(f"/pagos/retorno/?id_comercio={COMERCIO}&id_pago={pago.referencia}")
    html = respuesta.content.decode()
    assert "Entre para ver su pago" in html
    assert "100.000" not in html
    assert Pago.objects.get().estado == "APROBADA"


def test_sin_codigo_ajeno_o_malformado(client, pago, mostrador):
    """Unknown reference 404, another merchant 403, nothing at all a neutral page; with Ana's session, her page."""
    assert client.get("/pagos/retorno/?id_pago=%3Cb%3E").status_code == 404
    assert client.get(f"/pagos/retorno/?id_comercio=1&id_pago={pago.referencia}").status_code == 403
    assert client.get("/pagos/retorno/").status_code == 200
    client.force_login(mostrador.usuario)
    respuesta = client.get(f"/pagos/retorno/?id_comercio={COMERCIO}&id_pago={pago.referencia}")
    assert respuesta.url == f"/pagos/{pago.referencia}/"


def test_cada_retorno_se_anota_con_su_direccion(client, pago):
    """The log says which pago came back and from which address."""
    with structlog.testing.capture_logs() as lineas:
        client.get(url(pago), REMOTE_ADDR="203.0.113.7")
    assert {"referencia": pago.referencia, "ip": "203.0.113.7"}.items() <= next(
        linea for linea in lineas if linea["event"] == "retorno"
    ).items()


def test_no_queda_en_ninguna_cache(client, pago):
    """The page of a code is kept by no cache and indexed by nobody."""
    respuesta = client.get(url(pago))
    assert "no-store" in respuesta["Cache-Control"]
    assert 'name="robots" content="noindex' in respuesta.content.decode()


def test_sin_respuesta_de_la_pasarela_se_muestra_lo_sabido(client, pago, simulador):
    """The gateway is down: the stored state, and that it will be asked again."""
    simulador.control("fallas", {"reglas": [{"punto": "VerificacionPago", "tipo": "corte_antes", "veces": 5}]})
    html = client.get(url(pago)).content.decode()
    assert "La pasarela no respondió" in html
    assert Pago.objects.get().estado == "PENDIENTE"


def test_abandonado_lo_dice(client, pago):
    """An unopened pago after 30 minutes is shown as abandoned."""
    envejecer(pago, minutes=31)
    assert "El pago no se terminó" in client.get(url(pago)).content.decode()
    assert Pago.objects.get().motivo == "ABANDONADA"


def test_rechazado_se_sigue_viendo_igual(client, pago):
    """A closed pago shows its ending again and again."""
    transiciones.aplicar(pago.pk, rechazada(pago), origen="sonda")
    assert "El pago no se hizo" in client.get(url(pago)).content.decode()


def test_volver_de_un_pago_aprobado_muchas_veces_abona_una_sola(client, pago, pagador):
    """The address opened again and again, also after the ten seconds that a reload waits: nothing moves twice."""
    pagador(pago).pagar_con("pse", "1001")
    for _vez in range(3):
        Pago.objects.update(preguntada_en=None)
        assert "Su pago fue aprobado" in client.get(url(pago)).content.decode()
    aprobado = Pago.objects.get()
    detalle = aprobado.detalles.get()
    assert (aprobado.estado, str(detalle.saldo.saldo)) == ("APROBADA", "0.00")
    assert Abono.objects.filter(detalle=detalle).count() == 1
    assert aprobado.eventos.filter(a="APROBADA").count() == 1
    assert aprobado.notificaciones.count() == 1
