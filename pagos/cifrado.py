"""Encryption at rest: MultiFernet over settings.CLAVES_CIFRADO, the owner's id inside the ciphertext.

A wrong key or a ciphertext copied from another row raises; it never comes back as if it were the secret.
"""

import json

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from pagos.errores import CifradoInvalidoError


def _fernet():
    return MultiFernet([Fernet(clave) for clave in settings.CLAVES_CIFRADO])


def cifrar(datos, *, de):
    """Encrypt a JSON-able value for its owner `de` (any id); returns text."""
    return _fernet().encrypt(json.dumps({"de": str(de), "datos": datos}).encode()).decode()


def descifrar(texto, *, de):
    """What `cifrar` took; raises CifradoInvalidoError when no key opens it or it belongs to another owner."""
    try:
        sobre = json.loads(_fernet().decrypt(texto.encode()))
    except InvalidToken as error:
        raise CifradoInvalidoError(
            f"CLAVES_CIFRADO no abre lo cifrado de {de}: revise las claves y su orden"
        ) from error
    if sobre["de"] != str(de):
        raise CifradoInvalidoError(f"Lo cifrado que está en {de} pertenece a otro registro")
    return sobre["datos"]


def recifrar(texto):
    """The same secret under the first key of CLAVES_CIFRADO (key rotation)."""
    try:
        return _fernet().rotate(texto.encode()).decode()
    except InvalidToken as error:
        raise CifradoInvalidoError("CLAVES_CIFRADO no abre lo cifrado: no se puede rotar") from error
