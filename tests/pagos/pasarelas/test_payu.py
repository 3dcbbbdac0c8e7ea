"""The PayU adapter: the form it gives, the question it asks over real HTTP, and what it makes of each answer."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pagos.pasarelas.base import (
    Conexion,
    EstadoIntento,
    FirmaInvalidaError,
    InicioRechazadoError,
    Pagador,
    PasarelaNoRespondeError,
    Pedido,
    RespuestaInesperadaError,
)
from pagos.pasarelas.http import ClienteHttp
from pagos.pasarelas.payu import PayU, revisar
from pagos.pasarelas.payu_firmas import ALGORITMOS, Firmante
from tests.arnes import marcas
from tests.pagos.pasarelas.servidor_crudo import ServidorCrudo, cortar, objeto
from tests.pagos.pasarelas.test_payu_firmas import API_KEY, COMERCIO

REF = "TestPayU"
PEDIDO = Pedido(
    referencia=REF,
    total=Decimal("119000.00"),
    iva=Decimal("19000.00"),
    base_iva=Decimal("100000.00"),
    moneda="COP",
    descripcion="Pago de FV 10234",
    pagador=Pagador(
        tipo_id="CC",
        numero="52123456",
        nombre="Ana",
        apellido="Titular",
        telefono="3001234567",
        correo="ana@ejemplo.com",
    ),
    url_retorno="https://portal.ejemplo.com/retorno",
    url_confirmacion="https://portal.ejemplo.com/confirmacion",
)
ORDEN = {
    "id": 1,
    "accountId": 512321,
    "referenceCode": REF,
    "additionalValues": {"TX_VALUE": {"value": 119000.0, "currency": "COP"}},
    "transactions": [
        {
            "id": "t1",
            "type": "AUTHORIZATION_AND_CAPTURE",
            "paymentMethod": "PSE",
            "transactionResponse": {"state": "APPROVED", "responseCode": "APPROVED"},
        }
    ],
}


def conexion_a(origen, **cambios):
    normal = Conexion(
        urls={
            "checkout": f"{origen}/ppp-web-gateway-payu/",
            "consultas": f"{origen}/reports-api/4.0/service.cgi",
        },
        comercio=COMERCIO,
        cuenta="512321",
        secretos={"api_key": API_KEY, "api_login": marcas.API_LOGIN_PUBLICO, "algoritmo": "SHA256"},
    )
    return replace(normal, **cambios)


@pytest.fixture
def hacer_payu(servidor, cliente):
    """`hacer_payu(**cambios)`: an adapter that talks to `servidor`, its Conexion changed as asked."""
    return lambda **cambios: PayU(conexion_a(servidor.origen, **cambios), cliente)


@pytest.fixture
def payu(hacer_payu):
    return hacer_payu()


def campos(payu, pedido=PEDIDO):
    return dict(payu.iniciar(pedido).campos)


def exito(**cambios):
    return objeto({"code": "SUCCESS", "error": None, "result": {"payload": [ORDEN]}} | cambios)


def test_el_formulario_lleva_el_contrato_entero(servidor, payu):
    """The form has every field of the contract, and nobody is called to make it."""
    formulario = payu.iniciar(PEDIDO)
    assert formulario.url == f"{servidor.origen}/ppp-web-gateway-payu/"
    assert not servidor.peticiones
    enviado = dict(formulario.campos)
    firma = enviado.pop("signature")
    assert firma == payu._firmante.firmar(COMERCIO, REF, "119000.00", "COP")
    assert enviado == {
        "merchantId": "508029",
        "accountId": "512321",
        "description": "Pago de FV 10234",
        "referenceCode": REF,
        "amount": "119000.00",
        "tax": "19000.00",
        "taxReturnBase": "100000.00",
        "currency": "COP",
        "algorithmSignature": "SHA256",
        "test": "0",
        "buyerEmail": "ana@ejemplo.com",
        "buyerFullName": "Ana Titular",
        "buyerDocumentType": "CC",
        "buyerDocument": "52123456",
        "payerFullName": "Ana Titular",
        "payerEmail": "ana@ejemplo.com",
        "payerPhone": "3001234567",
        "payerDocumentType": "CC",
        "payerDocument": "52123456",
        "telephone": "3001234567",
        "responseUrl": "https://portal.ejemplo.com/retorno",
        "confirmationUrl": "https://portal.ejemplo.com/confirmacion",
        "lng": "es",
        "extra1": REF,
    }


@pytest.mark.parametrize("algoritmo", ALGORITMOS)
def test_el_formulario_se_firma_con_el_algoritmo_del_acuerdo(hacer_payu, algoritmo):
    """algorithmSignature names the agreement's algorithm, and the amount signed is the amount sent."""
    secretos = {"api_key": API_KEY, "api_login": "x", "algoritmo": algoritmo, "secreto": "s"}
    payu = hacer_payu(secretos=secretos)
    enviado = campos(payu)
    assert enviado["algorithmSignature"] == algoritmo
    assert payu._firmante.coincide(enviado["signature"], COMERCIO, REF, enviado["amount"], "COP")


