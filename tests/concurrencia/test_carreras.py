"""Every pair that meets on the same rows, 200 rounds of 4 on PostgreSQL: no deadlock, no double, no lost update.

Each race returns the damage that it did; the books of the round are judged by `conciliar` too. Its control runs the
very same race without row locks, and must do the damage that the locks prevent. On SQLite, where a transaction has the
database for itself, the races run fewer rounds and `test_pagos.py` holds the controls.
"""

from decimal import Decimal
from random import Random
from time import sleep

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from cartera.importacion.informe import TipoAviso
from cartera.importacion.saldos import importar_saldos
from cartera.models import Saldo
from pagos import confirmaciones, consulta, sonda, transiciones
from pagos.errores import SaldoEnPagoError, SeleccionCambioError
from pagos.models import Abono, DetallePago, Pago, Recibo, SaldoAFavor
from tests.fabricas_pagos import aprobada, rechazada
from tests.recorridos.pasarela_en_memoria import PasarelaEnMemoria

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]
NO_SE_PUDO = (SaldoEnPagoError, SeleccionCambioError)
# What a database answers when the locks that would have kept the peace are gone.
CHOQUES = (*NO_SE_PUDO, IntegrityError, OperationalError)
VALOR = Decimal("100000.00")
por_bloqueos = pytest.mark.solo_postgresql("en SQLite una transacción tiene la base para sí: no hay bloqueo que quitar")


def rondas():
    """200 where connections really work at the same time; a few where the database lets one write at a time."""
    return 200 if connection.vendor == "postgresql" else 20


def sin_dano(carrera, poner_mesa, correr):
    """Run the race round after round; the first damage fails, and so does any error that nobody expected."""
    for ronda in range(rondas()):
        mesa = poner_mesa()
        assert [*carrera(mesa, correr, NO_SE_PUDO, ronda), *mesa.diferencias()] == [], f"ronda {ronda}"


def dana_sin_bloqueo(carrera, poner_mesa, correr, *danos):
    """Run the race without locks until it does one of these; False when it never does."""
    for ronda in range(rondas()):
        mesa = poner_mesa()
        if not {*carrera(mesa, correr, CHOQUES, ronda), *mesa.diferencias()}.isdisjoint(danos):
            return True
    return False


def _choques(resultados):
    """Names of the database's refusals."""
    return [type(uno).__name__ for uno in resultados if isinstance(uno, CHOQUES) and not isinstance(uno, NO_SE_PUDO)]


def _compras(resultados):
    return [uno for uno in resultados if isinstance(uno, Pago)]


def _una_vez(pago, *, recibos=1):
    """What is wrong with a pago that was approved by several at once."""
    if Abono.objects.filter(detalle__pago=pago).count() != pago.detalles.count():
        yield "abonos"
    if pago.eventos.filter(a="APROBADA").exclude(de="APROBADA").count() != 1:
        yield "eventos"
    if Recibo.objects.filter(pago=pago).count() != recibos:
        yield "recibos"


# --- Checkout against approval ------------------------------------------------------------------------------------
def _a_destiempo(funcion, semilla):
    """The same function some milliseconds later: an approval is long, and its end is what a page must not miss."""
    espera = Random(semilla).uniform(0, 0.04)
    return lambda: (sleep(espera), funcion())[1]


def pagar_contra_aprobar(mesa, correr, tolerar, ronda):
    """A page of what an open payment (or a rejected one, in every second round) holds is sent while it is approved."""
    pago, tarde = mesa.pago(0, 1), ronda % 2
    if tarde:
        transiciones.aplicar(pago.pk, rechazada(pago), origen="sonda")
    leido = aprobada(pago)
    aprobar = lambda: transiciones.aplicar(pago.pk, leido, origen="sonda")  # noqa: E731
    paginas = [_a_destiempo(mesa.comprar(*lugares), f"{ronda} {lugares}") for lugares in ((1, 0), (2, 1), (0,))]
    resultados = correr([aprobar, *paginas], tolerar=tolerar)
    nuevos = _compras(resultados)
    yield from _choques(resultados)
    yield from _una_vez(pago)
    # Two of the pages may live together: one of the first document, one of the other two.
    lineas = DetallePago.objects.filter(pago__in=nuevos).values_list("saldo_id", flat=True)
    if len(lineas) != len(set(lineas)) or (nuevos and not tarde):
        yield "vendido_dos_veces"
    for nuevo in nuevos:
        transiciones.aplicar(nuevo.pk, aprobada(nuevo), origen="sonda")
    if any(saldo.saldo for saldo in mesa.actuales()[:2]):
        yield "pagado_y_sin_descontar"


def test_pagar_contra_aprobar(poner_mesa, correr):
    """What an open payment holds is never sold again, and a late approval and a new payment share what is owed."""
    sin_dano(pagar_contra_aprobar, poner_mesa, correr)


