"""The selection: only what is one's own, owed and free; grouped as it can be paid."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.http import Http404

from cartera import consultas, seleccion
from cartera.models import Seleccion
from pagos import transiciones
from tests.fabricas import ana, asociar, beto, crear_tercero, crear_usuario
from tests.fabricas_cartera import crear_empresa, crear_saldo
from tests.fabricas_pagos import aprobada, crear_pago, rechazada

pytestmark = pytest.mark.django_db


@pytest.fixture
def usuaria():
    """Ana."""
    return ana()


@pytest.fixture
def saldo_de_ana(usuaria):
    """`saldo_de_ana(**fields)`: a saldo of Ana's company."""
    empresa, tercero = crear_empresa(), usuaria.asociaciones.get().tercero
    return lambda **campos: crear_saldo(**{"empresa": empresa, "tercero": tercero, **campos})


def _elegidos(usuario):
    return {linea.saldo.pk for linea in seleccion.lineas(usuario)}


def test_se_agrega_y_se_quita_y_repetirlo_no_hace_dano(usuaria, saldo_de_ana):
    """Adding twice keeps one line; removing twice removes it once."""
    a, b = saldo_de_ana(), saldo_de_ana()
    assert seleccion.agregar(usuaria, [a.pk, b.pk]) == []
    assert seleccion.agregar(usuaria, [a.pk]) == []
    assert _elegidos(usuaria) == {a.pk, b.pk}
    seleccion.quitar(usuaria, [a.pk])
    seleccion.quitar(usuaria, [a.pk])
    assert _elegidos(usuaria) == {b.pk}


def test_la_seleccion_es_de_cada_usuario(saldo_de_ana, usuaria):
    """Two users of the same customer select apart."""
    saldo, socio = saldo_de_ana(), crear_usuario()
    asociar(socio, saldo.tercero)
    seleccion.agregar(usuaria, [saldo.pk])
    assert _elegidos(socio) == set()


@pytest.mark.parametrize("hacer", [seleccion.agregar, seleccion.quitar])
def test_un_saldo_ajeno_o_inexistente_es_404_y_no_hace_nada(usuaria, saldo_de_ana, hacer):
    """One foreign id among one's own: 404, and not even one's own is touched."""
    propio, otro, ajeno = saldo_de_ana(), saldo_de_ana(), crear_saldo(tercero=beto().asociaciones.get().tercero)
    seleccion.agregar(usuaria, [propio.pk])
    for pk in (ajeno.pk, ajeno.pk + 999):
        with pytest.raises(Http404):
            hacer(usuaria, [propio.pk, otro.pk, pk])
    assert _elegidos(usuaria) == {propio.pk}


def test_lo_pagado_o_en_proceso_no_se_agrega_y_se_dice(usuaria, saldo_de_ana):
    """Paid meanwhile, or in an open pago: the rest is added, and these come back to be named."""
    libre, pagado, ocupado = saldo_de_ana(), saldo_de_ana(saldo="0.00"), saldo_de_ana()
    crear_pago(ocupado, usuario=usuaria)
    assert set(seleccion.agregar(usuaria, [libre.pk, pagado.pk, ocupado.pk])) == {pagado, ocupado}
    assert _elegidos(usuaria) == {libre.pk}


def test_todo_lo_del_filtro_menos_lo_ocupado(usuaria, saldo_de_ana):
    """Select all takes what the list holds and is free."""
    a, b, ocupado = saldo_de_ana(), saldo_de_ana(), saldo_de_ana()
    crear_pago(ocupado, usuario=usuaria)
    assert seleccion.agregar_todos(usuaria, consultas.saldos_visibles(usuaria)) == 2
    assert _elegidos(usuaria) == {a.pk, b.pk}


def test_lo_que_deja_de_verse_deja_de_estar(usuaria, saldo_de_ana):
    """A line whose mapping, company or debt has gone is not among the lines, and cannot be paid from them."""
    saldo = saldo_de_ana()
    seleccion.agregar(usuaria, [saldo.pk])
    usuaria.asociaciones.update(activa=False)
    assert seleccion.lineas(usuaria) == []


