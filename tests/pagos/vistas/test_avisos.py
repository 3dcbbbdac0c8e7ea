"""Tesorería reads what customers say they paid elsewhere."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from cartera import avisos
from cartera.models import AvisoDePago
from tests.fabricas import ana, carla, crear_usuario, superusuario
from tests.fabricas_cartera import crear_saldo
from usuarios import roles

pytestmark = pytest.mark.django_db
LISTA = "/pagos/tablero/avisos/"


@pytest.fixture
def tesorera(client):
    """Carla, logged in."""
    tesorera = carla()
    client.force_login(tesorera)
    return tesorera


@pytest.fixture
def avisar():
    """`avisar(**fields)`: a note of Ana's about a new balance of hers."""
    usuaria = ana()

    def avisar(**campos):
        saldo = crear_saldo(tercero=usuaria.asociaciones.get().tercero)
        return avisos.dejar(usuaria, saldo, **{"fecha": date(2026, 11, 20), "medio": "EFECTIVO", **campos})

    return avisar


def html(respuesta):
    return respuesta.content.decode()


def marcar(cliente, aviso, pagina):
    """Press the button that the page shows for that note."""
    momento = re.search(rf"avisos/{aviso.pk}/visto/.*?name=\"escrito_en\" value=\"([^\"]+)\"", pagina, re.DOTALL)[1]
    return cliente.post(f"{LISTA}{aviso.pk}/visto/", {"escrito_en": momento}, follow=True)


def test_la_tesorera_lo_lee_y_lo_marca_como_visto(client, tesorera, avisar):
    """Document, customer, how and when, in their own words; marked, it moves to the seen ones with her name."""
    aviso = avisar(referencia="88-1", comentario="<b>En la oficina</b>")
    pagina = html(client.get(LISTA))
    for dicho in (aviso.saldo.etiqueta, "20 nov 2026", "Efectivo", "88-1", "&lt;b&gt;En la oficina", "ana@ejemplo.co"):
        assert dicho in pagina
    assert "Avisos (1)" in pagina
    pagina = html(marcar(client, aviso, pagina))
    assert "Aviso marcado como visto" in pagina
    assert "No hay avisos sin ver" in pagina
    assert tesorera.email in html(client.get(f"{LISTA}?vistos=1"))
    aviso.refresh_from_db()
    assert aviso.visto_por == tesorera


def test_lo_que_el_cliente_corrigio_no_se_marca_sin_leerlo(client, tesorera, avisar):
    """The page as it was opened marks what it showed, and nothing else."""
    aviso = avisar(comentario="antes")
    vieja = html(client.get(LISTA))
    avisos.dejar(aviso.usuario, aviso.saldo, fecha=aviso.fecha, medio="CHEQUE", comentario="después")
    pagina = html(marcar(client, aviso, vieja))
    assert "revíselo de nuevo" in pagina
    assert "después" in pagina
    assert avisos.listar().count() == 1


@pytest.mark.parametrize("momento", ["", "ayer", "2026-13-45T00:00:00Z", "x" * 5000])
def test_sin_el_momento_no_se_marca_nada(client, tesorera, avisar, momento):
    """A made-up form marks nothing and breaks nothing."""
    aviso = avisar()
    assert client.post(f"{LISTA}{aviso.pk}/visto/", {"escrito_en": momento}).status_code == 303
    assert avisos.listar().count() == 1


@pytest.mark.parametrize("rol", [roles.PORTAL_DE_CLIENTES, roles.CARTERA, roles.ADMINISTRACION])
def test_solo_tesoreria(client, avisar, rol):
    """Other roles, staff or not, get 403; a superuser gets in."""
    aviso = avisar()
    client.force_login(crear_usuario(rol=rol, is_staff=True))
    assert client.get(LISTA).status_code == 403
    assert client.post(f"{LISTA}{aviso.pk}/visto/").status_code == 403
    client.force_login(superusuario())
    assert client.get(LISTA).status_code == 200


@pytest.mark.parametrize("filas", [1, 3])
@pytest.mark.parametrize("vistos", [False, True])
def test_la_lista_no_crece_en_consultas(client, tesorera, avisar, filas, vistos, django_assert_num_queries):
    """Session, user, his roles and permissions, the page of notes and the two figures of the tabs: the same for all."""
    for _ in range(filas):
        avisar()
    if vistos:
        AvisoDePago.objects.update(visto_por=tesorera, visto_en="2026-11-23T12:00Z")
    with django_assert_num_queries(10):
        client.get(LISTA, {"vistos": "1"} if vistos else {})


def test_en_la_administracion_se_leen_junto_a_su_saldo(avisar):
    """In the balance's own page and in a list by seen and unseen, for reading alone."""
    aviso = avisar(comentario="Consigné en la oficina")
    cliente = Client()
    cliente.force_login(superusuario())
    assert "Consigné en la oficina" in html(cliente.get(reverse("admin:cartera_saldo_change", args=[aviso.saldo_id])))
    lista = reverse("admin:cartera_avisodepago_changelist")
    assert aviso.saldo.etiqueta in html(cliente.get(f"{lista}?visto_en__isempty=1"))
    assert aviso.saldo.etiqueta not in html(cliente.get(f"{lista}?visto_en__isempty=0"))
    suya = reverse("admin:cartera_avisodepago_change", args=[aviso.pk])
    assert "Consigné en la oficina" in html(cliente.get(suya))
    assert cliente.post(suya, {"comentario": "otra cosa"}).status_code == 403
    assert cliente.get(reverse("admin:cartera_avisodepago_add")).status_code == 403
