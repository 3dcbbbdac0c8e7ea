"""What only PayU has: a form that the browser may alter, signed reports, and several orders under one reference."""

import re
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from pagos.juicio import Esperado, Veredicto, juzgar
from pagos.pasarelas import registro
from pagos.pasarelas.base import EstadoIntento, FirmaInvalidaError
from pagos.pasarelas.payu_firmas import ALGORITMOS
from tests.contrato.bancos import BANCOS, ESPERA, llegar
from tests.pagos.pasarelas.servidor_crudo import ServidorCrudo, respuesta
from tests.simulador.apoyo import Pagador

pytestmark = pytest.mark.parametrize("banco", ["payu"], indirect=True)


@pytest.fixture
def buzon():
    """A merchant's confirmation address that takes whatever comes."""
    with ServidorCrudo([respuesta("", tipo="text/plain", Connection="close")]) as buzon:
        yield buzon


def confirmado(simulador, buzon, caso, **cambios):
    """Have PayU confirm the payment now; gives the fields as they arrived."""
    pedido = {"referencia": caso.referencia, "url": f"{buzon.origen}/confirmacion/"} | cambios
    assert simulador.control("payu/confirmaciones", pedido)["respuestas"] == [200]
    return dict(parse_qsl(buzon.peticiones[-1].cuerpo.decode(), keep_blank_values=True))


def veredicto(caso):
    esperado = Esperado(
        referencia=caso.referencia, total=Decimal("119000.00"), moneda="COP", comercio="508029", prueba=False
    )
    return juzgar(esperado, caso.consultar()).veredicto


@pytest.mark.parametrize("algoritmo", ALGORITMOS)
@pytest.mark.parametrize("total", ["119000.00", "119000.50", "119000.55", "119000.05"])
def test_cada_algoritmo_firma_y_revisa_los_tres_mensajes(banco, caso, simulador, cliente, buzon, algoritmo, total):
    """PayU takes our signature, and we take the ones of its response page and its confirmation."""
    secretos = banco.secretos | {"algoritmo": algoritmo}
    payu = registro.crear("payu", banco.conexion(simulador.url, secretos=secretos), cliente)
    llegada = llegar(payu.iniciar(banco.pedido(caso.referencia, total=total)))
    assert llegada.status_code == 200
    regreso = Pagador(llegada.url).pagar_con_tarjeta("0001").enlace("Regresar al comercio")
    mostrada = payu.leer_retorno(dict(parse_qsl(urlsplit(regreso).query)))
    lectura = payu.leer_confirmacion(confirmado(simulador, buzon, caso))
    (intento,) = lectura.intentos
    assert (mostrada.estado, mostrada.valor) == (EstadoIntento.APROBADO, Decimal(total))
    assert (intento.estado, intento.valor, intento.prueba) == (EstadoIntento.APROBADO, Decimal(total), False)
    assert lectura.solo_aviso
    (consultado,) = payu.consultar(caso.referencia).intentos
    assert consultado.id == intento.id
    assert consultado.ultimos4 == intento.ultimos4 == "0001"


@pytest.mark.parametrize("firma", ["mala", "", "0" * 64])
def test_una_confirmacion_mal_firmada_no_vale(caso, pasarela, simulador, buzon, firma):
    """A confirmation that PayU did not sign is refused, whatever it says."""
    caso.iniciar()
    datos = confirmado(simulador, buzon, caso, firma=firma)
    with pytest.raises(FirmaInvalidaError):
        pasarela.leer_confirmacion(datos)


def test_una_confirmacion_firmada_por_otro_algoritmo_no_vale(caso, pasarela, simulador, buzon):
    """The agreement's algorithm is the only one."""
    caso.iniciar()
    datos = confirmado(simulador, buzon, caso, algoritmo="MD5")
    with pytest.raises(FirmaInvalidaError):
        pasarela.leer_confirmacion(datos)


def test_una_confirmacion_bien_firmada_por_otro_valor_llega_con_ese_valor(caso, pasarela, simulador, buzon):
    """A valid signature over another amount is passed on as it is: the judge compares it with ours."""
    caso.iniciar()
    datos = confirmado(simulador, buzon, caso, campos={"value": "1.00", "currency": "USD"}, firma="valida")
    (intento,) = pasarela.leer_confirmacion(datos).intentos
    assert (intento.valor, intento.moneda) == (Decimal("1.00"), "USD")


@pytest.mark.usefixtures("faltas_a_proposito")
@pytest.mark.parametrize("campo", ["amount", "currency", "referenceCode", "merchantId"])
def test_un_campo_firmado_que_el_pagador_cambia_no_entra(caso, pasarela, banco, campo):
    """PayU refuses a form whose signed fields were altered in the browser."""
    formulario = pasarela.iniciar(banco.pedido(caso.referencia))
    alterado = {"amount": "1.00", "currency": "USD", "referenceCode": "OTRA", "merchantId": "508030"}[campo]
    campos = dict(formulario.campos) | {campo: alterado}
    assert requests.post(formulario.url, data=campos, timeout=ESPERA).status_code == 400
    assert not caso.consultar().conocida


def test_pagar_en_modo_de_prueba_no_aprueba(caso, pasarela, banco, simulador):
    """`test`, which no signature covers, altered by the payer: the order says so and the judge does not approve."""
    simulador.control("ajustes", {"payu_istest": True})
    formulario = pasarela.iniciar(banco.pedido(caso.referencia))
    llegada = requests.post(formulario.url, data=dict(formulario.campos) | {"test": "1"}, timeout=ESPERA)
    Pagador(llegada.url).pagar_con_tarjeta("0001")
    (intento,) = caso.consultar().intentos
    assert (intento.estado, intento.prueba) == (EstadoIntento.APROBADO, True)
    assert veredicto(caso) is Veredicto.POR_REVISAR


def test_varias_ordenes_bajo_una_referencia(caso, simulador):
    """Two forms posted are two orders: the approved one decides, however the other ended."""
    caso.iniciar()
    caso.intento("rechazada")
    assert veredicto(caso) is Veredicto.RECHAZADA
    caso.iniciar()
    caso.intento("aprobada")
    assert [intento.estado for intento in caso.consultar().intentos] == [
        EstadoIntento.RECHAZADO,
        EstadoIntento.APROBADO,
    ]
    assert veredicto(caso) is Veredicto.APROBADA


@pytest.mark.parametrize("vacio", ["result", "payload"])
def test_las_dos_formas_de_no_encontrar_nada(caso, simulador, vacio):
    """A null result and a null payload are both 'nothing found'."""
    simulador.control("ajustes", {"payu_vacio": vacio})
    assert not caso.consultar().conocida


def test_el_simulador_no_conoce_mas_campos_que_el_contrato(caso, banco):
    """No field of the form is unknown to PayU, and each appears once."""
    orden = caso.iniciar()
    nombres = [nombre for nombre, _ in orden.campos]
    assert len(nombres) == len(set(nombres))
    assert re.fullmatch(r"[0-9a-f]{64}", dict(orden.campos)["signature"])
    assert BANCOS["payu"] is banco
