"""Reading the orders of PayU's Queries API."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pagos.pasarelas.base import EstadoIntento, Metodo
from pagos.pasarelas.payu_ordenes import leer_ordenes
from tests.pagos.pasarelas.textos import con_luhn, cualquier_texto

REF, CUENTA = "K7M2P9", "512321"


def transaccion(identidad="t1", estado="APPROVED", **cambios):
    respuesta = {"state": estado, "responseCode": estado, "trazabilityCode": "1468228", "authorizationCode": "A1"}
    return {
        "id": identidad,
        "type": "AUTHORIZATION_AND_CAPTURE",
        "paymentMethod": "VISA",
        "creditCard": {"maskedNumber": "547130******0003"},
        "transactionResponse": respuesta | cambios.pop("respuesta", {}),
        "extraParameters": {},
    } | cambios


def orden(*transacciones, **cambios):
    return {
        "id": 7069375,
        "accountId": int(CUENTA),
        "status": "CAPTURED",
        "referenceCode": REF,
        "additionalValues": {"TX_VALUE": {"value": Decimal("20000.00"), "currency": "COP"}},
        "transactions": list(transacciones),
    } | cambios


def leer(*ordenes):
    return leer_ordenes(list(ordenes), referencia=REF, cuenta=CUENTA, cruda="{}")


def uno(*ordenes):
    lectura = leer(*ordenes)
    assert not lectura.no_confiables
    (intento,) = lectura.intentos
    return intento


def duda(*ordenes):
    """Read orders of which nothing may be believed; gives the reason."""
    lectura = leer(*ordenes)
    assert not lectura.intentos
    assert lectura.conocida
    assert not lectura.cerrada
    (motivo,) = lectura.no_confiables
    return motivo


def test_una_orden_se_lee_entera():
    """State, code, amount, currency, method, last four, approval and traceability code land in their places."""
    intento = uno(orden(transaccion(respuesta={"operationDate": 1776794321000})))
    assert (intento.id, intento.estado, intento.codigo) == ("t1", EstadoIntento.APROBADO, "APPROVED")
    assert (intento.referencia, intento.valor, intento.total) == (REF, Decimal("20000.00"), Decimal("20000.00"))
    assert (intento.moneda, intento.texto, intento.comercio, intento.prueba) == ("COP", "APPROVED", None, None)
    assert (intento.metodo, intento.codigo_metodo, intento.franquicia) == (Metodo.TARJETA, "VISA", "VISA")
    assert (intento.ultimos4, intento.aprobacion, intento.cus) == ("0003", "A1", "1468228")
    assert intento.fecha == datetime(2026, 4, 21, 17, 58, 41, tzinfo=UTC)
    assert "547130" not in repr(intento)


@pytest.mark.parametrize(
    ("codigo", "estado"),
    [
        ("APPROVED", EstadoIntento.APROBADO),
        ("DECLINED", EstadoIntento.RECHAZADO),
        ("EXPIRED", EstadoIntento.RECHAZADO),
        ("ERROR", EstadoIntento.RECHAZADO),
        ("PENDING", EstadoIntento.PENDIENTE),
        ("SUBMITTED", EstadoIntento.PENDIENTE),
        ("approved", EstadoIntento.DESCONOCIDO),
        ("CAPTURED", EstadoIntento.DESCONOCIDO),
        ("4", EstadoIntento.DESCONOCIDO),
    ],
)
def test_estado_de_una_transaccion(codigo, estado):
    """Each state of the contract means one thing; any other is kept verbatim and means nothing."""
    intento = uno(orden(transaccion(estado=codigo)))
    assert (intento.estado, intento.codigo) == (estado, codigo)


@pytest.mark.parametrize(
    ("medio", "metodo"),
    [
        ("PSE", Metodo.PSE),
        ("MASTERCARD", Metodo.TARJETA),
        ("EFECTY", Metodo.PRESENCIAL),
        ("BALOTO", Metodo.PRESENCIAL),
        ("NEQUI", Metodo.OTRO),
        ("", None),
    ],
)
def test_medio_de_una_transaccion(medio, metodo):
    """PayU's names of methods become the portal's; one not chosen yet is none."""
    intento = uno(orden(transaccion(paymentMethod=medio)))
    assert (intento.metodo, intento.codigo_metodo) == (metodo, medio)
    assert intento.franquicia == (medio if metodo is Metodo.TARJETA else "")


@pytest.mark.parametrize("tipo", ["REFUND", "PARTIAL_REFUND", "VOID", "CHARGEBACK"])
def test_una_devolucion_aprobada_no_es_dinero_recibido(tipo):
    """An approved refund is a reversal; one that was not approved says nothing of the payment."""
    cobro, devolucion = transaccion("t1"), transaccion("t2", type=tipo)
    assert [i.estado for i in leer(orden(cobro, devolucion)).intentos] == [
        EstadoIntento.APROBADO,
        EstadoIntento.REVERSADO,
    ]
    assert uno(orden(cobro, transaccion("t2", "DECLINED", type=tipo))).id == "t1"
    assert uno(orden(cobro, transaccion("t2", "PENDING", type=tipo))).id == "t1"


@pytest.mark.parametrize("tipo", ["AUTHORIZATION", "OTRO", "capture", 7, True, ["CAPTURE"], {}])
def test_solo_un_cobro_puede_aprobar(tipo):
    """An approved transaction that is not a charge, such as a mere hold, is not understood as money."""
    assert uno(orden(transaccion(type=tipo))).estado is EstadoIntento.DESCONOCIDO
    assert uno(orden(transaccion(estado="DECLINED", type=tipo))).estado is EstadoIntento.RECHAZADO


@pytest.mark.parametrize("tipo", ["AUTHORIZATION_AND_CAPTURE", "CAPTURE", "", None])
def test_un_cobro_aprobado_es_dinero(tipo):
    """A capture takes the money, and a transaction that names no type is what the form makes: a charge."""
    assert uno(orden(transaccion(type=tipo))).estado is EstadoIntento.APROBADO
    sin_tipo = transaccion()
    del sin_tipo["type"]
    assert uno(orden(sin_tipo)).estado is EstadoIntento.APROBADO


def test_lo_autorizado_y_luego_capturado_es_un_solo_cobro():
    """The hold that came before a capture is not a second payment."""
    retenida, cobrada = transaccion("t1", type="AUTHORIZATION"), transaccion("t2", type="CAPTURE")
    assert [uno.id for uno in leer(orden(retenida, cobrada)).intentos if uno.estado is EstadoIntento.APROBADO] == ["t2"]


def test_una_transaccion_que_nadie_ha_contestado_espera():
    """Without an answer from the network yet, an attempt is pending; a refund without one is nothing."""
    intento = uno(orden(transaccion(transactionResponse=None)))
    assert (intento.estado, intento.codigo, intento.cus) == (EstadoIntento.PENDIENTE, "", "")
    sin_respuesta = transaccion()
    del sin_respuesta["transactionResponse"]
    assert uno(orden(sin_respuesta)).estado is EstadoIntento.PENDIENTE
    assert leer(orden(transaccion(transactionResponse=None, type="REFUND"))).intentos == ()


def test_varias_ordenes_y_transacciones():
    """Every transaction of every order under the reference is an attempt, with its own order's amount."""
    cara = orden(transaccion("t3", "PENDING"), additionalValues={"TX_VALUE": {"value": 30000, "currency": "USD"}})
    lectura = leer(orden(transaccion("t1", "DECLINED"), transaccion("t2")), cara)
    assert [(i.id, i.valor, i.moneda) for i in lectura.intentos] == [
        ("t1", 20000, "COP"),
        ("t2", 20000, "COP"),
        ("t3", 30000, "USD"),
    ]
    assert lectura.cerrada


