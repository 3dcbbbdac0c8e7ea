import time

import pytest

from simulador.reloj import Reloj, fecha_bogota, leer_instante


def test_anda_se_mueve_y_se_detiene():
    """The clock runs with real time, moves by the offset asked, stands still when stopped, and runs on from there."""
    reloj = Reloj()
    assert abs(reloj.ahora() - time.time()) < 1
    reloj.adelantar(3600)
    assert abs(reloj.ahora() - time.time() - 3600) < 1
    reloj.detener(True)
    quieto = reloj.ahora()
    time.sleep(0.02)
    assert reloj.ahora() == quieto
    reloj.adelantar(-60)
    assert reloj.ahora() == quieto - 60
    reloj.detener(False)
    time.sleep(0.02)
    assert quieto - 60 < reloj.ahora() < quieto - 55
    reloj.fijar(1000.0)
    assert 1000 <= reloj.ahora() < 1005


def test_cuanto_falta_en_tiempo_real():
    """The real wait until a moment: none when past, the difference while running, unknown while stopped."""
    reloj = Reloj()
    assert reloj.espera_real(reloj.ahora() - 1) == 0
    assert 9 < reloj.espera_real(reloj.ahora() + 10) <= 10
    reloj.detener(True)
    assert reloj.espera_real(reloj.ahora() + 10) is None


def test_las_fechas_sin_zona_son_colombianas():
    """A text without offset is Bogotá's clock; one with offset, or a number, is what it says."""
    assert leer_instante("2026-12-31T19:00:00") == leer_instante("2027-01-01T00:00:00+00:00") == 1798761600
    assert leer_instante(5) == 5.0
    assert fecha_bogota(1798761600).strftime("%d/%m/%Y %H:%M:%S") == "31/12/2026 19:00:00"
    for malo in ("ayer", True, None, []):
        with pytest.raises(ValueError, match=r"fecha|Invalid"):
            leer_instante(malo)
