"""Every night what was closed is asked again, and what the gateway tells otherwise becomes a Novedad."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from pagos import agenda, repaso, servicios, sonda, transiciones
from pagos.models import Novedad, Pago, SaldoAFavor
from pagos.sonda.reclamo import reclamar
from tests.fabricas import crear_cliente
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import crear_forma, crear_pago, envejecer, rechazada

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
    """The nightly citation, all at once, and the next ring of the sonda."""
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


def vigilados(cuantos, *, proxima):
    """So many pagos of one agreement, due at `proxima` (in that timedelta; None = no more)."""
    forma = crear_forma()
    pagos = [crear_pago(crear_saldo(empresa=forma.acuerdo.empresa), forma=forma) for _uno in range(cuantos)]
    for pago in pagos:
        transiciones.aplicar(pago.pk, rechazada(pago), origen="sonda")
    Pago.objects.update(proxima_consulta=proxima and timezone.now() + proxima)
    return pagos


def citados():
    """When each pago is due, by its id."""
    return dict(Pago.objects.values_list("pk", "proxima_consulta"))


@pytest.mark.parametrize("en", [None, timedelta(hours=3)])
def test_no_se_toca_lo_que_alguien_puede_estar_preguntando(en):
    """A leased pago keeps its lease: made due, another worker would ask about it at the same time."""
    vigilados(2, proxima=timedelta(seconds=-1))
    acuerdo = Pago.objects.first().acuerdo
    with transaction.atomic():
        assert len(reclamar(acuerdo, 2)) == 2
    arrendados = citados()
    assert repaso.citar(en=en) == 0
    assert citados() == arrendados


def test_lo_que_vence_despues_de_un_arriendo_se_cita():
    """Beyond a lease nobody can hold it: what would be asked later is asked now."""
    vigilados(1, proxima=agenda.ARRIENDO + timedelta(seconds=5))
    assert repaso.citar() == 1
    assert max(citados().values()) <= timezone.now()


@pytest.mark.parametrize("proxima", [None, timedelta(days=1)])
def test_repartidos_se_citan_por_partes_iguales_cada_cinco_minutos(proxima):
    """Each is cited once, in a part of its own here: six pagos in half an hour, the last as the time ends."""
    vigilados(6, proxima=proxima)
    antes = timezone.now()
    assert repaso.citar(en=timedelta(minutes=30)) == 6
    minutos = sorted((cuando - antes) / timedelta(minutes=1) for cuando in citados().values())
    assert minutos == pytest.approx([5, 10, 15, 20, 25, 30], abs=0.2)


def test_repartir_no_aplaza_a_nadie():
    """What is due before its part is asked then: an open pago never waits for the night's asking."""
    vigilados(6, proxima=timedelta(minutes=4))
    antes = citados()
    assert repaso.citar(en=timedelta(minutes=30)) == 0
    assert citados() == antes


def test_en_menos_de_un_paso_van_todos_al_final():
    """A time shorter than one step is one part."""
    vigilados(3, proxima=None)
    antes = timezone.now()
    assert repaso.citar(en=timedelta(minutes=3)) == 3
    assert {round((cuando - antes) / timedelta(minutes=1)) for cuando in citados().values()} == {3}
