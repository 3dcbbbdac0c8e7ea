"""Who goes next, and how many threads each lane may hold."""

import pytest

from pagos.sonda import reparto
from pagos.sonda.carril import Carril, Salida


def carril(en_vuelo, *, desde=0.0, cupo=64):
    uno = Carril(acuerdo=None, pasarela=None, en_vuelo=en_vuelo, cupo=cupo, cupo_hasta=1000.0)
    uno.cola.append(Salida(pago=None, desde=desde, hasta=1000.0, atraso=0.0))
    return uno


def test_sigue_el_que_menos_tiene_en_vuelo():
    """A gateway that hangs collects questions in flight, and so waits behind the others."""
    colgado, sano, vacio = carril(30), carril(2), carril(0, desde=50.0)
    assert reparto.siguiente([colgado, sano, vacio], 10.0) is sano
    assert reparto.siguiente([vacio], 10.0) is None
    assert reparto.siguiente([], 10.0) is None


@pytest.mark.parametrize(("hilos", "activos", "tope"), [(64, 1, 64), (64, 2, 32), (64, 100, 1), (64, 0, 64)])
def test_cada_carril_tiene_su_parte_de_los_hilos(hilos, activos, tope):
    """A fixed share each, and never less than one."""
    assert reparto.tope(hilos, activos) == tope


def test_se_espera_hasta_la_proxima_salida_y_no_mas():
    """Until the next turn; nobody waits for a lane without room."""
    assert reparto.espera([carril(0, desde=10.1)], 10.0, maxima=0.25) == pytest.approx(0.1)
    assert reparto.espera([carril(64, desde=10.1)], 10.0, maxima=0.25) == 0.25
    assert reparto.espera([carril(0, desde=9.0)], 10.0, maxima=0.25) == 0.001
