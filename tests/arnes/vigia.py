"""A pytest plugin that reads everything the suite puts out and fails the test in which a planted marker came out.

The markers are in `marcas`, the exits of a portal process in `salidas`, child processes in `hijos`. Here: what came
out, the exits that only a test run has (expected exceptions, captured output), and the verdict.
"""

import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.arnes import marcas, salidas
from tests.arnes.hijos import Hijos

# What came out since the last look: sentences that name the marker and the place. Threads append too.
_FUGAS: list[str] = []
_HIJOS = pytest.StashKey[Hijos]()
_VISTAS = pytest.StashKey[int]()


def mirar(texto, donde):
    """Note every marker in `texto` (str or bytes) as having come out at `donde`."""
    for nombre in marcas.buscar(texto):
        fuga = marcas.tachar(f"{nombre} salió en {donde}")  # the place may be a command line
        if fuga not in _FUGAS:
            _FUGAS.append(fuga)


def recoger():
    """What has come out since the last time, each place once; forgets it."""
    fugas, _FUGAS[:] = list(_FUGAS), []
    return fugas


@contextmanager
def fugas_a_proposito():
    """For the proofs of this module alone: what comes out inside goes to the list it gives and fails nobody."""
    antes, propias = recoger(), []
    try:
        yield propias
    finally:
        propias += recoger()
        _FUGAS.extend(antes)


# --- Exits that only a test run has -------------------------------------------------------------------------------
def vigilar_excepciones():
    """Every exception that a test expects, with those that caused it."""

    def llenar(original, excinfo, datos):
        error = datos[1]
        while error is not None:
            quien = type(error).__name__
            mirar("\n".join([str(error), repr(error), *getattr(error, "__notes__", ())]), f"la excepción {quien}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return original(excinfo, datos)

    salidas.interponer(pytest.ExceptionInfo, "fill_unfilled", llenar)


def vigilar_captura():
    """What a test reads of its own captured output; what it leaves unread is in the sections of its report."""

    def leer(original, captura):
        dicho = original(captura)
        for texto in dicho:
            mirar(texto, "la salida estándar")
        return dicho

    salidas.interponer(pytest.CaptureFixture, "readouterr", leer)


# --- The verdict --------------------------------------------------------------------------------------------------
def pytest_configure(config):
    salidas.vigilar(mirar)
    vigilar_excepciones()
    vigilar_captura()
    carpeta = tempfile.TemporaryDirectory(prefix="oasis-vigia-")
    config.add_cleanup(carpeta.cleanup)
    config.stash[_HIJOS] = Hijos(mirar, archivo=Path(carpeta.name) / "fugas")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    informe = yield
    for titulo, texto in informe.sections[item.stash.get(_VISTAS, 0) :]:
        mirar(texto, f"«{titulo}»")
    item.stash[_VISTAS] = len(informe.sections)
    fugas = [*item.config.stash[_HIJOS].leer(), *recoger()]
    if fugas or informe.failed:
        _juzgar(informe, fugas)
    return informe


def _juzgar(informe, fugas):
    """Fail the report for its leaks, and strike them out of what it shows."""
    informe.sections = [(titulo, marcas.tachar(texto)) for titulo, texto in informe.sections]
    dicho = informe.longreprtext
    if fugas:
        informe.outcome = "failed"
        partes = ["Salió algo que nunca debe salir (tests/arnes/marcas.py):", *(f"  - {fuga}" for fuga in fugas)]
        informe.longrepr = "\n".join([*partes, *([marcas.tachar(dicho)] if dicho else [])])
    elif marcas.buscar(dicho):
        informe.longrepr = marcas.tachar(dicho)
