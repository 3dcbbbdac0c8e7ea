"""What a run leaves out: counted with its reason, never skipped, and a failure in CI when the machine is to blame."""

import pytest

from herramientas.variables import RAIZ
from tests.herramientas.apoyo import correr

pytestmark = pytest.mark.solo_sqlite("the tools never open the database: once is enough")

_NAVEGADOR = "import pytest\n@pytest.mark.navegador\ndef test_n(): pass\ndef test_o(): pass\n"
_OTRA_BASE = "import pytest\n@pytest.mark.solo_postgresql('por algo')\ndef test_p(): pass\ndef test_o(): pass\n"


@pytest.fixture
def suite(tmp_path):
    """`suite(source, *options, **variables)`: (code, output) of the harness over one test file."""

    def ejecutar(codigo, *opciones, **variables):
        archivo = tmp_path / "test_ejemplo.py"
        archivo.write_text(codigo, encoding="utf-8")
        orden = ["-m", "pytest", "-c", RAIZ / "pyproject.toml", "--rootdir", RAIZ, "-q", "--bd=sqlite", *opciones]
        return correr(*orden, archivo, **variables)

    return ejecutar


@pytest.mark.parametrize("opciones", [(), ("-n", "2")])
def test_lo_que_no_aplica_a_la_base_se_cuenta(suite, tmp_path, opciones):
    """A test of the other database is deselected and counted with its reason, and the run passes; also in CI.

    Nothing of the harness stays in the temporary folder.
    """
    temporal = tmp_path / "temporal"
    temporal.mkdir()
    codigo, salida = suite(_OTRA_BASE, *opciones, CI="true", TMPDIR=str(temporal))
    assert list(temporal.glob("oasis-*")) == []
    assert codigo == 0, salida
    assert "no aplica a sqlite: 1 × solo_postgresql: por algo" in salida
    assert "1 passed" in salida


@pytest.mark.parametrize("opciones", [(), ("-n", "2")])
@pytest.mark.parametrize(("variables", "esperado"), [({}, 0), ({"CI": "true"}, 1)])
def test_lo_que_la_maquina_no_puede_se_nombra_y_en_ci_falla(suite, opciones, variables, esperado):
    """Without Chromium its tests are named at the end; under CI=true the run fails for it."""
    codigo, salida = suite(_NAVEGADOR, *opciones, CHROMIUM="/no/hay", **variables)
    assert codigo == esperado, salida
    assert "NO SE PUDO EJECUTAR en esta máquina: 1 × navegador: no hay Chromium" in salida
    assert ("FALLA: con CI=true" in salida) == bool(esperado)


def test_con_chromium_la_prueba_corre(suite, tmp_path):
    """The same test runs where there is a Chromium."""
    chromium = tmp_path / "chromium"
    chromium.touch()
    codigo, salida = suite(_NAVEGADOR, CHROMIUM=str(chromium), CI="true")
    assert codigo == 0, salida
    assert "2 passed" in salida


@pytest.mark.parametrize("salto", ["pytest.skip('x')", "pytest.xfail('x')"])
def test_saltarse_una_prueba_es_un_fallo(suite, salto):
    """A run with a skipped or expected failure does not pass, anywhere."""
    codigo, salida = suite(f"import pytest\ndef test_s(): {salto}\n")
    assert codigo == 1
    assert "FALLA: 1 pruebas saltadas" in salida


def test_una_marca_sin_razon_es_un_error(suite):
    """Leaving a test to one database needs a reason."""
    codigo, salida = suite("import pytest\n@pytest.mark.solo_sqlite\ndef test_s(): pass\n")
    assert codigo != 0
    assert "exige una razón" in salida


def test_un_aviso_es_un_error(suite):
    """Warnings do not pass by."""
    codigo, salida = suite("import warnings\ndef test_w(): warnings.warn('ojo')\n")
    assert codigo == 1
    assert "UserWarning: ojo" in salida
