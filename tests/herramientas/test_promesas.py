"""A whole run fails when a test that a document names as a proof did not run; a chosen part of the suite does not."""

import pytest

from herramientas.variables import RAIZ
from tests.arnes import documentos
from tests.herramientas.apoyo import correr

pytestmark = pytest.mark.solo_sqlite("the tools never open the database: once is enough")

CONFIGURACION = """[tool.pytest.ini_options]
testpaths = ["tests"]
addopts = ["-p", "tests.arnes.complemento", "-p", "tests.arnes.promesas", "--import-mode=importlib"]
DJANGO_SETTINGS_MODULE = "oasis_portal.settings"
django_find_project = false
documentos_con_pruebas = ["promesas.md"]
"""
PRUEBAS = """import pytest
@pytest.mark.parametrize("n", [1, 2])
def test_corre(n): pass
@pytest.mark.solo_postgresql("por algo")
def test_de_la_otra_base(): pass
@pytest.mark.navegador
def test_del_navegador(): pass
def test_falla(): assert DEBE_PASAR
"""
FALTA = "es prueba de un documento y no pasó en esta corrida"


@pytest.fixture
def proyecto(tmp_path):
    """`proyecto(*named, options=(), passing=True)`: (code, output) of the whole suite of a small project."""

    def ejecutar(*nombradas, opciones=(), pasa=True):
        (tmp_path / "tests").mkdir(exist_ok=True)
        (tmp_path / "pyproject.toml").write_text(CONFIGURACION, encoding="utf-8")
        (tmp_path / "tests/test_x.py").write_text(f"DEBE_PASAR = {pasa}\n{PRUEBAS}", encoding="utf-8")
        nombres = ", ".join(f"`tests/test_x.py::{nombre}`" for nombre in nombradas)
        (tmp_path / "promesas.md").write_text(f"| demand | proof |\n|---|---|\n| 1 algo | {nombres} |\n")
        orden = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "--bd=sqlite", *opciones)
        return correr(*orden, carpeta=tmp_path, PYTHONPATH=str(RAIZ), CHROMIUM="/no/hay")

    return ejecutar


@pytest.mark.parametrize("opciones", [(), ("-n", "2")])
def test_lo_que_corrio_o_quedo_por_fuera_por_una_regla_esta_probado(proyecto, opciones):
    """Parametrised tests count by their name; what belongs to the other database or to a browser is accounted for."""
    codigo, salida = proyecto("test_corre", "test_de_la_otra_base", "test_del_navegador", opciones=opciones)
    assert codigo == 0, salida
    assert FALTA not in salida


@pytest.mark.parametrize("opciones", [(), ("-n", "2")])
def test_una_prueba_nombrada_que_no_corre_es_un_fallo(proyecto, opciones):
    """All pass, and the run fails because a named proof is not among them; the closing report says which."""
    codigo, salida = proyecto("test_corre", "test_que_nadie_escribio", opciones=opciones)
    assert codigo == 1, salida
    assert f"FALLA: tests/test_x.py::test_que_nadie_escribio {FALTA}" in salida
    assert "3 passed" in salida


def test_una_prueba_nombrada_que_falla_no_prueba_nada(proyecto):
    """Running is not enough: it must pass."""
    codigo, salida = proyecto("test_falla", pasa=False)
    assert codigo == 1
    assert f"tests/test_x.py::test_falla {FALTA}" in salida


@pytest.mark.parametrize("opciones", [("tests",), ("-k", "corre"), ("-m", "not navegador"), ("--maxfail", "3")])
def test_quien_elige_una_parte_no_promete_todo(proyecto, opciones):
    """With a path, -k, -m or an early end the rest is not missed."""
    codigo, salida = proyecto("test_que_nadie_escribio", opciones=opciones)
    assert codigo == 0, salida
    assert FALTA not in salida


def test_existe_mira_dentro_del_archivo(tmp_path):
    """A name in a comment is no test, and a file that is gone has none."""
    (tmp_path / "x.py").write_text("# test_a\ndef test_b(): pass\n", encoding="utf-8")
    assert documentos.existe("x.py", "test_b", raiz=tmp_path)
    assert not documentos.existe("x.py", "test_a", raiz=tmp_path)
    assert not documentos.existe("y.py", "test_b", raiz=tmp_path)
