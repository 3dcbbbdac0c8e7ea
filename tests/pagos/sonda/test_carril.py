"""A lane: when its first in line may leave, and when it claims more."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from pagos.models import AcuerdoComercial, Pago
from pagos.sonda.carril import PARA_SALIR, Carril
from pagos.sonda.cupos import Lote


def carril(*, espera=0.0, cuantos=3, cupo=2, vencida=5, limite=8, por_segundo=1000):
    """A lane that has just received a lot; `vencida`: seconds ago that its pagos were due."""
    ahora = timezone.now()
    pagos = tuple(Pago(proxima_consulta=ahora - timedelta(seconds=vencida)) for _uno in range(cuantos))
    uno = Carril(AcuerdoComercial(limite_en_vuelo=limite, limite_por_segundo=por_segundo), pasarela=None)
    lote = Lote(pagos=pagos, ahora=ahora, salidas=(timedelta(seconds=espera),) * cuantos, cupo=cupo)
    uno.recibir(lote, reclamado_en=time.monotonic())
    return uno


def test_sale_cuando_le_toca_y_hay_cupo():
    """Not before its turn, not above its room, not with room that may be somebody else's by now."""
    ahora = time.monotonic()
    assert carril().puede_salir(ahora + 1)
    assert not carril(espera=30).puede_salir(ahora)
    lleno = carril()
    lleno.en_vuelo = 2
    assert not lleno.puede_salir(ahora + 1)
    assert not carril(cupo=0).puede_salir(ahora + 1)
    assert not carril().puede_salir(ahora + 60)


def test_el_atraso_se_cuenta_desde_que_vencio_hasta_su_turno():
    """Due five seconds ago, two more until its turn: seven late."""
    assert carril(espera=2).cola[0].atraso == pytest.approx(7, abs=0.01)


def test_lo_que_no_sale_a_tiempo_no_sale():
    """Half of the lease is for leaving, half for the answer."""
    salida = carril().cola[0]
    assert salida.hasta - time.monotonic() == pytest.approx(PARA_SALIR, abs=1)


def test_reclama_mas_antes_de_quedarse_sin_nada():
    """Half empty is the time to claim; a lane that may ask once alone waits for that answer."""
    assert not carril(cuantos=5).quiere_mas(8)
    medio = carril(cuantos=4)
    assert medio.quiere_mas(8)
    assert medio.cuantos(8) == 20
    medio.una_sola = True
    assert not medio.quiere_mas(8)
    medio.vaciar()
    assert (medio.quiere_mas(8), medio.cuantos(8)) == (True, 1)


def test_no_reclama_mas_de_lo_que_su_acuerdo_deja_preguntar():
    """Three in line for each that may be in flight: more would only make leases run out."""
    assert carril(cuantos=0, limite=3).cuantos(64) == 9


def test_quien_se_queda_sin_cupo_lo_pide_otra_vez():
    """Room that ran out, or was taken away, is claimed again while somebody waits in line, a second later."""
    ahora = time.monotonic()
    uno = carril()
    assert not uno.debe_renovar(ahora)
    assert uno.debe_renovar(ahora + 60)
    uno.quitar_cupo()
    assert (uno.debe_renovar(ahora), uno.debe_renovar(ahora + 2)) == (False, True)
    uno.vaciar()
    assert not uno.debe_renovar(ahora + 2)


def test_cinco_fallos_seguidos_o_una_espera_detienen_la_fila():
    """Before any writer has told the breaker: a dead gateway is not called by all that waits."""
    ahora = time.monotonic()
    fallando, sanando, esperando = carril(cupo=9), carril(cupo=9), carril(cupo=9)
    for _vez in range(5):
        fallando.aterrizar(de_red=True, esperar=None)
    for vez in range(9):
        sanando.aterrizar(de_red=vez != 4, esperar=None)
    esperando.aterrizar(de_red=True, esperar=2.0)
    assert [uno.puede_salir(ahora + 1) for uno in (fallando, sanando, esperando)] == [False, True, False]


def test_los_turnos_perdidos_no_salen_todos_juntos():
    """After a stall all of them are overdue: they leave a tenth of a second apart, as their limit says."""
    uno, ahora = carril(por_segundo=10), time.monotonic() + 3
    uno.salir(ahora)
    assert not uno.puede_salir(ahora + 0.09)
    assert uno.puede_salir(ahora + 0.11)


def test_lo_reclamado_cuenta_desde_antes_de_su_reclamo():
    """A pause between the claim and its arrival here must not make a lease look longer than it is."""
    uno, lote = carril(cuantos=0), Lote(pagos=(), ahora=timezone.now(), salidas=(), cupo=2)
    uno.recibir(lote, reclamado_en=time.monotonic() - 100)
    assert uno.cupo_hasta < time.monotonic()
