"""How amounts, dates and days are written, in Spanish and English."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils.translation import override

from cartera import formato

# 04:30 UTC is still the evening before in Bogotá.
_NOCHE = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("idioma", "valor", "moneda", "texto"),
    [
        ("es-co", "1254300.00", "COP", "$ 1.254.300"),
        ("es-co", "1254300.50", "COP", "$ 1.254.300,50"),
        ("es-co", "0.00", "COP", "$ 0"),
        ("es-co", "-12345.00", "COP", "-$ 12.345"),
        ("es-co", "999999999999.99", "COP", "$ 999.999.999.999,99"),
        ("es-co", "1234.50", "USD", "USD 1.234,50"),
        ("es-co", "1234.00", "USD", "USD 1.234,00"),
        ("en", "1254300.00", "COP", "COP 1,254,300"),
        ("en", "1234.50", "USD", "USD 1,234.50"),
    ],
)
def test_el_dinero_se_escribe_con_su_moneda_y_no_se_parte(idioma, valor, moneda, texto):
    """Currency first, thousands grouped, centavos of pesos only when there are some, and no break inside."""
    with override(idioma):
        assert formato.dinero(Decimal(valor), moneda) == texto.replace(" ", formato.NBSP)


def test_lo_que_no_hay_no_se_escribe():
    """None and '' are written as nothing."""
    for escribir in (
        formato.dinero,
        formato.fecha_corta,
        formato.fecha_larga,
        formato.hora,
        formato.fecha_hora,
        formato.hora_exacta,
    ):
        assert escribir(None) == "" == escribir("")


def test_las_fechas_se_escriben_en_el_idioma_y_en_hora_de_bogota():
    """Short and long, from dates and from moments, which are shown on their Bogotá day."""
    with override("es-co"):
        assert formato.fecha_corta(date(2026, 11, 22)) == "22 nov 2026"
        assert formato.fecha_larga(date(2026, 11, 23)) == "23 de noviembre de 2026"
        assert formato.fecha_hora(_NOCHE) == "22 nov 2026, 23:30"
    with override("en"):
        assert formato.fecha_corta(_NOCHE) == "22 Nov 2026"
        assert formato.fecha_larga(_NOCHE) == "22 November 2026"


@pytest.mark.parametrize(
    ("dias", "mora", "vence"),
    [
        (32, "32 días de mora", "32 días de mora"),
        (1, "1 día de mora", "1 día de mora"),
        (0, "", "vence hoy"),
        (-1, "", "vence mañana"),
        (-5, "", "vence en 5 días"),
    ],
)
def test_lo_que_vence_hoy_no_esta_en_mora(dias, mora, vence):
    """Due today is not overdue; the words say how far away the day is on either side."""
    with override("es-co"):
        assert formato.mora(dias) == mora
        assert formato.mora_al(date(2026, 11, 23) - timedelta(days=dias), date(2026, 11, 23)) == mora
        assert formato.vence(dias) == vence


@pytest.mark.parametrize(
    ("lapso", "espanol", "ingles"),
    [
        (timedelta(0), "0 segundos", "0 seconds"),
        (timedelta(seconds=1.9), "1 segundo", "1 second"),
        (timedelta(seconds=59), "59 segundos", "59 seconds"),
        (timedelta(seconds=60), "1 minuto", "1 minute"),
        (timedelta(minutes=7, seconds=59), "7 minutos", "7 minutes"),
        (timedelta(minutes=119), "119 minutos", "119 minutes"),
        (timedelta(hours=2), "2 horas", "2 hours"),
        (timedelta(hours=47), "47 horas", "47 hours"),
        (timedelta(days=2), "2 días", "2 days"),
        (timedelta(seconds=-5), "0 segundos", "0 seconds"),
        (None, "", ""),
    ],
)
def test_un_lapso_se_dice_en_su_mayor_unidad(lapso, espanol, ingles):
    """Whole units, rounded down; hours and days begin at two, so that nothing is told as half of what it is."""
    for idioma, texto in (("es-co", espanol), ("en", ingles)):
        with override(idioma):
            assert formato.duracion(lapso) == texto


def test_las_plantillas_usan_las_mismas_palabras():
    """Every function is a template filter of the same name."""
    plantilla = Template(
        "{% load formato %}{{ v|dinero:'COP' }}|{{ d|fecha_corta }}|{{ d|fecha_larga }}|{{ m|hora }}|"
        "{{ m|fecha_hora }}|{{ m|hora_exacta }}|{{ l|duracion }}|{{ 3|mora }}|{{ 0|vence }}|"
        "{{ 1|documentos }}|{{ 2|documentos }}"
    )
    with override("es-co"):
        texto = plantilla.render(
            Context({"v": Decimal("5.00"), "d": date(2026, 1, 2), "m": _NOCHE, "l": timedelta(minutes=3)})
        )
    assert texto.replace(formato.NBSP, " ") == (
        "$ 5|2 ene 2026|2 de enero de 2026|23:30|22 nov 2026, 23:30|23:30:00|3 minutos|3 días de mora|"
        "vence hoy|1 documento|2 documentos"
    )
