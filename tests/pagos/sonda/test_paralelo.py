"""Askers for real: threads, connections, limits that hold across workers, and how they stop."""

import contextlib
import queue
import threading
import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from pagos import consulta, sonda
from pagos import parada as parada_del_proceso
from pagos.models import AcuerdoComercial, CupoEnVuelo, Novedad, Pago, RondaSonda
from pagos.sonda import carril, sondeo
from pagos.sonda.carriles import Carriles
from tests.arnes.hilos import cada_una_a_la_vez
from tests.fabricas_pagos import crear_pago
from tests.simulador.apoyo import SERVICIO

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]
MUCHOS = 24


@pytest.fixture(autouse=True)
def escritores(settings):
    """As in production: four writers on PostgreSQL, one on SQLite."""
    settings.SONDA_ESCRITORES = 4 if connection.vendor == "postgresql" else 1


@pytest.fixture(autouse=True)
def parada(monkeypatch):
    """What asks this process to stop; the next test's has not been asked."""
    propia = threading.Event()
    monkeypatch.setattr(parada_del_proceso, "_pedida", propia)
    return propia


@pytest.fixture
def cola(simulador, forma_del_simulador, vencer):
    """`cola(limits, comercio=678)`: an agreement of the simulator with MUCHOS due pagos that it does not know."""

    def hacer(comercio=678, cuantos=MUCHOS, **limites):
        forma = forma_del_simulador(
            comercio=str(comercio),
            secretos={"usuario": f"demo{comercio}", "clave": f"clave-demo-{comercio}", "codigo_servicio": SERVICIO},
            **limites,
        )
        pagos = [crear_pago(forma=forma) for _uno in range(cuantos)]
        vencer(*pagos)
        return pagos

    return hacer


def demorar(simulador, ms, **cuales):
    regla = {"punto": "VerificacionPago", "tipo": "latencia", "parametros": {"ms": ms}, **cuales}
    simulador.control("fallas", {"reglas": [regla]})
    simulador.control("estadisticas", {"reiniciar": True})


def preguntadas(simulador):
    return simulador.control("estadisticas")["peticiones"].get("VerificacionPago", 0)


def test_los_limites_se_cumplen_entre_dos_trabajadores(cola, simulador):
    """Two askers at once: the gateway never sees more than four at a time nor twenty in a second, each pago once."""
    cola(limite_en_vuelo=4, limite_por_segundo=20)
    demorar(simulador, 150)
    cuentas = cada_una_a_la_vez([sonda.ejecutar_ronda, sonda.ejecutar_ronda])
    visto = simulador.control("estadisticas")
    assert sum(cuenta["preguntados"] for cuenta in cuentas) == MUCHOS
    assert visto["max_en_vuelo_por_comercio"]["zonapagos:678"] <= 4
    assert visto["max_por_segundo_por_comercio"]["zonapagos:678"] <= 21
    assert set(Pago.objects.values_list("consultas", flat=True)) == {1}
    assert RondaSonda.objects.get().cuenta["preguntados"] == MUCHOS
    assert not CupoEnVuelo.objects.exists()


def test_una_pasarela_lenta_no_detiene_a_otra(cola, simulador, settings):
    """One merchant's answers take seconds: the other's are all in before the first of them."""
    settings.SONDA_EN_VUELO = 8
    lentos, sanos = cola(678), cola(679)
    demorar(simulador, 4000, comercio=678)
    inicio = timezone.now()
    sonda.ejecutar_ronda(duracion=6)
    tardaron = [
        pago.ultima_consulta - inicio for pago in Pago.objects.filter(pk__in=[p.pk for p in sanos]) if pago.consultas
    ]
    primero_lento = min(Pago.objects.filter(pk__in=[p.pk for p in lentos], consultas=1).values_list("ultima_consulta"))
    assert len(tardaron) == MUCHOS
    assert inicio + max(tardaron) < primero_lento[0]


