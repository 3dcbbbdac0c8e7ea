"""Paying part of a balance in Chromium: with a thumb and no scripts at 360 px, and with the keyboard alone."""

import re

import pytest
from playwright.sync_api import expect

from cartera import seleccion
from tests.fabricas import CLAVE, ana
from tests.fabricas_cartera import crear_empresa, crear_saldo
from tests.fabricas_pagos import permitir_parcial
from tests.navegador.navegacion import Ventana, chromium

pytestmark = [
    pytest.mark.navegador,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(300),
    pytest.mark.solo_postgresql("the browser tests run whole on PostgreSQL; on SQLite, the main road"),
]
NOTA = "Retefuente 2,5 % y reteica del periodo enero a marzo, certificado adjunto al correo de tesorería 99"


@pytest.fixture
def deuda(transactional_db, settings):
    """Ana, with 800.000 owed to an empresa of a long name and selected; it takes payments from 100.000 on."""
    clienta = ana()
    empresa = crear_empresa(nombre="Compañía Colombiana de Distribuciones y Suministros S.A.S.")
    saldo = crear_saldo(tercero=clienta.asociaciones.get().tercero, empresa=empresa, numero="10234", valor="800000.00")
    permitir_parcial(empresa, minimo="100000")
    seleccion.agregar(clienta, [saldo.pk])
    return saldo


def test_a_360_px_y_sin_scripts_se_paga_otro_valor(deuda, live_server):
    """A wrong amount is explained, the right one stands in the panel and on the bar, and nothing scrolls sideways."""
    with chromium() as navegador:
        ventana = Ventana(navegador, url=live_server.url, ancho=360, js=False, nombre="valor")
        ventana.entrar("ana@ejemplo.co", CLAVE)
        pagina = ventana.ir("/saldos/?q=1023").pagina
        pagina.get_by_role("link", name="Pagar otro valor FV 10234").click()
        pagina.get_by_label("Valor a pagar").fill("99.999")
        pagina.get_by_role("button", name="Usar este valor").click()
        expect(pagina.get_by_role("alert")).to_contain_text("Lo mínimo que puede pagar es")
        ventana.foto("error")
        pagina.get_by_label("Valor a pagar").fill("500.000,50")
        pagina.get_by_label("Retención").check()
        pagina.get_by_label(re.compile("Comentario")).fill(NOTA)
        pagina.get_by_role("button", name="Usar este valor").click()
        expect(pagina).to_have_url(re.compile(r"/saldos/\?q=1023#seleccion$"))
        expect(pagina.locator("#seleccion")).to_contain_text(re.compile(r"de \$.800\.000 · Retención: Retefuente"))
        expect(pagina.locator("#barra")).to_contain_text(re.compile(r"Pagar \$.500\.000,50"))
        ventana.foto("panel")
        ventana.cerrar()


def test_con_el_teclado_se_elige_otro_valor_y_se_vuelve_a_todo(deuda, live_server):
    """Tab and Enter reach the link, the fields, the reasons and both buttons, in the order of the page."""
    with chromium() as navegador:
        ventana = Ventana(navegador, url=live_server.url, nombre="valor")
        ventana.entrar("ana@ejemplo.co", CLAVE)
        pagina = ventana.ir("/saldos/").pagina
        teclado = pagina.keyboard
        pagina.get_by_role("link", name="Pagar otro valor FV 10234").focus()
        teclado.press("Enter")
        pagina.get_by_label("Valor a pagar").focus()
        teclado.type("300000")
        for tecla in ("Tab", "Space", "ArrowDown", "Tab"):
            teclado.press(tecla)
        teclado.type("Cruce con NC 7")
        teclado.press("Enter")
        expect(pagina.locator("#seleccion")).to_contain_text("Nota crédito: Cruce con NC 7")
        ventana.foto("panel")
        pagina.get_by_role("link", name="Pagar otro valor FV 10234").focus()
        teclado.press("Enter")
        expect(pagina.get_by_label("Valor a pagar")).to_have_value("300.000")
        pagina.get_by_role("button", name="Usar este valor").focus()
        for tecla in ("Tab", "Enter"):
            teclado.press(tecla)
        expect(pagina.locator("#barra")).to_contain_text(re.compile(r"Pagar \$.800\.000"))
        ventana.cerrar()
