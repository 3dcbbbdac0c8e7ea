"""The lanes of one asker: what is claimed, sent off, landed and given back, without any gateway."""

from uuid import uuid4

import pytest
from django.utils import timezone

from pagos.models import Pago
from pagos.sonda import carriles
from pagos.sonda.bitacora import Bitacora
from tests.fabricas_pagos import crear_acuerdo, crear_forma, crear_pago

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def propios(monkeypatch):
    """The lanes of an asker of eight threads that looks for work whenever it is told to."""
    monkeypatch.setattr(carriles, "_ENTRE_MIRADAS", 0.0)
    return carriles.Carriles(trabajador=uuid4(), hilos=8, bitacora=Bitacora())


@pytest.fixture
def vencidos(vencer):
    """`vencidos(how many, limit)`: due pagos of an agreement with that limit in flight."""

    def hacer(cuantos, limite):
        forma = crear_forma(crear_acuerdo(limite_en_vuelo=limite))
        pagos = [crear_pago(forma=forma) for _uno in range(cuantos)]
        vencer(*pagos)
        return pagos

    return hacer


def lanzar(propios):
    """What leaves now: (lane, question) of each."""
    salen = []
    propios.llenar()
    propios.despachar(lambda carril, salida: salen.append((carril, salida)))
    return salen


def test_salen_las_que_caben_y_al_aterrizar_una_sale_otra(propios, vencidos):
    """Three at once; as one lands the next one leaves in its place, and nobody when no one is left."""
    vencidos(4, limite=3)
    salen = lanzar(propios)
    assert len(salen) == 3
    carril, salida = propios.relevar(salen[0][0])
    assert carril is salen[0][0]
    assert salida not in [otra for _carril, otra in salen]
    assert propios.relevar(carril) == (None, None)


def test_lo_que_vuela_de_un_carril_cortado_cuenta_para_su_limite(propios, vencidos):
    """Cut with three in flight: a new lane opens when they have landed, or the gateway would see six."""
    vencidos(6, limite=3)
    salen = lanzar(propios)
    propios.cortar(salen[0][0])
    assert Pago.objects.filter(proxima_consulta__lte=timezone.now()).count() == 3
    assert lanzar(propios) == []
    for carril, _salida in salen:
        propios.relevar(carril)
        propios.cerrar_uno()
    assert len(lanzar(propios)) == 3


def test_no_queda_nada_por_hacer_cuando_todo_se_cerro(propios, vencidos):
    """`llenar` says so only when nothing is due, waits, flies or is being written down."""
    vencidos(1, limite=3)
    ((carril, _salida),) = lanzar(propios)
    assert propios.llenar()
    propios.relevar(carril)
    assert propios.llenar()
    propios.cerrar_uno()
    assert not propios.llenar()


def test_al_parar_se_devuelve_lo_que_no_salio(propios, vencidos):
    """Two in flight of five: three are due again, and two are waited for."""
    vencidos(5, limite=2)
    salen = lanzar(propios)
    assert propios.devolver_todo()
    assert Pago.objects.filter(proxima_consulta__lte=timezone.now()).count() == 3
    for carril, _salida in salen:
        propios.relevar(carril)
        propios.cerrar_uno()
    assert not propios.devolver_todo()