def test_salen_del_mas_viejo_al_mas_nuevo_cuando_payu_dice_la_hora():
    """Attempts with a time are ordered by it."""
    viejo = transaccion("viejo", respuesta={"operationDate": 1776794321000})
    nuevo = transaccion("nuevo", respuesta={"operationDate": 1776794322000})
    assert [intento.id for intento in leer(orden(nuevo, viejo)).intentos] == ["viejo", "nuevo"]


def test_lo_que_no_trae_hora_no_pasa_por_lo_mas_viejo():
    """While one attempt has no time they stay as they came: the one without it may be the newest."""
    viejo = transaccion("viejo", respuesta={"operationDate": 1776794321000})
    nuevo = transaccion("nuevo", respuesta={"operationDate": 1776794322000})
    assert [uno.id for uno in leer(orden(viejo, nuevo, transaccion("sin hora"))).intentos] == [
        "viejo",
        "nuevo",
        "sin hora",
    ]


@pytest.mark.parametrize("hora", [None, "2026-04-21", True, -1, 0, 4 * 10**12, 10**20, Decimal("1.5")])
def test_una_hora_ilegible_no_estorba(hora):
    """No decision hangs on PayU's clock."""
    assert uno(orden(transaccion(respuesta={"operationDate": hora}))).fecha is None


@pytest.mark.parametrize("hora", [1, 4 * 10**12 - 1])
def test_una_hora_en_el_limite_se_lee(hora):
    """The first millisecond of 1970 and the last one that PayU could mean."""
    assert uno(orden(transaccion(respuesta={"operationDate": hora}))).fecha is not None