@por_bloqueos
def test_sin_bloqueo_se_vende_lo_que_se_esta_aprobando(poner_mesa, correr, sin_bloqueos):
    """Control: a page that reads without a lock buys what was paid between its reading and its writing."""
    assert dana_sin_bloqueo(pagar_contra_aprobar, poner_mesa, correr, "vendido_dos_veces")


# --- Confirmations and the sonda ----------------------------------------------------------------------------------
@pytest.fixture
def pasarela(monkeypatch):
    """One gateway for all rounds."""
    pasarela = PasarelaEnMemoria(formulario=False)
    monkeypatch.setattr(consulta, "pasarela_de", lambda _acuerdo: pasarela)
    return pasarela


def _aprobado_dos_veces(mesa, pasarela):
    """A pago that its gateway has approved twice under one reference."""
    pago = mesa.pago(0, 1, 2)
    transaccion = pasarela.abrir(pago.referencia, pago.total)
    for clase in ("rechazado", "aprobado", "aprobado"):
        transaccion.intentar(clase, de_nuevo=True)
    return pago


def _confirmar(pago):
    confirmaciones.recibir(pago.acuerdo, {"referencia": pago.referencia, "firma": "buena", "dice": ""}, ip="127.0.0.1")


def _volver(pago):
    consulta.salio_a_pagar(pago)
    consulta.verificar(pago, origen="retorno")


def _juzgar_doble(pago, resultados):
    yield from _choques(resultados)
    yield from _una_vez(pago)
    favores = list(SaldoAFavor.objects.filter(pago=pago).values_list("valor", flat=True))
    if favores != [pago.total]:
        yield "favores"


def confirmar_contra_confirmar(pasarela):
    def carrera(mesa, correr, tolerar, _ronda):
        """Two reports and two returns of the payer, at once: each asks, and each hears of two approvals."""
        pago = _aprobado_dos_veces(mesa, pasarela)
        puertas = [lambda: _confirmar(pago), lambda: _volver(pago)] * 2
        yield from _juzgar_doble(pago, correr(puertas, tolerar=tolerar))

    return carrera


def _sondear():
    """A round, which keeps the database's refusals to itself: they are raised here."""
    if sonda.ejecutar_ronda()["error_interno"]:
        raise IntegrityError("la sonda")


def confirmar_contra_la_sonda(pasarela):
    def carrera(mesa, correr, tolerar, _ronda):
        """Two reports while two rounds of the sonda find the same pago due."""
        pago = _aprobado_dos_veces(mesa, pasarela)
        Pago.objects.filter(pk=pago.pk).update(proxima_consulta=pago.creada_en)
        puertas = [lambda: _confirmar(pago), _sondear] * 2
        yield from _juzgar_doble(pago, correr(puertas, tolerar=tolerar))

    return carrera


def test_dos_confirmaciones_a_la_vez(poner_mesa, correr, pasarela):
    """Confirmations and returns at the same instant: one abono per document, one receipt, the second approval once."""
    sin_dano(confirmar_contra_confirmar(pasarela), poner_mesa, correr)


@por_bloqueos
def test_sin_bloqueo_dos_confirmaciones_aprueban_dos_veces(poner_mesa, correr, pasarela, sin_bloqueos):
    """Control: without locks several believe to be the first, and only the constraints stand in their way."""
    assert dana_sin_bloqueo(confirmar_contra_confirmar(pasarela), poner_mesa, correr, "IntegrityError")


def test_confirmacion_contra_sonda(poner_mesa, correr, pasarela):
    """A report and the sonda at the same instant leave one approval, whoever comes first."""
    sin_dano(confirmar_contra_la_sonda(pasarela), poner_mesa, correr)


@por_bloqueos
def test_sin_bloqueo_la_confirmacion_y_la_sonda_chocan(poner_mesa, correr, pasarela, sin_bloqueos):
    """Control: without locks the report and the sonda both approve, and the database refuses one of them."""
    assert dana_sin_bloqueo(confirmar_contra_la_sonda(pasarela), poner_mesa, correr, "IntegrityError")


# --- Import against approval and against checkout -----------------------------------------------------------------
def importar_contra_aprobar(mesa, correr, tolerar, _ronda):
    """Two files with the figures of yesterday, in opposite orders, while two payments of all documents are approved."""
    uno, otro = mesa.pago(0, 2), mesa.pago(1)
    for saldo in mesa.saldos:
        saldo.vencimiento = saldo.vencimiento.replace(day=28)  # something to write besides the figures
    ida, vuelta = mesa.archivo(VALOR, VALOR, VALOR), mesa.archivo(VALOR, VALOR, VALOR, al_reves=True)
    leidos = {pago.pk: aprobada(pago) for pago in (uno, otro)}
    tareas = [
        lambda: importar_saldos(ida),
        lambda: transiciones.aplicar(uno.pk, leidos[uno.pk], origen="sonda"),
        lambda: importar_saldos(vuelta),
        lambda: transiciones.aplicar(otro.pk, leidos[otro.pk], origen="sonda"),
    ]
    yield from _choques(correr(tareas, tolerar=tolerar))
    if [(saldo.saldo, saldo.por_acusar) for saldo in mesa.actuales()] != [(0, VALOR)] * 3:
        yield "dinero_perdido"