def test_la_clave_propia_de_hmac_es_la_que_firma(hacer_payu):
    """With a secret of its own, HMAC-SHA256 signs by it; without one, by the api key."""
    for secreto in ("s", ""):
        secretos = {"api_key": API_KEY, "api_login": "x", "algoritmo": "HMAC-SHA256", "secreto": secreto}
        esperado = Firmante(algoritmo="HMAC-SHA256", api_key=API_KEY, secreto=secreto)
        firma = campos(hacer_payu(secretos=secretos))["signature"]
        assert firma == esperado.firmar(COMERCIO, REF, "119000.00", "COP")


@pytest.mark.parametrize("numero", ["1", "1" * 30])
def test_una_identificacion_que_cabe_va_entera(payu, numero):
    """From one to thirty characters, the payer's number goes as it is."""
    enviado = campos(payu, replace(PEDIDO, pagador=replace(PEDIDO.pagador, numero=numero)))
    assert enviado["buyerDocument"] == enviado["payerDocument"] == numero


def test_los_largos_del_contrato(payu):
    """Each text goes whole up to its length and not a character beyond; an address goes whole or not at all."""
    largo = replace(PEDIDO.pagador, nombre="n" * 151, apellido="", telefono="5" * 51, correo="a" * 255)
    enviado = campos(payu, replace(PEDIDO, descripcion="d" * 256, pagador=largo))
    assert (len(enviado["description"]), len(enviado["buyerFullName"]), len(enviado["telephone"])) == (255, 150, 50)
    assert enviado["buyerEmail"] == "a" * 255


def test_un_acuerdo_de_prueba_lo_dice(hacer_payu):
    """The test flag of the agreement goes in the form."""
    assert campos(hacer_payu(prueba=True))["test"] == "1"


def test_sin_iva_van_ceros(payu):
    """Exempt is 0 and 0: leaving tax out would make PayU charge 19 %."""
    enviado = campos(payu, replace(PEDIDO, iva=Decimal("0.00"), base_iva=Decimal("0.00")))
    assert (enviado["tax"], enviado["taxReturnBase"]) == ("0.00", "0.00")


def test_un_iva_que_supera_el_total_no_se_envia(payu):
    """tax + taxReturnBase <= amount, to the centavo."""
    assert campos(payu, replace(PEDIDO, total=Decimal("119000.00")))
    with pytest.raises(InicioRechazadoError) as error:
        payu.iniciar(replace(PEDIDO, total=Decimal("118999.99")))
    assert error.value.codigo == "IVA_INCOHERENTE"


@pytest.mark.parametrize(
    ("tipo", "enviado"),
    [("CC", "CC"), ("CE", "CE"), ("NIT", "NIT"), ("TI", "TI"), ("PA", "PP"), ("RC", "RC")]
    + [(tipo, "DE") for tipo in ("NUIP", "PPT", "DE", "OTRO")],
)
def test_el_tipo_de_identificacion_va_con_su_nombre(payu, tipo, enviado):
    """Each type has PayU's name; one without an equivalent is DE."""
    formulario = campos(payu, replace(PEDIDO, pagador=replace(PEDIDO.pagador, tipo_id=tipo)))
    assert {formulario["buyerDocumentType"], formulario["payerDocumentType"]} == {enviado}


@pytest.mark.parametrize(("opciones", "numero"), [({}, "900123456"), ({"nit_con_dv": True}, "9001234568")])
def test_el_nit_va_sin_digito_salvo_que_el_acuerdo_lo_pida(hacer_payu, opciones, numero):
    """A NIT goes without its check digit by default."""
    empresa = Pagador(tipo_id="NIT", numero="900123456", dv="8", nombre="Ferretería El Tornillo S.A.S.")
    enviado = campos(hacer_payu(opciones=opciones), replace(PEDIDO, pagador=empresa))
    assert enviado["buyerDocument"] == enviado["payerDocument"] == numero
    assert enviado["buyerFullName"] == "Ferretería El Tornillo S.A.S."


