import json

import pytest

from bench.sonda import informe
from bench.sonda.maquina import Uso


@pytest.fixture
def archivo(tmp_path, monkeypatch):
    monkeypatch.setattr(informe, "RAIZ", tmp_path)
    monkeypatch.setattr(informe, "ARCHIVO", tmp_path / "var" / "sonda.json")
    return informe.ARCHIVO


def test_una_cifra_dice_si_cumple_su_limite(archivo, capsys):
    """A figure is held to its bound, from above or below; one without a bound is told and not judged."""
    uno = informe.Informe(pagos=10)
    uno.cifra("m", "en el límite", 1.1, maximo=1.1)
    uno.cifra("m", "por encima", 1.2, maximo=1.1)
    uno.cifra("m", "por debajo", 1, minimo=2)
    uno.cifra("m", "suelta", 9.0)
    uno.escribir()
    assert [fila["cumple"] for fila in json.loads(archivo.read_text())["cifras"]] == [True, False, False, None]
    assert capsys.readouterr().out.count("NO CUMPLE") == 2
    assert uno.confiable


def test_lo_que_no_es_confiable_se_dice_y_se_nota(archivo, capsys):
    """A measurement without a figure is in the table and in the file, and the run is not to be believed."""
    uno = informe.Informe()
    uno.no_confiable("dos", "nadie preguntó")
    uno.escribir()
    assert not uno.confiable
    assert "NO CONFIABLE: nadie preguntó" in capsys.readouterr().out
    assert json.loads(archivo.read_text())["no_confiables"] == [{"medida": "dos", "error": "nadie preguntó"}]


@pytest.mark.parametrize(("ajena", "ruidosa"), [(0.02, False), (0.5, True)])
def test_una_ronda_entre_ruido_se_marca(ajena, ruidosa, capsys):
    """What was measured while others kept the machine busy carries a mark."""
    uso = Uso(segundos=2.0, cpu=1.0, cpu_postgresql=0.5, cpu_simulador=0.5, ajena=ajena)
    informe.Informe().uso("ronda", uso, 1000, ideal=1.0)
    salida = capsys.readouterr().out
    assert ("RUIDO" in salida) is ruidosa
    assert "2.00 x ideal" in salida
    assert "CPU  1.00 ms" in salida
