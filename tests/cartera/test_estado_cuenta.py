"""The statement of account: its figures come from the ERP's movements, and what nobody told is never a number."""

from datetime import date
from decimal import Decimal
from itertools import accumulate

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cartera.estado_cuenta import POR_PAGINA, Cuenta, EstadoDeCuenta, cuentas_de
from cartera.models import SALDO_INICIAL, Movimiento
from cartera.periodos import Periodo
from pagos import contabilizacion, transiciones
from pagos.models import Abono
from tests.fabricas import ana, asociar, crear_cliente, crear_organizacion, crear_tercero
from tests.fabricas_cartera import crear_empresa, crear_movimiento, crear_saldo
from tests.fabricas_pagos import aprobada, crear_pago
from usuarios.consultas import alcance

pytestmark = pytest.mark.django_db
_MARZO = Periodo(2026, 3)


@pytest.fixture(autouse=True)
def hoy():
    """It is noon of 23 November 2026 in Bogotá."""
    with time_machine.travel("2026-11-23T17:00:00Z", tick=False):
        yield


@pytest.fixture
def cuenta():
    """`cuenta.mueve(day, debit, credit, **fields)` adds a movement of Ana's; `cuenta.estado(period)` reads."""
    return _CuentaDeAna()


class _CuentaDeAna:
    def __init__(self):
        self.usuaria = ana()
        self.tercero = self.usuaria.asociaciones.get().tercero
        self.empresa = crear_empresa()

    def mueve(self, dia, debito=0, credito=0, **campos):
        campos = {"tipo": "FV" if debito else "RC"} | campos
        importes = {"debito": Decimal(debito), "credito": Decimal(credito)}
        return crear_movimiento(tercero=self.tercero, empresa=self.empresa, fecha=dia, **importes, **campos)

    def inicial(self, dia, valor):
        return self.mueve(dia, valor, tipo=SALDO_INICIAL, documento="", numero="")

    def estado(self, periodo=_MARZO, moneda="COP"):
        clave = Cuenta(self.empresa.nombre, str(self.tercero), moneda, self.empresa.pk, self.tercero.pk)
        return EstadoDeCuenta(clave, periodo, dentro_de=alcance(self.usuaria))


def test_sin_saldo_inicial_no_se_dice_cuanto_se_debia(cuenta):
    """Without an imported opening balance neither the opening, nor the final, nor any running balance is a number."""
    cuenta.mueve(date(2026, 2, 1), 500)
    cuenta.mueve(date(2026, 3, 5), 100)
    estado = cuenta.estado()
    assert (estado.inicial, estado.final, estado.desde_cuando) == (None, None, None)
    assert (estado.debitos, estado.creditos) == (Decimal("100.00"), Decimal("0.00"))
    assert [renglon.acumulado for renglon in estado.renglones()] == [None]


def test_el_inicial_suma_lo_anterior_al_periodo_desde_el_saldo_informado(cuenta):
    """Opening = the imported balance and every movement from its day to the day before the period."""
    cuenta.mueve(date(2025, 12, 31), 7777)  # before the opening balance: it is inside it
    cuenta.inicial(date(2026, 1, 1), 1000)
    cuenta.mueve(date(2026, 1, 1), 200)
    cuenta.mueve(date(2026, 2, 28), credito=50)
    cuenta.mueve(date(2026, 3, 1), 30)
    cuenta.mueve(date(2026, 3, 31), credito=5)
    cuenta.mueve(date(2026, 4, 1), 9999)
    estado = cuenta.estado()
    assert (estado.inicial, estado.debitos, estado.creditos, estado.final) == (1150, 30, 5, 1175)
    assert [renglon.acumulado for renglon in estado.renglones()] == [1180, 1175]


def test_un_saldo_inicial_de_cero_es_saberlo(cuenta):
    """An imported opening balance of 0 is a number, and is shown as one."""
    cuenta.inicial(date(2026, 3, 1), 0)
    estado = cuenta.estado()
    assert (estado.inicial, estado.final) == (0, 0)


def test_el_saldo_inicial_mas_reciente_vale(cuenta):
    """Each year's opening balance says again what was owed: the newest one before the period is where to count from."""
    cuenta.inicial(date(2025, 1, 1), 111)
    cuenta.mueve(date(2025, 6, 1), 222)
    cuenta.inicial(date(2026, 1, 1), 400)
    cuenta.mueve(date(2026, 1, 20), 50)
    assert cuenta.estado().inicial == 450
    assert cuenta.estado(Periodo(2025)).final == 333


