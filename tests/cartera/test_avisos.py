"""`cartera.avisos`: the note about a balance paid elsewhere, and who has seen it."""

from datetime import date, timedelta

import pytest
import time_machine

from cartera import avisos
from cartera.errores import AvisoNoPermitidoError
from cartera.models import AvisoDePago
from tests.fabricas import ana, beto, carla
from tests.fabricas_cartera import crear_saldo

pytestmark = pytest.mark.django_db


@pytest.fixture
def usuaria():
    return ana()


@pytest.fixture
def saldo(usuaria):
    return crear_saldo(tercero=usuaria.asociaciones.get().tercero)


def dejar(usuario, saldo, **campos):
    return avisos.dejar(usuario, saldo, **{"fecha": date(2026, 11, 20), "medio": "TRANSFERENCIA", **campos})


def test_un_aviso_no_cambia_lo_que_se_debe(usuaria, saldo):
    """The ERP alone says what is owed: every column of the balance stays as it was."""
    antes = type(saldo).objects.values().get(pk=saldo.pk)
    dejar(usuaria, saldo, referencia="TR-1", comentario="Consigné en la oficina del centro")
    assert type(saldo).objects.values().get(pk=saldo.pk) == antes


def test_el_nuevo_aviso_reemplaza_al_que_nadie_ha_visto(usuaria, saldo):
    """One open note for each balance and user: the correction is what Tesorería reads."""
    dejar(usuaria, saldo, referencia="mal escrita")
    dejar(usuaria, saldo, referencia="TR-2", medio="CHEQUE")
    (aviso,) = AvisoDePago.objects.all()
    assert (aviso.referencia, aviso.medio) == ("TR-2", "CHEQUE")


def test_despues_de_visto_el_siguiente_es_otro(usuaria, saldo):
    """What somebody has read stays as it was read."""
    uno = dejar(usuaria, saldo, referencia="TR-1")
    avisos.marcar_visto(uno.pk, usuario=carla(), escrito_en=uno.escrito_en)
    otro = dejar(usuaria, saldo, referencia="TR-2")
    assert list(AvisoDePago.objects.order_by("pk").values_list("referencia", flat=True)) == ["TR-1", "TR-2"]
    assert avisos.aviso_de(usuaria, saldo) == otro


def test_dos_usuarios_del_mismo_cliente_dejan_cada_uno_el_suyo(usuaria, saldo):
    """Neither takes the other's place."""
    otro = beto(tercero=saldo.tercero)
    dejar(usuaria, saldo, referencia="A")
    dejar(otro, saldo, referencia="B")
    assert avisos.listar().count() == 2
    assert (avisos.aviso_de(usuaria, saldo).referencia, avisos.aviso_de(otro, saldo).referencia) == ("A", "B")


def test_se_sabe_quien_lo_vio_y_cuando(usuaria, saldo):
    """Who pressed the button, at that moment; it leaves the list of the unseen."""
    aviso, tesorera = dejar(usuaria, saldo), carla()
    with time_machine.travel(aviso.escrito_en + timedelta(hours=2), tick=False):
        avisos.marcar_visto(aviso.pk, usuario=tesorera, escrito_en=aviso.escrito_en)
    aviso.refresh_from_db()
    assert (aviso.visto_por, aviso.visto_en) == (tesorera, aviso.escrito_en + timedelta(hours=2))
    assert (list(avisos.listar()), list(avisos.listar(vistos=True))) == ([], [aviso])


def test_no_se_marca_como_visto_lo_que_cambio_despues_de_abrir_la_pagina(usuaria, saldo):
    """Whoever marks it has read this text and no other; and nobody takes over what another has seen."""
    aviso, tesorera = dejar(usuaria, saldo), carla()
    leido = aviso.escrito_en
    with time_machine.travel(leido + timedelta(minutes=1), tick=False):
        dejar(usuaria, saldo, referencia="corregida")
    with pytest.raises(AvisoNoPermitidoError, match="cambió"):
        avisos.marcar_visto(aviso.pk, usuario=tesorera, escrito_en=leido)
    aviso.refresh_from_db()
    assert aviso.visto_en is None
    avisos.marcar_visto(aviso.pk, usuario=tesorera, escrito_en=aviso.escrito_en)
    with pytest.raises(AvisoNoPermitidoError):
        avisos.marcar_visto(aviso.pk, usuario=usuaria, escrito_en=aviso.escrito_en)
    aviso.refresh_from_db()
    assert aviso.visto_por == tesorera


def test_los_avisos_de_un_dia_tienen_un_limite_y_corregir_no_cuenta(usuaria, saldo, monkeypatch):
    """Nobody floods Tesorería; the note that stands can still be corrected, and tomorrow there is room again."""
    monkeypatch.setattr(avisos, "MAXIMO_POR_DIA", 2)
    dejar(usuaria, saldo)
    dejar(usuaria, crear_saldo(tercero=saldo.tercero))
    tercero = crear_saldo(tercero=saldo.tercero)
    with pytest.raises(AvisoNoPermitidoError, match="2 avisos"):
        dejar(usuaria, tercero)
    assert dejar(usuaria, saldo, referencia="corregida").referencia == "corregida"
    with time_machine.travel(avisos.aviso_de(usuaria, saldo).escrito_en + timedelta(days=1, seconds=1), tick=False):
        dejar(usuaria, tercero)
    assert AvisoDePago.objects.count() == 3


def test_los_vistos_van_del_mas_reciente_al_mas_antiguo_y_los_demas_al_reves(usuaria, saldo):
    """The oldest that waits comes first."""
    tesorera, hechos = carla(), []
    for minuto in range(3):
        with time_machine.travel(f"2026-11-23T17:0{minuto}:00Z", tick=False):
            hechos.append(dejar(usuaria, crear_saldo(tercero=saldo.tercero)))
    assert list(avisos.listar()) == hechos
    for aviso in hechos[:2]:
        avisos.marcar_visto(aviso.pk, usuario=tesorera, escrito_en=aviso.escrito_en)
    assert list(avisos.listar(vistos=True)) == [hechos[1], hechos[0]]
