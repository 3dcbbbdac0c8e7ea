"""The same answer again costs one statement and changes nothing but the clock."""

from datetime import UTC, datetime, timedelta

import pytest
import structlog
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pagos import agenda, consulta, repeticion, transiciones
from pagos.estados import TipoNovedad
from pagos.models import EventoPago, Novedad, Pago
from pagos.pasarelas.base import EstadoIntento
from tests.fabricas_pagos import aprobada, crear_pago, envejecer, intento, lectura, rechazada
from tests.fabricas_pagos import esperando as _esperando

pytestmark = pytest.mark.django_db
FECHA = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def esperando(pago):
    """The same answer to the letter, whenever it is made."""
    return _esperando(pago, fecha=FECHA)


@pytest.fixture
def en_espera():
    """A PENDIENTE that the gateway has answered once: its transaction waits for the bank."""
    pago = crear_pago()
    transiciones.aplicar(pago.pk, esperando(pago), origen="sonda")
    return Pago.objects.get(pk=pago.pk)


def test_la_misma_respuesta_solo_mueve_el_reloj(en_espera):
    """One statement; when it was asked, how often and when next, and nothing else of it."""
    Pago.objects.filter(pk=en_espera.pk).update(error_consulta="red", proxima_consulta=timezone.now())
    antes = Pago.objects.values().get()
    eventos = EventoPago.objects.count()
    with CaptureQueriesContext(connection) as hechas:
        assert repeticion.anotar_si_repite(en_espera, esperando(en_espera))
    despues = Pago.objects.values().get()
    assert len(hechas) == 1
    distintas = {campo for campo in antes if antes[campo] != despues[campo]}
    assert distintas == {"ultima_consulta", "consultas", "error_consulta", "proxima_consulta"}
    assert (despues["consultas"], despues["error_consulta"]) == (antes["consultas"] + 1, "")
    assert timedelta(minutes=6) < despues["proxima_consulta"] - timezone.now() <= agenda.espera()
    assert EventoPago.objects.count() == eventos


def test_solo_lo_que_dice_algo_nuevo_deja_linea(en_espera):
    """What changed, from which state to which, by whose question; the same answer again leaves no line."""
    with structlog.testing.capture_logs() as lineas:
        consulta.anotar(en_espera, consulta.Respuesta(lectura=esperando(en_espera)), origen="sonda")
        consulta.anotar(en_espera, consulta.Respuesta(lectura=aprobada(en_espera)), origen="sonda")
    (linea,) = lineas
    assert linea.pop("codigo")
    assert linea == {
        "event": "respuesta_aplicada",
        "log_level": "info",
        "referencia": en_espera.referencia,
        "origen": "sonda",
        "antes": "PENDIENTE",
        "ahora": "APROBADA",
    }


@pytest.mark.parametrize("otra", [aprobada, rechazada])
def test_otra_respuesta_se_mira(en_espera, otra):
    """Whatever is new goes through the door of every change."""
    assert not repeticion.anotar_si_repite(en_espera, otra(en_espera))
    assert Pago.objects.get().consultas == en_espera.consultas


def test_lo_mismo_con_otro_dato_se_mira(en_espera):
    """The same state with a CUS that was not there is not the same answer."""
    con_cus = lectura(en_espera, intento(en_espera, estado=EstadoIntento.PENDIENTE, codigo="999", cus="123"))
    assert not repeticion.anotar_si_repite(en_espera, con_cus)


def test_si_algo_lo_movio_mientras_tanto_no_se_escribe(en_espera):
    """Read, asked, and approved by a page before the answer came: the old answer writes nothing."""
    transiciones.aplicar(en_espera.pk, aprobada(en_espera), origen="retorno")
    aprobado = Pago.objects.values().get()
    assert not repeticion.anotar_si_repite(en_espera, esperando(en_espera))
    assert Pago.objects.values().get() == aprobado


def test_lo_que_lleva_demasiado_se_mira_aunque_nada_cambie(en_espera):
    """Time is a reason of its own: past its limit a pago gets its Novedad, whatever the gateway repeats."""
    viejo = envejecer(en_espera, hours=25)
    assert not repeticion.anotar_si_repite(viejo, esperando(viejo))
    transiciones.aplicar(viejo.pk, esperando(viejo), origen="sonda")
    assert Novedad.objects.get().tipo == TipoNovedad.DEMASIADO_PENDIENTE


def test_un_aviso_firmado_hace_mirar_otra_vez(en_espera):
    """PayU says something: the next answer is judged again, even if it repeats the last one."""
    transiciones.anotar_aviso(en_espera.pk, lectura(en_espera))
    assert not repeticion.anotar_si_repite(Pago.objects.get(), esperando(en_espera))


def test_lo_dudoso_se_mira_siempre():
    """An answer with an anomaly, or of a pago that nobody opened, is never taken as a repetition."""
    for respuesta in (lambda p: lectura(p, intento(p, valor=1)), lambda p: lectura(p)):
        pago = crear_pago()
        transiciones.aplicar(pago.pk, respuesta(pago), origen="sonda")
        assert not repeticion.anotar_si_repite(Pago.objects.get(pk=pago.pk), respuesta(pago))
