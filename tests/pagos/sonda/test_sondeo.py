"""The sonda: everything that is due is asked, nothing is asked twice inside a lease, nothing stops it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from pagos import agenda, consulta, cortacircuitos, reloj, servicios, sonda
from pagos.estados import Estado
from pagos.models import AcuerdoComercial, Cortacircuito, Pago
from pagos.pasarelas.base import Metodo
from pagos.sonda import reclamo
from tests.fabricas import crear_cliente
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import aceptacion, crear_acuerdo, crear_forma, crear_pago, foto_de

pytestmark = pytest.mark.django_db


def estados(*pagos):
    return [Pago.objects.get(pk=pago.pk).estado for pago in pagos]


def test_la_ronda_pregunta_y_aplica_lo_que_diga_la_pasarela(en_la_pasarela):
    """Approved, rejected and still waiting are each brought to where the gateway says, and counted."""
    pagos = [en_la_pasarela(1), en_la_pasarela(1000), en_la_pasarela(999)]
    cuenta = sonda.ejecutar_ronda()
    assert estados(*pagos) == ["APROBADA", "RECHAZADA", "PENDIENTE"]
    assert cuenta == {"preguntados": 3, "aprobada": 1, "rechazada": 1, "pendiente": 1}


def test_lo_que_no_esta_vencido_no_se_pregunta_salvo_con_todos(en_la_pasarela):
    """A plain round leaves alone what is not due; `todos` asks every open pago."""
    pago = en_la_pasarela(999)
    sonda.ejecutar_ronda()
    assert sonda.ejecutar_ronda() == {}
    assert sonda.ejecutar_ronda(todos=True)["preguntados"] == 1
    assert Pago.objects.get(pk=pago.pk).consultas == 2


@pytest.mark.parametrize("estado", [Estado.CREADA, Estado.PENDIENTE])
def test_la_primera_pregunta_espera_siete_minutos(forma_del_simulador, estado):
    """A new pago, answered by its gateway or not, is the sonda's only seven minutes after its start."""
    saldo = crear_saldo()
    usuario, forma = crear_cliente(tercero=saldo.tercero), forma_del_simulador(saldo.empresa)
    pago = servicios._registrar(
        foto=foto_de(usuario, [saldo]), forma=forma, usuario=usuario, aceptacion=aceptacion(), idioma="es-co"
    )
    if estado == Estado.PENDIENTE:
        pago = servicios._pedir(pago)
    assert (pago.estado, pago.proxima_consulta) == (estado, pago.creada_en + timedelta(minutes=7))
    Pago.objects.filter(pk=pago.pk).update(proxima_consulta=reloj.ahora() + timedelta(seconds=5))
    assert reclamo.reclamar(pago.acuerdo, 10) == []
    Pago.objects.filter(pk=pago.pk).update(proxima_consulta=reloj.ahora())
    assert [uno.pk for uno in reclamo.reclamar(pago.acuerdo, 10)] == [pago.pk]


def test_un_pago_defectuoso_no_detiene_a_los_demas(en_la_pasarela):
    """One row that raises is recorded and pushed ahead; the others are asked and applied."""
    roto, sano = en_la_pasarela(1), en_la_pasarela(1)
    # Its agreement cannot be read any more: the ciphertext belongs to another row.
    otro = crear_forma(crear_acuerdo(roto.empresa, comercio="999", urls=roto.acuerdo.urls))
    otro.acuerdo.credenciales = roto.acuerdo.credenciales
    otro.acuerdo.save()
    Pago.objects.filter(pk=roto.pk).update(acuerdo=otro.acuerdo)
    sonda.ejecutar_ronda()
    assert estados(roto, sano) == ["PENDIENTE", "APROBADA"]
    assert Pago.objects.get(pk=roto.pk).proxima_consulta > timezone.now()


def test_sin_respuesta_no_cambia_el_estado_y_se_vuelve_a_preguntar(settings, vencer):
    """A network error changes no state: it is recorded, asked again at the next ring, and counted by class."""
    pago = crear_pago(forma=crear_forma(crear_acuerdo(urls={"api": "https://www.zonapagos.com/Apis_CicloPago/api"})))
    acuerdo = pago.acuerdo
    acuerdo.urls = {"api": "http://127.0.0.1:9/api"}  # nobody listens on the discard port
    acuerdo.save()
    settings.PASARELA_ORIGENES = ["http://127.0.0.1:9"]
    vencer(pago)
    cuenta = sonda.ejecutar_ronda()
    pago.refresh_from_db()
    assert (pago.estado, pago.error_consulta, cuenta["error_red"]) == (Estado.PENDIENTE, "red", 1)
    assert pago.proxima_consulta - timezone.now() <= agenda.espera()


def test_el_cortacircuitos_se_abre_con_cinco_fallos_y_prueba_con_una_sola(settings):
    """Five infrastructure errors in a row open it; after the pause one caller alone is let through."""
    acuerdo = crear_acuerdo()
    for _fallo in range(cortacircuitos.FALLOS):
        assert cortacircuitos.permite(acuerdo.pk)
        cortacircuitos.anotar_fallo(acuerdo.pk)
    assert not cortacircuitos.permite(acuerdo.pk)
    with time_machine.travel(timezone.now() + cortacircuitos.PAUSA * 1.1, tick=False):
        assert [cortacircuitos.permite(acuerdo.pk) for _quien in range(3)] == [True, False, False]
        cortacircuitos.anotar_exito(acuerdo.pk)
        assert cortacircuitos.permite(acuerdo.pk)


