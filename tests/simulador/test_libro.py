import json

from hypothesis import given

from simulador.libro import Libro, pago_a_json, pago_de_json
from tests.simulador.zonapagos.test_registros import pagos


@given(pagos)
def test_lo_que_va_al_archivo_vuelve_igual(pago):
    """A payment written as JSON and read back is the same payment, to the cent and to the second."""
    assert pago_de_json(json.loads(json.dumps(pago_a_json(pago)))) == pago


def test_las_paginas_del_libro():
    """Payments come newest first, by pages, and past the end there is nothing."""
    libro = Libro()
    campos = {"pasarela": "zonapagos", "comercio": 1, "valor": 1, "iva": 0, "moneda": "COP", "creado": 0.0}
    for numero in range(5):
        libro.crear(referencia=f"R{numero}", url_retorno="", datos={}, **campos)
    assert [pago.referencia for pago in libro.recientes(0, 2)] == ["R4", "R3"]
    assert [pago.referencia for pago in libro.recientes(3, 10)] == ["R1", "R0"]
    assert libro.recientes(5, 10) == []
    assert libro.siguiente_numero() == 6
    assert len({pago.token for pago in libro}) == 5
