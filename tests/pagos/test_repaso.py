"""Every night what was closed is asked again, and what the gateway tells otherwise becomes a Novedad."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pagos import repaso, servicios, sonda, transiciones
from pagos.models import Novedad, Pago, SaldoAFavor
from tests.fabricas import crear_cliente
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import crear_pago, envejecer, rechazada

pytestmark = pytest.mark.django_db


@pytest.fixture
def aprobado(simulador, forma_del_simulador):
    """An approved pago, as the simulator says too."""
    saldo = crear_saldo()
    usuario = crear_cliente(tercero=saldo.tercero)
    forma = forma_del_simulador(saldo.empresa)
    pago = servicios._pedir(crear_pago(saldo, usuario=usuario, forma=forma, estado="CREADA"))
    simulador.control(f"pagos/{pago.referencia}/intentos", {"estado": 1})
    noche()
    pago.refresh_from_db()
    assert (pago.estado, pago.proxima_consulta) == ("APROBADA", None)
    return pago


def noche():
    """What the nightly bell does, and the next ring of the sonda."""
    repaso.citar()
    return sonda.ejecutar_ronda()


def test_lo_aprobado_se_vuelve_a_preguntar_y_si_sigue_igual_no_pasa_nada(aprobado):
    """An approved pago is asked again at night; the same answer changes nothing and tells nobody."""
    assert noche() == {"preguntados": 1, "aprobada": 1}
    despues = Pago.objects.get()
    assert (despues.consultas, despues.proxima_consulta) == (aprobado.consultas + 1, None)
    assert not Novedad.objects.exists()


def test_un_reverso_se_descubre(aprobado, simulador):
    """The gateway takes an approval back: APROBADA is final, and a person is told."""
    simulador.control(f"pagos/{aprobado.referencia}/estado", {"estado": 1000})
    noche()
    assert Pago.objects.get().estado == "APROBADA"
    assert Novedad.objects.get().tipo == "REVERSADA"


def test_otra_aprobacion_posterior_se_descubre_y_es_saldo_a_favor(aprobado, simulador):
    """Paid once more under the same reference after it was closed: credit, and a person is told."""
    simulador.control(f"pagos/{aprobado.referencia}/intentos", {"estado": 1})
    noche()
    assert SaldoAFavor.objects.get().valor == aprobado.total
    assert Novedad.objects.get().tipo == "APROBADA_DOS_VECES"


def test_lo_que_la_pasarela_perdio_se_descubre(aprobado, simulador):
    """The gateway no longer knows an approved pago: a person is told."""
    simulador.control("reiniciar", {})
    noche()
    assert Novedad.objects.get().tipo == "REVERSADA"


def test_sin_respuesta_se_insiste_hasta_que_conteste(aprobado, simulador):
    """A gateway that is down at night is asked again at the next rings."""
    simulador.control("fallas", {"reglas": [{"punto": "VerificacionPago", "tipo": "corte_antes", "veces": 9}]})
    noche()
    assert Pago.objects.get().proxima_consulta is not None


@pytest.mark.parametrize(("dias", "cuantos"), [(4, 1), (6, 0)])
def test_solo_los_de_los_ultimos_cinco_dias(dias, cuantos):
    """What was started and closed before is left alone; what was approved lately is asked whenever it was started."""
    viejo = crear_pago()
    transiciones.aplicar(viejo.pk, rechazada(viejo), origen="sonda")
    envejecer(viejo, days=dias)
    Pago.objects.update(proxima_consulta=None, rechazada_en=timezone.now() - timedelta(days=dias))
    assert repaso.citar() == cuantos
    Pago.objects.update(proxima_consulta=None, rechazada_en=timezone.now())
    assert repaso.citar() == 1