def test_una_ronda_con_el_cortacircuitos_abierto_no_llama_ni_lo_cierra(en_la_pasarela, simulador, vencer):
    """Held back is not asked: the breaker stays open; half open, one question alone decides for all the others."""
    pagos = [en_la_pasarela(999) for _uno in range(3)]
    acuerdo = pagos[0].acuerdo_id
    for _fallo in range(cortacircuitos.FALLOS):
        cortacircuitos.anotar_fallo(acuerdo)
    simulador.control("estadisticas", {"reiniciar": True})
    assert sonda.ejecutar_ronda() == {}
    assert cortacircuitos.abierto(acuerdo)
    Cortacircuito.objects.update(abierto_hasta=timezone.now())
    simulador.control("fallas", {"reglas": [{"punto": "VerificacionPago", "tipo": "error"}]})
    assert sonda.ejecutar_ronda() == {"preguntados": 1, "error_http_5xx": 1}
    assert simulador.control("estadisticas")["peticiones"]["VerificacionPago"] == 1
    assert cortacircuitos.abierto(acuerdo)
    Cortacircuito.objects.update(abierto_hasta=timezone.now())
    simulador.control("fallas", {"reglas": []})
    vencer(*pagos)
    assert sonda.ejecutar_ronda() == {"preguntados": 3, "pendiente": 3}
    assert not cortacircuitos.abierto(acuerdo)


def test_a_la_pasarela_que_pide_espera_no_se_la_vuelve_a_llamar(en_la_pasarela, simulador, vencer):
    """429 with Retry-After: neither the rest of the lot, nor a page, nor the checkout calls before that time."""
    pagos = [en_la_pasarela(1) for _uno in range(4)]
    AcuerdoComercial.objects.update(limite_en_vuelo=1)
    regla = {"punto": "VerificacionPago", "tipo": "demasiadas", "veces": 1, "parametros": {"segundos": 120}}
    simulador.control("fallas", {"reglas": [regla]})
    simulador.control("estadisticas", {"reiniciar": True})
    assert sonda.ejecutar_ronda() == {"preguntados": 1, "error_limite": 1}
    vencer(*pagos)
    assert sonda.ejecutar_ronda() == {}
    consulta.verificar(pagos[0], origen="retorno")
    assert not cortacircuitos.permite(pagos[0].acuerdo_id)
    assert simulador.control("estadisticas")["peticiones"]["VerificacionPago"] == 1
    falta = Cortacircuito.objects.get().esperar_hasta - timezone.now()
    assert timedelta(seconds=60) < falta <= timedelta(seconds=120)
    Cortacircuito.objects.update(esperar_hasta=timezone.now())
    vencer(*pagos)
    assert sonda.ejecutar_ronda() == {"preguntados": 4, "aprobada": 4}


def test_una_respuesta_de_negocio_no_cuenta_para_el_cortacircuitos(simulador, forma_del_simulador):
    """`int_estado` 2 (bad credentials) is an answer: the gateway is there."""
    forma = forma_del_simulador(secretos={"usuario": "demo678", "clave": "mala", "codigo_servicio": "2701"})
    pago = crear_pago(crear_saldo(empresa=forma.acuerdo.empresa), forma=forma)
    for _vez in range(cortacircuitos.FALLOS + 1):
        respuesta = consulta.preguntar(consulta.pasarela_de(pago.acuerdo), pago.referencia, nombre="zonapagos")
        consulta.asentar(pago, respuesta, origen="sonda")
    assert cortacircuitos.permite(pago.acuerdo_id)


def test_en_tres_horas_cada_espera_esta_entre_seis_y_siete_minutos_y_medio(en_la_pasarela, monkeypatch, settings):
    """A ring every 7 minutes, a few seconds early or late, asks each open pago at each ring; in-person ones hourly."""
    monkeypatch.setattr(reloj, "ahora", timezone.now)
    settings.SONDA_MINUTOS = 7
    en_linea, presencial = en_la_pasarela(999), en_la_pasarela(999, metodo=41)
    preguntas = {en_linea.pk: [], presencial.pk: []}
    inicio = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    desfases = [0, 9, -8, 12, -11, 3]
    Pago.objects.update(creada_en=inicio, pendiente_en=inicio, proxima_consulta=inicio)
    for timbre in range(26):
        momento = inicio + timedelta(minutes=7 * timbre, seconds=desfases[timbre % 6])
        with time_machine.travel(momento, tick=False):
            sonda.ejecutar_ronda()
        for pk, veces in preguntas.items():
            ultima = Pago.objects.get(pk=pk).ultima_consulta
            if ultima is not None and ultima not in veces:
                veces.append(ultima)
    en_espera = [b - a for a, b in zip(preguntas[en_linea.pk], preguntas[en_linea.pk][1:], strict=False)]
    assert len(en_espera) == 25
    assert all(timedelta(minutes=6, seconds=30) <= espera <= timedelta(minutes=7, seconds=30) for espera in en_espera)
    horas = [b - a for a, b in zip(preguntas[presencial.pk], preguntas[presencial.pk][1:], strict=False)]
    assert Pago.objects.get(pk=presencial.pk).metodo == Metodo.PRESENCIAL
    assert all(timedelta(minutes=58) <= espera <= timedelta(minutes=67) for espera in horas)


def test_una_ronda_termina_aunque_todo_venza_otra_vez_mientras_dura(en_la_pasarela, settings):
    """With an interval of a tenth of a second what was asked is due again at once: it waits for the next round."""
    settings.SONDA_MINUTOS = 0.1 / 60
    pagos = [en_la_pasarela(999) for _uno in range(3)]
    assert sonda.ejecutar_ronda()["preguntados"] == 3
    assert [Pago.objects.get(pk=pago.pk).consultas for pago in pagos] == [1, 1, 1]