def test_un_saldo_inicial_dentro_del_periodo_cuenta_desde_ese_dia(cuenta):
    """What is known only from a day inside the period is said from that day on, and never for the days before."""
    cuenta.mueve(date(2026, 3, 2), 10)
    cuenta.inicial(date(2026, 3, 10), 300)
    cuenta.mueve(date(2026, 3, 10), 20)
    cuenta.mueve(date(2026, 3, 11), credito=5)
    estado = cuenta.estado()
    assert (estado.inicial, estado.desde_cuando, estado.inicial_conocido) == (None, date(2026, 3, 10), 300)
    assert [renglon.acumulado for renglon in estado.renglones()] == [None, 320, 315]
    assert estado.final == 315


def test_las_paginas_llevan_la_cuenta_de_las_anteriores(cuenta):
    """The running balance of a page goes on from the one before, for any number of movements."""
    cuenta.inicial(date(2026, 3, 1), 1000)
    for dia in range(1, POR_PAGINA + 31):
        cuenta.mueve(date(2026, 3, 1 + dia % 28), dia)
    estado = cuenta.estado()
    de_corrido = [renglon.acumulado for renglon in estado.renglones()]
    por_paginas = [renglon.acumulado for numero in ("1", "2") for renglon in estado.pagina(numero)]
    assert por_paginas == de_corrido
    assert de_corrido[-1] == estado.final
    assert estado.pagina("2").paginator.num_pages == 2


def test_las_paginas_tambien_cuando_se_sabe_desde_la_mitad(cuenta):
    """A page that begins after the day from which it is known counts from that day."""
    for _n in range(POR_PAGINA):
        cuenta.mueve(date(2026, 3, 1), 3)
    cuenta.inicial(date(2026, 3, 15), 50)
    cuenta.mueve(date(2026, 3, 16), 7)
    cuenta.mueve(date(2026, 3, 17), 8)
    estado = cuenta.estado()
    assert [renglon.acumulado for renglon in estado.pagina("2")] == [57, 65]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    movimientos=st.lists(
        st.tuples(st.dates(date(2025, 11, 1), date(2026, 4, 30)), st.integers(-99_999_999, 99_999_999)), max_size=25
    )
)
def test_inicial_mas_debitos_menos_creditos_es_el_final_y_el_inicial_del_mes_siguiente(cuenta, movimientos):
    """To the centavo, for any movements: months chain, and the running balance ends at the final one."""
    Movimiento.objects.all().delete()
    cuenta.inicial(date(2025, 11, 1), "123.45")
    for dia, centavos in movimientos:
        if centavos:
            valor = Decimal(abs(centavos)) / 100
            cuenta.mueve(dia, *((valor, 0) if centavos > 0 else (0, valor)))
    meses = [cuenta.estado(p) for p in (Periodo(2025, 11), Periodo(2025, 12), Periodo(2026, 1), Periodo(2026, 2))]
    saldo = Decimal("123.45")
    for mes in meses:
        propios = [Decimal(c) / 100 for d, c in movimientos if c and mes.periodo.desde <= d <= mes.periodo.hasta]
        assert mes.inicial == saldo
        saldo += sum(propios)
        assert mes.inicial + mes.debitos - mes.creditos == mes.final == saldo
        *_, ultimo = accumulate((r.movimiento.valor for r in mes.renglones()), initial=mes.inicial)
        assert ultimo == saldo


def test_los_documentos_anteriores_abiertos_van_con_sus_movimientos(cuenta):
    """A document of an earlier month that owed something at the start appears with everything that happened to it."""
    cuenta.mueve(date(2026, 1, 5), 100, numero="1")
    cuenta.mueve(date(2026, 2, 5), credito=40, numero="1")
    cuenta.mueve(date(2026, 3, 5), credito=60, numero="1")
    cuenta.mueve(date(2026, 4, 5), 1, numero="1")  # after the period
    cuenta.mueve(date(2026, 1, 6), 70, numero="2")
    cuenta.mueve(date(2026, 2, 6), credito=70, numero="2")  # paid before it began
    cuenta.mueve(date(2026, 3, 6), 30, numero="3")  # of this month
    cuenta.mueve(date(2026, 2, 6), 80, numero="1", cuota=2)  # another instalment is another document
    documentos = {documento.etiqueta: documento for documento in cuenta.estado().anteriores()}
    assert set(documentos) == {"FV 1", "FV 1 cuota 2"}
    uno = documentos["FV 1"]
    assert (uno.al_inicio, uno.al_final) == (60, 0)
    assert [movimiento.valor for movimiento in uno.movimientos] == [100, -40, -60]
    assert cuenta.estado().cuantos_anteriores == 2
    assert len(list(cuenta.estado().anteriores(1))) == 1