@pytest.mark.parametrize("dicho", ["Timeout expired: line 42", "DENEGADA POR EL BANCO", "x" * 61, "«4»", "NO;"])
def test_un_error_en_el_lugar_del_estado_no_se_guarda(dicho):
    """A state is a code, known or not; an error of PayU's told in its place is set aside with our words."""
    lectura = leer(orden(transaccion(estado=dicho)))
    assert lectura.intentos == ()
    assert lectura.no_confiables == ("Orden 1 de 1, transacción 1: no trae identificación o estado.",)


def test_un_texto_en_el_lugar_del_medio_no_se_guarda():
    """The same for the method: what is not a name of PayU's is no method."""
    intento = uno(orden(transaccion(paymentMethod="tarjeta 4539 5787")))
    assert (intento.metodo, intento.codigo_metodo, intento.franquicia) == (None, "", "")


@pytest.mark.parametrize("vacio", [None, [], "x", {}])
def test_una_orden_sin_transacciones_es_conocida_y_nadie_la_ha_intentado(vacio):
    """An order that nobody tried to pay is known and has no attempts."""
    lectura = leer(orden(transactions=vacio))
    assert (lectura.intentos, lectura.conocida, lectura.no_confiables) == ((), True, ())


def test_sin_ordenes_no_se_conoce_el_pago():
    """No order at all is 'nothing found'."""
    lectura = leer()
    assert (lectura.intentos, lectura.conocida) == ((), False)


@pytest.mark.parametrize("referencia", ["K7M2P8", "", None, 7])
def test_la_orden_de_otra_referencia_no_es_de_fiar(referencia):
    """An order under another reference is another payment's money."""
    assert "otra referencia" in duda(orden(transaccion(), referenceCode=referencia))


@pytest.mark.parametrize("cuenta", [512322, "512322"])
def test_la_orden_de_otra_cuenta_no_es_de_fiar(cuenta):
    """The form's signature does not cover the account: an order of another one is not ours."""
    assert "otra cuenta" in duda(orden(transaccion(), accountId=cuenta))
    assert uno(orden(transaccion(), accountId=CUENTA)).id == "t1"
    assert uno(orden(transaccion(), accountId=None)).id == "t1"


SIN_MONTO = pytest.mark.parametrize(
    "valores",
    [
        None,
        {},
        {"TX_VALUE": None},
        {"TX_VALUE": {"value": 20000}},
        {"TX_VALUE": {"currency": "COP"}},
        {"TX_VALUE": {"value": "veinte", "currency": "COP"}},
        {"TX_VALUE": {"value": -1, "currency": "COP"}},
        {"TX_VALUE": {"value": Decimal("1.001"), "currency": "COP"}},
        {"TX_VALUE": {"value": 1, "currency": "pesos!"}},
    ],
)


@SIN_MONTO
def test_lo_aprobado_sin_monto_no_es_de_fiar(valores):
    """An approval of an order without a readable amount and currency is no money that can be booked."""
    assert "monto" in duda(orden(transaccion(), additionalValues=valores))


@SIN_MONTO
@pytest.mark.parametrize(
    ("estado", "leido"), [("DECLINED", EstadoIntento.RECHAZADO), ("PENDING", EstadoIntento.PENDIENTE)]
)
def test_sin_dinero_no_hace_falta_el_monto(valores, estado, leido):
    """What is pending or declined moved nothing: it is read although its order tells no amount."""
    intento = uno(orden(transaccion(estado=estado), additionalValues=valores))
    assert intento.estado is leido
    assert intento.valor is None or intento.moneda is None


@pytest.mark.parametrize(
    ("bandera", "prueba"),
    [
        *((bandera, True) for bandera in (True, "true", 1, "1")),
        *((bandera, False) for bandera in (False, "false", 0, "0")),
        (None, None),
    ],
)
def test_la_bandera_de_prueba_de_la_orden(bandera, prueba):
    """isTest is passed on when present, as a boolean or as the 1 and 0 of the form."""
    assert uno(orden(transaccion(), isTest=bandera)).prueba is prueba


@pytest.mark.parametrize("bandera", [2, -1, "2", "", "sí", Decimal("1.0"), [], {}])
def test_una_bandera_de_prueba_ilegible_no_es_de_fiar(bandera):
    """An isTest that cannot be read is not taken for 'real'."""
    assert "prueba" in duda(orden(transaccion(), isTest=bandera))


def test_el_banco_de_la_orden():
    """The bank's name comes in the transaction's extra parameters, and fits in its column."""
    assert uno(orden(transaccion(extraParameters={"FINANCIAL_INSTITUTION_NAME": "B" * 81}))).banco == "B" * 80


