"""*Ya pagué por otro medio*, as a browser without JavaScript uses it."""

import re

import pytest
import time_machine
from django.urls import reverse

from cartera import avisos
from cartera.models import MAXIMO_COMENTARIO, AvisoDePago
from tests.fabricas import ana, beto, carla, crear_usuario
from tests.fabricas_cartera import crear_empresa, crear_saldo
from tests.fabricas_pagos import crear_pago

pytestmark = pytest.mark.django_db
SALDOS = reverse("cartera:saldos")
DATOS = {
    "fecha": "2026-11-20",
    "medio": "CONSIGNACION",
    "referencia": "88-1",
    "comentario": "En la oficina\ndel centro",
}


@pytest.fixture(autouse=True)
def hoy():
    """It is 23:30 of 23 November 2026 in Bogotá, and already the 24th in UTC."""
    with time_machine.travel("2026-11-24T04:30:00Z", tick=False):
        yield


@pytest.fixture
def usuaria(client):
    usuaria = ana()
    client.force_login(usuaria)
    return usuaria


@pytest.fixture
def saldo(usuaria):
    empresa = crear_empresa(nombre="Distribuidora <b>Andina</b>")
    return crear_saldo(tercero=usuaria.asociaciones.get().tercero, empresa=empresa, numero="10234")


def url(saldo):
    return reverse("cartera:ya_pague", args=[saldo.pk])


def html(respuesta):
    return respuesta.content.decode()


def test_el_cliente_avisa_y_lo_ve_en_su_fila(client, usuaria, saldo):
    """From the row to the form and back to the list as it was, which says that he told of it and when."""
    pagina = html(client.get(f"{SALDOS}?q=10234"))
    (enlace,) = re.findall(r'href="([^"]*/ya-pague/[^"]*)"', pagina)
    assert enlace == f"{url(saldo)}?volver=q%3D10234"
    respuesta = client.post(enlace, DATOS, follow=True)
    assert respuesta.redirect_chain[-1][0] == f"{SALDOS}?q=10234"
    assert "Distribuidora &lt;b&gt;Andina&lt;/b&gt; recibió su aviso sobre FV 10234." in html(respuesta)
    assert "Avisó que ya pagó, 23 nov 2026" in html(respuesta)
    aviso = AvisoDePago.objects.get()
    assert (aviso.usuario, aviso.saldo, str(aviso.fecha), aviso.medio) == (usuaria, saldo, "2026-11-20", "CONSIGNACION")
    assert aviso.comentario == "En la oficina del centro"


def test_lo_avisado_se_puede_corregir_hasta_que_lo_vean(client, usuaria, saldo):
    """The form comes with what was written; once seen, it is empty and the page and the row say so."""
    client.post(url(saldo), DATOS)
    pagina = html(client.get(url(saldo)))
    assert "la empresa aún no lo ha visto" in pagina
    assert 'value="2026-11-20"' in pagina
    assert "Corregir el aviso" in pagina
    aviso = AvisoDePago.objects.get()
    avisos.marcar_visto(aviso.pk, usuario=carla(), escrito_en=aviso.escrito_en)
    pagina = html(client.get(url(saldo)))
    assert "La empresa vio el 23 nov 2026, 23:30" in pagina
    assert 'value="2026-11-20"' not in pagina
    assert "Avisó que ya pagó, 23 nov 2026: visto" in html(client.get(SALDOS))


@pytest.mark.parametrize(
    ("cambio", "frase"),
    [
        ({"fecha": "2026-11-24"}, "Ese día todavía no ha llegado."),
        ({"fecha": "0026-11-20"}, "Revise el año."),
        ({"fecha": "31/02/2026"}, "Escriba una fecha que exista."),
        ({"fecha": ""}, "Escriba el día en que pagó."),
        ({"medio": ""}, "Elija cómo pagó."),
        ({"medio": "TRUEQUE"}, "no es una de las opciones disponibles"),
        ({"comentario": "x" * (MAXIMO_COMENTARIO + 1)}, "300 caracteres"),
        ({"referencia": "x\0y"}, "caracteres nulos"),
    ],
)
def test_lo_mal_escrito_se_dice_y_nada_se_pierde(client, usuaria, saldo, cambio, frase):
    """One clear sentence, nothing written, and what was typed stays in the form."""
    pagina = html(client.post(url(saldo), {**DATOS, "comentario": "Lo consigné", **cambio}))
    assert frase in pagina
    assert "Revise estos datos" in pagina
    if "comentario" not in cambio:
        assert "Lo consigné" in pagina
    assert not AvisoDePago.objects.exists()


def test_la_fecha_se_puede_escribir_a_mano(client, usuaria, saldo):
    """Where the browser has no calendar, as Colombians write it; today in Colombia counts."""
    assert client.post(url(saldo), {**DATOS, "fecha": "23/11/2026"}).status_code == 302
    assert str(AvisoDePago.objects.get().fecha) == "2026-11-23"


def test_de_lo_ajeno_y_de_lo_pagado_no_se_avisa(client, usuaria, saldo):
    """404 for what is not visible, whatever the method; nothing is written."""
    de_beto = crear_saldo(tercero=beto().asociaciones.get().tercero)
    pagado = crear_saldo(tercero=saldo.tercero, saldo="0.00")
    for uno in (de_beto, pagado):
        assert client.get(url(uno)).status_code == 404
        assert client.post(url(uno), DATOS).status_code == 404
    assert not AvisoDePago.objects.exists()


def test_el_aviso_de_otro_usuario_no_se_ve(client, usuaria, saldo):
    """The row and the form tell of one's own note alone."""
    avisos.dejar(crear_usuario(), saldo, fecha="2026-11-01", medio="OTRO", comentario="de otra persona")
    assert "Avisó que ya pagó" not in html(client.get(SALDOS))
    assert "de otra persona" not in html(client.get(url(saldo)))


def test_el_limite_diario_se_dice_en_el_formulario(client, usuaria, saldo, monkeypatch):
    """The refusal of the service is a sentence on the page, and what was typed stays."""
    monkeypatch.setattr(avisos, "MAXIMO_POR_DIA", 0)
    pagina = html(client.post(url(saldo), DATOS))
    assert "Ya dejó 0 avisos en las últimas 24 horas" in pagina
    assert 'value="88-1"' in pagina


def test_en_un_pago_en_curso_la_fila_no_lo_ofrece_y_la_pagina_lo_dice(client, usuaria, saldo):
    """Paying online and telling of another payment at the same time is said aloud."""
    pago = crear_pago(saldo, usuario=usuaria)
    assert "¿Ya lo pagó?" not in html(client.get(SALDOS))
    assert f"está en el pago en línea {pago.referencia}" in html(client.get(url(saldo)))


@pytest.mark.parametrize("filas", [1, 3])
def test_la_pagina_no_crece_en_consultas(client, usuaria, saldo, filas, django_assert_num_queries):
    """Session, user, two of the mappings, the balance and the note, however many notes there are."""
    for _ in range(filas):
        client.post(url(saldo), DATOS)
        AvisoDePago.objects.filter(visto_en=None).update(visto_en="2026-11-23T12:00Z", visto_por=usuaria)
    with django_assert_num_queries(6):
        client.get(url(saldo))