def test_los_textos_van_limpios_y_cortados(payu):
    """Control characters go, lengths hold, an address is never cut."""
    largo = replace(PEDIDO.pagador, nombre="n\r\n" * 200, correo="a" * 256)
    enviado = campos(payu, replace(PEDIDO, descripcion="d\x00" * 300, pagador=largo))
    assert len(enviado["description"]) <= 255
    assert len(enviado["buyerFullName"]) <= 150
    assert enviado["buyerEmail"] == enviado["payerEmail"] == ""
    assert not any(letra < " " for valor in enviado.values() for letra in valor)
    assert campos(payu, replace(PEDIDO, descripcion="\n"))["description"] == f"Pago {REF}"


@pytest.mark.parametrize("referencia", ["", "A B", "A~1", "A-1", "Ñ", "A" * 256, "A\n"])
def test_una_referencia_que_payu_no_admite_no_se_envia(payu, referencia):
    """A reference with blanks or special characters is refused before it is signed."""
    with pytest.raises(InicioRechazadoError) as error:
        payu.iniciar(replace(PEDIDO, referencia=referencia))
    assert error.value.codigo == "REFERENCIA_INVALIDA"


@pytest.mark.parametrize("numero", ["", "1" * 31])
def test_una_identificacion_que_no_cabe_no_se_envia(payu, numero):
    """A cut identification would name somebody else."""
    with pytest.raises(InicioRechazadoError) as error:
        payu.iniciar(replace(PEDIDO, pagador=replace(PEDIDO.pagador, numero=numero)))
    assert error.value.codigo == "PAGADOR_INVALIDO"


def test_un_checkout_de_otro_origen_no_se_entrega(servidor, hacer_payu):
    """The form is never aimed at an origin that nobody allowed."""
    urls = conexion_a(servidor.origen).urls | {"checkout": "https://evil.example/"}
    with pytest.raises(RespuestaInesperadaError) as error:
        hacer_payu(urls=urls).iniciar(PEDIDO)
    assert error.value.codigo == "ORIGEN_AJENO"


@pytest.mark.parametrize("prueba", [False, True])
def test_la_consulta_pregunta_como_el_contrato(servidor, hacer_payu, prueba):
    """POST service.cgi with command, merchant, reference and the agreement's test flag, asking for JSON."""
    servidor.responder(exito())
    hacer_payu(prueba=prueba).consultar(REF)
    (peticion,) = servidor.peticiones
    assert peticion.linea == "POST /reports-api/4.0/service.cgi HTTP/1.1"
    assert peticion.cabeceras["Accept"] == peticion.cabeceras["Content-Type"] == "application/json"
    assert peticion.json == {
        "test": prueba,
        "language": "es",
        "command": "ORDER_DETAIL_BY_REFERENCE_CODE",
        "merchant": {"apiLogin": marcas.API_LOGIN_PUBLICO, "apiKey": API_KEY},
        "details": {"referenceCode": REF},
    }


def test_la_consulta_lee_las_ordenes_y_es_la_autoridad(servidor, payu):
    """What PayU answers comes back read, with the raw answer, and may approve."""
    servidor.responder(exito())
    lectura = payu.consultar(REF)
    (intento,) = lectura.intentos
    assert (intento.id, intento.estado, intento.valor) == ("t1", EstadoIntento.APROBADO, Decimal("119000.00"))
    assert json.loads(lectura.cruda)["code"] == "SUCCESS"
    assert lectura.solo_aviso is False


@pytest.mark.parametrize("resultado", [None, {}, {"payload": None}, {"payload": []}, []])
def test_una_referencia_desconocida(servidor, payu, resultado):
    """SUCCESS with no result or no payload is 'nothing found'."""
    servidor.responder(exito(result=resultado))
    lectura = payu.consultar(REF)
    assert (lectura.intentos, lectura.conocida) == ((), False)


def test_una_consulta_negada_no_dice_nada_del_pago(servidor, payu):
    """code ERROR changes no state and is asked again; its text goes nowhere."""
    servidor.responder(exito(code="ERROR", error="Invalid credentials", result=None))
    with pytest.raises(PasarelaNoRespondeError) as error:
        payu.consultar(REF)
    assert error.value.clase == "negada"
    assert "Invalid" not in str(error.value)


