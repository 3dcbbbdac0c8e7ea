"""Money is exact: added in whole centavos by both databases, rounded half up in Python (diseno.md 4.10)."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cartera.dinero import CERO, MAXIMO, proporcion, redondear, sumar, total, totales_por
from cartera.models import Saldo
from tests.fabricas_cartera import crear_empresa, crear_saldo

_IMPORTE = st.integers(1, 10**13).map(lambda centavos: Decimal(centavos) / 100)


@pytest.mark.parametrize(
    ("valor", "redondo"), [("0.005", "0.01"), ("0.004", "0.00"), ("2.675", "2.68"), ("1234.995", "1235.00")]
)
def test_se_redondea_al_centavo_con_la_mitad_hacia_arriba(valor, redondo):
    """Half a centavo goes up, as an invoice rounds."""
    assert redondear(Decimal(valor)) == Decimal(redondo)


def test_la_suma_de_nada_es_cero_con_dos_decimales():
    """No amounts come to 0.00, a Decimal."""
    assert str(sumar([])) == "0.00"
    assert proporcion(Decimal("19.00"), Decimal("50.00"), CERO) == CERO


def test_la_proporcion_del_iva_es_la_del_contrato():
    """iva × valor / total, in centavos, half up."""
    assert proporcion(Decimal("19.00"), Decimal("33.33"), Decimal("119.00")) == Decimal("5.32")


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_IMPORTE, min_size=1, max_size=12))
def test_la_base_de_datos_suma_sin_perder_un_centavo(importes):
    """The sum that SQL makes is the exact one, up to the greatest amounts that a column holds."""
    Saldo.objects.all().delete()
    empresa = crear_empresa()
    for importe in importes:
        crear_saldo(empresa=empresa, valor=importe, iva=CERO)
    assert total(Saldo.objects.all(), "saldo") == sumar(importes)
    (fila,) = totales_por(Saldo.objects.all(), ("moneda",), "saldo")
    assert fila == {"moneda": "COP", "cuantos": len(importes), "total": sumar(importes)}


@pytest.mark.django_db
def test_el_mayor_importe_va_y_vuelve_intacto():
    """Fourteen digits survive the trip to the database and back, and their sum does."""
    uno, otro = crear_saldo(valor=MAXIMO, iva=CERO), crear_saldo(valor=MAXIMO, iva=CERO)
    assert Saldo.objects.get(pk=uno.pk).saldo == MAXIMO
    assert total(Saldo.objects.filter(pk__in=[uno.pk, otro.pk]), "saldo") == MAXIMO * 2


@pytest.mark.django_db
def test_un_total_sin_filas_es_cero():
    """Nothing owed is 0.00, not None."""
    assert str(total(Saldo.objects.none(), "saldo")) == "0.00"
