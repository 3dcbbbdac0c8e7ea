"""Who sees which saldos, and how they are searched, sorted and added up (diseno.md 4.8)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.http import Http404, QueryDict

from cartera import consultas, servicios
from cartera.filtros import Filtro
from cartera.models import Saldo
from pagos import transiciones
from tests.fabricas import ana, asociar, beto, carla, crear_organizacion, crear_tercero, crear_usuario
from tests.fabricas_cartera import crear_empresa, crear_saldo
from tests.fabricas_pagos import crear_pago, rechazada

pytestmark = pytest.mark.django_db
_HOY = date(2026, 11, 23)


def _tercero_de(usuario):
    return usuario.asociaciones.get().tercero


def _buscar(usuario, consulta):
    filtro = Filtro.leer(QueryDict(consulta), hoy=_HOY)
    return list(consultas.ordenar(consultas.filtrar(consultas.saldos_visibles(usuario), filtro, hoy=_HOY), filtro))


# --- Who sees what ------------------------------------------------------------------------------------------------
def test_cada_quien_ve_solo_lo_de_su_asociacion():
    """Ana sees her company's balances and none of Beto's; Carla, staff without a mapping, sees none."""
    a, b = ana(), beto()
    de_ana, de_beto = crear_saldo(tercero=_tercero_de(a)), crear_saldo(tercero=_tercero_de(b))
    assert list(consultas.saldos_visibles(a)) == [de_ana]
    assert list(consultas.saldos_visibles(b)) == [de_beto]
    assert not consultas.saldos_visibles(carla()).exists()


def test_la_asociacion_nombra_tercero_y_organizacion():
    """The tercero's balance under another organización is not visible: both must match."""
    a = ana()
    crear_saldo(tercero=_tercero_de(a), organizacion=crear_organizacion())
    assert not consultas.saldos_visibles(a).exists()


def test_una_asociacion_a_medias_o_retirada_no_muestra_nada():
    """One side missing, or the mapping taken away: nothing, whatever is owed."""
    saldo, usuario = crear_saldo(), crear_usuario()
    usuario.asociaciones.create(tercero=saldo.tercero)
    assert not consultas.saldos_visibles(usuario).exists()
    retirado = crear_usuario()
    asociar(retirado, saldo.tercero, activa=False)
    assert not consultas.saldos_visibles(retirado).exists()


def test_lo_pagado_y_lo_de_empresas_inactivas_no_se_ve():
    """Only what is still owed to companies that are still in service."""
    a = ana()
    crear_saldo(tercero=_tercero_de(a), saldo="0.00")
    crear_saldo(tercero=_tercero_de(a), empresa=crear_empresa(activa=False))
    assert not consultas.saldos_visibles(a).exists()


def test_saldo_de_es_404_para_los_demas():
    """One saldo by its key: its owner gets it, anybody else a 404."""
    a, b = ana(), beto()
    saldo = crear_saldo(tercero=_tercero_de(a))
    assert consultas.saldo_de(a, saldo.pk) == saldo
    for usuario, pk in ((b, saldo.pk), (a, saldo.pk + 1), (carla(), saldo.pk)):
        with pytest.raises(Http404):
            consultas.saldo_de(usuario, pk)


def test_en_proceso_dice_la_referencia_del_pago_abierto():
    """A saldo in an open pago carries its referencia; a free one, or one whose pago is closed, carries none."""
    a = ana()
    ocupado, libre = crear_saldo(tercero=_tercero_de(a)), crear_saldo(tercero=_tercero_de(a))
    pago = crear_pago(ocupado, usuario=a)
    anotados = {s.pk: s.en_proceso_referencia for s in consultas.con_proceso(consultas.saldos_visibles(a))}
    assert anotados == {ocupado.pk: pago.referencia, libre.pk: None}
    transiciones.aplicar(pago.pk, rechazada(pago), origen="sonda")
    assert consultas.saldo_de(a, ocupado.pk).en_proceso_referencia is None


def test_clientes_de_nombra_a_cada_uno_una_vez():
    """Complete mappings of active terceros, in their order; incomplete ones and other people's are left out."""
    usuario, uno, otro = crear_usuario(), crear_tercero(nombre="Uno"), crear_tercero(nombre="Otro")
    asociar(usuario, uno)
    asociar(usuario, uno, crear_organizacion())
    asociar(usuario, otro)
    asociar(usuario, crear_tercero(activo=False))
    usuario.asociaciones.create(tercero=crear_tercero())
    assert consultas.clientes_de(usuario) == [uno, otro]


# --- Search, filters, order ---------------------------------------------------------------------------------------
@pytest.fixture
def lista():
    """A user of two customers of two companies, and four documents."""
    usuario = crear_usuario()
    ferreteria = asociar(usuario, crear_tercero(nombre="Ferretería Pérez")).tercero
    persona = asociar(usuario, crear_tercero(tipo_id="CC", numero="52123456", nombre="Ana", apellido="Ríos")).tercero
    sabana, norte = crear_empresa(nombre="Sabana"), crear_empresa(nombre="Norte")
    filas = [
        {"tercero": ferreteria, "empresa": sabana, "documento": "FV", "numero": "10234", "valor": "300.00", "dias": 40},
        {"tercero": ferreteria, "empresa": norte, "documento": "ND", "numero": "10234", "valor": "9.00", "dias": 0},
        {"tercero": persona, "empresa": sabana, "documento": "FV", "numero": "555_1", "valor": "1000.00", "dias": -3},
        {"tercero": persona, "empresa": norte, "documento": "FV", "numero": "A-777", "valor": "20.00", "dias": -30},
    ]
    for fila in filas:
        vence = _HOY - timedelta(days=fila.pop("dias"))
        crear_saldo(**fila, vencimiento=vence, fecha=vence - timedelta(days=30))
    return usuario


