"""A place for confirmations."""

import pytest

from tests.simulador.payu.apoyo import Receptor


@pytest.fixture
def receptor():
    """A merchant's address for confirmations, closed at the end of the test."""
    receptor = Receptor()
    yield receptor
    receptor.cerrar()
