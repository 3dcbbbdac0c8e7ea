"""What an asker has done is told to its round once, and not forgotten when it ends."""

import pytest

from pagos.models import RondaSonda
from pagos.sonda import bitacora
from tests.fabricas_pagos import crear_acuerdo

pytestmark = pytest.mark.django_db


def test_cada_pregunta_se_cuenta_una_vez_en_su_ronda():
    """Told twice, added once; what came after the first telling comes with the second."""
    acuerdo, propia = crear_acuerdo(), bitacora.Bitacora()
    propia.preguntado("pendiente", acuerdo_id=acuerdo.pk, atraso=4.0, de_red=False)
    propia.volcar()
    propia.volcar()
    propia.preguntado("error_red", acuerdo_id=acuerdo.pk, atraso=2.0, de_red=True)
    propia.anotar("error_acuerdo", 3)
    propia.volcar()
    esperada = {"preguntados": 2, "pendiente": 1, "error_red": 1, "error_acuerdo": 3}
    assert RondaSonda.objects.get().cuenta == propia.total == esperada
    assert RondaSonda.objects.get().atraso_maximo == 4.0


def test_se_vuelca_de_tanto_en_tanto(monkeypatch):
    """Not for every question: a round of a hundred thousand would fight for its own row."""
    acuerdo, propia = crear_acuerdo(), bitacora.Bitacora()
    propia.preguntado("pendiente", acuerdo_id=acuerdo.pk, atraso=0.0, de_red=False)
    propia.volcar_si_toca()
    assert not RondaSonda.objects.exists()
    monkeypatch.setattr(bitacora, "CADA", 0.0)
    propia.volcar_si_toca()
    assert RondaSonda.objects.get().cuenta["preguntados"] == 1
