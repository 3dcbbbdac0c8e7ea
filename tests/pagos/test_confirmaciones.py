"""PayU reports to our server over real HTTP: whatever it reports, what our own question answers is what counts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cartera.models import Saldo
from pagos.models import Abono, Pago, SaldoAFavor
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


@pytest.mark.parametrize("dice_istest", [True, False])
def test_la_tarjeta_de_prueba_de_un_formulario_alterado_no_aprueba(por_payu, proceso_simulador, dice_istest):
    """The payer changes `test`, which no signature covers: a person must look, whether PayU's order tells it or not."""
    proceso_simulador.control("ajustes", {"payu_istest": dice_istest})
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


def test_una_segunda_aprobacion_de_un_pago_ya_aprobado_se_pregunta(por_payu, proceso_simulador):
    """Money taken twice after the pago was closed: the report makes us ask, and it is credit."""
    pago, pagador = por_payu()
    pagador.pagar_con_tarjeta("0001")
    esperar(aprobado, que="la confirmación aprueba")
    assert Pago.objects.get().proxima_consulta is None
    Pago.objects.update(preguntada_en=None)
    proceso_simulador.control(f"pagos/{pago.referencia}/intentos", {"estado": "aprobada"})
    esperar(lambda: SaldoAFavor.objects.exists(), que="el saldo a favor")
    assert SaldoAFavor.objects.get().valor == pago.total
    assert Abono.objects.count() == 1


def test_lo_que_no_se_pudo_preguntar_queda_citado(por_payu, proceso_simulador):
    """PayU's answer fails after its report was heard: 200, and the sonda asks at its next ring, whatever the state."""
    pago, _pagador = por_payu()
    proceso_simulador.control("fallas", {"reglas": [{"punto": "consultas", "tipo": "caida"}]})
    enviada = proceso_simulador.control("payu/confirmaciones", {"referencia": pago.referencia})
    assert enviada["respuestas"] == [200]
    assert Pago.objects.get().proxima_consulta <= timezone.now() + timedelta(minutes=1)


@pytest.mark.parametrize(("campos", "tipo"), [({"value": "1.00"}, "OTRO_VALOR"), ({"currency": "USD"}, "OTRA_MONEDA")])
def test_un_aviso_firmado_de_otro_valor_lo_debe_ver_una_persona(por_payu, proceso_simulador, campos, tipo):
    """Well signed, of another amount or currency: never an approval, and a person is told."""
    pago, _pagador = por_payu()
    datos = {"referencia": pago.referencia, "campos": {"state_pol": "4", **campos}}
    assert proceso_simulador.control("payu/confirmaciones", datos)["respuestas"] == [200]
    assert Pago.objects.get().novedades.filter(tipo=tipo).exists()
    assert (Pago.objects.get().estado, Abono.objects.count()) == ("PENDIENTE", 0)


def test_lo_que_payu_firmo_aprobado_no_se_vuelve_a_ofrecer(por_payu, proceso_simulador):
    """Signed as approved, and not yet in PayU's own answer: nobody is invited to pay it again, nor is it abandoned."""
    pago, _pagador = por_payu()
    datos = {"referencia": pago.referencia, "campos": {"state_pol": "4"}}
    proceso_simulador.control("payu/confirmaciones", datos)
    pago = Pago.objects.get()
    assert (pago.estado, pago.sin_abrir) == ("PENDIENTE", False)


@pytest.mark.parametrize(("juego", "estado"), [("ISO-8859-1", 403), ("UTF-8", 403)])
def test_un_juego_de_caracteres_declarado_no_es_un_error(client, por_payu, juego, estado):
    """A form that declares ISO-8859-1 is read, and judged by its signature."""
    pago, _pagador = por_payu()
    tipo = f"application/x-www-form-urlencoded; charset={juego}"
    camino = f"/pagos/confirmacion/{pago.acuerdo_id}/"
    assert client.post(camino, b"reference_sale=A&nombre=Jos%E9", content_type=tipo).status_code == estado


def test_con_un_acuerdo_inservible_payu_debe_repetir(client, por_payu):
    """Our keys cannot read the agreement: 503, so that PayU sends it again."""
    pago, _pagador = por_payu()
    pago.acuerdo.guardar_secretos({})
    pago.acuerdo.save()
    assert client.post(f"/pagos/confirmacion/{pago.acuerdo_id}/", {"x": "y"}).status_code == 503
