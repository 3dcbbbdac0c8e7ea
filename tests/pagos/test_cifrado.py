"""Encryption at rest: what does not open raises; it never comes back as if it were the secret."""

import pytest
from cryptography.fernet import Fernet

from pagos.cifrado import cifrar, descifrar, recifrar
from pagos.errores import CifradoInvalidoError
from tests.arnes import marcas
from tests.fabricas_pagos import crear_acuerdo


def test_lo_cifrado_vuelve_igual_y_no_se_lee_en_el_texto():
    """What goes in comes out; the stored text does not show it."""
    texto = cifrar({"clave": marcas.SECRETO_TECLEADO}, de=7)
    assert marcas.SECRETO_TECLEADO not in texto
    assert descifrar(texto, de=7) == {"clave": marcas.SECRETO_TECLEADO}


def test_lo_cifrado_de_otro_registro_se_rechaza():
    """A ciphertext copied into another row is refused: the owner's id goes inside it."""
    with pytest.raises(CifradoInvalidoError, match="otro registro"):
        descifrar(cifrar("x", de=7), de=8)


def test_una_clave_equivocada_falla_y_no_devuelve_el_texto(settings):
    """With other keys the secret does not open, and the error does not carry it."""
    texto = cifrar(marcas.SECRETO_TECLEADO, de=7)
    settings.CLAVES_CIFRADO = [Fernet.generate_key().decode()]
    with pytest.raises(CifradoInvalidoError) as excepcion:
        descifrar(texto, de=7)
    assert texto not in str(excepcion.value)


def test_al_rotar_lo_viejo_se_abre_y_lo_nuevo_usa_la_primera_clave(settings):
    """A new first key: the old secret still opens, and re-encrypted it opens with the new key alone."""
    texto = cifrar("x", de=7)
    nueva = Fernet.generate_key().decode()
    settings.CLAVES_CIFRADO = [nueva, *settings.CLAVES_CIFRADO]
    rotado = recifrar(texto)
    settings.CLAVES_CIFRADO = [nueva]
    assert descifrar(rotado, de=7) == "x"
    with pytest.raises(CifradoInvalidoError):
        descifrar(texto, de=7)


@pytest.mark.django_db
def test_las_credenciales_de_un_acuerdo_no_se_ven_en_la_base_ni_en_su_repr():
    """The row holds ciphertext; neither the row's nor the connection's repr shows a secret."""
    acuerdo = crear_acuerdo(secretos={"usuario": "u", "clave": marcas.SECRETO_TECLEADO, "codigo_servicio": "1"})
    acuerdo.refresh_from_db()
    assert acuerdo.secretos()["clave"] == marcas.SECRETO_TECLEADO
    assert marcas.SECRETO_TECLEADO not in f"{acuerdo.credenciales} {acuerdo!r} {acuerdo.conexion()!r}"
    historia = acuerdo.history.first()
    assert not hasattr(historia, "credenciales")
