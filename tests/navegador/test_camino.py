"""The whole road in Chromium, on real processes: gunicorn, a Celery worker with beat, the simulator on two origins.

The gateway's first page redirects once to its other origin, so the walk also proves that the strict policy lets the
payer through.
"""

import re

import pytest
from playwright.sync_api import expect
from pypdfium2 import PdfDocument

from pagos.models import Pago
from tests.fabricas import CLAVE, ana, carla
from tests.fabricas_cartera import crear_empresa, crear_saldo
from tests.fabricas_pagos import crear_acuerdo, crear_forma
from tests.navegador.navegacion import Ventana, chromium
from tests.recorridos.procesos import Portal, Trabajador, esperar
from tests.simulador.apoyo import CLAVE as CLAVE_ZONA
from tests.simulador.apoyo import COMERCIO, SERVICIO, USUARIO

pytestmark = [pytest.mark.navegador, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


@pytest.fixture
def mundo(transactional_db, proceso_simulador, settings, tmp_path, dar_clave):
    """Ana with three balances of one company, Carla of Tesorería, two buttons, and every process of the portal."""
    settings.SONDA_MINUTOS = "0.05"
    empresa = crear_empresa(nombre="Distribuidora Andina de Materiales S.A.S.")
    cliente, tesorera = ana(), carla()
    dar_clave(cliente, tesorera)
    tercero = cliente.asociaciones.get().tercero
    for numero, valor in (("10234", "412000.00"), ("10235", "842300.50"), ("10236", "99999.00")):
        crear_saldo(empresa=empresa, tercero=tercero, numero=numero, valor=valor)
    acuerdo = crear_acuerdo(
        empresa,
        comercio=str(COMERCIO),
        prueba=True,
        urls={"api": f"{proceso_simulador.url}/Apis_CicloPago/api"},
        secretos={"usuario": USUARIO, "clave": CLAVE_ZONA, "codigo_servicio": SERVICIO},
    )
    crear_forma(acuerdo, etiqueta="Tarjeta de crédito", icono="tarjeta", orden=1)
    crear_forma(acuerdo, etiqueta="PSE", orden=2)
    portal = Portal()
    trabajador = Trabajador("-B", "--schedule", str(tmp_path / "beat"))
    yield portal, proceso_simulador
    trabajador.matar()
    portal.matar()


def elegir_y_pagar(ventana, *, js):
    """From the login to *Forma de pago*: search, select three, drop one with (−), Pagar."""
    pagina = ventana.pagina
    ventana.foto("inicio")
    ventana.ir("/saldos/?q=1023")
    for numero in ("10234", "10235", "10236"):
        pagina.get_by_label(re.compile(numero)).first.check()
        if js:
            expect(pagina.get_by_role("button", name=f"Quitar FV {numero}")).to_be_visible()
    if not js:
        pagina.get_by_role("button", name="Agregar a la selección").first.click()
    ventana.foto("seleccion")
    pagina.get_by_role("button", name="Quitar FV 10236").click()
    expect(pagina.get_by_role("button", name="Quitar FV 10236")).to_have_count(0)
    expect(pagina.get_by_role("link", name="Pagar $ 1.254.300,50").first).to_be_visible()
    pagina.get_by_role("link", name="Pagar $ 1.254.300,50").first.click()
    expect(pagina.get_by_role("heading", name="Forma de pago")).to_be_visible()
    ventana.foto("forma-de-pago")


def pagar_en_la_pasarela(ventana, *, js):
    """Refused without accepting; then our redirect page, the gateway's two origins, PSE, and back."""
    pagina = ventana.pagina
    boton = pagina.get_by_role("button", name=re.compile("con PSE"))
    boton.click()
    expect(pagina.get_by_role("alert").first).to_be_visible()
    ventana.foto("sin-aceptar")
    for casilla in pagina.locator("main input[type=checkbox]").all():
        assert not casilla.is_checked()
        casilla.check()
    pagina.get_by_role("button", name=re.compile("con PSE")).click()
    pagina.wait_for_url("**/Ciclo_Pago/**")
    ventana.foto("pasarela")
    pagina.get_by_label("PSE").check()
    pagina.get_by_role("button", name="Clic para continuar con el pago").click()
    pagina.get_by_label(re.compile("Banco Demora y aprueba")).check()
    pagina.get_by_role("button", name="Continuar").click()
    ventana.foto("pasarela-confirmar")
    pagina.get_by_role("button", name="Finalizar").click()
    expect(pagina.get_by_text("pendiente").first).to_be_visible()
    ventana.foto("pasarela-pendiente")
    pagina.get_by_role("link", name="Regresar al comercio").click()


@pytest.mark.parametrize(("ancho", "alto", "js"), [(1280, 800, True), (360, 740, False)])
def test_del_saldo_al_comprobante(mundo, ancho, alto, js):
    """Select, drop one, pay at the gateway, come back pending, see it approved by the sonda, get the receipt."""
    portal, simulador = mundo
    with chromium() as navegador:
        tamano = {"ancho": ancho, "alto": alto, "js": js}
        ventana = Ventana(navegador, url=portal.url, ajenos=simulador.urls, nombre="camino", **tamano)
        pagina = ventana.pagina
        ventana.entrar("ana@ejemplo.co", CLAVE)
        elegir_y_pagar(ventana, js=js)
        pagar_en_la_pasarela(ventana, js=js)
        pago = Pago.objects.get()
        pagina.wait_for_url(f"**/pagos/{pago.referencia}/")
        expect(pagina.get_by_text("En este momento su Número de Referencia o Factura")).to_be_visible()
        ventana.foto("pendiente")
        assert Pago.objects.get().estado == "PENDIENTE"
        sin_sesion(navegador, portal, simulador, pago)
        simulador.control("reloj", {"adelantar": 60})
        esperar(lambda: Pago.objects.get().estado == "APROBADA", que="la sonda aprueba")
        ventana.ir(f"/pagos/{pago.referencia}/")
        expect(pagina.get_by_role("heading", name=re.compile("aprobado", re.IGNORECASE)).first).to_be_visible()
        ventana.foto("aprobada")
        comprobante(ventana, pago)
        ventana.ir("/pagos/").foto("mis-pagos")
        ventana.ir("/saldos/")
        expect(pagina.get_by_text("FV 10234")).to_have_count(0)
        expect(pagina.get_by_text("FV 10236").first).to_be_visible()
        ventana.foto("saldos-despues")
        ventana.cerrar()
        tesoreria(navegador, portal, pago, **tamano)
    assert simulador.faltas() == []


def sin_sesion(navegador, portal, simulador, pago):
    """The same return address in a browser without a session: state, reference and total; no name, id or document."""
    otra = Ventana(navegador, url=portal.url, ajenos=simulador.urls, ancho=360, alto=740, nombre="sin-sesion")
    otra.ir(f"/pagos/retorno/{pago.codigo_retorno}/?id_comercio={COMERCIO}&id_pago={pago.referencia}")
    texto = otra.pagina.inner_text("body")
    assert pago.referencia in texto
    assert "1.254.300,50" in texto
    assert "10234" not in texto
    assert pago.tercero.nombre not in texto
    otra.foto("retorno")
    otra.cerrar()


def comprobante(ventana, pago):
    """The receipt downloads, and says what it must."""
    with ventana.pagina.expect_download() as descarga:
        ventana.pagina.get_by_role("link", name=re.compile("comprobante", re.IGNORECASE)).first.click()
    pdf = PdfDocument(descarga.value.path())
    texto = pdf[0].get_textpage().get_text_bounded()
    for parte in (pago.referencia, "FV 10234", "1.254.300,50", "No es factura de venta"):
        assert parte in texto
    pdf.close()


def tesoreria(navegador, portal, pago, **tamano):
    """Carla sees the payment in the list, opens it, and sees its history."""
    ventana = Ventana(navegador, url=portal.url, nombre="tesoreria", **tamano)
    ventana.entrar("carla@ejemplo.co", CLAVE)
    ventana.ir("/pagos/tablero/")
    expect(ventana.pagina.get_by_text(pago.referencia).first).to_be_visible()
    ventana.foto("lista")
    ventana.pagina.get_by_role("link", name=pago.referencia).first.click()
    expect(ventana.pagina.get_by_text("APROBADA").or_(ventana.pagina.get_by_text("Aprobada")).first).to_be_visible()
    ventana.foto("detalle")
    ventana.cerrar()
