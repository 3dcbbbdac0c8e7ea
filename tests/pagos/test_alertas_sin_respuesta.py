"""SIN_RESPUESTA: pagos that are asked, are never late, and of which nobody learns anything."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from pagos import alertas, consulta, novedades, sonda, transiciones
from pagos.alertas import sintomas
from pagos.estados import TipoAlerta, TipoNovedad
from pagos.models import AcuerdoComercial, Alerta, Pago
from pagos.pasarelas.base import EstadoIntento, Metodo
from pagos.sonda import reclamo
from tests.fabricas_pagos import crear_acuerdo, crear_forma, crear_pago, intento, lectura, rechazada
from tests.pagos.test_alertas import al_dia, cortar, pasar, ronda, tipos

pytestmark = pytest.mark.django_db


@pytest.fixture
def reloj():
    """A clock that only the test moves."""
    with time_machine.travel(timezone.now(), tick=False) as viaje:
        yield viaje


def preguntar(pago, error="negada"):
    """The sonda asks and the gateway does not say how it stands: what `anotar` writes of that."""
    return consulta.anotar(pago, consulta.Respuesta(error=error), origen="sonda")


def preguntar_en_vano(reloj, minutos, errores):
    """These minutes go by; each {pago: class of error} is asked in each of them, and told nothing of."""
    for _minuto in range(minutos):
        for pago, error in errores.items():
            preguntar(pago, error)
        pasar(reloj, 1)


@pytest.mark.parametrize(
    ("error", "dicho"),
    [
        ("negada", "La pasarela se negó a contestar"),
        ("inesperada", "Respuesta inesperada o dirección no permitida: el registro dice cuál"),
        ("interno", "El portal falló al anotar la respuesta"),
    ],
)
def test_preguntar_sin_que_nadie_informe_es_una_alerta(reloj, error, dicho):
    """Revoked credentials, a 4xx, an answer nobody could write down: put off each time, and told after half an hour."""
    pago = crear_pago()
    preguntar_en_vano(reloj, 30, {pago: error})
    assert alertas.abiertas() == []
    preguntar_en_vano(reloj, 1, {pago: error})
    (vista,) = alertas.abiertas()
    assert (vista.tipo, vista.acuerdo) == (TipoAlerta.SIN_RESPUESTA, pago.acuerdo)
    assert vista.titulo == "Una pasarela no informa de sus pagos"
    assert vista.detalle.startswith("Se pregunta por 1 pago pendiente y no se sabe nada de él desde el ")
    assert vista.detalle.endswith(f"El error más frecuente: {dicho}.")
    preguntar_en_vano(reloj, 60, {pago: error})
    assert Alerta.objects.count() == 1
    for _minuto in range(11):
        al_dia()
        pasar(reloj, 1)
    assert alertas.abiertas() == []


@pytest.mark.django_db(transaction=True)
def test_un_acuerdo_que_ninguna_llave_abre_se_cuenta():
    """Nothing leaves for that gateway, and the sonda itself puts its pagos off: it is told all the same."""
    pago = crear_pago()
    AcuerdoComercial.objects.filter(pk=pago.acuerdo_id).update(credenciales="ilegible")
    ahora = timezone.now()
    Pago.objects.update(ultima_consulta=ahora - timedelta(minutes=31), proxima_consulta=ahora - timedelta(seconds=1))
    assert sonda.ejecutar_ronda()["error_acuerdo"] == 1
    alertas.vigilar()
    (vista,) = alertas.abiertas()
    assert (vista.tipo, vista.acuerdo) == (TipoAlerta.SIN_RESPUESTA, pago.acuerdo)
    assert "El acuerdo no se puede usar: revise sus credenciales" in vista.detalle


def test_un_trabajador_que_muere_una_y_otra_vez_con_sus_pagos_se_cuenta(reloj):
    """He claims and is gone: the lease keeps them from ever being late, and no error is written."""
    pago = crear_pago()
    for _minuto in range(33):
        with transaction.atomic():
            reclamo.reclamar(pago.acuerdo, 10, ahora=timezone.now())
        pasar(reloj, 1)
    (vista,) = alertas.abiertas()
    assert vista.tipo == TipoAlerta.SIN_RESPUESTA
    assert "No quedó anotado ningún error" in vista.detalle


def test_se_dice_cuantos_desde_cuando_y_el_error_que_mas_se_repite(reloj):
    """Of one agreement; another that answers is not named, and pagos that have ended are not counted."""
    acuerdo = crear_acuerdo()
    viejo, otro, tercero, cerrado = (crear_pago(forma=crear_forma(acuerdo)) for _pago in range(4))
    sano = crear_pago()
    informado = timezone.now() - timedelta(days=5)
    Pago.objects.filter(pk=viejo.pk).update(ultima_consulta=informado)
    transiciones.aplicar(cerrado.pk, rechazada(cerrado), origen="sonda")
    reloj.shift(timedelta(minutes=31))
    ronda()
    for pago, error in ((viejo, "inesperada"), (otro, "negada"), (tercero, "negada"), (cerrado, "inesperada")):
        preguntar(pago, error)
    transiciones.aplicar(sano.pk, lectura(sano, intento(sano, EstadoIntento.PENDIENTE)), origen="sonda")
    alertas.vigilar()
    (vista,) = alertas.abiertas()
    assert vista.acuerdo == acuerdo
    assert Alerta.objects.get().datos == {"cuantos": 3, "desde": informado.isoformat(), "error": "negada"}
    assert vista.detalle.startswith("Se pregunta por 3 pagos pendientes y no se sabe nada de ellos; del primero, desde")


@pytest.mark.parametrize("por", ["presencial", "revision"])
def test_lo_que_se_pregunta_cada_hora_tiene_mas_plazo(reloj, por):
    """Two hours and a half for what is paid in person, or waits for a person: two questions, and a margin."""
    pago = crear_pago()
    if por == "presencial":
        Pago.objects.filter(pk=pago.pk).update(metodo=Metodo.PRESENCIAL)
    else:
        novedades.registrar(TipoNovedad.OTRO_VALOR, pago=pago, evidencia={"valor": "1"})
    reloj.shift(timedelta(minutes=150))
    ronda()
    preguntar(pago)
    assert alertas.vigilar() == (0, 0)
    reloj.shift(timedelta(seconds=1))
    assert alertas.vigilar() == (1, 0)
    assert tipos() == [TipoAlerta.SIN_RESPUESTA]


def test_con_el_circuito_abierto_lo_dice_solo_cortado(reloj):
    """Nobody may ask then; one that was open before neither ends nor grows."""
    antes, despues = crear_pago(), crear_pago()
    preguntar_en_vano(reloj, 31, {antes: "negada"})
    alertas_de = {alerta.acuerdo for alerta in alertas.abiertas() if alerta.tipo == TipoAlerta.SIN_RESPUESTA}
    assert alertas_de == {antes.acuerdo}
    cortar(antes.acuerdo)
    cortar(despues.acuerdo)
    preguntar_en_vano(reloj, 40, {antes: "red", despues: "red"})
    calladas = Alerta.objects.filter(tipo=TipoAlerta.SIN_RESPUESTA, cerrada_en__isnull=True)
    assert [alerta.acuerdo for alerta in calladas] == [antes.acuerdo]
    assert calladas.get().datos["error"] == "negada"
    assert tipos().count(TipoAlerta.CORTADO) == 2


def test_al_volver_la_sonda_lo_que_esperaba_su_turno_no_es_otra_alerta(reloj):
    """After a day without workers the claimed wait for an answer as all the rest: ATRASO tells it, unless one fails."""
    acuerdo = crear_acuerdo()
    en_vuelo, en_fila = (crear_pago(forma=crear_forma(acuerdo)) for _pago in range(2))
    preguntar(en_fila, "tiempo")  # what went wrong a day ago is no answer to a question of today
    reloj.shift(timedelta(days=1))
    ronda()
    Pago.objects.filter(pk=en_vuelo.pk).update(proxima_consulta=timezone.now() + timedelta(minutes=2))
    alertas.vigilar()
    assert tipos() == [TipoAlerta.ATRASO]
    preguntar(en_vuelo)
    alertas.vigilar()
    assert tipos() == [TipoAlerta.ATRASO, TipoAlerta.SIN_RESPUESTA]


def test_buscarlos_es_una_consulta_sobre_los_que_se_preguntan(reloj, django_assert_num_queries):
    """However many agreements; and of all the pagos there are, over those of the partial index alone."""
    pagos = [crear_pago() for _pago in range(3)]
    reloj.shift(timedelta(minutes=31))
    for pago in pagos:
        preguntar(pago)
    with django_assert_num_queries(1) as consultas:
        assert len(list(sintomas._callados(timezone.now()))) == 3
    assert '"proxima_consulta" IS NOT NULL' in consultas.captured_queries[0]["sql"]
