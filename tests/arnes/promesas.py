"""pytest plugin: a whole run fails when a test that a document names as a proof neither ran nor was left out by a rule.

A proof that exists and never runs proves nothing. What the harness itself leaves to the other database, or names as
impossible on this machine, is accounted for in its own report.
"""

import pytest

from tests.arnes import documentos

_ESTADO = pytest.StashKey()
_OPCION = "documentos_con_pruebas"
# Whoever chose among the tests did not ask for the whole suite.
_ELECCIONES = (
    *("keyword", "markexpr", "deselect", "ignore", "ignore_glob", "lf", "stepwise", "maxfail"),
    *("collectonly", "showfixtures", "show_fixtures_per_test"),
)


class _Estado:
    """Names (`file::test`) of what passed and of what was left out; the named tests of which neither is true."""

    def __init__(self):
        self.pasaron, self.apartadas, self.faltan = set(), set(), []


def pytest_addoption(parser):
    parser.addini(
        _OPCION,
        "Documents (from the root) whose named tests must run in a whole run",
        type="linelist",
        default=list(documentos.DOCUMENTOS),
    )


def pytest_configure(config):
    config.stash[_ESTADO] = _Estado()
    config.pluginmanager.register(_Informes(config.stash[_ESTADO]), "informes_de_promesas")


class _Informes:
    """`pytest_runtest_logreport` is given no config: this object knows where to write."""

    def __init__(self, estado):
        self._estado = estado

    def pytest_runtest_logreport(self, report):
        if report.when == "call" and report.passed:
            self._estado.pasaron.add(_sin_parametros(report.nodeid))

    def pytest_deselected(self, items):
        self._estado.apartadas |= {_sin_parametros(item.nodeid) for item in items}


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error):
    """xdist: the workers deselect, the controller judges."""
    recibidas = getattr(node, "workeroutput", {}).get(_OPCION, ())
    node.config.stash[_ESTADO].apartadas.update(recibidas)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    config = session.config
    estado = config.stash[_ESTADO]
    if hasattr(config, "workeroutput"):
        config.workeroutput[_OPCION] = sorted(estado.apartadas)
        return
    terminada = session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
    if not terminada or not _es_entera(config):
        return
    pares = documentos.nombradas(*config.getini(_OPCION), raiz=config.rootpath)
    conocidas = estado.pasaron | estado.apartadas
    estado.faltan = [nombre for par in pares if (nombre := "::".join(par)) not in conocidas]
    if estado.faltan:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    for nombre in config.stash[_ESTADO].faltan:
        terminalreporter.write_line(f"FALLA: {nombre} es prueba de un documento y no pasó en esta corrida", red=True)


def _es_entera(config):
    """True when whoever started pytest gave no path and chose no tests."""
    elegidas = [nombre for nombre in _ELECCIONES if getattr(config.option, nombre, None)]
    return config.args_source is pytest.Config.ArgsSource.TESTPATHS and not elegidas


def _sin_parametros(nodeid):
    """`tests/x.py::test_y` out of `tests/x.py::test_y[a-1]`."""
    return nodeid.split("[", 1)[0]
