"""The chaos run's verdict: every way in which books and ledger can differ is told, and agreement is silence."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from caos.comparacion import Nuestro, comparar, totales


def linea(*intentos, pasarela="zonapagos", referencia="A1"):
    """A line of the ledger with attempts (state, amount)."""
    propios = [{"estado": estado, "valor": valor} for estado, valor in intentos]
    return {"pasarela": pasarela, "referencia": referencia, "valor": "100.00", "intentos": propios}


def nuestro(estado="APROBADA", *, abonos="0.00", favores="0.00", recibos=0, novedades=0):
    """What our books say of one reference."""
    uno = Nuestro(SimpleNamespace(estado=estado, total=Decimal("100.00")))
    uno.abonos, uno.favores, uno.recibos, uno.novedades = Decimal(abonos), Decimal(favores), recibos, novedades
    return uno


APROBADO = linea((1, "100.00"))
RECHAZADO = linea((1000, "100.00"))
COBRADO = nuestro(abonos="100.00", recibos=1)


@pytest.mark.parametrize(
    ("libro", "libros"),
    [
        ([APROBADO], COBRADO),
        ([linea((1000, "100.00"), (1, "100.00"))], COBRADO),
        ([linea((4, "100.00"), pasarela="payu")], COBRADO),
        ([linea((1, "100.00"), (1, "100.00"))], nuestro(abonos="100.00", favores="100.00", recibos=1)),
        ([RECHAZADO], nuestro("RECHAZADA")),
        ([linea((999, "100.00"))], nuestro("PENDIENTE")),
        ([], nuestro("CREADA")),
    ],
)
def test_cuando_coinciden_no_hay_diferencias(libro, libros):
    """Approved once, twice, after a rejection, rejected, pending, unknown: booked as the gateway says."""
    assert list(comparar(libro, {"A1": libros}, raras=set())) == []


@pytest.mark.parametrize(
    ("libro", "libros", "dice"),
    [
        ([APROBADO], nuestro("PENDIENTE"), "el portal la tiene PENDIENTE"),
        ([APROBADO], nuestro(abonos="100.00"), "0 comprobantes"),
        ([APROBADO], nuestro(abonos="50.00", recibos=1), "anotó 50.00"),
        ([APROBADO], nuestro(abonos="100.00", favores="100.00", recibos=1), "anotó 200.00"),
        ([linea((1, "100.00"), (1, "100.00"))], COBRADO, "(2 intentos)"),
        ([RECHAZADO], COBRADO, "no aprobó nada"),
        ([RECHAZADO], nuestro("RECHAZADA", favores="100.00"), "no aprobó nada"),
        ([], COBRADO, "no aprobó nada"),
    ],
)
def test_cada_diferencia_se_dice(libro, libros, dice):
    """Money lost, money twice, money from nowhere, a receipt that lacks."""
    (referencia, falta), *_mas = comparar(libro, {"A1": libros}, raras=set())
    assert referencia == "A1"
    assert dice in falta
    assert "pidió 100.00" in falta or libro == []


def test_un_pago_que_el_portal_no_tiene_se_dice():
    """A payment that the gateway holds and we do not is the worst of them."""
    assert list(comparar([APROBADO], {}, raras=set())) == [("A1", "la pasarela conoce un pago que el portal no tiene")]


@pytest.mark.parametrize(
    ("libros", "faltas"),
    [
        (nuestro("PENDIENTE", novedades=1), 0),
        (nuestro("PENDIENTE"), 1),
        (COBRADO, 2),
        (nuestro("RECHAZADA", favores="100.00", novedades=1), 1),
    ],
)
def test_lo_que_nadie_puede_decidir_espera_a_una_persona(libros, faltas):
    """Another amount or an unknown code: no state, no money, and somebody is told."""
    assert len(list(comparar([APROBADO], {"A1": libros}, raras={"A1"}))) == faltas


def test_los_totales_apartan_lo_que_esta_en_duda():
    """What nobody could book stands in a column of its own."""
    libro = [APROBADO, linea((1, "30.00"), referencia="B2")]
    libros = {"A1": nuestro(abonos="60.00", favores="40.00"), "B2": nuestro("PENDIENTE")}
    assert totales(libro, libros, raras={"B2"}) == tuple(map(Decimal, ("130.00", "60.00", "40.00", "30.00", "100.00")))
