"""The saldos a favor in front of Tesorería and of their owner: what waits, what is proposed, what became of it."""

from decimal import Decimal

import pytest

from cartera.vencimientos import hoy
from pagos import favores, transiciones
from pagos.models import AplicacionSaldoAFavor, PropuestaSaldoAFavor, SaldoAFavor
from tests.fabricas import ana, carla, crear_usuario
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import crear_pago, intento, lectura
from usuarios.consultas import alcance
from usuarios.models import Tercero

pytestmark = pytest.mark.django_db
LISTA = "/pagos/tablero/favores/"


def doble(**campos):
    """A pago approved twice; the second time is a credit of 100.000."""
    pago = crear_pago(crear_saldo(**campos))
    leido = lectura(pago, intento(pago), intento(pago, id=f"{pago.referencia}-2"))
    return transiciones.aplicar(pago.pk, leido, origen="sonda").pago


@pytest.fixture
def favor():
    doble()
    return SaldoAFavor.objects.get()


@pytest.fixture
def tesoreria(client):
    client.force_login(carla())
    return client


def html_de(cliente, url):
    respuesta = cliente.get(url)
    assert respuesta.status_code == 200
    return respuesta.content.decode()


def otro_saldo(favor, **campos):
    return crear_saldo(empresa=favor.empresa, tercero=favor.tercero, **campos)


def test_dos_personas_lo_aplican_desde_las_paginas(tesoreria, favor):
    """Chosen from the documents that the customer owes; another person confirms; the list no longer has it."""
    saldo = otro_saldo(favor, numero="778")
    assert "FV 778" in html_de(tesoreria, f"{LISTA}{favor.pk}/")
    datos = {"aplicar-saldo": saldo.pk, "aplicar-valor": "100.000", "aplicar-por_que": "Lo pidió el cliente"}
    tesoreria.post(f"{LISTA}{favor.pk}/aplicar/", datos)
    propuesta = PropuestaSaldoAFavor.objects.get()
    html = html_de(tesoreria, f"{LISTA}{favor.pk}/")
    assert "falta que otra persona" in html
    assert "Confirmar $" not in html
    confirmar = f"{LISTA}propuestas/{propuesta.pk}/confirmar/"
    assert "Quien propone no puede confirmar" in tesoreria.post(confirmar, follow=True).content.decode()
    assert "falta confirmar" in html_de(tesoreria, f"{LISTA}?ver=propuestos")
    tesoreria.force_login(carla(email="dos@ejemplo.co"))
    assert "Confirmar $" in html_de(tesoreria, f"{LISTA}{favor.pk}/")
    html = tesoreria.post(confirmar, follow=True).content.decode()
    assert "Aplicado a FV 778" in html
    saldo.refresh_from_db()
    assert saldo.saldo == 0
    assert "Ningún saldo a favor espera" in html_de(tesoreria, LISTA)
    assert favor.tercero.nombre in html_de(tesoreria, f"{LISTA}?ver=usados")


def test_se_devuelve_con_su_soporte_y_el_cliente_lo_ve(client, favor):
    """The customer reads in the payment what became of the money; another company sees nothing."""
    una, otra = carla(), carla(email="dos@ejemplo.co")
    client.force_login(una)
    datos = {"valor": "60.000", "fecha": str(hoy()), "prueba": "Egreso 7", "por_que": "Lo pidió"}
    client.post(f"{LISTA}{favor.pk}/devolver/", {f"devolver-{campo}": valor for campo, valor in datos.items()})
    client.force_login(otra)
    client.post(f"{LISTA}propuestas/{PropuestaSaldoAFavor.objects.get().pk}/confirmar/")
    assert AplicacionSaldoAFavor.objects.get().valor == Decimal("60000.00")
    client.force_login(favor.pago.usuario)
    html = html_de(client, f"/pagos/{favor.pago.referencia}/")
    assert "soporte Egreso 7" in html
    assert "Quedan a su favor $\xa040.000" in html
    assert "40.000" in html_de(client, "/")


