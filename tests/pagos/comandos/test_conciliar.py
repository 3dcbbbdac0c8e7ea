"""`conciliar`: exit code 0 and the totals, or 1 and the rows that differ."""

import csv
import json

import pytest

from pagos import transiciones
from pagos.estados import Origen
from pagos.models import Pago
from tests.fabricas_cartera import crear_empresa
from tests.fabricas_pagos import aprobada, crear_pago
from tests.pagos.comandos.ordenes import ejecutar

pytestmark = pytest.mark.django_db


@pytest.fixture
def pago():
    nuevo = crear_pago()
    return transiciones.aplicar(nuevo.pk, aprobada(nuevo), origen=Origen.SONDA).pago


def romper(pago):
    Pago.objects.filter(pk=pago.pk).update(total="100001.00")


def test_libros_que_cuadran(pago):
    """The table shows each empresa and currency, and the sentence that says so."""
    hecho = ejecutar("conciliar")
    assert hecho.codigo == 0
    assert pago.empresa.nit in hecho.salida
    assert "100,000.00" in hecho.salida
    assert hecho.salida.splitlines()[-1] == "Los libros cuadran."


def test_una_diferencia_sale_con_su_fila_y_codigo_1(pago):
    """The rule, the empresa, the reference, what should be and what is."""
    romper(pago)
    hecho = ejecutar("conciliar")
    assert (hecho.codigo, hecho.error) == (1, "1 diferencia en los libros.")
    esperada = f"detalles_total: {pago.empresa.nit} COP {pago.referencia}: debe ser 100001.00 y es 100000.00"
    assert hecho.salida.splitlines()[0] == esperada


def test_en_csv(pago):
    """Differences, then one row of totals per empresa and currency."""
    romper(pago)
    hecho = ejecutar("conciliar", "--formato", "csv")
    filas = list(csv.DictReader(hecho.salida.splitlines()))
    assert [(fila["regla"], fila["sujeto"]) for fila in filas] == [("detalles_total", pago.referencia), ("total", "")]
    assert (filas[1]["esperado"], filas[1]["encontrado"], hecho.codigo) == ("100001.00", "100000.00", 1)


def test_en_json(pago):
    """Money as numbers, digit by digit."""
    romper(pago)
    hecho = ejecutar("conciliar", "--formato", "json")
    datos = json.loads(hecho.salida, parse_float=str)
    assert datos["diferencias"][0]["encontrado"] == "100000.00"
    assert datos["totales"][0]["diferencia"] == "1.00"
    assert json.loads(ejecutar("conciliar", "--empresa", crear_empresa().nit, "--formato", "json").salida) == {
        "diferencias": [],
        "totales": [],
    }


def test_una_sola_empresa(pago):
    """The books of another one do not show."""
    romper(pago)
    assert ejecutar("conciliar", "--empresa", crear_empresa().nit).codigo == 0
    assert ejecutar("conciliar", "--empresa", pago.empresa.identificacion.removeprefix("NIT ")).codigo == 1


@pytest.mark.parametrize(("nit", "dice"), [("800111222", "no hay una empresa"), ("abc", "no es un número")])
def test_una_empresa_que_no_existe_se_explica(nit, dice):
    """Before anything is read."""
    hecho = ejecutar("conciliar", "--empresa", nit)
    assert (hecho.codigo, dice in hecho.error) == (1, True)


def test_con_la_pasarela_se_dice_el_avance_y_lo_que_difiere(simulador, forma_del_simulador):
    """`--pasarela` asks for the pagos of those days: progress on the error output, each difference with its rule."""
    nuevo = crear_pago(forma=forma_del_simulador())
    transiciones.aplicar(nuevo.pk, aprobada(nuevo), origen=Origen.SONDA)
    hecho = ejecutar("conciliar", "--pasarela")
    assert hecho.codigo == 1
    assert hecho.salida.splitlines()[0].startswith(f"pasarela_no_aprobo: {nuevo.empresa.nit} COP {nuevo.referencia}")
    assert "Preguntados 1 de 1" in hecho.avisos


@pytest.mark.parametrize(
    ("opciones", "dice"),
    [
        (("--desde", "2026-01-31"), "solo tienen sentido con --pasarela"),
        (("--pasarela", "--desde", "31/01/2026"), "--desde: escriba el día como 2026-01-31."),
        (("--pasarela", "--desde", "2026-02-01", "--hasta", "2026-01-31"), "no puede ser posterior"),
    ],
)
def test_dias_que_no_sirven(opciones, dice):
    """Days without `--pasarela`, in another form or the wrong way round: a sentence, and nothing is asked."""
    hecho = ejecutar("conciliar", *opciones)
    assert dice in hecho.error
    assert hecho.codigo == 1
