import os

import pytest

from bench.sonda.ordenes import NoConfiable, Obrero

_MODULO = """
import os
from bench.sonda.ordenes import obedecer

def sumar(*, a, b):
    print("esto va a la bitácora")
    return {"suma": a + b, "pid": os.getpid()}

obedecer({"sumar": sumar, "morir": lambda: os._exit(7)})
"""


@pytest.fixture
def obrero(tmp_path):
    (tmp_path / "obediente.py").write_text(_MODULO)
    ruta = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    with Obrero("obediente", entorno={**os.environ, "PYTHONPATH": ruta}, bitacora=tmp_path / "bitacora") as uno:
        yield uno


def test_un_obrero_hace_lo_que_se_le_dice_en_su_proceso(obrero, tmp_path):
    """It answers each order from the process that is measured, and what it prints does not mix with its answers."""
    assert obrero.hacer("sumar", a=1, b=2) == {"suma": 3, "pid": obrero.pid}
    assert obrero.hacer("sumar", a=2, b=2)["suma"] == 4
    assert obrero.pid != os.getpid()


def test_un_obrero_que_muere_no_da_cifras(obrero):
    """A process that dies in the middle is told with its exit code, never waited for."""
    with pytest.raises(NoConfiable, match="código 7"):
        obrero.hacer("morir")
