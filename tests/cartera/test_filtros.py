"""What an address may ask of the list, and nothing else."""

from datetime import date

import pytest
from django.http import QueryDict

from cartera.filtros import ORDENES, Filtro, leer_id

_HOY = date(2026, 11, 23)


def _leer(consulta):
    return Filtro.leer(QueryDict(consulta), hoy=_HOY)


def test_sin_nada_se_ve_todo_lo_mas_antiguo_primero():
    """The plain address is the whole list in order of due date, and its query string is empty."""
    filtro = _leer("")
    assert (filtro.orden, filtro.activo, filtro.por_vencimiento, filtro.consulta()) == ("vencimiento", False, True, "")


@pytest.mark.parametrize(
    "consulta",
    [
        "q=FV+10234",
        "ver=vencidos",
        "ver=semana&empresa=7&cliente=9",
        "ver=31-60&orden=-saldo&pagina=3",
        "q=%3Cb%3E%26&orden=fecha",
    ],
)
def test_lo_que_se_lee_se_escribe_igual(consulta):
    """An address that says something known comes back as it was."""
    assert _leer(consulta).consulta() == consulta


@pytest.mark.parametrize(
    "consulta",
    [
        "ver=hackeo",
        "orden=tercero__usuario__password",
        "orden=-pk",
        "empresa=x&cliente=-1",
        "empresa=9" + "9" * 30,
        "cliente=٣",
        "q=%00",
        "otra=cosa",
    ],
)
def test_lo_que_no_existe_cuenta_como_no_dicho(consulta):
    """Unknown filters, orders and ids neither fail nor reach the database."""
    assert _leer(consulta) == Filtro()


def test_cambiar_el_filtro_vuelve_a_la_primera_pagina():
    """A narrower list starts on its first page."""
    assert _leer("q=a&pagina=4").con(ver="vencidos").consulta() == "q=a&ver=vencidos"


def test_la_busqueda_tiene_un_largo():
    """A search of a megabyte is cut, not run."""
    assert len(_leer("q=" + "a" * 5000).texto) == 100


def test_cada_orden_desempata_por_la_clave_primaria():
    """Pages never repeat or lose a row: every order ends in the primary key."""
    for campos in ORDENES.values():
        assert campos[-1] in ("pk", "-pk")


@pytest.mark.parametrize(("texto", "pk"), [("12", 12), ("", None), (None, None), ("-1", None), ("1e3", None)])
def test_una_clave_primaria_son_solo_digitos(texto, pk):
    """Anything but digits is not an id."""
    assert leer_id(texto) == pk