def test_lo_pendiente_y_su_antiguedad_son_los_de_hoy(cuenta):
    """Pending documents and ageing come from the balances of today, whatever the period."""
    dato = {"tercero": cuenta.tercero, "empresa": cuenta.empresa}
    crear_saldo(**dato, valor="100.00", vencimiento=date(2026, 11, 23))
    crear_saldo(**dato, valor="50.00", vencimiento=date(2026, 8, 1))
    crear_saldo(**dato, valor="70.00", saldo="0.00")
    crear_saldo(**dato, valor="9.00", moneda="USD")
    estado = cuenta.estado()
    assert [saldo.saldo for saldo in estado.pendientes] == [50, 100]
    assert [edad.total for edad in estado.resumen.edades] == [100, 0, 0, 0, 50]


def test_lo_pagado_en_linea_espera_aparte_hasta_que_el_erp_lo_contabilice(cuenta):
    """An approved payment stands apart until its abono is acknowledged, and is in no figure of the ERP's."""
    uno = crear_saldo(tercero=cuenta.tercero, empresa=cuenta.empresa, valor="100.00")
    otro = crear_saldo(tercero=cuenta.tercero, empresa=cuenta.empresa, valor="30.00")
    for saldo in (uno, otro):
        pago = crear_pago(saldo, usuario=cuenta.usuaria)
        transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda")
    estado = cuenta.estado()
    assert sorted(pago.valor for pago in estado.por_contabilizar) == [30, 100]
    assert estado.total_por_contabilizar == 130
    contabilizacion.acusar(Abono.objects.get(saldo=uno).detalle.pago_id)
    estado = cuenta.estado()
    assert [(pago.etiqueta, pago.valor) for pago in estado.por_contabilizar] == [(otro.etiqueta, 30)]
    assert (estado.debitos, estado.creditos) == (0, 0)


def test_solo_hay_cuentas_dentro_del_alcance(cuenta):
    """Accounts come from movements or balances that a mapping allows, of active empresas, one for each currency."""
    crear_movimiento()  # somebody else's
    crear_saldo()
    crear_movimiento(tercero=cuenta.tercero, organizacion=crear_organizacion())  # half of the mapping
    crear_movimiento(tercero=cuenta.tercero, empresa=crear_empresa(activa=False))
    cuenta.mueve(date(2026, 3, 1), 10)
    cuenta.mueve(date(2026, 3, 1), 10)
    crear_saldo(tercero=cuenta.tercero, empresa=cuenta.empresa, moneda="USD")
    assert [(c.empresa_id, c.tercero_id, c.moneda) for c in cuentas_de(cuenta.usuaria)] == [
        (cuenta.empresa.pk, cuenta.tercero.pk, "COP"),
        (cuenta.empresa.pk, cuenta.tercero.pk, "USD"),
    ]


def test_una_cuenta_solo_suma_lo_que_su_asociacion_permite(cuenta):
    """A movement of the same tercero under another organizacion is in no figure."""
    cuenta.inicial(date(2026, 3, 1), 100)
    cuenta.mueve(date(2026, 3, 2), 10)
    cuenta.mueve(date(2026, 3, 2), 5000, organizacion=crear_organizacion())
    assert cuenta.estado().final == 110


def test_un_contador_ve_una_cuenta_por_cliente():
    """Someone mapped to two terceros of one empresa chooses between two statements."""
    empresa, uno, otro = crear_empresa(), crear_tercero(), crear_tercero()
    usuario = crear_cliente(tercero=uno)
    asociar(usuario, otro)
    for tercero in (uno, otro):
        crear_movimiento(tercero=tercero, empresa=empresa)
    assert {cuenta.tercero_id for cuenta in cuentas_de(usuario)} == {uno.pk, otro.pk}
