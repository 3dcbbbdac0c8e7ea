"""An Empresa's logo and colour on every page about its money, and on no other page."""

import pytest

from cartera.colores import hoja_de
from cartera.models import Empresa
from pagos import transiciones
from pagos.models import Pago
from tests.fabricas_cartera import crear_logo
from tests.fabricas_pagos import aprobada, rechazada

pytestmark = pytest.mark.django_db
COLOR = "#0a4d8c"


@pytest.fixture
def marca(mostrador):
    """What a page of her Empresa shows of it: the sheet of its colour, the address of its logo."""
    logo = crear_logo()
    Empresa.objects.filter(pk=mostrador.empresa.pk).update(logo=logo, color=COLOR)
    hoja = f"/empresas/color-{COLOR[1:]}-{hoja_de(COLOR).version}.css"
    return f'<link rel="stylesheet" href="{hoja}">', f'<img src="/empresas/logo-{logo.pk}.png" alt="">'


def mostradas(marca, respuesta):
    """How often each of the two is on the page."""
    html = respuesta.content.decode()
    return [html.count(parte) for parte in marca]


@pytest.mark.parametrize("desenlace", [None, aprobada, rechazada])
def test_en_todo_el_camino_del_pago(mostrador, marca, desenlace):
    """Forma de pago, the way out, the return without a session and the pago, however it ended."""
    mostrador.elegir()
    assert mostradas(marca, mostrador.cliente.get(mostrador.url_forma)) == [1, 1]
    mostrador.pagar(mostrador.forma())
    pago = Pago.objects.get()
    assert mostradas(marca, mostrador.cliente.get(f"/pagos/{pago.referencia}/ir/")) == [1, 1]
    if desenlace:
        transiciones.aplicar(pago.pk, desenlace(pago), origen="sonda")
    assert mostradas(marca, mostrador.cliente.get(f"/pagos/{pago.referencia}/")) == [1, 1]
    assert mostradas(marca, mostrador.cliente.get("/pagos/")) == [0, 0]
    mostrador.cliente.logout()
    assert mostradas(marca, mostrador.cliente.get(f"/pagos/retorno/{pago.codigo_retorno}/")) == [1, 1]


def test_en_el_formulario_hacia_payu(mostrador, marca):
    """The page that posts to PayU shows them too."""
    mostrador.elegir()
    mostrador.pagar(mostrador.forma())
    Pago.objects.update(formulario=[["referenceCode", "1"]])
    pago = Pago.objects.get()
    respuesta = mostrador.cliente.get(f"/pagos/{pago.referencia}/ir/")
    assert "data-enviar-solo" in respuesta.content.decode()
    assert mostradas(marca, respuesta) == [1, 1]


def test_sin_logo_ni_color_la_pagina_es_la_del_portal(mostrador):
    """Nothing is asked for that is not there."""
    mostrador.elegir()
    assert "/empresas/" not in mostrador.cliente.get(mostrador.url_forma).content.decode()
