"""The pytest plugin of this repository (`-p` in pyproject.toml): it must act before pytest-django reads the settings.

The controller starts the services once; xdist's workers inherit them through the environment.
"""

import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest

from herramientas import servicios
from herramientas.navegador import ruta_chromium
from tests.arnes import entorno, seleccion, vaciado

# Set by the controller: which database this run is about, for its workers and for any pytest that a test starts.
_BD, _REDIS = "ARNES_BD", "ARNES_REDIS"
# The controller's folder: its workers' folders live inside, so that one removal is enough even when they are killed.
_CARPETA = "ARNES_CARPETA"
_ESTADO = pytest.StashKey()


class Estado:
    """What one pytest process holds: its folder, what it must end, what it left out."""

    def __init__(self):
        dentro_de = os.environ.get(_CARPETA) if _trabajador() is not None else None
        self.carpeta = Path(tempfile.mkdtemp(prefix="oasis-pruebas-", dir=dentro_de))
        # PostgreSQL runs as another user when we are root, and must be able to walk in.
        self.carpeta.chmod(0o711)
        self.finales = []
        self.apartadas = seleccion.Apartadas()
        self.razones_de_fallo = []

    def terminar(self):
        while self.finales:
            self.finales.pop()()
        shutil.rmtree(self.carpeta, ignore_errors=True)


def _trabajador():
    """Number of this xdist worker, from 0; None in the controller or without xdist."""
    nombre = os.environ.get("PYTEST_XDIST_WORKER")
    return int(nombre.removeprefix("gw")) if nombre else None


def pytest_addoption(parser):
    parser.addoption(
        "--bd",
        choices=("sqlite", "postgresql"),
        help="Database of the run; default: the one of DATABASE_URL, else sqlite. "
        "postgresql without DATABASE_URL starts a server of its own.",
    )


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config):
    opciones = early_config.known_args_namespace
    if not (opciones.help or opciones.version):
        _preparar(early_config, opciones)
    return (yield)


def _preparar(config, opciones):
    estado = config.stash[_ESTADO] = Estado()
    config.add_cleanup(estado.terminar)
    url = os.environ.get("DATABASE_URL", "")
    redis_url = os.environ.get(_REDIS, "")
    if _trabajador() is None:
        os.environ[_CARPETA] = str(estado.carpeta)
        bd = opciones.bd or ("postgresql" if url.startswith("postgres") else "sqlite")
        os.environ[_BD] = bd
        # `kill` must end the services too, as Ctrl-C does.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        if bd == "sqlite":
            url, redis_url = "", ""
        else:
            url, redis_url = _iniciar_servicios(estado, url)
        os.environ[_REDIS] = redis_url
    numero = (_trabajador() or 0) + 1  # Redis has 16 numbered databases: one for each process
    entorno.preparar(estado.carpeta, database_url=url, redis_url=f"{redis_url}/{numero}" if redis_url else "")
    from tests.arnes import hostil

    hostil.prohibir_red()


def _iniciar_servicios(estado, url):
    if not url.startswith("postgres"):
        postgresql = servicios.Postgresql(estado.carpeta / "postgresql")
        url = postgresql.url
        estado.finales.append(postgresql.terminar)
    redis_url, _nombre, terminar = servicios.iniciar_redis(estado.carpeta)
    estado.finales.append(terminar)
    return url, redis_url


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    for marca in seleccion.MARCAS:
        config.addinivalue_line("markers", marca)
    if _ESTADO not in config.stash:
        return
    from django.conf import settings

    from tests.arnes import hostil

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = hostil.VariableSinDefinir()
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        # A real file, as in production: an in-memory database would serialise the threads by itself.
        prueba = settings.DATABASES["default"].setdefault("TEST", {})
        prueba["NAME"] = str(config.stash[_ESTADO].carpeta / "prueba.sqlite3")
    vaciado.vaciar_sin_disparadores()
    hostil.exigir_of()
    hostil.invertir_lo_no_ordenado()
    hostil.ejecutar_on_commit()


def pytest_report_header(config):
    if _ESTADO not in config.stash:
        return None
    from django.conf import settings

    redis = "no" if not settings.REDIS_URL else "redis-server" if servicios.redis_instalado() else "fakeredis"
    return f"base de datos: {os.environ[_BD]}, Redis: {redis}, Chromium: {ruta_chromium() or 'no hay'}"


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item):
    """Rows that migrations create (the groups) are put back after the flush that ends a transactional test."""
    marca = item.get_closest_marker("django_db")
    pedido = marca.kwargs if marca else {}
    fixtures = getattr(item, "fixturenames", ())
    if pedido.get("transaction") or "transactional_db" in fixtures or "live_server" in fixtures:
        pedido = {**pedido, "transaction": True, "serialized_rollback": True}
        item.add_marker(pytest.mark.django_db(**pedido), append=False)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    config.stash[_ESTADO].apartadas = seleccion.apartar(config, items, bd=os.environ[_BD])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error):
    """xdist: every worker collects everything, so the report of any one of them is the report of the run."""
    recibidas = getattr(node, "workeroutput", {}).get("apartadas")
    if recibidas:
        node.config.stash[_ESTADO].apartadas = seleccion.Apartadas.desde_texto(recibidas)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    estado = session.config.stash.get(_ESTADO, None)
    if estado is None:
        return
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["apartadas"] = estado.apartadas.como_texto()
        return
    informador = session.config.pluginmanager.get_plugin("terminalreporter")
    saltadas = sum(len(informador.stats.get(clase, ())) for clase in ("skipped", "xfailed", "xpassed"))
    if saltadas:
        estado.razones_de_fallo.append(f"{saltadas} pruebas saltadas o marcadas para fallar: no se permite ninguna")
    if seleccion.en_ci() and estado.apartadas.imposibles:
        estado.razones_de_fallo.append("con CI=true nada puede quedar por fuera a causa de la máquina")
    if estado.razones_de_fallo and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    estado = config.stash.get(_ESTADO, None)
    if estado is None:
        return
    terminalreporter.section("qué se probó")
    terminalreporter.write_line(pytest_report_header(config))
    seleccion.informar(terminalreporter.write_line, estado.apartadas, bd=os.environ[_BD])
    for razon in estado.razones_de_fallo:
        terminalreporter.write_line(f"FALLA: {razon}", red=True)
