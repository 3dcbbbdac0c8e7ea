"""*Mis pagos* and the page of one pago."""

import pytest
from django.utils import timezone

from pagos import consultas, novedades, transiciones
from pagos.estados import TipoNovedad
from pagos.models import AplicacionSaldoAFavor, Pago, SaldoAFavor
from tests.fabricas import asociar, beto, crear_cliente, crear_usuario
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import aprobada, crear_pago, envejecer, esperando, rechazada

pytestmark = pytest.mark.django_db


def pagos_hechos(mostrador, cuantos):
    forma = mostrador.forma()
    return [crear_pago(*mostrador.elegir(2), usuario=mostrador.usuario, forma=forma) for _ in range(cuantos)]


def html_de(cliente, url):
    respuesta = cliente.get(url)
    assert respuesta.status_code == 200
    return respuesta.content.decode()


def test_lista_estado_valor_documentos_y_quien_pago(mostrador):
    """Each pago with its documents, its state, its amount and the person who paid."""
    (pago,) = pagos_hechos(mostrador, 1)
    html = html_de(mostrador.cliente, "/pagos/")
    primero = pago.detalles.order_by("pk").first().saldo.etiqueta
    assert f"{primero} y 1 más" in html
    assert "Ana Ríos" in html
    assert "$\xa0200.000" in html
    assert "Pendiente" in html


def test_se_ven_los_pagos_del_tercero_aunque_los_haya_hecho_otro(mostrador):
    """Another user of the same tercero paid: Ana sees it, with the other's name."""
    otra = crear_usuario(nombre="Luz", apellido="Mora")
    asociar(otra, mostrador.tercero)
    crear_pago(*mostrador.elegir(), usuario=otra, forma=mostrador.forma())
    assert "Luz Mora" in html_de(mostrador.cliente, "/pagos/")


def test_lo_ajeno_no_se_ve(client, mostrador):
    """Beto and somebody without mapping see an empty list and 404; nobody logged in goes to the login."""
    (pago,) = pagos_hechos(mostrador, 1)
    for otro in (beto(), crear_usuario()):
        client.force_login(otro)
        assert pago.referencia not in html_de(client, "/pagos/")
        assert client.get(f"/pagos/{pago.referencia}/").status_code == 404
        assert client.get(f"/pagos/{pago.referencia}/comprobante.pdf").status_code == 404
    client.logout()
    for url in ("/pagos/", f"/pagos/{pago.referencia}/", f"/pagos/{pago.referencia}/comprobante.pdf"):
        assert client.get(url).url.startswith("/cuenta/entrar/")


def test_filtra_por_estado_y_mes(mostrador):
    """By state and by Colombian month; what cannot be understood is said and shows everything."""
    vieja, nueva = pagos_hechos(mostrador, 2)
    transiciones.aplicar(nueva.pk, aprobada(nueva), origen="sonda")
    vieja = envejecer(vieja, days=70)
    url_vieja, url_nueva = f'"/pagos/{vieja.referencia}/"', f'"/pagos/{nueva.referencia}/"'
    html = html_de(mostrador.cliente, "/pagos/?estado=aprobada")
    assert url_nueva in html
    assert url_vieja not in html
    html = html_de(mostrador.cliente, f"/pagos/?mes={vieja.creada_en:%Y-%m}")
    assert url_vieja in html
    assert url_nueva not in html
    html = html_de(mostrador.cliente, "/pagos/?mes=2026-99")
    assert url_nueva in html
    assert "Revise estos datos" in html


@pytest.mark.parametrize("filas", [1, 3])
def test_la_lista_no_crece_en_consultas(mostrador, filas, django_assert_num_queries):
    """The list asks the database the same number of times for 1 and for 3 pagos."""
    pagos_hechos(mostrador, filas)
    mostrador.cliente.get("/pagos/")
    with django_assert_num_queries(10):
        mostrador.cliente.get("/pagos/")


@pytest.mark.parametrize("filas", [1, 3])
def test_el_detalle_no_crece_en_consultas(mostrador, filas, django_assert_num_queries):
    """The page of a closed pago asks the same number of times for 1 and for 3 documents."""
    pago = crear_pago(*mostrador.elegir(filas), usuario=mostrador.usuario, forma=mostrador.forma())
    transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda")
    mostrador.cliente.get(f"/pagos/{pago.referencia}/")
    with django_assert_num_queries(8):
        mostrador.cliente.get(f"/pagos/{pago.referencia}/")


def test_abrir_uno_pendiente_pregunta_primero(mostrador, pagador):
    """The payer never came back by the return address: opening the page approves it."""
    pago = mostrador.pago_iniciado()
    pagador(pago).pagar_con("pse", "1001")
    html = html_de(mostrador.cliente, f"/pagos/{pago.referencia}/")
    pago.refresh_from_db()
    assert pago.estado == "APROBADA"
    for texto in ("Su pago fue aprobado", "Descargar comprobante", pago.cus, pago.recibo.numero, "Se creó el pago"):
        assert texto in html


def test_el_detalle_de_uno_cerrado_no_pregunta(mostrador):
    """A closed pago is shown without bothering the gateway."""
    (pago,) = pagos_hechos(mostrador, 1)
    transiciones.aplicar(pago.pk, rechazada(pago), origen="sonda")
    mostrador.cliente.get(f"/pagos/{pago.referencia}/")
    assert Pago.objects.get().consultas == 1