def test_un_identificador_monstruoso_no_es_de_fiar():
    """A number that is no id of anything decides nothing; a large one is an id."""
    assert "identificación" in duda(orden(transaccion(id=10**18)))
    assert uno(orden(transaccion(id=10**18 - 1))).id == "9" * 18


def test_los_identificadores_quedan_enteros_y_una_tarjeta_no():
    """The bank asks for them whole; a card's number in their place keeps four digits."""
    largo, tarjeta = con_luhn("1", 15), con_luhn("4", 16)
    for campo, nombre in (("trazabilityCode", "cus"), ("authorizationCode", "aprobacion")):
        assert getattr(uno(orden(transaccion(respuesta={campo: largo}))), nombre) == largo
        assert getattr(uno(orden(transaccion(respuesta={campo: tarjeta}))), nombre) == f"****{tarjeta[-4:]}"


def test_el_comercio_de_la_orden_llega_a_quien_compara():
    """A merchant id, when the order names it, is passed on as text."""
    assert uno(orden(transaccion(), merchantId=508029)).comercio == "508029"


@pytest.mark.parametrize(
    "rota",
    [
        None,
        7,
        "x",
        [],
        transaccion(id=""),
        transaccion(id=None),
        transaccion(id=True),
        transaccion(estado=""),
        transaccion(transactionResponse={}),
        transaccion(transactionResponse=[]),
        transaccion(transactionResponse="APPROVED"),
        transaccion(estado=None),
        transaccion(estado=["APPROVED"]),
    ],
)
def test_una_transaccion_rota_no_es_de_fiar_y_no_arrastra_a_las_demas(rota):
    """A transaction without id or state decides nothing; its neighbours are read all the same."""
    assert "transacción 1" in duda(orden(rota))
    lectura = leer(orden(rota, transaccion("t2")))
    assert [intento.id for intento in lectura.intentos] == ["t2"]
    assert not lectura.cerrada


def test_una_orden_que_no_es_objeto_no_arrastra_a_las_demas():
    """An order that is no object is set aside alone."""
    lectura = leer("x", orden(transaccion()))
    assert len(lectura.intentos) == 1
    assert lectura.no_confiables == ("Orden 1 de 2: no es un objeto.",)


def test_la_misma_transaccion_dos_veces_no_es_de_fiar():
    """The same id with two stories is no story at all."""
    lectura = leer(orden(transaccion(), transaccion(estado="DECLINED"), transaccion()), orden(transaccion("t2")))
    assert [intento.id for intento in lectura.intentos] == ["t2"]
    assert lectura.no_confiables == ("La transacción t1 viene 2 veces.",)


def test_la_misma_transaccion_repetida_es_una_sola():
    """A transaction that comes twice word for word, in one order or in two, is that transaction."""
    assert uno(orden(transaccion(), transaccion())).estado is EstadoIntento.APROBADO
    assert uno(orden(transaccion()), orden(transaccion())).id == "t1"
    otro_monto = orden(transaccion(), additionalValues={"TX_VALUE": {"value": 1, "currency": "COP"}})
    assert leer(orden(transaccion()), otro_monto).no_confiables == ("La transacción t1 viene 2 veces.",)


hojas = st.none() | st.booleans() | st.integers() | st.decimals() | cualquier_texto(max_size=6)
hojas |= st.sampled_from(["APPROVED", "DECLINED", REF, "COP", "AUTHORIZATION_AND_CAPTURE", CUENTA])
cualquiera = st.recursive(
    hojas,
    lambda hijos: st.lists(hijos, max_size=3) | st.dictionaries(st.sampled_from(["id", "state", "value", "x"]), hijos),
    max_leaves=6,
)
cambios_orden = st.dictionaries(st.sampled_from([*orden(), "isTest", "merchantId"]), cualquiera, max_size=3)
cambios_transaccion = st.dictionaries(st.sampled_from(sorted(transaccion())), cualquiera, max_size=3)


@settings(max_examples=300)
@given(st.lists(cualquiera), cambios_orden, cambios_transaccion)
def test_ninguna_orden_hace_caer_al_lector(basura, de_orden, de_transaccion):
    """Whatever the payload holds, the reader answers, and what it approves is an APPROVED charge of our reference."""
    torcida = orden(transaccion() | de_transaccion) | de_orden
    lectura = leer(*basura, torcida)
    for intento in lectura.intentos:
        assert intento.referencia == REF == torcida["referenceCode"]
        if intento.estado is EstadoIntento.APROBADO:
            assert intento.codigo == "APPROVED"
            assert torcida["transactions"][0]["type"] in ("AUTHORIZATION_AND_CAPTURE", "", None)
            assert None not in (intento.valor, intento.moneda)
    repr(lectura).encode()
