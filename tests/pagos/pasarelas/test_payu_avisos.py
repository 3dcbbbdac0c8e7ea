"""PayU's confirmation and response page: believed only as far as they are signed."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagos.models import Pago
from pagos.pasarelas.base import EstadoIntento, FirmaInvalidaError, Metodo, Retorno
from pagos.pasarelas.payu_avisos import leer_aviso, leer_respuesta
from pagos.pasarelas.payu_firmas import ALGORITMOS, Firmante
from tests.pagos.pasarelas.textos import con_luhn, cualquier_texto
from tests.simulador.payu import apoyo

REF, COMERCIO = "K7M2P9", "508029"
FIRMANTE = Firmante(algoritmo="HMAC-SHA256", api_key="llave", secreto="secreto")
CONFIRMACION = {
    "merchant_id": COMERCIO,
    "state_pol": "4",
    "reference_sale": REF,
    "reference_pol": "7069375",
    "transaction_id": "f5e668f1-7ecc-4b83-a4d1-0aaa68260862",
    "value": "119000.00",
    "currency": "COP",
    "cus": "1468228",
    "pse_bank": "BANCO UNION COLOMBIANO",
    "authorization_code": "A12345",
    "payment_method_name": "VISA",
    "cc_number": "************0003",
    "response_code_pol": "1",
    "response_message_pol": "APPROVED",
    "transaction_date": "2026-04-21 12:58:41",
    "test": "0",
}
RESPUESTA = {
    "merchantId": COMERCIO,
    "transactionState": "4",
    "referenceCode": REF,
    "TX_VALUE": "150.35",
    "currency": "COP",
    "cus": "77",
}


def nuevo_valor(valor):
    """`new_value` of a confirmation, by hand: without the last zero of the two decimals."""
    return valor[:-1] if valor.endswith("0") else valor


def firmada(firmante=FIRMANTE, **cambios):
    """A confirmation as PayU would sign it after `cambios`; None takes a field out."""
    datos = CONFIRMACION | cambios
    firma = firmante.firmar(
        *(datos[campo] or "" for campo in ("merchant_id", "reference_sale")),
        nuevo_valor(datos["value"]),
        datos["currency"],
        datos["state_pol"],
    )
    return {campo: valor for campo, valor in (datos | {"sign": firma}).items() if valor is not None}


def leido(**cambios):
    (intento,) = leer_aviso(firmada(**cambios), FIRMANTE).intentos
    return intento


def test_un_texto_de_payu_cabe_en_su_columna():
    """Texts of the gateway are cut to what is kept of them."""
    assert leido(pse_bank="B" * 81).banco == "B" * 80


def test_los_identificadores_quedan_enteros_y_una_tarjeta_no():
    """The bank asks for them whole; a card's number in their place keeps four digits."""
    largo, tarjeta = con_luhn("1", 15), con_luhn("4", 16)
    for campo, nombre in (("cus", "cus"), ("authorization_code", "aprobacion")):
        assert getattr(leido(**{campo: largo}), nombre) == largo
        assert getattr(leido(**{campo: tarjeta}), nombre) == f"****{tarjeta[-4:]}"


def test_una_confirmacion_se_lee_entera_y_es_solo_un_aviso():
    """Every field lands in its place, and the reading says of itself that it may not approve alone."""
    lectura = leer_aviso(firmada(), FIRMANTE)
    (intento,) = lectura.intentos
    assert (lectura.referencia, lectura.conocida, lectura.solo_aviso) == (REF, True, True)
    assert json.loads(lectura.cruda)["transaction_id"] == CONFIRMACION["transaction_id"]
    assert (intento.id, intento.codigo, intento.texto) == (CONFIRMACION["transaction_id"], "4", "APPROVED")
    assert intento.estado is EstadoIntento.APROBADO
    assert (intento.referencia, intento.comercio, intento.prueba) == (REF, COMERCIO, False)
    assert (intento.valor, intento.total, intento.moneda) == (Decimal("119000.00"), Decimal("119000.00"), "COP")
    assert intento.fecha == datetime(2026, 4, 21, 17, 58, 41, tzinfo=UTC)
    assert (intento.metodo, intento.codigo_metodo, intento.franquicia) == (Metodo.TARJETA, "VISA", "VISA")
    assert (intento.banco, intento.cus) == ("BANCO UNION COLOMBIANO", "1468228")
    assert (intento.aprobacion, intento.ultimos4) == ("A12345", "0003")