def test_quien_debe_parar_termina_lo_que_vuela_y_devuelve_el_resto(cola, simulador, parada):
    """Asked to stop with two in flight: those are written down, the rest is due as it was, at once."""
    pagos = cola(limite_en_vuelo=2)
    vencidas = dict(Pago.objects.values_list("pk", "proxima_consulta"))
    demorar(simulador, 1000)

    def parar():
        while preguntadas(simulador) < 2:
            time.sleep(0.02)
        parada.set()
        return timezone.now()

    cuenta, pedida = cada_una_a_la_vez([sonda.ejecutar_ronda, parar])
    assert timezone.now() - pedida < timedelta(seconds=5)
    assert cuenta["preguntados"] == preguntadas(simulador) <= 4
    libres = Pago.objects.filter(consultas=0)
    assert libres.count() == len(pagos) - cuenta["preguntados"]
    assert dict(libres.values_list("pk", "proxima_consulta")).items() <= vencidas.items()
    assert sonda.ayudar() is False


def test_al_acabarse_el_tiempo_se_devuelve_lo_que_no_salio(cola, simulador):
    """The deadline is inside the loop: what did not leave is there for the next ring."""
    cola(limite_en_vuelo=2)
    demorar(simulador, 300)
    cuenta = sonda.ejecutar_ronda(duracion=0.5)
    assert 0 < cuenta["preguntados"] < MUCHOS
    assert (
        Pago.objects.filter(consultas=0, proxima_consulta__lte=timezone.now()).count() == MUCHOS - cuenta["preguntados"]
    )


def test_quien_durmio_no_pregunta_lo_que_ya_no_es_suyo(cola, simulador, monkeypatch):
    """A process that was paused past its claim's time drops it: by now somebody else may be asking."""
    cola(cuantos=3)
    monkeypatch.setattr(carril, "PARA_SALIR", -1.0)
    demorar(simulador, 1)
    assert sonda.ejecutar_ronda() == {}
    assert preguntadas(simulador) == 0
    assert not Pago.objects.filter(proxima_consulta__lte=timezone.now()).exists()  # their leases still run


def test_una_respuesta_que_llega_tras_su_arriendo_no_se_escribe(cola, monkeypatch):
    """Somebody else has asked since, or will: an old answer must not undo a newer one."""
    cola(cuantos=2)
    monkeypatch.setattr(sondeo, "PARA_SALIR", -1000.0)
    assert sonda.ejecutar_ronda() == {"preguntados": 2, "error_tardia": 2}
    assert set(Pago.objects.values_list("consultas", flat=True)) == {0}


def test_un_defecto_nuestro_no_detiene_a_los_demas(cola, monkeypatch):
    """One answer that cannot be processed: a Novedad, pushed ahead, counted; the others are written."""
    pagos = cola(cuantos=5)
    anotar = consulta.anotar

    def romper(pago, *args, **kwargs):
        if pago.pk == pagos[2].pk:
            raise RuntimeError("defecto")
        return anotar(pago, *args, **kwargs)

    monkeypatch.setattr(consulta, "anotar", romper)
    cuenta = sonda.ejecutar_ronda()
    assert (cuenta["preguntados"], cuenta["error_interno"]) == (5, 1)
    assert Novedad.objects.get().evidencia["clase"] == "RuntimeError"
    roto = Pago.objects.get(pk=pagos[2].pk)
    assert (roto.error_consulta, roto.consultas) == ("interno", 0)
    assert roto.proxima_consulta > timezone.now() + timedelta(minutes=5)
    assert Pago.objects.filter(consultas=1).count() == 4


def test_un_acuerdo_inservible_no_se_pregunta_ni_detiene_a_los_demas(cola, simulador):
    """Its key is lost: all of its pagos wait for the next round with the reason, the other agreement's are asked."""
    rotos, sanos = cola(678, cuantos=4), cola(679, cuantos=4)
    AcuerdoComercial.objects.filter(pk=rotos[0].acuerdo_id).update(credenciales="ilegible")
    simulador.control("estadisticas", {"reiniciar": True})
    cuenta = sonda.ejecutar_ronda()
    assert (cuenta["error_acuerdo"], cuenta["preguntados"], preguntadas(simulador)) == (4, 4, 4)
    assert set(Pago.objects.filter(acuerdo=rotos[0].acuerdo).values_list("error_consulta", flat=True)) == {"acuerdo"}
    assert set(Pago.objects.filter(acuerdo=sanos[0].acuerdo).values_list("consultas", flat=True)) == {1}


