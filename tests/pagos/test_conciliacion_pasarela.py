"""Our pagos against what the gateway says today: it asks, it tells what differs, it mends nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pagos import servicios, sonda
from pagos.conciliacion import pasarela
from pagos.models import Novedad, Pago, SaldoAFavor
from tests.fabricas import crear_cliente
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import crear_pago

pytestmark = pytest.mark.django_db


@pytest.fixture
def en_la_pasarela(simulador, forma_del_simulador):
    """`en_la_pasarela(*codes)`: a pago with those attempts at the gateway, followed by the sonda until now."""
    saldo = crear_saldo()
    usuario = crear_cliente(tercero=saldo.tercero)
    forma = forma_del_simulador(saldo.empresa)

    def crear(*codigos):
        propio = crear_saldo(empresa=saldo.empresa, tercero=saldo.tercero)
        pago = servicios._pedir(crear_pago(propio, usuario=usuario, forma=forma, estado="CREADA"))
        for codigo in codigos:
            simulador.control(f"pagos/{pago.referencia}/intentos", {"estado": codigo})
        Pago.objects.filter(pk=pago.pk).update(proxima_consulta=timezone.now())
        sonda.ejecutar_ronda()
        return Pago.objects.get(pk=pago.pk)

    return crear


def reposar():
    """Nothing is on its way any more: all that was asked was asked long ago."""
    hace = timezone.now() - timedelta(hours=1)
    Pago.objects.update(creada_en=hace, ultima_consulta=hace, rechazada_en=None)
    Pago.objects.filter(estado="RECHAZADA").update(rechazada_en=hace)


def comparar(**opciones):
    """(rule, reference, gateway, books) of each difference of today, and the Avance."""
    avances = []
    ahora = timezone.now()
    rango = {"desde": ahora - timedelta(days=1), "hasta": ahora + timedelta(days=1)}
    halladas = list(pasarela.diferencias(**rango | opciones, avisar=avances.append))
    return [(d.regla, d.sujeto, d.esperado, d.encontrado) for d in halladas], avances[-1]


@pytest.mark.parametrize("codigos", [(1,), (1000,), (999,), (), (1000, 1), (1, 1), (4001,), (1002,)])
def test_lo_que_la_sonda_ya_aplico_no_difiere(en_la_pasarela, codigos):
    """Approved, rejected, waiting, unopened, retried, paid twice, in review, unknown: nothing to tell."""
    en_la_pasarela(*codigos)
    reposar()
    halladas, avance = comparar()
    assert halladas == []
    assert (avance.total, avance.preguntados) == (1, 1)


def test_aprobado_alla_y_no_aqui(en_la_pasarela, simulador):
    """The gateway approved what the books hold as rejected: money that nobody booked."""
    pago = en_la_pasarela(1000)
    simulador.control(f"pagos/{pago.referencia}/intentos", {"estado": 1})
    reposar()
    assert comparar()[0] == [("pasarela_aprobo", pago.referencia, "APROBADA", "RECHAZADA")]
    assert Pago.objects.get().estado == "RECHAZADA"


def test_aprobado_aqui_y_no_alla(en_la_pasarela, simulador):
    """The books hold as approved what the gateway does not: money that never came, or was taken back."""
    pago = en_la_pasarela(1)
    simulador.control(f"pagos/{pago.referencia}/estado", {"estado": 1000})
    reposar()
    assert comparar()[0] == [("pasarela_no_aprobo", pago.referencia, "RECHAZADA", "APROBADA")]
    assert not Novedad.objects.exists()


def test_aprobado_otra_vez_alla(en_la_pasarela, simulador):
    """Approved a second time after it was closed, and no credit for it."""
    pago = en_la_pasarela(1)
    simulador.control(f"pagos/{pago.referencia}/intentos", {"estado": 1})
    reposar()
    assert comparar()[0] == [("pasarela_aprobo_otra_vez", pago.referencia, pago.total, 0)]
    assert not SaldoAFavor.objects.exists()


def test_lo_que_debe_ver_una_persona_y_nadie_sabe(en_la_pasarela, simulador):
    """Another amount approved at the gateway, and no Novedad that tells a person."""
    pago = en_la_pasarela(999)
    simulador.control(f"pagos/{pago.referencia}/estado", {"estado": 1000})
    simulador.control(f"pagos/{pago.referencia}/intentos", {"estado": 1, "valor": "1.00"})
    reposar()
    assert comparar()[0] == [("pasarela_sin_novedad", pago.referencia, "una novedad", "ninguna")]


def test_lo_que_va_en_camino_no_es_una_diferencia(en_la_pasarela, simulador):
    """Approved a moment ago at the gateway: the sonda has not rung yet, and will."""
    pago = en_la_pasarela(999)
    simulador.control(f"pagos/{pago.referencia}/estado", {"estado": 1})
    halladas, avance = comparar()
    assert (halladas, avance.en_camino) == ([], 1)


def test_lo_que_no_se_pudo_preguntar_no_esta_conciliado(en_la_pasarela, simulador):
    """No answer is a difference: it was not checked."""
    pago = en_la_pasarela(1)
    simulador.control("fallas", {"reglas": [{"punto": "VerificacionPago", "tipo": "corte_antes", "veces": 9}]})
    assert comparar()[0] == [("pasarela_sin_respuesta", pago.referencia, "una respuesta", "red")]


def test_solo_la_empresa_y_los_dias_pedidos(en_la_pasarela, simulador):
    """Of another empresa or of other days nothing is asked."""
    pago = en_la_pasarela(1)
    simulador.control(f"pagos/{pago.referencia}/estado", {"estado": 1000})
    reposar()
    ayer = timezone.now() - timedelta(days=1)
    assert comparar(empresa_id=pago.empresa_id + 1)[1].total == 0
    assert comparar(desde=ayer - timedelta(days=1), hasta=ayer)[1].total == 0
    assert len(comparar(empresa_id=pago.empresa_id)[0]) == 1
