"""History and money are append-only in the database itself, for whoever writes to it and however."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from cartera.models import Saldo
from pagos import contabilizacion, disparadores, novedades, transiciones
from pagos.estados import TipoNovedad
from pagos.models import Abono, AplicacionSaldoAFavor, EventoPago, SaldoAFavor
from tests.fabricas import crear_usuario
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import aprobada, crear_pago, rechazada

pytestmark = pytest.mark.django_db
CAMBIOS = {"pagos_eventopago": "a", "pagos_abono": "valor", "pagos_saldoafavor": "valor"}
CAMBIOS |= {"pagos_aplicacionsaldoafavor": "por_que", "pagos_comentarionovedad": "texto"}


@pytest.fixture
def una_fila_de_cada():
    """An approved pago with its event and abono, and a second one whose money became credit, which was given back."""
    primero = crear_pago()
    transiciones.aplicar(primero.pk, rechazada(primero), origen="sonda")
    segundo = crear_pago(primero.detalles.get().saldo)
    for pago in (primero, segundo):
        transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda")
    favor = SaldoAFavor.objects.get()
    hoy = timezone.now()
    AplicacionSaldoAFavor.objects.create(
        favor=favor,
        valor=favor.valor,
        fecha_devolucion=hoy.date(),
        prueba="Egreso 7",
        por_que="Pagó dos veces",
        quien=crear_usuario(),
        confirmo=crear_usuario(),
        creado_en=hoy,
    )
    novedad, _nueva = novedades.registrar(TipoNovedad.REVERSADA, pago=primero, evidencia={})
    novedades.comentar(novedad.pk, autor=crear_usuario(), texto="Se llamó al banco")
    assert all(modelo.objects.exists() for modelo in (EventoPago, Abono, SaldoAFavor, AplicacionSaldoAFavor))


def instalados():
    """Names of this app's triggers in the database, sorted."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND NOT tgdeferrable")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return sorted(nombre for (nombre,) in cursor.fetchall() if nombre.startswith("pagos_"))


def ejecutar(sql, tabla):
    """A statement written by hand, with the table's name in the place of `$`."""
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("$", tabla))


def rechaza(sql, tabla):
    """The database refuses the statement, and says why."""
    with pytest.raises(IntegrityError, match=disparadores.NOMBRE), transaction.atomic():
        ejecutar(sql, tabla)


def test_las_migraciones_dejan_todos_los_disparadores():
    """Migrated from nothing, the database holds exactly the triggers that are expected, on each of the five tables."""
    assert instalados() == disparadores.nombres(connection.vendor)
    assert len(instalados()) == (18 if connection.vendor == "postgresql" else 12)


@pytest.mark.parametrize("tabla", sorted(CAMBIOS))
def test_lo_escrito_no_se_cambia_ni_se_borra(una_fila_de_cada, tabla):
    """UPDATE and DELETE by hand are refused in the history and in the money, even to the value that is there."""
    rechaza("UPDATE $ SET campo = campo".replace("campo", CAMBIOS[tabla]), tabla)
    rechaza("UPDATE $ SET id = id + 1000", tabla)
    rechaza("DELETE FROM $", tabla)


@pytest.mark.solo_postgresql("SQLite has no TRUNCATE")
@pytest.mark.parametrize("tabla", sorted(CAMBIOS))
def test_lo_escrito_no_se_vacia(tabla):
    """TRUNCATE is refused as well."""
    rechaza("TRUNCATE $ CASCADE", tabla)


@pytest.mark.solo_postgresql("en SQLite un disparador solo mira su tabla: allí lo busca conciliar")
@pytest.mark.parametrize(("valor", "ajeno"), [("100000.01", False), ("1.00", True)])
def test_un_credito_no_se_gasta_de_mas_ni_en_lo_ajeno(valor, ajeno):
    """Whoever writes it: Σ aplicaciones <= the credit, and only to a saldo of its own empresa, tercero and currency."""
    pago = crear_pago()
    transiciones.aplicar(pago.pk, rechazada(pago), origen="sonda")
    Saldo.objects.update(saldo_erp=0, saldo=0)
    transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda")
    favor = SaldoAFavor.objects.get()
    suyo = {} if ajeno else {"empresa": favor.empresa, "tercero": favor.tercero}
    with pytest.raises(IntegrityError, match=disparadores.CABE), transaction.atomic():
        AplicacionSaldoAFavor.objects.create(
            favor=favor,
            saldo=crear_saldo(**suyo),
            valor=valor,
            por_que="Cruce",
            quien=crear_usuario(),
            confirmo=crear_usuario(),
            creado_en=timezone.now(),
        )


@pytest.mark.parametrize("tabla", ["pagos_abono", "pagos_aplicacionsaldoafavor"])
def test_lo_contabilizado_se_anota_una_sola_vez(una_fila_de_cada, tabla):
    """`aplicado_erp_en` may be filled once, alone; neither changed nor taken back."""
    rechaza("UPDATE $ SET aplicado_erp_en = '2026-01-01', valor = valor", tabla)
    ejecutar("UPDATE $ SET aplicado_erp_en = '2026-01-01'", tabla)
    rechaza("UPDATE $ SET aplicado_erp_en = '2026-01-02'", tabla)
    rechaza("UPDATE $ SET aplicado_erp_en = NULL", tabla)


def test_el_acuse_del_erp_pasa_por_los_disparadores():
    """The service that writes the ERP's acknowledgement does no more than what is allowed."""
    pago = crear_pago()
    transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda")
    assert contabilizacion.acusar(pago.pk) == 1
    assert Abono.objects.get().aplicado_erp_en


def test_volver_a_instalarlos_no_los_duplica():
    """A later migration calls the same function again: the same triggers, no error."""
    disparadores.instalar()
    assert instalados() == disparadores.nombres(connection.vendor)
