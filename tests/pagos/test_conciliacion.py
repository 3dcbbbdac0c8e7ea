"""The books against themselves: clean on whatever the portal writes, and loud about every row that it did not."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from cartera.models import Saldo
from pagos import conciliacion, contabilizacion, novedades, transiciones
from pagos.conciliacion import Libro, lotes
from pagos.estados import EN_REVISION, Origen, TipoNovedad
from pagos.models import (
    Abono,
    AplicacionSaldoAFavor,
    ContadorRecibo,
    DetallePago,
    EventoPago,
    Novedad,
    Pago,
    Recibo,
    SaldoAFavor,
)
from tests.fabricas import carla, crear_usuario
from tests.fabricas_cartera import crear_empresa, crear_saldo
from tests.fabricas_pagos import (
    aprobada,
    cerrar_en_revision,
    crear_acuerdo,
    crear_forma,
    crear_pago,
    intento,
    lectura,
    rechazada,
)

# The database refuses such damage (test_disparadores.py); `conciliar` finds it all the same.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sin_disparadores")]
CIEN = Decimal("100000.00")


def conciliar(empresa_id=None):
    """(rules that found a difference, the Libro)."""
    libro = Libro()
    return [una.regla for una in conciliacion.conciliar(libro, empresa_id=empresa_id)], libro


def danar(fila, **valores):
    """Write a row past the ORM and every service, as a person with a SQL client would."""
    columnas = ", ".join(f"{columna} = %s" for columna in valores)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {fila._meta.db_table} SET {columnas} WHERE {fila._meta.pk.column} = %s",  # noqa: S608
            [*valores.values(), fila.pk],
        )
        assert cursor.rowcount == 1


def borrar(fila):
    """Delete a row past the ORM."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {fila._meta.db_table} WHERE {fila._meta.pk.column} = %s", [fila.pk])  # noqa: S608
        assert cursor.rowcount == 1


def aprobar(pago, **campos):
    return transiciones.aplicar(pago.pk, aprobada(pago, **campos), origen=Origen.SONDA).pago


def pago_aprobado(*saldos):
    return aprobar(crear_pago(*saldos))


def pago_con_favor():
    """Approved twice in full: one abono and one credit."""
    pago = crear_pago()
    dos = lectura(pago, intento(pago), intento(pago, id=f"{pago.referencia}-2"))
    return transiciones.aplicar(pago.pk, dos, origen=Origen.SONDA).pago


def cerrado_en_revision(valor):
    """The gateway said another amount; two people said that `valor` came in."""
    pago = crear_pago()
    transiciones.aplicar(pago.pk, aprobada(pago, valor=Decimal("70000.00")), origen=Origen.SONDA)
    novedad = pago.novedades.get()
    novedades.proponer(novedad.pk, valor=valor, usuario=carla())
    cerrar_en_revision(novedad, confirmo=crear_usuario(rol=None))
    return Pago.objects.get(pk=pago.pk)


# --- Good books ---------------------------------------------------------------------------------------------------
def test_sin_pagos_los_libros_cuadran():
    """Unpaid balances alone are no difference."""
    crear_saldo()
    assert conciliar() == ([], Libro())


def test_los_libros_de_todo_lo_que_el_portal_escribe_cuadran():
    """Approved, twice, late, rejected, open, in review, acknowledged: every path leaves books in balance."""
    pago_aprobado()
    pago_con_favor()
    cerrado_en_revision(Decimal("70000.00"))
    crear_pago()
    rechazado = crear_pago()
    transiciones.aplicar(rechazado.pk, rechazada(rechazado), origen=Origen.SONDA)
    segundo = crear_pago(rechazado.detalles.get().saldo, forma=rechazado.forma_pago)
    aprobar(segundo)
    aprobar(Pago.objects.get(pk=rechazado.pk))
    contabilizacion.acusar(segundo.pk)
    assert conciliar()[0] == []