@pytest.mark.parametrize(
    "cambios",
    [
        {"code": None},
        {"code": "success"},
        {"code": ["SUCCESS"]},
        {"result": 7},
        {"result": "x"},
        {"result": {"payload": {"id": 1}}},
        {"result": {"payload": "x"}},
    ],
)
def test_una_consulta_sin_los_campos_del_contrato_es_ilegible(servidor, payu, cambios):
    """Fields missing or of another type leave the state unknown."""
    servidor.responder(exito(**cambios))
    with pytest.raises(PasarelaNoRespondeError) as error:
        payu.consultar(REF)
    assert error.value.clase == "ilegible"


def test_una_consulta_cortada_se_repite(servidor, payu):
    """A question whose connection broke is asked again."""
    servidor.responder(cortar, exito())
    assert payu.consultar(REF).intentos


def test_confirmacion_y_respuesta_se_revisan_con_la_clave_del_acuerdo(payu):
    """The adapter checks both reports with its agreement's key."""
    firma = payu._firmante.firmar(COMERCIO, REF, "119000.0", "COP", "4")
    confirmacion = {"merchant_id": COMERCIO, "reference_sale": REF, "value": "119000.00", "currency": "COP"}
    confirmacion |= {"state_pol": "4", "transaction_id": "t1", "test": "0", "sign": firma}
    assert payu.leer_confirmacion(confirmacion).intentos[0].estado is EstadoIntento.APROBADO
    with pytest.raises(FirmaInvalidaError):
        payu.leer_confirmacion(confirmacion | {"value": "1.00"})
    respuesta = {"merchantId": COMERCIO, "referenceCode": REF, "TX_VALUE": "119000.00", "currency": "COP"}
    respuesta |= {"transactionState": "4", "signature": firma}
    assert payu.leer_retorno(respuesta).estado is EstadoIntento.APROBADO
    assert payu.leer_retorno(respuesta | {"transactionState": "6"}).alterado


@pytest.mark.parametrize(
    ("cambios", "falta"),
    [
        ({"comercio": ""}, "merchant_id"),
        ({"comercio": "5080x"}, "merchant_id"),
        ({"cuenta": ""}, "account_id"),
        ({"secretos": {"api_login": "x", "algoritmo": "MD5"}}, "api_key"),
        ({"secretos": {"api_key": API_KEY, "algoritmo": "MD5"}}, "api_login"),
        ({"secretos": {"api_key": API_KEY, "api_login": "x", "algoritmo": "SHA1"}}, "algoritmo"),
        ({"secretos": {"api_key": API_KEY, "api_login": "x"}}, "algoritmo"),
    ],
)
def test_a_un_acuerdo_incompleto_se_le_dice_que_le_falta(cambios, falta):
    """Each missing or impossible credential is named in a sentence, and no secret is in it."""
    (problema,) = revisar(conexion_a("https://x", **cambios))
    assert falta in problema
    assert API_KEY not in problema


def test_un_acuerdo_completo_no_tiene_problemas():
    """Four credentials are enough: the key of HMAC may be the api key."""
    assert revisar(conexion_a("https://x")) == ()


json_cualquiera = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["SUCCESS", "ERROR"]),
    lambda hijos: st.lists(hijos, max_size=3) | st.dictionaries(st.sampled_from(["payload", "x"]), hijos, max_size=3),
    max_leaves=5,
)


@settings(max_examples=120, deadline=None)
@given(datos=st.dictionaries(st.sampled_from(["code", "result", "error"]), json_cualquiera))
def test_ninguna_respuesta_da_otra_cosa_que_los_errores_del_dominio(payu_vivo, datos):
    """Any JSON object in answer is read or raises one of the domain errors; nothing gets approved."""
    servidor, payu = payu_vivo
    servidor.responder(objeto(datos))
    try:
        lectura = payu.consultar(REF)
    except (PasarelaNoRespondeError, RespuestaInesperadaError):
        return
    assert not lectura.intentos


@pytest.fixture(scope="module")
def payu_vivo():
    """A server and an adapter kept for all the examples of a property."""
    with ServidorCrudo(mantener=True) as servidor:
        cliente = ClienteHttp([servidor.origen], permitir_http_local=True)
        yield servidor, PayU(conexion_a(servidor.origen), cliente)
        cliente.cerrar()
