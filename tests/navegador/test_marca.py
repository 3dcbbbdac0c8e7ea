"""An Empresa's colour and logo in Chromium: the policy lets them in, and what it says is what people see."""

import pytest

from cartera import seleccion
from cartera.colores import CLARO, OSCURO, acento
from tests.fabricas import CLAVE, ana
from tests.fabricas_cartera import crear_empresa, crear_logo, crear_saldo
from tests.fabricas_pagos import crear_acuerdo, crear_forma
from tests.navegador.navegacion import Ventana, chromium

pytestmark = [
    pytest.mark.navegador,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(300),
    pytest.mark.solo_sqlite("a browser looks at what was rendered: the database makes no difference"),
]
COLOR = "#7a2e6b"
LARGO = "Compañía Colombiana de Distribuciones y Suministros S.A.S."


@pytest.fixture
def camino(transactional_db):
    """Address of *Forma de pago* of Ana, for a company with a colour and the widest of logos."""
    clienta = ana()
    empresa = crear_empresa(nombre=LARGO, color=COLOR, logo=crear_logo(tamano=(960, 80)))
    saldo = crear_saldo(tercero=clienta.asociaciones.get().tercero, empresa=empresa)
    crear_forma(crear_acuerdo(empresa))
    seleccion.agregar(clienta, [saldo.pk])
    return f"/pagos/pagar/{empresa.pk}/{saldo.tercero_id}/COP/"


@pytest.mark.parametrize("ancho", [360, 1280])
def test_se_ven_el_color_y_el_logo_en_claro_en_oscuro_y_en_papel(camino, live_server, ancho):
    """The accent is the rule's in each theme and black on paper, the logo is drawn, nothing scrolls sideways."""
    with chromium() as navegador:
        ventana = Ventana(navegador, url=live_server.url, ancho=ancho, nombre="marca")
        ventana.entrar("ana@ejemplo.co", CLAVE)
        pagina = ventana.ir(camino).pagina
        for esquema, tema in (("light", CLARO), ("dark", OSCURO)):
            pagina.emulate_media(color_scheme=esquema, media="screen")
            assert acento_en(pagina) == acento(COLOR, tema).normal
            ventana.foto(esquema)
        pagina.emulate_media(media="print")
        assert acento_en(pagina) == "#000"
        assert pagina.locator(".logo-empresa img").evaluate("imagen => imagen.naturalWidth") == 480
        ventana.ir("/saldos/")
        pagina.emulate_media(color_scheme="light", media="screen")
        assert acento_en(pagina) == "#0b5561"
        ventana.cerrar()


def acento_en(pagina):
    """The accent of a page as the browser sees it."""
    return pagina.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--acento')").strip()