def test_los_totales_dicen_donde_esta_cada_peso():
    """Received = abonos + credit, with the money of an open Novedad in a column of its own."""
    empresa = crear_empresa()
    forma = crear_forma(crear_acuerdo(empresa))

    def nuevo():
        return crear_pago(crear_saldo(empresa=empresa), forma=forma)

    pago = nuevo()
    dos = lectura(pago, intento(pago), intento(pago, id=f"{pago.referencia}-2"))
    transiciones.aplicar(pago.pk, dos, origen=Origen.SONDA)
    dudoso = nuevo()
    transiciones.aplicar(dudoso.pk, aprobada(dudoso, valor=Decimal("1.00")), origen=Origen.SONDA)
    nuevo()
    reglas, libro = conciliar()
    totales = libro.totales[empresa.nit, "COP"]
    assert reglas == []
    assert (totales.aprobado, totales.excedentes, totales.abonos, totales.favores) == (CIEN,) * 4
    assert (totales.por_revisar, totales.diferencia) == (CIEN, Decimal("0.00"))


def test_las_sumas_son_exactas_con_centavos_que_un_float_no_sabe_sumar():
    """Ten abonos of 0.10 are 1.00 on both databases."""
    empresa = crear_empresa()
    forma = crear_forma(crear_acuerdo(empresa))
    for _vez in range(10):
        aprobar(crear_pago(crear_saldo(empresa=empresa, valor="0.10"), forma=forma))
    reglas, libro = conciliar()
    assert reglas == []
    assert libro.totales[empresa.nit, "COP"].abonos == Decimal("1.00")


def test_una_sola_empresa():
    """`empresa_id` reads that empresa's books and no other's."""
    bueno, malo = pago_aprobado(), pago_aprobado()
    danar(malo, total="100001.00")
    assert conciliar(bueno.empresa_id)[0] == []
    assert conciliar(malo.empresa_id)[0] == ["detalles_total"]


def test_los_lotes_no_pierden_ni_repiten_filas(monkeypatch):
    """Whatever the size of a lot, every row is read once, and a difference in any of them is found."""
    monkeypatch.setattr(lotes, "LOTE", 2)
    empresa = crear_empresa()
    forma = crear_forma(crear_acuerdo(empresa))
    pagos = [aprobar(crear_pago(crear_saldo(empresa=empresa), forma=forma)) for _vez in range(5)]
    reglas, libro = conciliar()
    assert reglas == []
    assert libro.totales[empresa.nit, "COP"].aprobado == 5 * CIEN
    danar(pagos[4].detalles.get().saldo, por_acusar="1.00")
    assert set(conciliar()[0]) == {"saldo", "por_acusar"}


@pytest.mark.parametrize("cuantos", [1, 3])
def test_las_consultas_no_crecen_con_los_pagos(cuantos, django_assert_num_queries):
    """A lot costs the same queries whatever it holds."""
    empresa = crear_empresa()
    forma = crear_forma(crear_acuerdo(empresa))
    for _vez in range(cuantos):
        aprobar(crear_pago(crear_saldo(empresa=empresa), forma=forma))
    with django_assert_num_queries(18):
        conciliar()


# --- Bad books ----------------------------------------------------------------------------------------------------
def _otro_saldo_de(pago):
    return crear_saldo(empresa=pago.empresa, tercero=pago.tercero)