def test_retirar_deja_todo_como_estaba(tesoreria, favor):
    """Whoever may confirm may withdraw."""
    propuesta = favores.proponer_devolucion(
        favor.pk, valor=favor.valor, fecha=hoy(), prueba="x", por_que="x", quien=crear_usuario()
    )
    html = tesoreria.post(f"{LISTA}propuestas/{propuesta.pk}/retirar/", follow=True).content.decode()
    assert "Propuesta retirada" in html
    assert "Proponer la devolución" in html


@pytest.mark.parametrize(
    ("accion", "datos", "error"),
    [
        ("aplicar", {}, "Elija a qué documento se aplica"),
        ("aplicar", {"saldo": "999999"}, "ya no se puede elegir"),
        ("aplicar", {"valor": "mucho"}, "Escriba solo el valor"),
        ("devolver", {"valor": "10"}, "Escriba cuándo se devolvió"),
        ("devolver", {"fecha": "ayer"}, "fecha"),
        ("devolver", {"prueba": ""}, "Una devolución lleva su soporte"),
    ],
)
def test_lo_mal_escrito_se_explica_y_no_se_pierde(tesoreria, favor, accion, datos, error):
    """400 with what is wrong; what was typed stays; nothing is proposed."""
    otro_saldo(favor)
    enviados = {f"{accion}-{campo}": valor for campo, valor in {"por_que": "Una razón larga", **datos}.items()}
    respuesta = tesoreria.post(f"{LISTA}{favor.pk}/{accion}/", enviados)
    assert respuesta.status_code == 400
    assert error in respuesta.content.decode()
    assert "Una razón larga" in respuesta.content.decode()
    assert not PropuestaSaldoAFavor.objects.exists()


def test_se_busca_por_cliente_pago_empresa_y_edad(tesoreria, favor):
    """Each filter finds it and leaves the others out."""
    doble()
    for consulta in (f"q={favor.tercero.numero}", f"q={favor.pago.referencia.lower()}", f"empresa={favor.empresa_id}"):
        html = html_de(tesoreria, f"{LISTA}?{consulta}")
        assert html.count(LISTA + "1") + html.count(f'href="{LISTA}') >= 1
        assert f'href="{LISTA}{favor.pk}/"' in html
        assert html.count('class="monto"') == 2
    assert "Ningún saldo a favor espera" in html_de(tesoreria, f"{LISTA}?dias=7")
    assert tesoreria.get(f"{LISTA}?dias=x&ver=nada&desde=zzz").status_code == 200


def test_una_lista_larga_se_lee_por_hojas(tesoreria, monkeypatch, favor):
    """Forward by key and back to the beginning; each credit is on one page."""
    monkeypatch.setattr("pagos.views.favores.POR_PAGINA", 2)
    for _vez in range(2):
        doble()
    primera = tesoreria.get(LISTA)
    hoja = primera.context["hoja"]
    segunda = tesoreria.get(f"{LISTA}?desde={hoja.siguiente}").context["hoja"]
    vistos = [uno.pk for uno in (*hoja.filas, *segunda.filas)]
    assert vistos == sorted(SaldoAFavor.objects.values_list("pk", flat=True))
    assert (hoja.primera, segunda.primera, segunda.siguiente) == (True, False, None)


@pytest.mark.parametrize("filas", [1, 3])
def test_la_lista_no_crece_en_consultas(tesoreria, filas, django_assert_num_queries):
    """The same questions for one credit and for three."""
    for _vez in range(filas):
        doble()
    tesoreria.get(LISTA)
    with django_assert_num_queries(11):
        tesoreria.get(LISTA)


def test_la_aplicacion_sale_en_el_estado_de_cuenta_hasta_que_el_erp_la_contabilice(client):
    """Beside the payments that the books do not have yet, with the payment that it came from."""
    duena = ana()
    tercero = Tercero.objects.get(pk__in=alcance(duena).terceros)
    pago = doble(tercero=tercero)
    favor = SaldoAFavor.objects.get()
    saldo = otro_saldo(favor, numero="4455")
    propuesta = favores.proponer_aplicacion(
        favor.pk, saldo_id=saldo.pk, valor=Decimal("1000.00"), por_que="x", quien=crear_usuario()
    )
    favores.confirmar(propuesta.pk, confirmo=crear_usuario())
    client.force_login(duena)
    html = html_de(client, "/estado-de-cuenta/")
    assert "FV 4455" in html[html.index("por-contabilizar") :]
    assert pago.referencia in html