@pytest.mark.parametrize(
    ("codigo", "estado"),
    [("4", EstadoIntento.APROBADO), ("6", EstadoIntento.RECHAZADO), ("5", EstadoIntento.RECHAZADO)]
    + [(codigo, EstadoIntento.DESCONOCIDO) for codigo in ("7", "104", "12", "", "04", "APPROVED")],
)
def test_state_pol(codigo, estado):
    """4 is approved, 6 declined, 5 expired; a confirmation with anything else is not understood."""
    intento = leido(state_pol=codigo)
    assert (intento.estado, intento.codigo) == (estado, codigo)


@pytest.mark.parametrize("algoritmo", ALGORITMOS)
def test_se_acepta_solo_el_algoritmo_del_acuerdo(algoritmo):
    """A confirmation signed with another algorithm than the agreement's is forged."""
    suyo = Firmante(algoritmo=algoritmo, api_key="llave", secreto="secreto")
    assert leer_aviso(firmada(suyo), suyo).intentos
    for otro in set(ALGORITMOS) - {algoritmo}:
        with pytest.raises(FirmaInvalidaError):
            leer_aviso(firmada(suyo), Firmante(algoritmo=otro, api_key="llave", secreto="secreto"))


@pytest.mark.parametrize("valor", ["119000.00", "119000.50", "119000.55", "0.10"])
def test_la_firma_se_calcula_con_el_valor_recibido(valor):
    """Amounts with none, one and two significant decimals pass with PayU's way of writing them."""
    assert leido(value=valor).valor == Decimal(valor)


@pytest.mark.parametrize(
    ("campo", "valor"),
    [
        ("merchant_id", "508030"),
        ("reference_sale", "K7M2P8"),
        ("value", "119000.01"),
        ("value", "1.00"),
        ("currency", "USD"),
        ("state_pol", "6"),
        ("sign", ""),
        ("sign", "0" * 64),
        ("value", "119000.000"),
        ("value", "1e5"),
        ("value", ""),
        ("value", "NaN"),
    ],
)
def test_un_campo_firmado_que_cambia_invalida_la_firma(campo, valor):
    """Each field under the signature, altered after signing, makes the confirmation a forgery."""
    with pytest.raises(FirmaInvalidaError):
        leer_aviso(firmada() | {campo: valor}, FIRMANTE)


@pytest.mark.parametrize("campo", ["merchant_id", "reference_sale", "value", "currency", "state_pol", "sign"])
def test_un_campo_firmado_que_falta_invalida_la_firma(campo):
    """A missing signed field is a forgery, never an error of ours."""
    datos = firmada()
    del datos[campo]
    with pytest.raises(FirmaInvalidaError):
        leer_aviso(datos, FIRMANTE)


def test_la_firma_vale_en_mayusculas():
    """PayU's case does not matter."""
    datos = firmada()
    assert leer_aviso(datos | {"sign": datos["sign"].upper()}, FIRMANTE).intentos


def test_la_firma_de_la_pagina_de_respuesta_sirve_para_forjar_por_eso_solo_avisa():
    """The attack that `solo_aviso` closes: a payer reuses the response's signature with another id and test=0."""
    firma_de_la_respuesta = FIRMANTE.firmar(COMERCIO, REF, "119000.0", "COP", "4")
    forjada = CONFIRMACION | {"sign": firma_de_la_respuesta, "transaction_id": "inventada", "test": "0"}
    lectura = leer_aviso(forjada, FIRMANTE)
    assert lectura.intentos[0].id == "inventada"
    assert lectura.solo_aviso


