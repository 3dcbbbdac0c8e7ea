"""The virtual environment: made where it can be made, explained where it cannot, left alone when it is up to date."""

import shutil
import subprocess
import sys

import pytest

from herramientas.variables import RAIZ
from tests.herramientas.apoyo import entorno_de_persona

pytestmark = pytest.mark.solo_sqlite("the tools never open the database: once is enough")

# Makes the interpreter believe that these modules are not installed, as Debian without python3-venv or python3-pip.
_SIN = """
import sys
class _Falta:
    def find_spec(self, nombre, ruta=None, destino=None):
        if nombre.split(".")[0] in {faltan!r}:
            raise ModuleNotFoundError(nombre)
sys.meta_path.insert(0, _Falta())
import importlib.util
_original = importlib.util.find_spec
importlib.util.find_spec = lambda nombre, *a: None if nombre.split(".")[0] in {faltan!r} else _original(nombre, *a)
"""


@pytest.fixture
def clon(tmp_path):
    """A folder like a fresh clone whose requirements are empty, so that nothing is downloaded."""
    (tmp_path / "clon" / "herramientas").mkdir(parents=True)
    shutil.copy(RAIZ / "herramientas" / "instalar.py", tmp_path / "clon" / "herramientas")
    for nombre in ("requirements.txt", "requirements-simulador.txt"):
        (tmp_path / "clon" / nombre).write_text("# nada\n", encoding="utf-8")
    (tmp_path / "clon" / "requirements-dev.txt").write_text("-r requirements.txt\n", encoding="utf-8")
    return tmp_path / "clon"


def _instalar(clon, perfil="demo", *, faltan=()):
    """Run the installer in `clon` as a machine without the modules `faltan` would; returns (code, output)."""
    sitio = clon.parent / "sitio"
    sitio.mkdir(exist_ok=True)
    (sitio / "sitecustomize.py").write_text(_SIN.format(faltan=set(faltan)) if faltan else "", encoding="utf-8")
    base = f"{sys.base_prefix}/bin/python{sys.version_info[0]}.{sys.version_info[1]}"
    hecho = subprocess.run(
        [base, clon / "herramientas" / "instalar.py", perfil],
        env=entorno_de_persona(PYTHONPATH=str(sitio)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    return hecho.returncode, hecho.stdout


def _sirve(clon):
    return (
        subprocess.call([clon / ".venv/bin/python", "-c", "import sys; sys.exit(sys.prefix == sys.base_prefix)"]) == 0
    )


@pytest.mark.lento
def test_crea_el_entorno_y_la_segunda_vez_no_hace_nada(clon):
    """The first run creates and installs; the second one says and touches nothing."""
    codigo, salida = _instalar(clon)
    assert (codigo, _sirve(clon)) == (0, True), salida
    assert "Instalando" in salida
    assert _instalar(clon) == (0, "")


@pytest.mark.lento
def test_lo_de_desarrollo_alcanza_para_la_demostracion(clon):
    """After `dev` nothing is left to install for `demo`; a changed file is seen even through -r."""
    assert _instalar(clon, "dev")[0] == 0
    assert _instalar(clon, "demo") == (0, "")
    (clon / "requirements.txt").write_text("# otra cosa\n", encoding="utf-8")
    assert "Instalando" in _instalar(clon, "dev")[1]


@pytest.mark.lento
def test_sin_ensurepip_usa_el_pip_del_sistema(clon):
    """Where `venv` cannot make an environment with pip, the system's pip installs into it."""
    codigo, salida = _instalar(clon, faltan={"ensurepip"})
    assert (codigo, _sirve(clon)) == (0, True), salida
    assert not list((clon / ".venv").glob("lib/*/site-packages/pip"))


def test_sin_ensurepip_ni_pip_nombra_el_paquete(clon):
    """Without either, one line says which package to install."""
    codigo, salida = _instalar(clon, faltan={"ensurepip", "pip"})
    assert codigo == 2
    assert "apt install python3-venv" in salida.splitlines()[-1]
    assert "Traceback" not in salida


def test_un_entorno_a_medias_se_rehace(clon):
    """A `.venv` whose Python does not start (a removed interpreter, a broken install) is made again."""
    (clon / ".venv/bin").mkdir(parents=True)
    (clon / ".venv/bin/python").symlink_to("/no/existe")
    codigo, salida = _instalar(clon)
    assert (codigo, _sirve(clon)) == (0, True), salida


def test_un_paquete_que_no_existe_falla_y_no_queda_como_hecho(clon):
    """A failed install is code 2, says so, and is tried again the next time."""
    (clon / "requirements.txt").write_text("./no-existe-este-paquete\n", encoding="utf-8")
    for _vez in range(2):
        codigo, salida = _instalar(clon)
        assert codigo == 2
        assert "No se pudo instalar" in salida.splitlines()[-1]
