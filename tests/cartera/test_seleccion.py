"""The selection: only what is one's own, owed and free; grouped as it can be paid."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.http import Http404

from cartera import consultas, seleccion, vencimientos
from cartera.errores import AbonoNoPermitidoError
from cartera.models import Saldo, Seleccion
from cartera.parcial import Eleccion, Parte
from pagos import transiciones
from tests.fabricas import ana, asociar, beto, crear_tercero, crear_usuario
from tests.fabricas_cartera import crear_empresa, crear_saldo
from tests.fabricas_pagos import aprobada, crear_pago, permitir_parcial, rechazada

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


# --- How much of each ---------------------------------------------------------------------------------------------
MEDIO = Eleccion(paga=Decimal("60000.00"), razon="RETENCION", nota="Reteica")


@pytest.fixture
def saldo_en_partes(saldo_de_ana):
    """Ana's saldo of 100.000, of an empresa that takes payments from 20.000 on."""
    saldo = saldo_de_ana()
    permitir_parcial(saldo.empresa, minimo="20000")
    return saldo


def _linea(usuario):
    (linea,) = seleccion.lineas(usuario)
    return linea


def test_elegir_un_valor_selecciona_el_saldo_y_el_total_lo_sigue(usuaria, saldo_en_partes, saldo_de_ana):
    """Choosing an amount picks the saldo; the group's total is what will be paid, not what is owed."""
    otro = saldo_de_ana()
    seleccion.agregar(usuaria, [otro.pk])
    seleccion.elegir_valor(usuaria, saldo_en_partes, MEDIO)
    (grupo,) = seleccion.grupos(seleccion.lineas(usuaria))
    assert grupo.total == Decimal("160000.00")
    linea = next(linea for linea in grupo.lineas if linea.saldo == saldo_en_partes)
    assert (linea.paga, linea.debe, linea.razon, linea.parte.nota) == (MEDIO.paga, 100000, "Retención", "Reteica")


@pytest.mark.parametrize("eleccion", [Eleccion(), Eleccion(paga=Decimal("100000.00"), razon="OTRO", nota="x")])
def test_elegir_todo_se_guarda_sin_valor_ni_razon(usuaria, saldo_en_partes, eleccion):
    """All of it is stored as nothing: it stays all of it when the balance changes."""
    seleccion.elegir_valor(usuaria, saldo_en_partes, MEDIO)
    seleccion.elegir_valor(usuaria, saldo_en_partes, eleccion)
    fila = Seleccion.objects.get()
    assert (fila.paga, fila.razon, fila.nota) == (None, "", "")


def test_lo_que_la_regla_no_admite_no_se_guarda(usuaria, saldo_en_partes):
    """Below the minimum nothing is selected."""
    with pytest.raises(AbonoNoPermitidoError):
        seleccion.elegir_valor(usuaria, saldo_en_partes, Eleccion(paga=Decimal("19999.99"), razon="OTRO"))
    assert not Seleccion.objects.exists()


def test_marcar_de_nuevo_no_borra_el_valor_elegido(usuaria, saldo_en_partes):
    """Adding what is already there, alone or with everything else, keeps its amount."""
    seleccion.elegir_valor(usuaria, saldo_en_partes, MEDIO)
    seleccion.agregar(usuaria, [saldo_en_partes.pk])
    seleccion.agregar_todos(usuaria, consultas.saldos_visibles(usuaria))
    assert _linea(usuaria).paga == MEDIO.paga


def test_si_el_saldo_cambia_y_el_valor_ya_no_cabe_va_todo_y_se_dice(usuaria, saldo_en_partes):
    """The ERP lowered the balance below what was chosen: the line stands for all of it, and says what it was."""
    seleccion.elegir_valor(usuaria, saldo_en_partes, MEDIO)
    Saldo.objects.filter(pk=saldo_en_partes.pk).update(saldo="50000.00")
    assert _linea(usuaria).parte == Parte(paga=Decimal("50000.00"), descartada=MEDIO.paga)


def test_aprobado_un_pago_parcial_su_linea_se_va_y_el_resto_no_queda_elegido(usuaria, saldo_en_partes):
    """What is left stays owed and is not chosen again by itself: neither at the old amount nor whole."""
    seleccion.elegir_valor(usuaria, saldo_en_partes, MEDIO)
    pago = crear_pago(saldo_en_partes, usuario=usuaria, paga=MEDIO.paga)
    transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda")
    assert consultas.saldo_de(usuaria, saldo_en_partes.pk).saldo == Decimal("40000.00")
    assert not Seleccion.objects.exists()


