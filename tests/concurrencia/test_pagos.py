"""Races for real: four connections at the same instant, 50 rounds, on PostgreSQL and on a SQLite file.

Each promise has its control: the same work without the lock (PostgreSQL) or with the reading before the transaction
(SQLite) must double in some round, or the harness proves nothing.
"""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from pagos import agenda, servicios, transiciones
from pagos.errores import SaldoEnPagoError
from pagos.models import Abono, DetallePago, Pago, Recibo
from pagos.sonda import reclamo
from tests.fabricas import crear_cliente
from tests.fabricas_cartera import crear_empresa, crear_saldo
from tests.fabricas_pagos import aceptacion, aprobada, crear_acuerdo, crear_forma, crear_pago, foto_de

RONDAS = 50
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]


@pytest.fixture
def caso(transactional_db):
    """One customer and one button for all rounds; `saldo()` gives each round its own balance."""
    empresa = crear_empresa()
    forma = crear_forma(crear_acuerdo(empresa))
    tercero = crear_saldo(empresa=empresa).tercero
    usuario = crear_cliente(tercero=tercero)

    class Caso:
        acuerdo = forma.acuerdo

        def saldo(self):
            return crear_saldo(empresa=empresa, tercero=tercero)

        def pago(self, **campos):
            return crear_pago(self.saldo(), usuario=usuario, forma=forma, **campos)

        def registrar(self, foto):
            return servicios._registrar(
                foto=foto, forma=forma, usuario=usuario, aceptacion=aceptacion(), idioma="es-co"
            )

        def foto(self, saldo):
            return foto_de(usuario, [saldo])

    return Caso()


def test_cuatro_veces_pagar_el_mismo_saldo_deja_un_pago_abierto(caso, en_paralelo):
    """4 checkouts of one balance from 4 pages: one open payment, the others are led to it."""
    for _ronda in range(RONDAS):
        saldo = caso.saldo()
        fotos = [caso.foto(saldo) for _pagina in range(4)]
        resultados = en_paralelo(4, lambda f=fotos: caso.registrar(f.pop()), tolerar=(SaldoEnPagoError,))
        ganadores = [r for r in resultados if isinstance(r, Pago)]
        assert len(ganadores) == 1
        assert DetallePago.objects.filter(saldo=saldo, abierto=True).count() == 1
        assert {r.ocupados[0][2] for r in resultados if not isinstance(r, Pago)} == {ganadores[0].referencia}


def _detalle(pago, saldo):
    """An open detail of all that is owed, without asking anybody."""
    return DetallePago.objects.create(pago=pago, saldo=saldo, valor=saldo.saldo, iva=saldo.iva, debia=saldo.saldo)


def test_sin_bloqueo_cuatro_comprueban_y_solo_la_restriccion_lo_impide(caso, en_paralelo):
    """Control: look first and insert later lets several believe that the balance is free; the constraint stops them."""
    creyeron_libre = 0
    for _ronda in range(RONDAS):
        saldo = caso.saldo()
        plantilla = caso.pago()

        def ingenuo(saldo=saldo, plantilla=plantilla):
            libre = not DetallePago.objects.filter(saldo=saldo, abierto=True).exists()
            if libre:
                with transaction.atomic():
                    _detalle(plantilla, saldo)
            return libre

        resultados = en_paralelo(4, ingenuo, tolerar=(IntegrityError,))
        creyeron_libre += sum(1 for r in resultados if isinstance(r, IntegrityError))
        assert DetallePago.objects.filter(saldo=saldo, abierto=True).count() == 1
    assert creyeron_libre > 0


def test_cuatro_veces_la_misma_aprobacion_deja_un_abono(caso, en_paralelo):
    """Return, confirmation, sonda and staff at the same instant: one abono, one receipt, one event."""
    for ronda in range(RONDAS):
        pago = caso.pago()
        leido = aprobada(pago)
        resultados = en_paralelo(4, lambda p=pago, x=leido: transiciones.aplicar(p.pk, x, origen="sonda"))
        assert sum(r.cambio for r in resultados) == 1
        assert Abono.objects.filter(detalle__pago=pago).count() == 1
        assert pago.eventos.filter(a="APROBADA").count() == 1
        saldo = pago.detalles.get().saldo
        assert (saldo.saldo, saldo.por_acusar) == (0, saldo.valor)
        assert Recibo.objects.get(pago=pago).consecutivo == ronda + 1


def test_sin_bloqueo_la_misma_aprobacion_se_aplica_varias_veces(caso, en_paralelo):
    """Control: read the state, then write, without the lock: in some round more than one believes to be the first."""
    dobles = 0
    for _ronda in range(RONDAS):
        pago = caso.pago()

        def ingenuo(pk=pago.pk):
            leido = Pago.objects.get(pk=pk)  # no select_for_update; on SQLite, before the transaction
            primero = leido.estado == "PENDIENTE"
            if primero:
                with transaction.atomic():
                    DetallePago.objects.filter(pago_id=pk).update(abierto=False)
                    Pago.objects.filter(pk=pk).update(estado="APROBADA", aprobada_en=timezone.now())
            return primero

        dobles += sum(en_paralelo(4, ingenuo)) > 1
    assert dobles > 0


def reclamar(acuerdo, cuantos):
    with transaction.atomic():
        return [pago.pk for pago in reclamo.reclamar(acuerdo, cuantos)]


def test_cuatro_veces_reclamar_reparte_sin_repetir(caso, en_paralelo):
    """4 claimers at once take each due row exactly once."""
    for _ronda in range(RONDAS):
        pagos = [caso.pago().pk for _uno in range(8)]
        Pago.objects.exclude(pk__in=pagos).update(proxima_consulta=timezone.now() + agenda.HORA)
        Pago.objects.filter(pk__in=pagos).update(proxima_consulta=timezone.now() - agenda.HORA)
        lotes = en_paralelo(4, lambda: reclamar(caso.acuerdo, 3))
        tomados = sorted(pk for lote in lotes for pk in lote)
        assert len(tomados) == len(set(tomados))
        resto = reclamar(caso.acuerdo, 100)
        assert sorted(tomados + resto) == sorted(pagos)


def test_sin_bloqueo_dos_reclaman_lo_mismo(caso, en_paralelo):
    """Control: read what is due, then move it away, without the lock: some row is taken twice in some round."""
    repetidos = 0
    for _ronda in range(RONDAS):
        pagos = [caso.pago().pk for _uno in range(4)]
        Pago.objects.exclude(pk__in=pagos).update(proxima_consulta=timezone.now() + agenda.HORA)
        Pago.objects.filter(pk__in=pagos).update(proxima_consulta=timezone.now() - agenda.HORA)

        def ingenuo():
            ids = list(Pago.objects.filter(proxima_consulta__lte=timezone.now()).values_list("pk", flat=True)[:2])
            with transaction.atomic():
                Pago.objects.filter(pk__in=ids).update(proxima_consulta=timezone.now() + agenda.ARRIENDO)
            return ids

        tomados = [pk for lote in en_paralelo(4, ingenuo) for pk in lote]
        repetidos += len(tomados) != len(set(tomados))
    assert repetidos > 0
