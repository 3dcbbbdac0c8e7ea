"""The limits of an agreement: so many questions at once, so many each second, whoever asks."""

import itertools
from datetime import timedelta
from uuid import uuid4

import pytest

from pagos import reloj
from pagos.models import CupoEnVuelo, TurnoAcuerdo
from pagos.sonda import cupos
from tests.fabricas_pagos import crear_acuerdo, crear_forma, crear_pago

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def fila(vencer):
    """`fila(en_vuelo, por_segundo)`: an agreement with those limits and thirty due pagos."""

    def hacer(en_vuelo, por_segundo):
        acuerdo = crear_acuerdo(limite_en_vuelo=en_vuelo, limite_por_segundo=por_segundo)
        forma = crear_forma(acuerdo)
        vencer(*(crear_pago(forma=forma) for _uno in range(30)))
        return acuerdo

    return hacer


def tomar(acuerdo, trabajador=None, *, cuantos=30, cupo=64):
    return cupos.tomar_lote(acuerdo, trabajador=trabajador or uuid4(), cuantos=cuantos, cupo=cupo)


def test_las_salidas_se_espacian_segun_el_limite_por_segundo(fila):
    """Ten a second: a tenth of a second apart, and a second's worth at a time."""
    lote = tomar(fila(8, 10))
    assert len(lote.pagos) == 10
    segundos = [salida.total_seconds() for salida in lote.salidas]
    assert segundos == pytest.approx([n / 10 for n in range(10)], abs=0.001)


def test_dos_trabajadores_se_reparten_los_turnos_de_un_segundo(fila):
    """What one took ahead is not there for the other, who gets the rest of that second and no more."""
    acuerdo = fila(8, 10)
    uno, otro = tomar(acuerdo, cuantos=6, cupo=4), tomar(acuerdo, cupo=4)
    assert (len(uno.pagos), len(otro.pagos)) == (6, 4)
    assert min(otro.salidas) + otro.ahora >= max(uno.salidas) + uno.ahora + timedelta(milliseconds=99)
    assert not set(uno.pagos) & set(otro.pagos)


def test_el_cupo_en_vuelo_es_de_todos_los_trabajadores_juntos(fila):
    """Eight at once: five for the first, three for the second, none for the third, who claims nothing."""
    acuerdo = fila(8, 1000)
    primero, segundo = uuid4(), uuid4()
    assert tomar(acuerdo, primero, cuantos=2, cupo=5).cupo == 5
    assert tomar(acuerdo, segundo, cuantos=2, cupo=5).cupo == 3
    tercero = tomar(acuerdo)
    assert (tercero.cupo, tercero.pagos) == (0, ())
    cupos.soltar(primero)
    assert tomar(acuerdo, segundo, cuantos=2, cupo=64).cupo == 8


def test_el_cupo_de_quien_murio_vuelve_solo(fila):
    """Room that is not renewed is everybody's again: nobody has to clean up after a kill -9."""
    acuerdo = fila(8, 1000)
    tomar(acuerdo, cuantos=1, cupo=8)
    assert tomar(acuerdo).cupo == 0
    CupoEnVuelo.objects.update(vence=reloj.ahora())
    assert tomar(acuerdo).cupo == 8


def test_un_turno_del_futuro_no_detiene_la_sonda(fila):
    """A turn half a second ahead is kept; one hours ahead is of a clock that was set back, and stops nobody."""
    acuerdo, trabajador = fila(8, 10), uuid4()
    TurnoAcuerdo.objects.create(acuerdo=acuerdo, siguiente=reloj.ahora() + timedelta(milliseconds=500))
    assert 3 <= len(tomar(acuerdo, trabajador).pagos) <= 5
    TurnoAcuerdo.objects.update(siguiente=reloj.ahora() + timedelta(hours=5))
    assert len(tomar(acuerdo, trabajador).pagos) == 10


def test_cuatro_a_la_vez_no_pasan_de_los_limites(fila, en_paralelo):
    """Four workers at the same instant, agreement never seen before: eight in flight and ten turns among them."""
    for _ronda in range(5):
        acuerdo = fila(8, 10)
        lotes = en_paralelo(4, lambda a=acuerdo: tomar(a, cupo=8))
        assert sum(lote.cupo for lote in lotes) == 8
        assert sum(len(lote.pagos) for lote in lotes) <= 10
        salidas = sorted(lote.ahora + salida for lote in lotes for salida in lote.salidas)
        assert all(b - a >= timedelta(milliseconds=99) for a, b in itertools.pairwise(salidas))
