"""Fixtures of the whole suite. What makes the environment hostile is in `tests/arnes`."""

import pytest

from tests.arnes.hilos import en_paralelo as _en_paralelo
from tests.pagos.buzon import Buzon
from tests.simulador.apoyo import Proceso


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup):
    """Every connection knows what the migrations created, so that it is put back after a transactional test.

    While Playwright runs its event loop in this thread, Django hands out another connection object than the one that
    made the database.
    """
    from django.db import connection
    from django.db.backends.base.base import BaseDatabaseWrapper

    if hasattr(connection, "_test_serialized_contents"):
        BaseDatabaseWrapper._test_serialized_contents = connection._test_serialized_contents


@pytest.fixture(autouse=True)
def cache_limpia():
    """No test sees what another one left in the cache."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(autouse=True)
def idioma_de_fabrica():
    """No test speaks the language in which another one asked for a page: the middleware leaves it set in the thread."""
    from django.utils import translation

    translation.deactivate()


@pytest.fixture
def en_paralelo(transactional_db):
    """`en_paralelo(n, funcion, tolerar=())`: n threads at the same instant, each with its own connection."""
    return _en_paralelo


@pytest.fixture(scope="session")
def _simulador_de_la_sesion():
    proceso = Proceso("--puerto-desvio", "0")
    yield proceso
    proceso.parar()


@pytest.fixture
def proceso_simulador(_simulador_de_la_sesion, settings):
    """A gateway simulator, emptied, in a process of its own: `.url`, and `.urls[1]` where its hosted pages live.

    Both origins are known doors while the test runs. `.control(...)` reaches its control API.
    """
    _simulador_de_la_sesion.control("reiniciar", {})
    settings.PASARELA_ORIGENES = _simulador_de_la_sesion.urls
    return _simulador_de_la_sesion


@pytest.fixture(scope="session")
def _buzon_de_la_sesion():
    buzon = Buzon()
    yield buzon
    buzon.cerrar()


@pytest.fixture
def buzon(_buzon_de_la_sesion, settings):
    """A mail server, empty, to which this process sends too."""
    _buzon_de_la_sesion.vaciar()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", _buzon_de_la_sesion.puerto
    return _buzon_de_la_sesion