def test_en_un_pago_abierto_la_linea_queda_escondida_y_vuelve_si_se_libera(usuaria, saldo_de_ana):
    """Hidden while its pago is open, back when it is rejected, gone when it is approved (late, here)."""
    saldo = saldo_de_ana()
    seleccion.agregar(usuaria, [saldo.pk])
    pago = crear_pago(saldo, usuario=usuaria)
    assert seleccion.lineas(usuaria) == []
    seleccion.vaciar(usuaria)
    assert Seleccion.objects.filter(usuario=usuaria, saldo=saldo).exists()
    transiciones.aplicar(pago.pk, rechazada(pago), origen="sonda")
    assert _elegidos(usuaria) == {saldo.pk}
    transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda")
    assert not Seleccion.objects.filter(saldo=saldo).exists()


def test_los_grupos_son_lo_que_un_pago_puede_pagar():
    """One group for each empresa, tercero and currency, oldest due first, with its exact total."""
    usuario, hoy = crear_usuario(), date(2026, 1, 1)
    uno, otro = (asociar(usuario, crear_tercero(nombre=nombre)).tercero for nombre in ("Alfa", "Beta"))
    norte, sur = crear_empresa(nombre="Norte"), crear_empresa(nombre="Sur")
    casos = [(norte, uno, "COP"), (norte, uno, "COP"), (norte, uno, "USD"), (norte, otro, "COP"), (sur, uno, "COP")]
    for n, (empresa, tercero, moneda) in enumerate(casos):
        vence = hoy - timedelta(days=n)
        saldo = crear_saldo(
            empresa=empresa,
            tercero=tercero,
            moneda=moneda,
            valor="0.10",
            iva="0",
            fecha=hoy - timedelta(days=60),
            vencimiento=vence,
        )
        seleccion.agregar(usuario, [saldo.pk])
    grupos = seleccion.grupos(seleccion.lineas(usuario))
    assert [(g.empresa.nombre, g.tercero.nombre, g.moneda, len(g.lineas), g.total) for g in grupos] == [
        ("Norte", "Alfa", "COP", 2, Decimal("0.20")),
        ("Norte", "Alfa", "USD", 1, Decimal("0.10")),
        ("Norte", "Beta", "COP", 1, Decimal("0.10")),
        ("Sur", "Alfa", "COP", 1, Decimal("0.10")),
    ]
    assert [linea.saldo.vencimiento for linea in grupos[0].lineas] == [hoy - timedelta(days=1), hoy]


def test_un_grupo_de_mas_de_cien_se_puede_recortar(usuaria, saldo_de_ana):
    """101 documents are one too many for a pago: said, and reduced to the 100 that are due first."""
    primero = date(2026, 1, 1)
    saldos = [saldo_de_ana(vencimiento=primero + timedelta(days=n), fecha=primero, numero=f"N{n}") for n in range(101)]
    seleccion.agregar_todos(usuaria, consultas.saldos_visibles(usuaria))
    (grupo,) = seleccion.grupos(seleccion.lineas(usuaria))
    assert (grupo.sobran, len(grupo.mostradas), len(grupo.lineas)) == (1, 100, 101)
    clave = {"empresa_id": grupo.empresa.pk, "tercero_id": grupo.tercero.pk, "moneda": "COP"}
    seleccion.recortar(usuaria, **clave)
    (grupo,) = seleccion.grupos(seleccion.lineas(usuaria))
    assert grupo.sobran == 0
    assert saldos[-1] not in {linea.saldo for linea in grupo.lineas}


def test_vaciar_deja_lo_de_los_demas(usuaria, saldo_de_ana):
    """Emptying one's selection touches nobody else's."""
    saldo, socio = saldo_de_ana(), crear_usuario()
    asociar(socio, saldo.tercero)
    for usuario in (usuaria, socio):
        seleccion.agregar(usuario, [saldo.pk])
    seleccion.vaciar(usuaria)
    assert _elegidos(usuaria) == set()
    assert _elegidos(socio) == {saldo.pk}
