"""The lines that the ERP reads: one for each amount, in an order that never changes, none lost and none twice."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from cartera.vencimientos import hoy
from pagos import exportacion, favores, lineas_erp, novedades, transiciones
from pagos.estados import TipoLinea, TipoNovedad
from pagos.models import Abono, CorteErp, LineaErp, Pago, SaldoAFavor
from tests.fabricas import carla, crear_usuario
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import aprobada, crear_pago, intento, lectura

pytestmark = pytest.mark.django_db


def doble():
    """A pago approved twice: an abono and a credit of 100.000."""
    pago = crear_pago()
    leido = lectura(pago, intento(pago), intento(pago, id=f"{pago.referencia}-2"))
    return transiciones.aplicar(pago.pk, leido, origen="sonda").pago


def usar(favor, saldo, valor):
    """Part of the credit is applied to `saldo`, the rest is given back."""
    una, otra = carla(), crear_usuario()
    comun = {"por_que": "Cruce", "quien": una}
    aplicada = favores.proponer_aplicacion(favor.pk, saldo_id=saldo.pk, valor=Decimal(valor), **comun)
    favores.confirmar(aplicada.pk, confirmo=otra)
    resto = {"valor": favores.queda(favor), "fecha": hoy(), "prueba": "Egreso 9"}
    favores.confirmar(favores.proponer_devolucion(favor.pk, **resto, **comun).pk, confirmo=otra)


def test_cada_clase_de_dinero_tiene_su_linea_con_lo_que_el_erp_necesita():
    """Abono, credit, application, devolución and reversión, each once, with document, amount, reason and proof."""
    pago = doble()
    saldo = crear_saldo(empresa=pago.empresa, tercero=pago.tercero, numero="77")
    usar(SaldoAFavor.objects.get(), saldo, "30000.00")
    novedades.registrar(TipoNovedad.REVERSADA, pago=pago, evidencia={"veredicto": "rechazada"})
    filas = list(exportacion.filas(pago.empresa_id))
    assert [fila["tipo"] for fila in filas] == [tipo.value for tipo in TipoLinea]
    abono, favor, aplicada, devuelta, reversion = filas
    assert abono["valor"] == favor["valor"] == reversion["valor"] == pago.total
    assert (aplicada["valor"], aplicada["numero"], aplicada["nota"]) == (Decimal("30000.00"), "77", "Cruce")
    assert (devuelta["valor"], devuelta["soporte"], devuelta["numero"]) == (Decimal("70000.00"), "Egreso 9", None)
    assert {fila["referencia"] for fila in filas} == {pago.referencia}
    assert {fila["empresa_nit"] for fila in filas} == {pago.empresa.nit}
    assert all(set(fila) == set(exportacion.COLUMNAS) for fila in filas)


def test_numerar_otra_vez_no_cambia_nada():
    """The numbers of yesterday are the numbers of today, and nothing has two."""
    pago = doble()
    lineas_erp.numerar(pago.empresa_id)
    antes = list(LineaErp.objects.values_list("pk", "tipo"))
    lineas_erp.numerar(pago.empresa_id)
    assert list(LineaErp.objects.values_list("pk", "tipo")) == antes
    assert len(antes) == 2


def test_lo_que_se_confirmo_tarde_recibe_su_numero_despues():
    """A row written with an earlier moment than what was already numbered comes after it, and is not skipped."""
    primero = doble()
    lineas_erp.numerar(primero.empresa_id)
    ultima = LineaErp.objects.latest("pk").pk
    forma = primero.forma_pago
    otro = crear_pago(
        crear_saldo(empresa=primero.empresa, tercero=primero.tercero), usuario=primero.usuario, forma=forma
    )
    transiciones.aplicar(otro.pk, aprobada(otro), origen="sonda")
    CorteErp.objects.update(hasta=timezone.now() + timedelta(hours=1))
    lineas_erp.numerar(primero.empresa_id)
    (nueva,) = lineas_erp.lineas(primero.empresa_id, despues=ultima)
    assert nueva.pago == otro


def test_se_numera_por_lotes_sin_perder_nada(monkeypatch):
    """More rows than a lot holds, some of them of the same instant: each gets one line, oldest first."""
    monkeypatch.setattr(lineas_erp, "LOTE", 2)
    pago = doble()
    for _vez in range(4):
        otro = crear_pago(
            crear_saldo(empresa=pago.empresa, tercero=pago.tercero), usuario=pago.usuario, forma=pago.forma_pago
        )
        transiciones.aplicar(otro.pk, aprobada(otro), origen="sonda")
    lineas_erp.numerar(pago.empresa_id)
    momentos = list(LineaErp.objects.order_by("pk").values_list("ocurrio_en", flat=True))
    assert momentos == sorted(momentos)
    assert LineaErp.objects.filter(tipo="ABONO").count() == Abono.objects.count() == 5
    assert LineaErp.objects.count() == 6


def test_lo_de_otra_empresa_tiene_su_propia_cuenta():
    """Numbering one Empresa leaves the others alone."""
    uno, otro = doble(), doble()
    lineas_erp.numerar(uno.empresa_id)
    assert not LineaErp.objects.filter(empresa=otro.empresa_id).exists()
    assert set(LineaErp.objects.values_list("pago_id", flat=True)) == {uno.pk}


def test_entregado_no_es_contabilizado():
    """What was taken is marked once, what was booked is another mark; either may be asked for again."""
    pago = doble()
    lineas_erp.numerar(pago.empresa_id)
    todas = lineas_erp.lineas(pago.empresa_id)
    primera = todas.first()
    assert lineas_erp.marcar_entregadas(pago.empresa_id, hasta=primera.pk) == 1
    assert lineas_erp.marcar_entregadas(pago.empresa_id, hasta=primera.pk) == 0
    assert lineas_erp.sin_entregar(todas).count() == 1
    assert lineas_erp.sin_contabilizar(todas).count() == 2
    assert lineas_erp.marcar_entregadas(Pago.objects.latest("pk").empresa_id + 1, hasta=10**6) == 0


@pytest.mark.django_db(transaction=True)
def test_cuatro_que_numeran_a_la_vez_no_repiten_ninguna(en_paralelo):
    """Four requests of the same ERP at the same instant: each amount has one line."""
    pago = doble()
    en_paralelo(4, lambda: lineas_erp.numerar(pago.empresa_id))
    assert LineaErp.objects.count() == 2


def test_una_pagina_se_lee_en_una_consulta(django_assert_num_queries):
    """However many lines it has."""
    pago = doble()
    lineas_erp.numerar(pago.empresa_id)
    with django_assert_num_queries(1):
        assert len(list(exportacion.de_lineas(lineas_erp.lineas(pago.empresa_id)))) == 2
