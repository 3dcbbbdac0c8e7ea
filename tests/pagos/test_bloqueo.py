"""A pago and its saldos are locked in the one order, and read once with all that their rules ask for."""

from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from pagos import transiciones
from pagos.bloqueo import bloquear
from pagos.estados import Origen, TipoNovedad
from pagos.models import Pago
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import aprobada, crear_pago, esperando

pytestmark = pytest.mark.django_db


def dos_saldos(valores):
    """Two saldos that can be paid together."""
    uno = crear_saldo(valor=valores[0])
    return [uno, crear_saldo(valor=valores[1], empresa=uno.empresa, tercero=uno.tercero)]


def test_se_lee_todo_lo_que_las_reglas_piden(django_assert_num_queries):
    """The pago, its details, its saldos, and of its agreement, empresa and payer what a rule asks: no query more."""
    saldos = dos_saldos(("10.00", "20.00"))
    pago = crear_pago(*saldos)
    with transaction.atomic(), django_assert_num_queries(3):
        tomado = bloquear(pago.pk)
        leido = tomado.pago
        suyos = (leido.acuerdo.pasarela, leido.acuerdo.comercio, leido.acuerdo.prueba)
        assert suyos == (pago.acuerdo.pasarela, pago.acuerdo.comercio, pago.acuerdo.prueba)
        assert leido.empresa.prefijo_comprobante == pago.empresa.prefijo_comprobante
        assert (leido.usuario.email, leido.usuario.idioma) == (pago.usuario.email, pago.usuario.idioma)
        assert {pk: saldo.saldo for pk, saldo in tomado.saldos.items()} == {uno.pk: uno.saldo for uno in saldos}
        por_saldo = {detalle.saldo_id: detalle.valor for detalle in tomado.detalles}
        assert por_saldo == {saldos[0].pk: Decimal("10.00"), saldos[1].pk: Decimal("20.00")}


def test_lo_demas_se_lee_cuando_se_pide():
    """What no rule asks for is still there."""
    pago = crear_pago()
    with transaction.atomic():
        leido = bloquear(pago.pk).pago
        assert leido.acuerdo.urls == pago.acuerdo.urls
        assert leido.empresa.nombre == pago.empresa.nombre


def test_dice_si_un_aviso_hablo_de_otro_modo():
    """Only a notice of the other mode counts, and only this pago's."""
    con, sin = crear_pago(), crear_pago()
    for pago, tipo in ((con, TipoNovedad.MODO_PRUEBA), (sin, TipoNovedad.OTRO_VALOR)):
        pago.novedades.create(empresa_id=pago.empresa_id, tipo=tipo, huella="x", abierta_en=pago.creada_en)
    with transaction.atomic():
        assert [bloquear(pago.pk).otro_modo for pago in (con, sin)] == [True, False]


def test_guardar_escribe_lo_que_cambio_y_nada_si_nada_cambio():
    """One statement with the columns that moved; none when none did."""
    pago = crear_pago()
    Pago.objects.filter(pk=pago.pk).update(cus="suyo")
    with transaction.atomic():
        tomado = bloquear(pago.pk)
        with CaptureQueriesContext(connection) as hechas:
            tomado.guardar()
        assert len(hechas) == 0
        tomado.pago.banco = "Uno"
        with CaptureQueriesContext(connection) as hechas:
            tomado.guardar()
    assert [una["sql"].count(" = ") for una in hechas] == [2]
    assert Pago.objects.values_list("banco", "cus").get() == ("Uno", "suyo")


def test_un_pago_que_no_existe():
    """There is nothing to lock: the same error as from `get`."""
    with pytest.raises(Pago.DoesNotExist), transaction.atomic():
        bloquear(0)


@pytest.mark.django_db(transaction=True)
def test_exige_una_transaccion():
    """Locks without a transaction protect nothing, the second time too."""
    pago = crear_pago()
    with transaction.atomic():
        bloquear(pago.pk)
    with pytest.raises(TransactionManagementError):
        bloquear(pago.pk)


@pytest.mark.solo_postgresql("on SQLite the transaction locks the whole database and there is no FOR UPDATE")
def test_los_candados_se_toman_en_su_orden():
    """Saldos by primary key, then the pago, then the receipt counter, whatever the order of the details."""
    pago = crear_pago(*reversed(dos_saldos(("10.00", "20.00"))))
    with CaptureQueriesContext(connection) as hechas:
        transiciones.aplicar(pago.pk, aprobada(pago), origen=Origen.SONDA)
    candados = [una["sql"].split("FOR NO KEY UPDATE OF ") for una in hechas if "FOR NO KEY UPDATE" in una["sql"]]
    tablas = list(dict.fromkeys(tabla for _consulta, tabla in candados))
    assert tablas == ['"cartera_saldo"', '"pagos_pago"', '"pagos_contadorrecibo"']
    assert candados[0][0].endswith('ORDER BY "cartera_saldo"."id" ASC ')


# Two of them are the test's own savepoint, in the place of BEGIN and COMMIT.
@pytest.mark.parametrize(("leida", "sentencias"), [(esperando, 9), (aprobada, 16)])
def test_una_respuesta_cuesta_pocas_sentencias(leida, sentencias, django_assert_max_num_queries):
    """What is paid for each first answer of one document, at an empresa with receipts: it must not creep up."""
    previo = crear_pago(saldo := crear_saldo())
    transiciones.aplicar(previo.pk, aprobada(previo), origen=Origen.SONDA)
    pago = crear_pago(crear_saldo(empresa=saldo.empresa))
    with django_assert_max_num_queries(sentencias):
        assert transiciones.aplicar(pago.pk, leida(pago), origen=Origen.SONDA).pago.pk == pago.pk
