"""The ERP brings other figures while a payment is open: the payment keeps its amount, what no longer fits is credit.

The rule is written in docs/decisiones/0003-saldo-y-erp.md; here the file is read, the payment approved and the books
compared, as on a real day.
"""

from decimal import Decimal

import pytest

from cartera.importacion.saldos import importar_saldos
from cartera.models import Saldo
from pagos import conciliacion, contabilizacion, transiciones
from pagos.models import Abono, Pago, SaldoAFavor
from tests.fabricas_cartera import crear_empresa
from tests.fabricas_pagos import aprobada, crear_pago, rechazada

pytestmark = pytest.mark.django_db


@pytest.fixture
def archivo():
    """`archivo(figure)`: the ERP's file with one invoice of 119.000 of which it says that so much is owed."""
    empresa = crear_empresa(nit="900123456")
    columnas = (
        "empresa_nit;tercero_tipo;tercero_numero;tercero_nombre;organizacion_numero;documento;numero;ubicacion;cuota;"
        "fecha;vencimiento;moneda;valor;iva;saldo"
    )
    fila = f"{empresa.nit};NIT;811300400;Ferretería;;FV;10234;;1;2026-01-15;2026-02-15;COP;119000.00;19000.00;"
    return lambda cifra: f"{columnas}\n{fila}{cifra}\n".encode()


def debe():
    return Saldo.objects.get().saldo


def anotado():
    """(abonos, saldos a favor) in all."""
    abonos = sum(Abono.objects.values_list("valor", flat=True), Decimal(0))
    return abonos, sum(SaldoAFavor.objects.values_list("valor", flat=True), Decimal(0))


def los_libros_cuadran():
    return list(conciliacion.conciliar(conciliacion.Libro())) == []


@pytest.mark.parametrize(
    ("cifra", "abono", "favor", "queda"),
    [
        ("100000.00", "100000.00", "19000.00", "0"),  # lowered: what no longer fits is credit
        ("0.00", "0", "119000.00", "0"),  # removed: all of it is credit
        ("119000.00", "119000.00", "0", "0"),  # the same file once more
    ],
)
def test_lo_aprobado_conserva_su_valor_y_lo_que_no_cabe_es_saldo_a_favor(archivo, cifra, abono, favor, queda):
    """Start, import another figure, approve: not a peso lost, none twice, nothing below zero."""
    importar_saldos(archivo("119000.00"))
    pago = crear_pago(Saldo.objects.get())
    assert importar_saldos(archivo(cifra)).cargado
    transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda")
    assert anotado() == (Decimal(abono), Decimal(favor))
    assert debe() == Decimal(queda)
    assert los_libros_cuadran()


def test_una_cifra_que_sube_deja_debiendo_la_diferencia(archivo):
    """Raised while it is paid: the payment covers what it was started for, the rest is still owed."""
    importar_saldos(archivo("100000.00"))
    pago = crear_pago(Saldo.objects.get())
    importar_saldos(archivo("119000.00"))
    transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda")
    assert anotado() == (Decimal("100000.00"), 0)
    assert debe() == Decimal("19000.00")
    assert los_libros_cuadran()


def test_una_cifra_que_baja_no_toca_un_pago_que_se_rechaza(archivo):
    """Lowered while it is paid, and the payment is rejected: what is owed is what the ERP says."""
    importar_saldos(archivo("119000.00"))
    pago = crear_pago(Saldo.objects.get())
    importar_saldos(archivo("70000.00"))
    transiciones.aplicar(pago.pk, rechazada(pago), origen="sonda")
    assert (debe(), anotado()) == (Decimal("70000.00"), (0, 0))
    assert los_libros_cuadran()


def test_dias_de_archivos_pagos_y_acuses(archivo):
    """Paid, the stale file, acknowledged, the stale file again, the file that shows it: owed nothing all along."""
    importar_saldos(archivo("119000.00"))
    pago = crear_pago(Saldo.objects.get())
    transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda")
    for paso in ("119000.00", None, "119000.00", "0.00", "0.00"):
        if paso is None:
            contabilizacion.acusar(pago.pk)
        else:
            importar_saldos(archivo(paso))
        assert debe() == 0
        assert los_libros_cuadran()
    assert Pago.objects.get().estado == "APROBADA"


def test_el_erp_registra_antes_de_acusar(archivo):
    """The file that shows the booking comes before the acknowledgement: nothing is owed, nothing is counted twice."""
    importar_saldos(archivo("119000.00"))
    pago = crear_pago(Saldo.objects.get())
    transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda")
    importar_saldos(archivo("0.00"))
    assert debe() == 0
    contabilizacion.acusar(pago.pk)
    assert debe() == 0
    assert los_libros_cuadran()
