"""The periods of a statement: calendar months and years of Bogotá."""

from datetime import date

import pytest
from django.http import QueryDict
from django.utils import translation

from cartera.periodos import Periodo

_HOY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("consulta", "desde", "hasta", "nombre", "clave"),
    [
        ("ano=2026&mes=11", date(2026, 11, 1), date(2026, 11, 30), "noviembre de 2026", "2026-11"),
        ("ano=2024&mes=2", date(2024, 2, 1), date(2024, 2, 29), "febrero de 2024", "2024-02"),
        ("ano=2025", date(2025, 1, 1), date(2025, 12, 31), "2025", "2025"),
        ("ano=2025&mes=", date(2025, 1, 1), date(2025, 12, 31), "2025", "2025"),
        ("ano=2025&mes=13", date(2025, 1, 1), date(2025, 12, 31), "2025", "2025"),
        ("", date(2026, 1, 1), date(2026, 12, 31), "2026", "2026"),
        ("ano=0", date(2026, 1, 1), date(2026, 12, 31), "2026", "2026"),
        ("ano=99999", date(2026, 1, 1), date(2026, 12, 31), "2026", "2026"),
        ("ano=-1&mes=1", date(2026, 1, 1), date(2026, 12, 31), "2026", "2026"),
        ("ano=%C2%B2026&mes=%00", date(2026, 1, 1), date(2026, 12, 31), "2026", "2026"),
    ],
)
def test_un_mes_o_un_ano_y_lo_que_no_existe_es_este_ano(consulta, desde, hasta, nombre, clave):
    """A month or a year from its first to its last day; whatever an address makes up is the whole of this year."""
    periodo = Periodo.leer(QueryDict(consulta), hoy=_HOY)
    assert (periodo.desde, periodo.hasta, periodo.nombre, periodo.clave) == (desde, hasta, nombre, clave)


def test_despues_de_diciembre_viene_enero():
    """The day after a period is the first one of the next, across the end of a year."""
    assert Periodo(2026, 12).siguiente == Periodo(2027, 1).desde
    assert Periodo(2026).siguiente == Periodo(2027).desde


def test_el_mes_se_dice_en_el_idioma_de_quien_lee():
    """November is named as an English reader names it."""
    with translation.override("en"):
        assert Periodo(2026, 11).nombre == "November 2026"
