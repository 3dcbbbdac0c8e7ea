"""PayU's response page: its signature is checked, what it says is shown at most, and then the gateway is asked."""

from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import structlog

from pagos.models import Abono, Pago
from tests.simulador.payu.apoyo import COMERCIO

pytestmark = pytest.mark.django_db(transaction=True)

APROBO = "La pasarela le informó que su pago fue aprobado. Falta que nos lo confirme: no pague otra vez."
RECHAZO = "La pasarela le informó que este intento no se aprobó. Falta que nos lo confirme."


@pytest.fixture
def vuelta(por_payu, proceso_simulador, client):
    """`vuelta(card, **changed parameters)`: pay at PayU, whose reports are lost, and come back; (pago, response)."""

    def volver(tarjeta="0001", *, sorda=False, **cambios):
        reglas = [{"punto": "confirmacion", "tipo": "perdida"}]
        if sorda:
            reglas.append({"punto": "consultas", "tipo": "caida"})
        proceso_simulador.control("fallas", {"reglas": reglas})
        pago, pagador = por_payu()
        regreso = urlsplit(pagador.pagar_con_tarjeta(tarjeta).enlace("Regresar al comercio"))
        parametros = dict(parse_qsl(regreso.query)) | cambios
        direccion = f"{regreso.path}?{urlencode({k: v for k, v in parametros.items() if v is not None})}"
        return pago, client.get(direccion)

    return volver


def texto(respuesta):
    return respuesta.content.decode()


def test_al_volver_se_pregunta_y_lo_aprobado_se_aplica(vuelta):
    """The return needs no confirmation: our own question approves."""
    _pago, respuesta = vuelta()
    assert "Su pago fue aprobado" in texto(respuesta)
    assert APROBO not in texto(respuesta)
    assert (Pago.objects.get().estado, Abono.objects.count()) == ("APROBADA", 1)


@pytest.mark.parametrize(("tarjeta", "aviso"), [("0001", APROBO), ("0002", RECHAZO)])
def test_si_payu_no_contesta_se_muestra_lo_firmado_y_nada_cambia(vuelta, tarjeta, aviso):
    """PayU does not answer: its signed response keeps the payer from paying twice, and changes no state."""
    _pago, respuesta = vuelta(tarjeta, sorda=True)
    assert aviso in texto(respuesta)
    assert (Pago.objects.get().estado, Abono.objects.count()) == ("PENDIENTE", 0)


@pytest.mark.parametrize(
    "cambios", [{"transactionState": "4"}, {"TX_VALUE": "1.00"}, {"signature": "0" * 64}, {"signature": None}]
)
def test_una_respuesta_alterada_no_dice_nada_y_queda_anotada(vuelta, cambios):
    """Altered on the way: not a word of it is shown, the log names the payment, and PayU is asked all the same."""
    with structlog.testing.capture_logs() as lineas:
        pago, respuesta = vuelta("0002", **cambios)
    assert APROBO not in texto(respuesta)
    assert "El pago no se hizo" in texto(respuesta)
    assert Pago.objects.get().estado == "RECHAZADA"
    (linea,) = (linea for linea in lineas if linea["event"] == "retorno_alterado")
    assert linea["referencia"] == pago.referencia


@pytest.mark.parametrize(("cambios", "estado"), [({"merchantId": "999"}, 403), ({"referenceCode": "OTRA"}, 404)])
def test_otro_comercio_403_y_otra_referencia_404(vuelta, cambios, estado):
    """Another merchant is refused and another reference is not found: PayU is not even asked."""
    _pago, respuesta = vuelta(**cambios)
    assert respuesta.status_code == estado
    assert Pago.objects.get().consultas == 0


def test_sin_codigo_la_referencia_de_payu_tambien_se_encuentra(vuelta, client):
    """A response page set in PayU's panel carries no code of ours: asked, and a page that tells nothing."""
    pago, _respuesta = vuelta("0002")
    Pago.objects.update(preguntada_en=None, consultas=0)
    respuesta = client.get(f"/pagos/retorno/?merchantId={COMERCIO}&referenceCode={pago.referencia}")
    assert "Entre para ver su pago" in texto(respuesta)
    assert "100.000" not in texto(respuesta)
    assert Pago.objects.get().consultas == 1