def test_lo_que_otro_eligio_sigue_elegido_mientras_quede_algo(usuaria, saldo_en_partes):
    """A colleague's line is hers: it goes when the document is paid in full, not when part of it is."""
    colega = crear_usuario()
    asociar(colega, saldo_en_partes.tercero)
    seleccion.agregar(colega, [saldo_en_partes.pk])
    for paga in ("60000.00", "40000.00"):
        assert _linea(colega).paga == consultas.saldo_de(usuaria, saldo_en_partes.pk).saldo
        pago = crear_pago(Saldo.objects.get(pk=saldo_en_partes.pk), usuario=usuaria, paga=Decimal(paga))
        transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda")
    assert not Seleccion.objects.exists()


def test_retomar_repone_los_valores_y_nombra_lo_que_ya_no_se_puede(usuaria, saldo_en_partes, saldo_de_ana):
    """The amounts of an earlier attempt come back, whole ones whole; a paid one is named and left out."""
    entero, pagado = saldo_de_ana(), saldo_de_ana(saldo="0.00")
    seleccion.elegir_valor(usuaria, entero, MEDIO)
    elecciones = {saldo_en_partes.pk: MEDIO, entero.pk: Eleccion(), pagado.pk: MEDIO}
    assert seleccion.retomar(usuaria, elecciones) == [pagado]
    pagan = {linea.saldo: linea.paga for linea in seleccion.lineas(usuaria)}
    assert pagan == {saldo_en_partes: MEDIO.paga, entero: entero.saldo}


def test_retomar_lo_ajeno_es_404_y_no_hace_nada(usuaria, saldo_en_partes):
    """Another customer's saldo is not there to be taken up again."""
    ajeno = crear_saldo(tercero=beto().asociaciones.get().tercero)
    with pytest.raises(Http404):
        seleccion.retomar(usuaria, {saldo_en_partes.pk: MEDIO, ajeno.pk: MEDIO})
    assert not Seleccion.objects.exists()


def test_pagar_todo_lo_vencido_deja_en_el_grupo_eso_y_nada_mas(usuaria, saldo_de_ana):
    """Exactly the overdue and free documents of the group, whole; other groups and hidden lines stay as they were."""
    hoy = vencimientos.hoy()
    ayer, manana = {"vencimiento": hoy - timedelta(days=2)}, {"vencimiento": hoy + timedelta(days=9)}
    vencido, recortado, por_vencer = saldo_de_ana(**ayer), saldo_de_ana(**ayer), saldo_de_ana(**manana)
    permitir_parcial(vencido.empresa)
    en_proceso = saldo_de_ana(**ayer)
    dolares = saldo_de_ana(**ayer, moneda="USD")
    de_otra = crear_saldo(tercero=vencido.tercero, **ayer)
    seleccion.agregar(usuaria, [por_vencer.pk, dolares.pk, en_proceso.pk])
    seleccion.elegir_valor(usuaria, recortado, Eleccion(paga=Decimal("60000.00"), razon="OTRO"))
    crear_pago(en_proceso, usuario=usuaria)
    grupo = {"empresa_id": vencido.empresa_id, "tercero_id": vencido.tercero_id, "moneda": "COP"}
    assert seleccion.elegir_vencidos(usuaria, **grupo) == 2
    assert _elegidos(usuaria) == {vencido.pk, recortado.pk, dolares.pk}
    assert seleccion.linea_de(usuaria, recortado).paga == recortado.saldo
    assert Seleccion.objects.filter(saldo=en_proceso).exists()
    assert not Seleccion.objects.filter(saldo=de_otra).exists()


def test_lo_vencido_de_otro_no_se_elige(usuaria, saldo_de_ana):
    """Somebody else's group, or one without anything overdue, chooses nothing and drops nothing."""
    propio = saldo_de_ana(vencimiento=vencimientos.hoy() + timedelta(days=9))
    ajeno = crear_saldo(vencimiento=date(2026, 1, 1))
    seleccion.agregar(usuaria, [propio.pk])
    for saldo in (propio, ajeno):
        grupo = {"empresa_id": saldo.empresa_id, "tercero_id": saldo.tercero_id, "moneda": "COP"}
        assert seleccion.elegir_vencidos(usuaria, **grupo) == 0
    assert _elegidos(usuaria) == {propio.pk}


def test_de_lo_vencido_van_los_cien_mas_antiguos(usuaria, saldo_de_ana, monkeypatch):
    """One pago takes so many documents: the oldest go first, the rest afterwards."""
    monkeypatch.setattr(seleccion, "MAXIMO_DOCUMENTOS", 2)
    saldos = [saldo_de_ana(vencimiento=date(2026, 1, dia)) for dia in (3, 1, 2)]
    grupo = {"empresa_id": saldos[0].empresa_id, "tercero_id": saldos[0].tercero_id, "moneda": "COP"}
    assert seleccion.elegir_vencidos(usuaria, **grupo) == 2
    assert _elegidos(usuaria) == {saldos[1].pk, saldos[2].pk}