DANOS = {
    "detalles_total": lambda pago: danar(pago, total="100001.00"),
    "detalles_iva": lambda pago: danar(pago, iva="1.00"),
    "dinero_del_detalle": lambda _pago: danar(Abono.objects.get(), valor="99999.00"),
    "abono_ajeno": lambda pago: danar(Abono.objects.get(), saldo_id=_otro_saldo_de(pago).pk),
    "detalle_ajeno": lambda pago: danar(pago, moneda="USD"),
    "historia": lambda _pago: borrar(EventoPago.objects.get(a="APROBADA")),
    "recibo": lambda _pago: borrar(Recibo.objects.get()),
    "fecha": lambda pago: danar(pago, fecha_pago=None),
    "recibos_con_huecos": lambda _pago: danar(ContadorRecibo.objects.get(), ultimo=2),
    "recibos_fuera_del_contador": lambda _pago: danar(Recibo.objects.get(), consecutivo=7),
    "saldo": lambda _pago: danar(Saldo.objects.get(), saldo="5.00"),
    "por_acusar": lambda _pago: danar(Saldo.objects.get(), por_acusar="99999.00"),
    "por_reflejar": lambda _pago: danar(Saldo.objects.get(), valor="200000.00", por_reflejar="150000.00"),
}


@pytest.mark.parametrize("regla", DANOS)
def test_cada_fila_danada_de_un_pago_aprobado_se_encuentra(regla):
    """One wrong row behind the portal's back is a difference of its own rule."""
    pago = pago_aprobado()
    assert conciliar()[0] == []
    DANOS[regla](pago)
    assert regla in conciliar()[0]


def test_un_abono_borrado_es_dinero_perdido():
    """Without its abono, the approved money is nowhere: the detail, the balance and the totals say so."""
    pago = pago_aprobado()
    borrar(Abono.objects.get())
    reglas, libro = conciliar()
    assert set(reglas) == {"dinero_del_detalle", "por_acusar", "por_reflejar"}
    assert libro.totales[pago.empresa.nit, "COP"].diferencia == CIEN


def test_un_abono_sin_aprobacion_es_dinero_inventado():
    """A rejected pago that left an abono received nothing: the difference is negative."""
    pago = crear_pago()
    transiciones.aplicar(pago.pk, rechazada(pago), origen=Origen.SONDA)
    detalle = pago.detalles.get()
    Abono.objects.create(detalle=detalle, saldo=detalle.saldo, valor=CIEN, creado_en=timezone.now())
    reglas, libro = conciliar()
    assert set(reglas) == {"dinero_del_detalle", "por_acusar"}
    assert libro.totales[pago.empresa.nit, "COP"].diferencia == -CIEN


def test_un_estado_cambiado_a_mano_se_encuentra():
    """A state that its history does not tell is nobody's decision."""
    pago = crear_pago()
    danar(pago, estado="RECHAZADA", motivo="PASARELA")
    danar(pago.detalles.get(), abierto=False)
    assert conciliar()[0] == ["historia"]


@pytest.mark.solo_sqlite("PostgreSQL rechaza con un disparador que abierto y estado no concuerden")
@pytest.mark.parametrize("abierto", [True, False])
def test_un_detalle_abierto_distinto_de_su_pago_se_encuentra(abierto):
    """`abierto` says what the state says."""
    pago = pago_aprobado() if abierto else crear_pago()
    danar(pago.detalles.get(), abierto=abierto)
    assert conciliar()[0] == ["detalle_abierto"]


@pytest.mark.parametrize(
    ("regla", "campos"),
    [
        ("excedente", {"valor": "99999.00"}),
        ("excedente", {"intento": "otro"}),
        ("favor_ajeno", {"moneda": "USD"}),
    ],
)
def test_un_credito_distinto_de_lo_que_dice_su_novedad_se_encuentra(regla, campos):
    """Credit of a further approval is of that attempt, amount and currency."""
    pago_con_favor()
    danar(SaldoAFavor.objects.get(), **campos)
    assert regla in conciliar()[0]


def test_un_excedente_sin_su_credito_se_encuentra():
    """Money taken twice and kept nowhere."""
    pago = pago_con_favor()
    borrar(SaldoAFavor.objects.get())
    reglas, libro = conciliar()
    assert reglas == ["excedente"]
    assert libro.totales[pago.empresa.nit, "COP"].diferencia == CIEN


