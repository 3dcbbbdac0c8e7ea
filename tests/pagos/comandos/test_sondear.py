"""`sondear`: one round by hand, over real HTTP."""

import pytest

from pagos import consulta, transiciones
from pagos.models import Pago
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import crear_acuerdo, crear_forma, crear_pago, rechazada
from tests.pagos.comandos.ordenes import ejecutar

# The threads of the round do HTTP alone; the transactions are its own.
pytestmark = pytest.mark.django_db(transaction=True)


def tabla(hecho):
    """What the command printed, as a dict."""
    return {
        titulo.strip(): int(cifra) for titulo, cifra in (linea.rsplit(" ", 1) for linea in hecho.salida.splitlines())
    }


def test_sin_nada_por_consultar_lo_dice_y_termina_bien():
    """An empty round is no failure."""
    hecho = ejecutar("sondear")
    assert (hecho.codigo, tabla(hecho)) == (0, {"preguntados": 0})


def test_pregunta_lo_que_toca_y_con_todos_lo_que_no(forma_del_simulador):
    """A pago not yet due is left for its ring; --todos asks it now. Counts are by outcome."""
    forma = forma_del_simulador()
    pago = crear_pago(crear_saldo(empresa=forma.acuerdo.empresa), forma=forma)
    assert tabla(ejecutar("sondear")) == {"preguntados": 0}
    hecho = ejecutar("sondear", "--todos")
    assert (hecho.codigo, tabla(hecho)) == (0, {"preguntados": 1, "siguen pendientes": 1})
    pago.refresh_from_db()
    assert pago.consultas == 1


def test_repasar_pregunta_ahora_tambien_lo_cerrado(forma_del_simulador):
    """By hand nobody waits for three hours: what was closed lately is asked in this very round."""
    forma = forma_del_simulador()
    pago = crear_pago(crear_saldo(empresa=forma.acuerdo.empresa), forma=forma)
    transiciones.aplicar(pago.pk, rechazada(pago), origen="sonda")
    Pago.objects.update(proxima_consulta=None)
    assert tabla(ejecutar("sondear")) == {"preguntados": 0}
    assert tabla(ejecutar("sondear", "--repasar"))["preguntados"] == 1


def test_una_pasarela_que_no_responde_se_cuenta_y_no_es_un_fallo_nuestro(settings):
    """Exit code 0: it is asked again by itself."""
    settings.PASARELA_ORIGENES = ["http://127.0.0.1:9"]
    forma = crear_forma(crear_acuerdo(urls={"api": "http://127.0.0.1:9/api"}))
    crear_pago(crear_saldo(empresa=forma.acuerdo.empresa), forma=forma)
    hecho = ejecutar("sondear", "--todos")
    assert (hecho.codigo, tabla(hecho)) == (0, {"preguntados": 1, "sin respuesta: red": 1})
    assert Pago.objects.get().estado == "PENDIENTE"


def test_un_error_interno_termina_con_codigo_1(forma_del_simulador, monkeypatch):
    """What failed is ours: the operator hears of it."""
    forma = forma_del_simulador()
    crear_pago(crear_saldo(empresa=forma.acuerdo.empresa), forma=forma)

    def romper(*_args, **_kwargs):
        raise RuntimeError("defecto")

    monkeypatch.setattr(consulta, "anotar", romper)
    hecho = ejecutar("sondear", "--todos")
    assert (hecho.codigo, tabla(hecho)["errores internos"]) == (1, 1)
    assert "defecto" not in hecho.todo
