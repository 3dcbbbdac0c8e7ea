"""The tags and filters that every page uses."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from cartera.formato import NBSP, dinero
from oasis_portal.templatetags import portal


def _contexto(vista):
    peticion = RequestFactory().get("/")
    peticion.resolver_match = SimpleNamespace(view_name=vista) if vista else None
    return {"request": peticion}


def test_el_menu_marca_la_pagina_en_que_se_esta():
    """aria-current stands on the entry of the page shown, also for the pages below it, and on no other."""
    assert portal.actual(_contexto("pagos:detalle"), "pagos:mis_pagos", "pagos:detalle") == ' aria-current="page"'
    assert portal.actual(_contexto("inicio"), "pagos:mis_pagos") == ""


@pytest.mark.parametrize("contexto", [{}, _contexto(None)], ids=["sin petición", "sin ruta"])
def test_sin_pagina_conocida_el_menu_no_marca_nada(contexto):
    """An error page has no route, and a template drawn alone has no request: neither is a failure."""
    assert portal.actual(contexto, "inicio") == ""


@pytest.mark.parametrize(("segundos", "esperado"), [(900, 15), (841, 15), (1, 1), (0, 0)])
def test_los_minutos_se_redondean_hacia_arriba(segundos, esperado):
    """What is left is never said to be over."""
    assert portal.minutos(timedelta(seconds=segundos)) == esperado


@pytest.mark.parametrize(("valor", "largo"), [("1254300.00", False), ("12345678901.00", True)])
def test_un_valor_largo_se_marca_para_que_quepa(valor, largo):
    """The component marks the amounts that need smaller figures, and writes both as every page does."""
    contexto = {"valor": Decimal(valor), "moneda": "COP", "tamano": "xl"}
    pagina = render_to_string("componentes/monto.html", contexto)
    assert ("monto--largo" in pagina) is largo
    assert dinero(Decimal(valor), "COP") in pagina
    assert f"${NBSP}" in pagina
