"""People who log in on the portal's real processes."""

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password

from tests.fabricas import CLAVE


@pytest.fixture(scope="session")
def _clave_cifrada():
    return make_password(CLAVE, hasher=PBKDF2PasswordHasher())


@pytest.fixture
def dar_clave(_clave_cifrada):
    """`dar_clave(*people)`: they log in with CLAVE at processes that hash as in production, unlike the tests' own."""

    def dar(*personas):
        for persona in personas:
            type(persona).objects.filter(pk=persona.pk).update(password=_clave_cifrada)

    return dar