def test_importar_contra_aprobar(poner_mesa, correr):
    """A file that is read while a payment is approved never writes over the money that was applied."""
    sin_dano(importar_contra_aprobar, poner_mesa, correr)


@por_bloqueos
def test_sin_bloqueo_el_archivo_borra_lo_pagado(poner_mesa, correr, sin_bloqueos):
    """Control: without locks the file writes back what was owed before the payment, and its money is lost."""
    assert dana_sin_bloqueo(importar_contra_aprobar, poner_mesa, correr, "dinero_perdido")


def importar_contra_pagar(mesa, correr, tolerar, _ronda):
    """Two files that lower the second document, in opposite orders, while two pages with the old figure are sent."""
    baja = VALOR - 40000
    ida, vuelta = mesa.archivo(VALOR, baja, VALOR), mesa.archivo(VALOR, baja, VALOR, al_reves=True)
    tareas = [
        lambda: importar_saldos(ida),
        mesa.comprar(0, 1),
        lambda: importar_saldos(vuelta),
        mesa.comprar(2, 1),
    ]
    resultados = correr(tareas, tolerar=tolerar)
    nuevos, informes = _compras(resultados), [uno for uno in (resultados[0], resultados[2]) if hasattr(uno, "avisos")]
    yield from _choques(resultados)
    if len(nuevos) > 1:
        yield "vendido_dos_veces"
    avisados = [aviso for informe in informes for aviso in informe.avisos if aviso.tipo == TipoAviso.EN_PAGO]
    if len(avisados) != len(nuevos):
        yield "cambio_sin_avisar"  # the page came first, then the file had to say whose payment it touched
    if [saldo.saldo for saldo in mesa.actuales()] != [VALOR, baja, VALOR]:
        yield "cifra_perdida"
    for nuevo in nuevos:
        transiciones.aplicar(nuevo.pk, aprobada(nuevo), origen="sonda")


def test_importar_contra_pagar(poner_mesa, correr):
    """A page is sold at the figure that it showed or not at all, and a file says which open payment it touches."""
    sin_dano(importar_contra_pagar, poner_mesa, correr)


@por_bloqueos
def test_sin_bloqueo_se_paga_una_cifra_que_ya_cambio(poner_mesa, correr, sin_bloqueos):
    """Control: without locks a page is sold at a figure that a file has lowered meanwhile, and nobody is told."""
    assert dana_sin_bloqueo(importar_contra_pagar, poner_mesa, correr, "cambio_sin_avisar")


# --- The order of the locks ---------------------------------------------------------------------------------------
def _subir(saldos):
    """What an import would be that upserts its rows as the file brings them."""
    with transaction.atomic():
        Saldo.objects.bulk_create(
            saldos, update_conflicts=True, unique_fields=["id"], update_fields=["corte", "actualizado_en"]
        )


@por_bloqueos
def test_en_el_orden_del_archivo_las_importaciones_se_bloquean_entre_si(poner_mesa, correr):
    """Control: rows written in the order of the file deadlock with the same rows in another order."""
    saldos = [saldo for _mesa in range(20) for saldo in poner_mesa().saldos]
    ida, vuelta = lambda: _subir(saldos), lambda: _subir(saldos[::-1])
    for _ronda in range(rondas()):
        resultados = correr([ida, vuelta, ida, vuelta], tolerar=(OperationalError,))
        if any(isinstance(uno, OperationalError) for uno in resultados):
            return
    pytest.fail("ninguna se bloqueó: esta prueba no vería un orden equivocado")


@por_bloqueos
def test_el_pago_antes_que_sus_saldos_se_bloquea_con_una_aprobacion(poner_mesa, correr):
    """Control: who locks the pago first and its saldos later waits for an approval that waits for him."""

    def al_reves(pago):
        with transaction.atomic():
            Pago.objects.select_for_update(of=("self",), no_key=True).get(pk=pago.pk)
            connection.cursor().execute("SELECT pg_sleep(0.01)")
            list(Saldo.objects.select_for_update(of=("self",), no_key=True).filter(detalles__pago=pago).order_by("pk"))

    for _ronda in range(rondas()):
        pago = poner_mesa().pago(0, 1)
        leido = aprobada(pago)
        derecho = lambda p=pago, x=leido: transiciones.aplicar(p.pk, x, origen="sonda")  # noqa: E731
        resultados = correr([derecho, lambda p=pago: al_reves(p)] * 2, tolerar=(OperationalError,))
        if any(isinstance(uno, OperationalError) for uno in resultados):
            return
    pytest.fail("ninguna se bloqueó: esta prueba no vería un orden equivocado")