def test_un_credito_de_revision_distinto_de_lo_que_dos_personas_dijeron_se_encuentra():
    """The credit of a Novedad is the amount proposed and confirmed."""
    cerrado_en_revision(Decimal("70000.00"))
    danar(SaldoAFavor.objects.get(), valor="70001.00")
    assert conciliar()[0] == ["favor_de_revision"]


def test_un_credito_gastado_de_mas_se_encuentra(sin_disparadores):
    """Σ aplicaciones <= their SaldoAFavor."""
    pago = pago_con_favor()
    favor = SaldoAFavor.objects.get()
    persona = crear_usuario(rol=None)
    comun = {"favor": favor, "por_que": "Devolución", "quien": persona, "confirmo": carla()}
    comun |= {"fecha_devolucion": timezone.localdate(), "prueba": "transferencia", "creado_en": timezone.now()}
    AplicacionSaldoAFavor.objects.create(**comun, valor=CIEN)
    reglas, libro = conciliar()
    assert reglas == []
    assert libro.totales[pago.empresa.nit, "COP"].aplicado == CIEN
    AplicacionSaldoAFavor.objects.create(**comun, valor=Decimal("0.01"))
    assert conciliar()[0] == ["favor_gastado_de_mas"]


def test_un_credito_aplicado_a_un_saldo_cuenta_como_dinero_del_saldo(sin_disparadores):
    """An application that never reached its saldo is a difference of that saldo."""
    pago = pago_con_favor()
    AplicacionSaldoAFavor.objects.create(
        favor=SaldoAFavor.objects.get(),
        saldo=crear_saldo(empresa=pago.empresa, tercero=pago.tercero),
        valor=Decimal("10.00"),
        por_que="Cruce",
        quien=crear_usuario(rol=None),
        confirmo=carla(),
        creado_en=timezone.now(),
    )
    assert conciliar()[0] == ["por_acusar"]


def test_un_credito_aplicado_a_lo_ajeno_se_encuentra(sin_disparadores):
    """A credit pays its owner's documents alone."""
    pago_con_favor()
    AplicacionSaldoAFavor.objects.create(
        favor=SaldoAFavor.objects.get(),
        saldo=crear_saldo(),
        valor=Decimal("10.00"),
        por_que="Cruce",
        quien=crear_usuario(rol=None),
        confirmo=carla(),
        creado_en=timezone.now(),
    )
    assert sorted(conciliar()[0]) == ["favor_en_lo_ajeno", "por_acusar"]


# --- While payments go on -----------------------------------------------------------------------------------------
def test_lo_que_otro_escribe_entre_dos_lecturas_no_es_una_diferencia(monkeypatch):
    """A pago approved between two readings of its lot looks wrong until it is read again under the locks."""
    pago = crear_pago()
    leer, veces = conciliacion.pagos._detalles, []

    def aprobar_en_medio(ids):
        if not veces:
            veces.append(1)
            aprobar(pago)
        return leer(ids)

    monkeypatch.setattr(conciliacion.pagos, "_detalles", aprobar_en_medio)
    reglas, libro = conciliar()
    assert reglas == []
    assert libro.totales[pago.empresa.nit, "COP"].aprobado == CIEN


def test_por_revisar_termina_cuando_la_novedad_se_cierra():
    """The column of held up money is about open Novedades of the kinds that hold money, nothing else."""
    pago = crear_pago()
    Novedad.objects.create(
        tipo=TipoNovedad.DEMASIADO_PENDIENTE,
        pago=pago,
        empresa=pago.empresa,
        huella="a",
        abierta_en=timezone.now() - timedelta(hours=1),
    )
    assert TipoNovedad.DEMASIADO_PENDIENTE not in EN_REVISION
    assert conciliar()[1].totales[pago.empresa.nit, "COP"].por_revisar == Decimal("0.00")
    assert DetallePago.objects.get(pago=pago).abierto