def test_sin_abrir_ofrece_seguir_o_cambiar(mostrador):
    """Unopened: *Seguir pagando* and *Cambiar medio o documentos*; no mandatory text, nobody is processing anything."""
    pago = mostrador.pago_iniciado()
    html = html_de(mostrador.cliente, f"/pagos/{pago.referencia}/")
    assert f'href="/pagos/{pago.referencia}/ir/"' in html
    assert f'action="/pagos/{pago.referencia}/cambiar/"' in html
    assert "texto-obligatorio" not in html


def test_pendiente_se_refresca_solo_y_dice_cuando_vuelve_a_preguntar(mostrador, pagador):
    """Pending: refreshes by script, and by meta refresh without scripts; says when it asks again; *Consultar ahora*."""
    pago = mostrador.pago_iniciado()
    pagador(pago).pagar_con("pse", "1005")
    html = html_de(mostrador.cliente, f"/pagos/{pago.referencia}/")
    assert '<noscript><meta http-equiv="refresh" content="30;url=?refresco=1"></noscript>' in html
    assert "data-refrescar=" in html
    assert "Volveremos a preguntar a más tardar a las" in html
    assert f'action="/pagos/{pago.referencia}/consultar/"' in html
    assert 'id="texto-obligatorio"' in html


def test_rechazado_ofrece_intentar_de_nuevo(mostrador):
    """Rejected: the reason, one click to try again with the same documents, another to change them; no refresh."""
    (pago,) = pagos_hechos(mostrador, 1)
    transiciones.aplicar(pago.pk, rechazada(pago), origen="sonda")
    html = html_de(mostrador.cliente, f"/pagos/{pago.referencia}/")
    assert "no aprobó el pago" in html
    assert f'action="/pagos/{pago.referencia}/reintentar/"' in html
    assert "http-equiv" not in html


def test_mientras_se_reintenta_en_la_pasarela_no_se_ofrece_otro(mostrador):
    """Rejected here and being retried there: a new attempt is not offered."""
    (pago,) = pagos_hechos(mostrador, 1)
    transiciones.aplicar(pago.pk, rechazada(pago), origen="sonda")
    transiciones.aplicar(pago.pk, esperando(pago), origen="sonda")
    html = html_de(mostrador.cliente, f"/pagos/{pago.referencia}/")
    assert "está intentando pagar de nuevo" in html
    assert "reintentar" not in html


def test_con_novedad_abierta_esta_en_revision(mostrador):
    """An open Novedad of an open pago: *Pendiente, en revisión*."""
    (pago,) = pagos_hechos(mostrador, 1)
    novedades.registrar(TipoNovedad.OTRO_VALOR, pago=pago, evidencia={})
    assert "Pendiente, en revisión" in html_de(mostrador.cliente, "/pagos/")
    assert "Su pago está en revisión" in html_de(mostrador.cliente, f"/pagos/{pago.referencia}/")


def test_el_saldo_a_favor_se_muestra(mostrador):
    """Approved twice: what was taken again is the customer's, and the page says so."""
    (pago,) = pagos_hechos(mostrador, 1)
    transiciones.aplicar(pago.pk, rechazada(pago), origen="sonda")
    for detalle in pago.detalles.select_related("saldo"):
        otro = crear_pago(detalle.saldo, usuario=mostrador.usuario, forma=pago.forma_pago)
        transiciones.aplicar(otro.pk, aprobada(otro), origen="sonda")
    transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda")
    html = html_de(mostrador.cliente, f"/pagos/{pago.referencia}/")
    assert "quedaron a su favor" in html


def test_la_portada_puede_mostrar_lo_que_esta_en_proceso(mostrador, rf):
    """The inclusion tag for the home page lists open pagos and the last finished ones."""
    from django.template import Context, Template

    abierto, hecho = pagos_hechos(mostrador, 2)
    transiciones.aplicar(hecho.pk, aprobada(hecho), origen="sonda")
    peticion = rf.get("/")
    peticion.user = mostrador.usuario
    html = Template("{% load pagos %}{% pagos_en_proceso_y_ultimos %}").render(Context({"request": peticion}))
    antes, despues = html.split("Últimos pagos")
    assert abierto.referencia in antes
    assert hecho.referencia in despues
    assert crear_saldo().numero not in html


def test_la_portada_dice_cuanto_queda_a_favor(mostrador):
    """What was approved with nothing left to pay, less what was applied or given back; nothing left, nothing said."""
    pago = pagos_hechos(mostrador, 1)[0]
    transiciones.aplicar(pago.pk, rechazada(pago), origen="sonda")
    for detalle in pago.detalles.select_related("saldo"):
        otro = crear_pago(detalle.saldo, usuario=mostrador.usuario, forma=pago.forma_pago)
        transiciones.aplicar(otro.pk, aprobada(otro), origen="sonda")
    assert "Saldo a favor" not in html_de(mostrador.cliente, "/")
    transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda")
    queda = {"empresa": pago.empresa.nombre, "moneda": "COP", "total": pago.total}
    assert consultas.favor_disponible(mostrador.usuario) == [queda]
    assert consultas.favor_disponible(crear_cliente()) == []
    assert "La empresa lo aplica a otro documento" in html_de(mostrador.cliente, "/")
    quien = {"quien": crear_cliente(), "confirmo": crear_cliente(), "creado_en": timezone.now(), "por_que": "pidió"}
    for favor in SaldoAFavor.objects.filter(pago=pago):
        AplicacionSaldoAFavor.objects.create(
            favor=favor, valor=favor.valor, fecha_devolucion=timezone.localdate(), prueba="CE 12", **quien
        )
    assert consultas.favor_disponible(mostrador.usuario) == []
    assert "Saldo a favor" not in html_de(mostrador.cliente, "/")
