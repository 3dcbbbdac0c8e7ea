"""The note of a customer and its being seen, at the same instant: 20 rounds of four connections."""

from datetime import date

import pytest

from cartera import avisos
from cartera.errores import AvisoNoPermitidoError
from cartera.models import AvisoDePago
from tests.fabricas import carla, crear_cliente, crear_tercero
from tests.fabricas_cartera import crear_empresa, crear_saldo

RONDAS = 20
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]
DATOS = {"fecha": date(2026, 11, 20), "medio": "EFECTIVO"}


@pytest.fixture
def nuevo_saldo(transactional_db):
    """`nuevo_saldo()`: (a customer, a balance of his), the same customer every time."""
    tercero, empresa = crear_tercero(), crear_empresa()
    usuario = crear_cliente(tercero=tercero)
    return lambda: (usuario, crear_saldo(tercero=tercero, empresa=empresa))


def test_el_mismo_aviso_enviado_cuatro_veces_a_la_vez_es_uno(nuevo_saldo, en_paralelo, monkeypatch):
    """Four presses of the button: one note, and nobody sees an error."""
    monkeypatch.setattr(avisos, "MAXIMO_POR_DIA", 4 * RONDAS)
    for _ronda in range(RONDAS):
        usuario, saldo = nuevo_saldo()
        en_paralelo(4, lambda u=usuario, s=saldo: avisos.dejar(u, s, **DATOS))
        assert AvisoDePago.objects.filter(saldo=saldo).count() == 1


def test_entre_corregirlo_y_verlo_ninguna_palabra_pasa_por_leida_sin_estarlo(nuevo_saldo, en_paralelo, monkeypatch):
    """Two people mark it while the customer corrects it twice: only what was read counts as seen."""
    monkeypatch.setattr(avisos, "MAXIMO_POR_DIA", 4 * RONDAS)
    tesorera = carla()
    for _ronda in range(RONDAS):
        usuario, saldo = nuevo_saldo()
        leido = avisos.dejar(usuario, saldo, **DATOS, comentario="leído")
        turnos = [
            lambda a=leido: avisos.marcar_visto(a.pk, usuario=tesorera, escrito_en=a.escrito_en),
            lambda u=usuario, s=saldo: avisos.dejar(u, s, **DATOS, comentario="corregido"),
        ] * 2
        en_paralelo(4, lambda t=turnos: t.pop()(), tolerar=(AvisoNoPermitidoError,))
        vistos = AvisoDePago.objects.filter(saldo=saldo, visto_en__isnull=False)
        assert {aviso.comentario for aviso in vistos} <= {"leído"}
        assert AvisoDePago.objects.get(saldo=saldo, visto_en=None).comentario == "corregido"