@pytest.mark.parametrize(
    ("consulta", "numeros"),
    [
        ("", ["10234", "10234", "555_1", "A-777"]),
        ("q=10234", ["10234", "10234"]),
        ("q=FV+10234", ["10234"]),
        ("q=fv10234", ["10234"]),
        ("q=ND-102", ["10234"]),
        ("q=5_", ["555_1"]),
        ("q=%25", []),
        ("q=Ana", ["555_1", "A-777"]),
        ("q=no+existe", []),
        ("q=%27+OR+1%3D1+--", []),
        ("ver=vencidos", ["10234"]),
        ("ver=semana", ["10234", "555_1"]),
        ("ver=despues", ["A-777"]),
        ("ver=31-60", ["10234"]),
        ("ver=por-vencer", ["10234", "555_1", "A-777"]),
        ("orden=-vencimiento", ["A-777", "555_1", "10234", "10234"]),
        ("orden=saldo", ["10234", "A-777", "10234", "555_1"]),
        ("orden=-saldo", ["555_1", "10234", "A-777", "10234"]),
        ("orden=documento", ["10234", "555_1", "A-777", "10234"]),
    ],
)
def test_se_busca_se_filtra_y_se_ordena(lista, consulta, numeros):
    """By number, document, both together or stuck, and customer; by due date; wildcards and quotes are just text."""
    assert [saldo.numero for saldo in _buscar(lista, consulta)] == numeros


def test_se_filtra_por_empresa_y_por_cliente(lista):
    """One company or one customer; somebody else's id finds nothing."""
    empresas = {par.empresa: par.empresa_id for par in consultas.pares(consultas.saldos_visibles(lista))}
    assert len(_buscar(lista, f"empresa={empresas['Norte']}")) == 2
    clientes = {par.tercero: par.tercero_id for par in consultas.pares(consultas.saldos_visibles(lista))}
    assert [s.numero for s in _buscar(lista, f"cliente={clientes['Ana Ríos']}")] == ["555_1", "A-777"]
    ajeno = crear_saldo()
    assert _buscar(lista, f"cliente={ajeno.tercero_id}") == []


def test_los_pares_dicen_el_corte_mas_nuevo(lista):
    """Companies and customers there are to choose from, by name, with the date of their newest figures."""
    saldo = Saldo.objects.get(numero="A-777")
    saldo.corte = date(2026, 11, 20)
    saldo.save(update_fields=["corte"])
    vistos = [(par.empresa, par.tercero, par.corte) for par in consultas.pares(consultas.saldos_visibles(lista))]
    assert vistos == [
        ("Norte", "Ana Ríos", date(2026, 11, 20)),
        ("Norte", "Ferretería Pérez", None),
        ("Sabana", "Ana Ríos", None),
        ("Sabana", "Ferretería Pérez", None),
    ]


# --- Totals -------------------------------------------------------------------------------------------------------
def test_el_resumen_suma_por_moneda_y_por_edad(lista):
    """Per currency: all of it, what is overdue, and its ageing; due today is not overdue."""
    saldo = Saldo.objects.get(numero="A-777")
    crear_saldo(tercero=saldo.tercero, moneda="USD", valor="7.77", vencimiento=_HOY - timedelta(days=91), iva="0")
    pesos, dolares = consultas.resumen(consultas.saldos_visibles(lista), hoy=_HOY)
    assert (pesos.moneda, pesos.cuantos, pesos.total) == ("COP", 4, Decimal("1329.00"))
    assert (pesos.cuantos_vencidos, pesos.vencido) == (1, Decimal("300.00"))
    assert [(edad.tramo.clave, edad.cuantos, edad.total, edad.porcentaje) for edad in pesos.edades] == [
        ("por-vencer", 3, Decimal("1029.00"), 77),
        ("1-30", 0, Decimal("0.00"), 0),
        ("31-60", 1, Decimal("300.00"), 23),
        ("61-90", 0, Decimal("0.00"), 0),
        ("mas-de-90", 0, Decimal("0.00"), 0),
    ]
    assert (dolares.moneda, dolares.vencido, dolares.edades[-1].total) == ("USD", Decimal("7.77"), Decimal("7.77"))


def test_sin_saldos_no_hay_resumen():
    """Nothing owed: no currency at all."""
    assert consultas.resumen(consultas.saldos_visibles(ana()), hoy=_HOY) == []


def test_los_totales_por_grupo_cuentan_y_suman(lista):
    """Per due group and currency: how many and how much, of what the filter lets through."""
    totales = consultas.totales_por_grupo(consultas.saldos_visibles(lista), hoy=_HOY)
    assert {(t["grupo"], t["cuantos"], t["total"]) for t in totales} == {
        ("vencidos", 1, Decimal("300.00")),
        ("semana", 2, Decimal("1009.00")),
        ("despues", 1, Decimal("20.00")),
    }


# --- For whoever watches the ERP ----------------------------------------------------------------------------------
def test_con_erp_por_debajo_encuentra_solo_lo_que_necesita_a_una_persona():
    """Money unacknowledged above the ERP's figure, from whatever import or payment it comes; to the centavo."""
    bien, justo, mal = (crear_saldo(valor="100.10", iva="0") for _ in range(3))
    for saldo, cifra in ((bien, "100.10"), (justo, "70.10"), (mal, "70.09")):
        (fila,) = servicios.bloquear_saldos([saldo.pk])
        servicios.aplicar_dinero(fila, Decimal("70.10"))
        servicios.registrar_saldo_erp(fila, Decimal(cifra))
        servicios.guardar_saldos([fila], campos=())
    assert list(consultas.con_erp_por_debajo()) == [mal]