@pytest.mark.parametrize("ausente", ["", None, "\x00"])
def test_sin_transaccion_es_un_aviso_sin_intentos(ausente):
    """Well signed, a report that names no transaction still names a payment to ask for."""
    lectura = leer_aviso(firmada(transaction_id=ausente), FIRMANTE)
    assert (lectura.referencia, lectura.intentos, lectura.solo_aviso) == (REF, (), True)
    assert lectura.no_confiables == ("La confirmación no dice de qué transacción es.",)
    assert not lectura.cerrada


@pytest.mark.parametrize("bandera", [None, "", "2", "true", "no"])
def test_sin_bandera_de_prueba_no_se_sabe_si_lo_es(bandera):
    """A report that does not say whether it is a test tells its attempt without the flag, and says that it lacks it."""
    lectura = leer_aviso(firmada(test=bandera), FIRMANTE)
    (intento,) = lectura.intentos
    assert (intento.prueba, intento.estado) == (None, EstadoIntento.APROBADO)
    assert lectura.no_confiables == ("La confirmación no dice si es de prueba.",)
    assert not lectura.cerrada
    assert lectura.solo_aviso


@pytest.mark.parametrize("falta", ["transaction_id", "test"])
def test_el_portal_oye_una_confirmacion_a_la_que_le_falta_algo(client, por_payu, proceso_simulador, falta):
    """What PayU signed is answered 200 and makes us ask PayU, whose answer decides."""
    pago, _pagador = por_payu()
    proceso_simulador.control(
        "fallas", {"reglas": [{"punto": "confirmacion", "tipo": "perdida"}]}
    )  # ours is the only one
    proceso_simulador.control(f"pagos/{pago.referencia}/estado", {"estado": "aprobada"})
    firmante = Firmante(algoritmo="HMAC-SHA256", api_key=apoyo.LLAVE)
    campos = {"merchant_id": str(apoyo.COMERCIO), "reference_sale": pago.referencia, "value": str(pago.total)}
    datos = firmada(firmante, **campos, test="1")
    del datos[falta]
    camino, tipo = f"/pagos/confirmacion/{pago.acuerdo_id}/", "application/x-www-form-urlencoded"
    assert client.post(camino, urlencode(datos), content_type=tipo).status_code == 200
    assert Pago.objects.get().estado == "APROBADA"


def test_una_confirmacion_dice_todo_lo_que_le_falta():
    """Without transaction and without flag, both are said."""
    assert len(leer_aviso(firmada(test=None, transaction_id=None), FIRMANTE).no_confiables) == 2


def test_una_confirmacion_completa_no_tiene_dudas():
    """Nothing is in doubt where nothing is missing."""
    lectura = leer_aviso(firmada(), FIRMANTE)
    assert (lectura.no_confiables, lectura.cerrada) == ((), True)


def test_la_bandera_de_prueba_llega_a_quien_compara():
    """test=1 is passed on as a test."""
    assert leido(test="1").prueba is True


def test_los_campos_del_medio_pueden_faltar():
    """Method-specific fields may be missing; nothing else depends on them."""
    opcionales = dict.fromkeys(
        (
            "cus",
            "pse_bank",
            "authorization_code",
            "payment_method_name",
            "cc_number",
            "response_message_pol",
            "transaction_date",
            "reference_pol",
            "response_code_pol",
        )
    )
    intento = leido(**opcionales)
    assert intento.estado is EstadoIntento.APROBADO
    assert (intento.metodo, intento.fecha, intento.texto, intento.cus) == (None, None, "", "")


@pytest.mark.parametrize("fecha", ["2026-02-31 10:00:00", "ayer", "2026-04-21", "1926-04-21 10:00:00"])
def test_una_fecha_ilegible_no_estorba(fecha):
    """No decision hangs on the date of a report."""
    assert leido(transaction_date=fecha).fecha is None


