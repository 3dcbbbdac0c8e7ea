import hashlib
import hmac

import pytest

from tests.simulador.payu.apoyo import COMERCIO, LLAVE, enviar, md5, ordenes

TEXTO = f"{LLAVE}~{COMERCIO}~P1~20000.50~COP".encode()


@pytest.mark.parametrize(
    ("cambios", "falta"),
    [
        ({"sin": ["tax"]}, "falta tax"),
        ({"sin": ["taxReturnBase"]}, "falta taxReturnBase"),
        ({"sin": ["merchantId"]}, "falta merchantId"),
        ({"sin": ["signature"]}, "falta signature"),
        ({"sin": ["test"]}, "falta test"),
        ({"sin": ["confirmationUrl"]}, "falta confirmationUrl"),
        ({"merchantId": "1"}, "no son de un comercio conocido"),
        ({"accountId": "1"}, "no son de un comercio conocido"),
        ({"description": "x" * 256}, "description excede 255"),
        ({"description": ""}, "description está vacío"),
        ({"referenceCode": "con espacio"}, "referenceCode no tiene la forma"),
        ({"referenceCode": "x" * 256}, "referenceCode excede 255"),
        ({"amount": "20000,50"}, "amount no tiene la forma"),
        ({"amount": "20000.505"}, "amount no tiene la forma"),
        ({"amount": "1e5"}, "amount no tiene la forma"),
        ({"amount": "0", "tax": "0", "taxReturnBase": "0"}, "amount debe ser mayor que cero"),
        ({"tax": "10000"}, "tax + taxReturnBase es mayor que amount"),
        ({"currency": "EUR"}, "currency debe ser uno de"),
        ({"algorithmSignature": "ROT13"}, "algorithmSignature debe ser uno de"),
        ({"test": "true"}, "test debe ser uno de 0, 1"),
        ({"buyerEmail": "ana"}, "buyerEmail no tiene la forma"),
        ({"buyerDocumentType": "PASAPORTE"}, "buyerDocumentType debe ser uno de"),
        ({"lng": "fr"}, "lng debe ser uno de"),
        ({"responseUrl": "/respuesta"}, "responseUrl debe ser una URL"),
        ({"buyerEmail": ["a@b.co", "c@d.co"]}, "buyerEmail viene 2 veces"),
        ({"firmar": False}, "la firma no corresponde"),
    ],
)
def test_lo_que_incumple_no_crea_una_orden(simulador, cambios, falta):
    """Each breach shows a page that tells it, is written down in red, and creates nothing."""
    referencia = cambios.pop("referenceCode", "P1")
    pagador = enviar(simulador, referencia=referencia, **cambios)
    assert pagador.respuesta.status_code == 400
    assert pagador.titulo == "PayU no puede recibir este pago"
    assert falta in pagador.html
    assert any(falta in una for una in simulador.faltas())
    assert simulador.control("")["pagos"] == 0


@pytest.mark.parametrize(
    ("algoritmo", "firma"),
    [
        ("MD5", hashlib.md5(TEXTO, usedforsecurity=False).hexdigest()),
        ("SHA", hashlib.sha1(TEXTO, usedforsecurity=False).hexdigest()),
        ("SHA256", hashlib.sha256(TEXTO).hexdigest().upper()),
        ("HMAC-SHA256", hmac.new(LLAVE.encode(), TEXTO, hashlib.sha256).hexdigest()),
    ],
)
def test_los_cuatro_algoritmos_se_aceptan(simulador, algoritmo, firma):
    """A form signed with any of the four algorithms is taken, whatever the case; with another one's it is not."""
    bueno = {"firmar": False, "algorithmSignature": algoritmo, "signature": firma}
    assert enviar(simulador, **bueno).titulo == "¿Cómo quiere pagar?"
    otro = "SHA256" if algoritmo != "SHA256" else "MD5"
    assert enviar(simulador, **bueno | {"algorithmSignature": otro}).respuesta.status_code == 400


@pytest.mark.parametrize(("campo", "valor"), [("amount", "20.50"), ("currency", "USD"), ("referenceCode", "P2")])
def test_lo_que_la_firma_cubre_no_se_puede_alterar(simulador, campo, valor):
    """A payer who alters amount, currency or reference in the browser is refused by the signature."""
    cambios = {"tax": "0", "taxReturnBase": "0", "firmar": False, "signature": md5(COMERCIO, "P1", "20000.50", "COP")}
    assert enviar(simulador, **cambios).titulo == "¿Cómo quiere pagar?"
    cambios |= {"referencia": valor} if campo == "referenceCode" else {campo: valor}
    assert enviar(simulador, **cambios).respuesta.status_code == 400
    assert simulador.faltas() == ["la firma no corresponde a los datos"]


def test_test_no_lo_cubre_la_firma(simulador):
    """A payer who alters `test` is not noticed by PayU: the order is a test, and says so."""
    firma = md5(COMERCIO, "P1", "20000.50", "COP")
    assert enviar(simulador, test="1", firmar=False, signature=firma).titulo == "¿Cómo quiere pagar?"
    assert ordenes(simulador)[0]["isTest"] is True
    assert simulador.faltas() == []


def test_los_campos_opcionales_entran_en_la_firma(simulador):
    """paymentMethods, iin and pseBanks, when sent, follow the currency in the signature, in that order."""
    opcionales = {"paymentMethods": "VISA", "iin": "411111", "pseBanks": "1022", "firmar": False}
    buena = md5(COMERCIO, "P1", "20000.50", "COP", "VISA", "411111", "1022")
    assert enviar(simulador, **opcionales, signature=buena).titulo == "¿Cómo quiere pagar?"
    mala = md5(COMERCIO, "P1", "20000.50", "COP")
    assert enviar(simulador, **opcionales, signature=mala).respuesta.status_code == 400


def test_un_campo_desconocido_se_anota_y_no_estorba(simulador):
    """A field that PayU does not know is a breach, yet PayU itself overlooks it."""
    assert enviar(simulador, csrfmiddlewaretoken="x").titulo == "¿Cómo quiere pagar?"
    assert simulador.faltas() == ["campo desconocido: csrfmiddlewaretoken"]


def test_un_comercio_puede_exigir_su_algoritmo_y_su_secreto(simulador):
    """A merchant set to one algorithm takes no other, and its secret key signs the HMAC instead of the apiKey."""
    simulador.control(
        "comercios",
        {
            "pasarela": "payu",
            "id": 7,
            "account_id": "70",
            "api_key": "k",
            "api_login": "l",
            "algoritmo": "HMAC-SHA256",
            "secreto": "s",
        },
    )
    cambios = {"merchantId": "7", "accountId": "70", "firmar": False}
    firma = hmac.new(b"s", b"k~7~P1~20000.50~COP", hashlib.sha256).hexdigest()
    bueno = cambios | {"algorithmSignature": "HMAC-SHA256", "signature": firma}
    assert enviar(simulador, **bueno).titulo == "¿Cómo quiere pagar?"
    md5_bueno = hashlib.md5(b"k~7~P1~20000.50~COP", usedforsecurity=False).hexdigest()
    malo = enviar(simulador, **cambios, algorithmSignature="MD5", signature=md5_bueno)
    assert "el comercio firma con HMAC-SHA256" in malo.html