def test_un_proceso_no_pregunta_dos_veces_a_la_vez(cola, simulador):
    """Bells that ring while this process asks find it busy; whoever is at it needs no second one."""
    cola(limite_en_vuelo=2, cuantos=4)
    demorar(simulador, 500)
    assert sorted(cada_una_a_la_vez([sonda.ayudar, sonda.ayudar])) == [False, True]
    assert preguntadas(simulador) == 4
    assert sonda.ayudar() is True


def test_cinco_fallos_cortan_y_lo_que_esperaba_se_devuelve(cola, simulador):
    """The breaker opens in a round: no more calls but one on its way, and what waited is due as it was."""
    pagos = cola(limite_en_vuelo=1)
    simulador.control("fallas", {"reglas": [{"punto": "VerificacionPago", "tipo": "error"}]})
    simulador.control("estadisticas", {"reiniciar": True})
    cuenta = sonda.ejecutar_ronda()
    assert cuenta["preguntados"] == cuenta["error_http_5xx"] == preguntadas(simulador)
    assert cuenta["preguntados"] in (5, 6)
    assert Pago.objects.filter(proxima_consulta__lte=timezone.now()).count() == len(pagos) - cuenta["preguntados"]


def test_si_la_base_de_datos_falla_un_momento_nadie_tiene_que_mirar(cola, monkeypatch):
    """A deadlock is no defect: no Novedad, the others are written, and its lease brings that one back."""
    pagos = cola(cuantos=4)
    anotar = consulta.anotar

    def chocar(pago, *args, **kwargs):
        if pago.pk == pagos[1].pk:
            raise OperationalError("deadlock detected")
        return anotar(pago, *args, **kwargs)

    monkeypatch.setattr(consulta, "anotar", chocar)
    cuenta = sonda.ejecutar_ronda()
    assert (cuenta["preguntados"], cuenta["error_base"]) == (4, 1)
    assert not Novedad.objects.exists()
    assert Pago.objects.get(pk=pagos[1].pk).proxima_consulta < timezone.now() + timedelta(minutes=2)


def test_lo_contestado_se_anota_aunque_la_siguiente_no_pueda_salir(cola, monkeypatch):
    """Whatever keeps the next question from leaving, what was answered is written down, and the round ends."""
    cola(cuantos=3, limite_en_vuelo=1)
    monkeypatch.setattr(Carriles, "relevar", _sin_relevo)
    assert sonda.ejecutar_ronda(duracion=5)["preguntados"] == 3
    assert set(Pago.objects.values_list("consultas", flat=True)) == {1}


def _sin_relevo(self, carril, **_como):
    with self._cerrojo:
        carril.aterrizar(de_red=False, esperar=None)
        self._en_vuelo -= 1
    raise RuntimeError("no relief")


def test_ningun_escritor_espera_para_siempre():
    """Many wait for answers, each for a moment, and take them from one another: all of them end when they are told to.

    With `queue.SimpleQueue` of Python 3.11 one hung in two of three runs, and with it the worker's asker, for good.
    """
    respuestas, fin = sondeo.Sondeo(duracion=0)._respuestas, threading.Event()

    def esperar():
        while not fin.is_set():
            with contextlib.suppress(queue.Empty):
                respuestas.get(timeout=0.001)

    escritores = [threading.Thread(target=esperar, daemon=True) for _uno in range(8)]
    for escritor in escritores:
        escritor.start()
    hasta = time.monotonic() + 4
    while time.monotonic() < hasta:
        respuestas.put(None)
        time.sleep(0.0009)
    fin.set()
    for escritor in escritores:
        escritor.join(5)
    assert not any(escritor.is_alive() for escritor in escritores)
