"""Fixtures of the whole suite. What makes the environment hostile is in `tests/arnes`."""

import pytest

from tests.arnes.hilos import en_paralelo as _en_paralelo


@pytest.fixture(autouse=True)
def cache_limpia():
    """No test sees what another one left in the cache."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def en_paralelo(transactional_db):
    """`en_paralelo(n, funcion, tolerar=())`: n threads at the same instant, each with its own connection."""
    return _en_paralelo
