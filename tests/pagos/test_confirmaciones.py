"""PayU reports to our server over real HTTP: whatever it reports, what our own question answers is what counts."""

import pytest

from cartera.models import Saldo
from pagos.models import Abono, Pago
from tests.recorridos.procesos import esperar

pytestmark = pytest.mark.django_db(transaction=True)


def aprobado():
    return Pago.objects.get().estado == "APROBADA"


def test_un_pago_por_payu_queda_pendiente_al_servir_su_formulario(por_payu, proceso_simulador):
    """PENDIENTE from the form on, and the simulator finds no breach in it."""
    pago, _pagador = por_payu()
    assert (pago.estado, dict(pago.formulario)["test"]) == ("PENDIENTE", "1")
    assert proceso_simulador.faltas() == []


def test_la_confirmacion_aprueba_sin_esperar_a_la_sonda_ni_al_pagador(por_payu):
    """Paid at PayU: its report reaches our server, our question confirms it, the balance is paid."""
    _pago, pagador = por_payu()
    pagador.pagar_con_tarjeta("0001")
    esperar(aprobado, que="la confirmación aprueba")
    assert Saldo.objects.get().saldo == 0
    assert Pago.objects.get().eventos.last().origen == "confirmacion"


def test_duplicadas_y_en_desorden_cuentan_una_vez(por_payu, proceso_simulador):
    """The same report five times, and an old rejection after the approval: one abono, still APROBADA, all 200."""
    pago, pagador = por_payu()
    pagador.pagar_con_tarjeta("0001")
    esperar(aprobado, que="la confirmación aprueba")
    for estado in ("4", "6"):
        enviadas = proceso_simulador.control(
            "payu/confirmaciones", {"referencia": pago.referencia, "veces": 5, "campos": {"state_pol": estado}}
        )
        assert set(enviadas["respuestas"]) == {200}
    assert aprobado()
    assert Abono.objects.count() == 1


@pytest.mark.parametrize("firma", ["mala", ""])
def test_una_confirmacion_falsificada_recibe_403_y_no_cambia_nada(por_payu, proceso_simulador, firma):
    """A forged signature: 403, and the payment stays as it was."""
    pago, _pagador = por_payu()
    enviada = proceso_simulador.control("payu/confirmaciones", {"referencia": pago.referencia, "firma": firma})
    assert enviada["respuestas"] == [403]
    assert Pago.objects.get().consultas == 0


def test_una_confirmacion_bien_firmada_de_lo_que_nadie_pago_no_aprueba(por_payu, proceso_simulador):
    """Well signed and told approved, while PayU itself holds no such approval: only our question decides."""
    pago, _pagador = por_payu()
    datos = {"referencia": pago.referencia, "campos": {"state_pol": "4"}}
    assert proceso_simulador.control("payu/confirmaciones", datos)["respuestas"] == [200]
    assert Pago.objects.get().estado == "PENDIENTE"


def test_la_tarjeta_de_prueba_de_un_formulario_alterado_no_aprueba(por_payu):
    """The payer changes `test`, which no signature covers: a person must look, nothing is booked."""
    _pago, pagador = por_payu(test="0")
    pagador.pagar_con_tarjeta("0001")
    esperar(lambda: Pago.objects.get().novedades.exists(), que="la novedad")
    assert (Pago.objects.get().estado, Abono.objects.count()) == ("PENDIENTE", 0)


def test_solo_los_remitentes_permitidos(client, por_payu, settings):
    """With an allow-list, a report from another address is refused before its signature is read."""
    pago, _pagador = por_payu()
    settings.CONFIRMACION_REMITENTES = ["203.0.113.0/24"]
    assert client.post(f"/pagos/confirmacion/{pago.acuerdo_id}/", {"x": "y"}).status_code == 403


def test_ni_un_get_ni_un_acuerdo_que_no_existe(client, por_payu):
    """Only POST, only for an agreement of ours."""
    pago, _pagador = por_payu()
    assert client.get(f"/pagos/confirmacion/{pago.acuerdo_id}/").status_code == 405
    assert client.post("/pagos/confirmacion/00000000-0000-0000-0000-000000000000/").status_code == 404