@pytest.mark.parametrize("texto", ["Fondos insuficientes de Ana", "declined!", "x" * 61])
def test_un_texto_libre_de_la_pasarela_no_sale(texto):
    """Only codes leave as text; a sentence could carry anything."""
    assert leido(response_message_pol=texto).texto == ""


def test_la_respuesta_se_lee_para_mostrar():
    """A signed response gives reference, merchant, state and amount, and nothing that could be booked."""
    firma = FIRMANTE.firmar(COMERCIO, REF, "150.4", "COP", "4")
    assert leer_respuesta(RESPUESTA | {"signature": firma}, FIRMANTE) == Retorno(
        comercio=COMERCIO,
        referencia=REF,
        estado=EstadoIntento.APROBADO,
        valor=Decimal("150.35"),
        moneda="COP",
    )


@pytest.mark.parametrize("parametros", [{}, {"lng": "es"}, {"merchantId": "", "referenceCode": ""}])
def test_una_direccion_sin_respuesta_no_dice_nada(parametros):
    """A payer who kept the bare address brings no response, and forges none."""
    assert leer_respuesta(parametros, FIRMANTE) == Retorno()


@pytest.mark.parametrize(
    ("codigo", "estado"),
    [
        ("4", EstadoIntento.APROBADO),
        ("6", EstadoIntento.RECHAZADO),
        ("5", EstadoIntento.RECHAZADO),
        ("7", EstadoIntento.PENDIENTE),
        ("14", EstadoIntento.PENDIENTE),
        ("12", EstadoIntento.RECHAZADO),
        ("104", EstadoIntento.RECHAZADO),
        ("8", EstadoIntento.DESCONOCIDO),
    ],
)
def test_transaction_state(codigo, estado):
    """Each code of the response page means what pasarelas.md 2.2 says."""
    firma = FIRMANTE.firmar(COMERCIO, REF, "150.4", "COP", codigo)
    leida = leer_respuesta(RESPUESTA | {"transactionState": codigo, "signature": firma}, FIRMANTE)
    assert leida.estado is estado


@pytest.mark.parametrize(
    "campo", ["merchantId", "referenceCode", "TX_VALUE", "currency", "transactionState", "signature"]
)
def test_una_respuesta_alterada_no_se_muestra(campo):
    """Altered or missing, each signed field makes the response a forgery, of which no state and no amount is told."""
    bien = RESPUESTA | {"signature": FIRMANTE.firmar(COMERCIO, REF, "150.4", "COP", "4")}
    for datos in (bien | {campo: "9"}, {otro: valor for otro, valor in bien.items() if otro != campo}):
        leida = leer_respuesta(datos, FIRMANTE)
        assert leida.alterado
        assert (leida.estado, leida.valor, leida.moneda) == (None, None, None)


@given(st.dictionaries(st.sampled_from([*sorted(CONFIRMACION), "sign"]), cualquier_texto(), max_size=17))
def test_ninguna_confirmacion_sin_firma_pasa(cambios):
    """Whatever the fields hold, without the key there is no signature, and without a signature there is nothing."""
    with pytest.raises(FirmaInvalidaError):
        leer_aviso(firmada(Firmante(algoritmo="HMAC-SHA256", api_key="otra")) | cambios, FIRMANTE)


sin_firma = sorted(set(CONFIRMACION) - {"merchant_id", "reference_sale", "value", "currency", "state_pol"})


@given(st.dictionaries(st.sampled_from(sin_firma), cualquier_texto()), st.sampled_from(["4", "5", "6", "7"]))
def test_lo_no_firmado_no_cambia_el_estado(cambios, codigo):
    """Whatever the unsigned fields hold, the state is the signed one, or there is no attempt."""
    lectura = leer_aviso(firmada(state_pol=codigo, **cambios), FIRMANTE)
    for intento in lectura.intentos:
        assert (intento.estado is EstadoIntento.APROBADO) == (codigo == "4")
        repr(intento).encode()
    lectura.cruda.encode()
