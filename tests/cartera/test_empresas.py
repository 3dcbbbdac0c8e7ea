"""Companies: frozen once something names them, and never deleted."""

import pytest

from cartera.empresas import configurar_empresa, empresa_de_nit, esta_en_uso
from cartera.errores import EmpresaInvalidaError
from cartera.models import Empresa
from tests.fabricas_cartera import crear_empresa, crear_movimiento, crear_saldo
from tests.fabricas_pagos import crear_acuerdo
from usuarios.errores import IdentificacionInvalidaError

pytestmark = pytest.mark.django_db


def test_una_empresa_esta_en_uso_cuando_algo_la_nombra():
    """A balance, a movement or an agreement freezes its NIT; its own history does not."""
    empresa = crear_empresa()
    assert empresa.history.count() == 1
    assert not esta_en_uso(empresa)
    assert not esta_en_uso(Empresa())
    for crear in (crear_saldo, crear_movimiento, crear_acuerdo):
        empresa = crear_empresa()
        crear(empresa=empresa)
        assert esta_en_uso(empresa)


def test_un_nit_mal_escrito_se_rechaza():
    """A wrong check digit is an error of its own, before anything is looked up."""
    with pytest.raises(IdentificacionInvalidaError):
        configurar_empresa(nit="900123456-0")


def test_cada_razon_dice_su_campo():
    """Several wrong values are all said, each with the name people know."""
    empresa = crear_empresa()
    with pytest.raises(EmpresaInvalidaError) as fallo:
        configurar_empresa(nit=empresa.nit, correo="x", url_datos="y")
    assert "correo de atención: " in str(fallo.value)
    assert "política de datos personales: " in str(fallo.value)


def test_una_empresa_se_encuentra_por_su_nit():
    """However its NIT is written; one that nobody created is said."""
    empresa = crear_empresa(nit="900123456")
    assert empresa_de_nit("900.123.456-8") == empresa
    with pytest.raises(EmpresaInvalidaError, match="no hay una empresa con NIT 811000001"):
        empresa_de_nit("811000001")
    with pytest.raises(IdentificacionInvalidaError):
        empresa_de_nit("900123456-1")
