"""Tesorería's list, one pago in full, and the Novedades that two people close."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from pagos import novedades, transiciones
from pagos.estados import TipoNovedad
from pagos.models import EventoPago, Novedad, Pago, SaldoAFavor
from tests.fabricas import carla, crear_usuario, superusuario
from tests.fabricas_pagos import aprobada, crear_pago
from usuarios import roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def tesoreria(db):
    """Carla's browser, beside Ana's."""
    cliente = Client()
    cliente.force_login(carla())
    return cliente


@pytest.fixture
def pago(mostrador):
    return crear_pago(*mostrador.elegir(), usuario=mostrador.usuario, forma=mostrador.forma())


@pytest.fixture
def novedad(pago):
    """The gateway tells of another amount."""
    transiciones.aplicar(pago.pk, aprobada(pago, valor=Decimal("40000.00")), origen="sonda")
    return pago.novedades.get()


def html_de(cliente, url):
    respuesta = cliente.get(url)
    assert respuesta.status_code == 200, respuesta.status_code
    return respuesta.content.decode()


@pytest.mark.parametrize("rol", [roles.PORTAL_DE_CLIENTES, roles.CARTERA, roles.ADMINISTRACION])
def test_solo_tesoreria(client, pago, novedad, rol):
    """Other roles, staff or not, get 403 on every page and form; a superuser gets in."""
    client.force_login(crear_usuario(rol=rol, is_staff=True))
    for url in ("/pagos/tablero/", "/pagos/tablero/novedades/", f"/pagos/tablero/{pago.referencia}/"):
        assert client.get(url).status_code == 403
    for accion in ("proponer", "confirmar", "resolver"):
        assert client.post(f"/pagos/tablero/novedades/{novedad.pk}/{accion}/").status_code == 403
    client.force_login(superusuario())
    assert client.get("/pagos/tablero/").status_code == 200


def test_la_lista_busca_y_filtra(tesoreria, pago, mostrador):
    """By reference, customer, document, state, empresa and days; the counts follow the search."""
    otro = crear_pago()
    for q in (pago.referencia, mostrador.tercero.numero, pago.detalles.get().saldo.numero):
        html = html_de(tesoreria, f"/pagos/tablero/?q={q}")
        assert pago.referencia in html
        assert otro.referencia not in html
    html = html_de(tesoreria, f"/pagos/tablero/?empresa={otro.empresa_id}")
    assert otro.referencia in html
    assert pago.referencia not in html
    hoy = timezone.localdate()
    assert pago.referencia in html_de(tesoreria, f"/pagos/tablero/?desde={hoy}&hasta={hoy}")
    manana = hoy + timedelta(days=1)
    assert "Ningún pago" in html_de(tesoreria, f"/pagos/tablero/?desde={manana}")
    assert "Revise estos datos" in html_de(tesoreria, f"/pagos/tablero/?desde={manana}&hasta={hoy}")
    assert "Pendientes (2)" in html_de(tesoreria, "/pagos/tablero/?estado=aprobada")


@pytest.mark.parametrize("filas", [1, 3])
def test_la_lista_no_crece_en_consultas(tesoreria, filas, django_assert_num_queries):
    """The list asks the database the same number of times for 1 and for 3 pagos."""
    for _ in range(filas):
        crear_pago()
    tesoreria.get("/pagos/tablero/")
    with django_assert_num_queries(14):
        tesoreria.get("/pagos/tablero/")


def test_el_detalle_muestra_historia_y_evidencia(tesoreria, pago, novedad):
    """Every event with origin, code and evidence, the documents, the Novedades."""
    html = html_de(tesoreria, f"/pagos/tablero/{pago.referencia}/")
    for texto in ("Inicio del pago", "CREADA", "La pasarela informa otro valor", "valor: 40000.00", "127.0.0.1"):
        assert texto in html


def test_consultar_ahora_pregunta_y_no_hay_como_aprobar_a_mano(tesoreria, mostrador, pagador):
    """Staff asks the same question as everybody; only the gateway's answer approves."""
    pago = mostrador.pago_iniciado()
    pagador(pago).pagar_con_tarjeta("0001")
    assert tesoreria.post(f"/pagos/tablero/{pago.referencia}/consultar/").status_code == 303
    assert Pago.objects.get().estado == "APROBADA"
    assert EventoPago.objects.get(a="APROBADA").quien.email == "carla@ejemplo.co"


