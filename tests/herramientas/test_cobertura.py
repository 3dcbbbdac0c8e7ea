"""`make cobertura`: it counts branches, and nothing measured is not a hundred per cent."""

import pytest

from herramientas import cobertura
from herramientas.variables import RAIZ


def test_cuenta_ramas_y_no_lineas():
    """Lines all walked do not make up for branches that were not."""
    totales = {"num_statements": 900, "covered_lines": 900, "num_branches": 200, "covered_branches": 195}
    assert cobertura.porcentaje({"totals": totales}) == 97.5


@pytest.mark.parametrize("totales", [{"num_branches": 0, "covered_branches": 0}, {"num_statements": 3}])
def test_lo_que_no_se_midio_no_pasa(totales):
    """A report without branches is a mistake of the command, not a success."""
    with pytest.raises(ValueError, match="no se midió"):
        cobertura.porcentaje({"totals": totales})


@pytest.mark.parametrize(("codigo", "ramas", "salida"), [(0, 98.0, 0), (0, 97.9, 1), (1, 100.0, 1)])
def test_falla_por_debajo_del_minimo_o_si_una_prueba_falla(monkeypatch, capsys, codigo, ramas, salida):
    """Either is enough."""
    monkeypatch.setattr(cobertura, "medir", lambda _carpeta: (codigo, ramas))
    assert cobertura.main() == salida
    assert f"{ramas:.1f} %" in capsys.readouterr().out


def test_mide_carpetas_que_existen():
    """What it measures and what it runs are there: a renamed folder would measure nothing."""
    assert [camino for camino in (cobertura.PAQUETE, *cobertura.PRUEBAS) if not (RAIZ / camino).exists()] == []
