"""From the login to the receipt with the keyboard alone: what has the focus is seen, and nothing needs a mouse."""

import re

import pytest
from playwright.sync_api import expect

from pagos.models import Pago
from tests.fabricas import CLAVE, ana
from tests.fabricas_cartera import crear_empresa, crear_saldo
from tests.fabricas_pagos import crear_acuerdo, crear_forma, envejecer
from tests.navegador.navegacion import Ventana, chromium
from tests.simulador.apoyo import CLAVE as CLAVE_ZONA
from tests.simulador.apoyo import COMERCIO, SERVICIO, USUARIO

pytestmark = [
    pytest.mark.navegador,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(300),
    pytest.mark.solo_postgresql("the browser tests run whole on PostgreSQL; on SQLite, the main road"),
]
_CON_EL_FOCO = """() => {
    const uno = document.activeElement;
    const caja = uno.getBoundingClientRect(), estilo = getComputedStyle(uno);
    const nombre = uno.getAttribute('aria-label') || uno.innerText || uno.labels?.[0]?.innerText || '';
    const tapa = document.elementFromPoint(caja.x + caja.width / 2, caja.y + caja.height / 2);
    return {
        nombre: nombre.replace(/\\s+/g, ' ').trim(),
        anillo: estilo.outlineStyle !== 'none' && parseFloat(estilo.outlineWidth) >= 2,
        tapado: !(tapa && (uno.contains(tapa) || tapa.contains(uno))),
        cuerpo: uno === document.body,
    };
}"""


@pytest.fixture
def deuda(transactional_db, proceso_simulador, settings):
    """Ana owes two documents to a company that collects through the simulator."""
    settings.PERMITIR_PRUEBAS = True
    cliente, empresa = ana(), crear_empresa(nombre="Distribuidora Andina S.A.S.")
    for numero, valor in (("10234", "412000.00"), ("10235", "88000.00")):
        crear_saldo(empresa=empresa, tercero=cliente.asociaciones.get().tercero, numero=numero, valor=valor)
    acuerdo = crear_acuerdo(
        empresa,
        comercio=str(COMERCIO),
        prueba=True,
        urls={"api": f"{proceso_simulador.url}/Apis_CicloPago/api"},
        secretos={"usuario": USUARIO, "clave": CLAVE_ZONA, "codigo_servicio": SERVICIO},
    )
    crear_forma(acuerdo, etiqueta="PSE")
    return proceso_simulador


def llegar(pagina, nombre, *, maximo=80):
    """Press Tab until what has the focus is called so (a regular expression); its ring is seen, and not covered."""
    for _n in range(maximo):
        pagina.keyboard.press("Tab")
        foco = pagina.evaluate(_CON_EL_FOCO)
        if foco["cuerpo"]:
            continue
        assert foco["anillo"], f"no se ve el foco en {foco['nombre']!r}"
        assert not foco["tapado"], f"algo tapa a {foco['nombre']!r}"
        if re.search(nombre, foco["nombre"]):
            return
    raise AssertionError(f"con {maximo} tabulaciones no se llega a {nombre!r}")


@pytest.mark.parametrize(("ancho", "alto"), [(1280, 800), (360, 740)])
def test_del_ingreso_al_comprobante_sin_raton(deuda, live_server, ancho, alto):
    """Log in, choose, pay, accept, leave for the gateway, ask again and download, with Tab, Space and Enter."""
    with chromium() as navegador:
        ventana = Ventana(navegador, url=live_server.url, ajenos=deuda.urls, nombre="teclado", ancho=ancho, alto=alto)
        pagina = ventana.ir("/cuenta/entrar/").pagina
        teclado = pagina.keyboard
        llegar(pagina, "Correo")
        teclado.type("ana@ejemplo.co")
        llegar(pagina, "Contraseña")
        teclado.type(CLAVE)
        teclado.press("Enter")
        expect(pagina.get_by_role("heading", name="Hola, Ana")).to_be_visible()
        llegar(pagina, "Saldos")
        teclado.press("Enter")
        expect(pagina.get_by_role("heading", name="Saldos")).to_be_visible()
        llegar(pagina, "^FV 10234$")
        teclado.press("Space")
        expect(pagina.locator("#barra")).to_contain_text(re.compile(r"Pagar \$.412\.000"))
        assert pagina.evaluate(_CON_EL_FOCO)["nombre"] == "FV 10234"  # the list was redrawn, the focus stays
        llegar(pagina, r"Pagar \$.412\.000")
        ventana.foto("pagar")
        teclado.press("Enter")
        expect(pagina.get_by_role("heading", name="Forma de pago")).to_be_visible()
        for casilla in ("Acepto los términos", "Acepto la política"):
            llegar(pagina, casilla)
            teclado.press("Space")
        llegar(pagina, "con PSE")
        ventana.foto("forma")
        teclado.press("Enter")
        pagina.wait_for_url("**/Ciclo_Pago/**")
        pago = Pago.objects.get()
        deuda.control(f"pagos/{pago.referencia}/intentos", {"estado": 1, "metodo": 29})
        envejecer(pago, minutes=8)
        ventana.ir("/pagos/")
        llegar(pagina, "FV 10234")
        teclado.press("Enter")
        expect(pagina.get_by_role("heading", name=re.compile("aprobado"))).to_be_visible()
        llegar(pagina, "Descargar comprobante")
        with pagina.expect_download():
            teclado.press("Enter")
        ventana.cerrar()