def test_dos_personas_cierran_lo_que_no_cuadra(client, pago, novedad):
    """One proposes what was received, another confirms: rejected in review, balances free, credit of that amount."""
    url = f"/pagos/tablero/novedades/{novedad.pk}/"
    client.force_login(carla())
    client.post(url + "proponer/", {"hubo": "si", "valor": "40.000"})
    novedad.refresh_from_db()
    assert novedad.propuesta_valor == Decimal("40000.00")
    datos = {"resolucion": "Visto en el extracto", "propuesta_en": novedad.propuesta_en.isoformat()}
    respuesta = client.post(url + "confirmar/", datos, follow=True)
    assert "Quien propone no puede confirmar" in respuesta.content.decode()
    client.force_login(carla(email="dos@ejemplo.co"))
    assert datos["propuesta_en"] in client.get(url).content.decode()
    otra = {**datos, "propuesta_en": "2026-99-99T00:00"}
    assert "La propuesta cambió" in client.post(url + "confirmar/", otra, follow=True).content.decode()
    html = client.post(url + "confirmar/", datos, follow=True).content.decode()
    assert "Confirmado" in html
    pago.refresh_from_db()
    assert (pago.estado, pago.motivo) == ("RECHAZADA", "REVISION")
    assert SaldoAFavor.objects.get().valor == Decimal("40000.00")


def test_una_sola_persona_no_cierra_donde_puede_haber_dinero(tesoreria, novedad):
    """Money may be there and the pago is open: the simple door is closed."""
    url = f"/pagos/tablero/novedades/{novedad.pk}/resolver/"
    html = tesoreria.post(url, {"resolucion": "nada"}, follow=True).content.decode()
    assert "una persona propone" in html
    assert Novedad.objects.get().abierta


@pytest.mark.parametrize(
    ("accion", "datos", "error"),
    [
        ("proponer", {}, "Este campo es obligatorio"),
        ("proponer", {"hubo": "si", "valor": ""}, "Escriba cuánto se recibió"),
        ("proponer", {"hubo": "si", "valor": "0"}, "Escriba cuánto se recibió"),
        ("proponer", {"hubo": "si", "valor": "mucho"}, "Escriba solo el valor"),
        ("proponer", {"hubo": "si", "valor": "40.5"}, "Escriba solo el valor"),
        ("proponer", {"hubo": "si", "valor": "-5"}, "Escriba solo el valor"),
        ("confirmar", {"resolucion": ""}, "Diga qué se hizo"),
    ],
)
def test_lo_mal_escrito_se_explica(tesoreria, novedad, accion, datos, error):
    """Bad input is told beside its field and changes nothing."""
    respuesta = tesoreria.post(f"/pagos/tablero/novedades/{novedad.pk}/{accion}/", datos, follow=True)
    assert error in respuesta.content.decode()
    assert Novedad.objects.get().propuesta_por is None


def test_lo_que_no_mueve_dinero_lo_cierra_una_persona(tesoreria, pago):
    """Pending too long: looked at, closed with words, listed among the closed ones."""
    novedad, _ = novedades.registrar(TipoNovedad.DEMASIADO_PENDIENTE, pago=pago, evidencia={"horas": 24})
    assert "Pendiente demasiado tiempo" in html_de(tesoreria, "/pagos/tablero/novedades/")
    tesoreria.post(f"/pagos/tablero/novedades/{novedad.pk}/resolver/", {"resolucion": "Se llamó al <b>banco</b>"})
    assert "Nada necesita una persona" in html_de(tesoreria, "/pagos/tablero/novedades/")
    assert "Cerrada por carla@ejemplo.co" in html_de(tesoreria, "/pagos/tablero/novedades/?cerradas=1")
    assert "&lt;b&gt;banco&lt;/b&gt;" in html_de(tesoreria, f"/pagos/tablero/novedades/{novedad.pk}/")


def test_una_referencia_que_no_existe(tesoreria):
    """Unknown pago or Novedad: 404."""
    for url in ("/pagos/tablero/NOEXISTE/", "/pagos/tablero/novedades/99/", f"/pagos/tablero/novedades/{'9' * 30}/"):
        assert tesoreria.get(url).status_code == 404


@pytest.mark.parametrize("filas", [1, 3])
def test_las_novedades_no_crecen_en_consultas(tesoreria, filas, django_assert_num_queries):
    """The list of Novedades asks the same number of times for 1 and for 3."""
    for _ in range(filas):
        novedades.registrar(TipoNovedad.DEMASIADO_PENDIENTE, pago=crear_pago(), evidencia={})
    tesoreria.get("/pagos/tablero/novedades/")
    with django_assert_num_queries(12):
        tesoreria.get("/pagos/tablero/novedades/")
