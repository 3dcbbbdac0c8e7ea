"""What a gateway is asked for a pago."""

import pytest
from django.utils import translation

from pagos.models import Pago
from pagos.pedido import pedido_de
from tests.fabricas import crear_cliente
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import crear_pago

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("idioma", "primero", "todos"),
    [("es-co", "FV 1 cuota 2", "FV 1 cuota 2 y 1 más"), ("en", "FV 1 instalment 2", "FV 1 instalment 2 and 1 more")],
)
def test_la_descripcion_va_en_el_idioma_del_pago(idioma, primero, todos):
    """The same id asks for the same, whatever the language of whoever presses *Continuar* later."""
    saldo = crear_saldo(numero="1", cuota=2)
    usuario = crear_cliente(tercero=saldo.tercero)
    solo = crear_pago(saldo, usuario=usuario)
    Pago.objects.filter(pk=solo.pk).update(idioma=idioma)
    solo.refresh_from_db()
    uno = crear_saldo(numero="1", cuota=2, tercero=saldo.tercero)
    otro = crear_saldo(numero="2", tercero=saldo.tercero, empresa=uno.empresa)
    with translation.override("en" if idioma == "es-co" else "es-co"):
        assert pedido_de(solo).descripcion == primero
        dos = crear_pago(uno, otro, usuario=usuario)
        dos.idioma = idioma
        assert pedido_de(dos).descripcion == todos
