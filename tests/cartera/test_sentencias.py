"""Statements whose text is made once write and read exactly what the ORM would, on both databases."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Exists, F, OuterRef
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cartera import sentencias
from cartera.dinero import CERO
from cartera.models import Saldo, Seleccion
from pagos.models import AcuerdoComercial, ContadorRecibo, DetallePago, EventoPago, Notificacion, Novedad, Pago
from tests.fabricas import crear_cliente
from tests.fabricas_cartera import crear_empresa, crear_saldo
from tests.fabricas_pagos import crear_acuerdo, crear_pago

pytestmark = pytest.mark.django_db
VALOR = Decimal("1234567.89")


def columnas(fila):
    """Every column of a row as the database has it now."""
    leida = type(fila).objects.get(pk=fila.pk)
    return {campo.attname: getattr(leida, campo.attname) for campo in fila._meta.concrete_fields}


def test_insertar_deja_la_misma_fila_que_create():
    """JSON, dates, texts, nulls and every default are written as `objects.create` writes them."""
    pago, ahora = crear_pago(), timezone.now()
    campos = {"pago_id": pago.pk, "a": "PENDIENTE", "origen": "sonda", "cuando": ahora}
    evidencia = {"valor": "1.00", "ñ": [1, None]}
    una = EventoPago.objects.create(**campos, evidencia=evidencia)
    sentencias.insertar(EventoPago, **campos, evidencia=evidencia)
    otra = EventoPago.objects.latest("pk")
    assert otra.pk != una.pk
    assert {**columnas(una), "id": 0} == {**columnas(otra), "id": 0}


def test_insertar_cumple_los_valores_por_defecto_y_las_fechas_automaticas():
    """What is not said takes its default, `auto_now_add` included."""
    saldo, antes = crear_saldo(), timezone.now()
    sentencias.insertar(Seleccion, usuario_id=crear_cliente().pk, saldo_id=saldo.pk, paga=VALOR, razon="OTRO")
    fila = Seleccion.objects.get()
    assert (fila.paga, fila.razon, fila.nota) == (VALOR, "OTRO", "")
    assert antes <= fila.creada_en <= timezone.now()


def test_insertar_una_clave_que_no_cuenta_la_base():
    """A row whose key is another's, and is said, is written with it."""
    empresa = crear_empresa()
    sentencias.insertar(ContadorRecibo, empresa_id=empresa.pk, ultimo=7)
    assert ContadorRecibo.objects.values_list("empresa_id", "ultimo").get() == (empresa.pk, 7)


def test_lo_que_ya_esta_se_queda_con_si_falta_y_si_no_es_un_error():
    """`si_falta` leaves the first row alone; without it the constraint speaks by its name."""
    empresa = crear_empresa()
    sentencias.insertar(ContadorRecibo, empresa_id=empresa.pk, ultimo=7)
    sentencias.insertar(ContadorRecibo, si_falta=True, empresa_id=empresa.pk, ultimo=9)
    assert ContadorRecibo.objects.get().ultimo == 7
    with pytest.raises(IntegrityError), transaction.atomic():
        sentencias.insertar(ContadorRecibo, empresa_id=empresa.pk)


def test_si_falta_no_calla_otra_restriccion():
    """`si_falta` is about a row that is there, not about one that may not be."""
    ahora, pago = timezone.now(), crear_pago()
    with pytest.raises(IntegrityError), transaction.atomic():
        sentencias.insertar(
            Notificacion, si_falta=True, pago_id=pago.pk, tipo="APROBADA", destinatario=None, creada_en=ahora
        )


def test_los_disparadores_hablan_como_siempre():
    """What is only added is not changed through here either."""
    crear_pago()
    with pytest.raises(IntegrityError, match="solo_se_agrega"), transaction.atomic():
        sentencias.actualizar(EventoPago, donde={"pk": EventoPago.objects.latest("pk").pk}, codigo="otro")


def test_actualizar_cambia_solo_lo_dicho_donde_se_dice():
    """The rows that match change in those columns and their number is returned."""
    uno = crear_saldo()
    pago, otro = crear_pago(uno, crear_saldo(empresa=uno.empresa, tercero=uno.tercero)), crear_pago()
    antes = columnas(otro)
    ahora = timezone.now()
    assert (
        sentencias.actualizar(Pago, donde={"referencia": pago.referencia}, formulario=[["a", "1"]], acepto_en=ahora)
        == 1
    )
    assert sentencias.actualizar(DetallePago, donde={"pago": pago.pk}, nota="") == 2
    assert sentencias.actualizar(Pago, donde={"pk": 0}, banco="x") == 0
    assert columnas(otro) == antes
    assert columnas(pago) == columnas(pago) | {"formulario": [["a", "1"]], "acepto_en": ahora}


def test_guardar_escribe_esos_campos_y_las_fechas_automaticas():
    """As `save(update_fields=...)`: the rest stays, `auto_now` moves, and a constraint stops it."""
    saldo = crear_saldo(valor=VALOR)
    Saldo.objects.update(actualizado_en=timezone.now() - timedelta(days=1), cufe="suyo")
    saldo.por_reflejar, saldo.cufe = Decimal("0.01"), "ajeno"
    sentencias.guardar(saldo, ["por_reflejar", "actualizado_en"])
    fila = Saldo.objects.get()
    assert (fila.por_reflejar, fila.cufe) == (Decimal("0.01"), "suyo")
    assert timezone.now() - fila.actualizado_en < timedelta(minutes=1)
    saldo.por_reflejar = 2 * VALOR
    with pytest.raises(IntegrityError), transaction.atomic():
        sentencias.guardar(saldo, ["por_reflejar"])


def test_guardar_lo_que_ya_no_esta_es_un_error():
    """A row that has gone is not lost in silence."""
    saldo = crear_saldo()
    Saldo.objects.all().delete()
    with pytest.raises(DatabaseError, match="Saldo"):
        sentencias.guardar(saldo, ["cufe"])


def test_cambiados_nombra_las_columnas_que_difieren():
    """What was assigned a different value since it was read, under its column's attribute; nothing else."""
    pago = Pago.objects.defer("banco", "cus").get(pk=crear_pago().pk)
    antes = sentencias.leidos(pago)
    assert sentencias.cambiados(pago, antes) == []
    pago.banco, pago.total, pago.formulario, pago.usuario = "Uno", pago.total + 0, [["a", "1"]], crear_cliente()
    assert sentencias.cambiados(pago, antes) == ["usuario_id", "formulario", "banco"]


def test_borrar_quita_solo_lo_dicho():
    """Every condition must hold; a tuple is any of its values."""
    (uno, dos, tres), (ana, beto) = [crear_saldo() for _ in range(3)], [crear_cliente() for _ in range(2)]
    for usuario in (ana, beto):
        for saldo in (uno, dos, tres):
            Seleccion.objects.create(usuario=usuario, saldo=saldo)
    assert sentencias.borrar(Seleccion, donde={"saldo": (uno.pk, dos.pk), "usuario": ana.pk}) == 2
    assert sentencias.borrar(Seleccion, donde={"saldo": (tres.pk,)}) == 2
    quedan = Seleccion.objects.order_by("saldo_id").values_list("usuario_id", "saldo_id")
    assert list(quedan) == [(beto.pk, uno.pk), (beto.pk, dos.pk)]


def test_una_columna_que_no_existe_es_un_error():
    """A name that the model does not have never reaches the database."""
    with pytest.raises(FieldDoesNotExist):
        sentencias.actualizar(Pago, donde={"pk": 1}, inventada=1)


def test_una_preparada_lee_lo_mismo_que_su_consulta():
    """Every type of column comes as the ORM gives it, annotations too, whichever ids are asked for."""
    pagos = [crear_pago() for _ in range(2)]
    Novedad.objects.create(
        pago=pagos[0], empresa_id=pagos[0].empresa_id, tipo="MODO_PRUEBA", huella="x", abierta_en=timezone.now()
    )

    def consulta(*ids):
        novedades = Novedad.objects.filter(pago=OuterRef("pk"))
        return (
            Pago.objects.filter(pk__in=ids)
            .order_by("-pk")
            .annotate(prueba=F("acuerdo__prueba"), con=Exists(novedades), comercio=F("acuerdo__comercio"))
        )

    preparada = sentencias.Preparada(consulta)
    for ids in ([pagos[0].pk], [pagos[1].pk], [uno.pk for uno in pagos], [0]):
        leidas, esperadas = preparada(*ids), list(consulta(*ids))
        assert leidas == esperadas
        assert [sentencias.leidos(una) for una in leidas] == [sentencias.leidos(una) for una in esperadas]
    assert [(type(una.prueba), una.con) for una in preparada(pagos[0].pk)] == [(bool, True)]


def test_una_preparada_no_vuelve_a_hacer_su_consulta():
    """The queryset is made once for each number of ids; each call is one statement."""
    saldos, hechas = [crear_saldo() for _ in range(3)], []

    def consulta(*ids):
        hechas.append(len(ids))
        return Saldo.objects.filter(pk__in=ids).order_by("pk")

    preparada = sentencias.Preparada(consulta)
    for cuantos in (1, 2, 1, 2, 3):
        assert preparada(*(saldo.pk for saldo in saldos[:cuantos])) == saldos[:cuantos]
    assert hechas == [1, 2, 3]


def test_lo_que_only_deja_fuera_se_lee_cuando_se_pide(django_assert_num_queries):
    """A column left out costs a query, and only when somebody asks for it."""
    saldo = crear_saldo(valor=VALOR)
    preparada = sentencias.Preparada(lambda pk: Saldo.objects.filter(pk=pk).only("saldo"))
    with django_assert_num_queries(1):
        (fila,) = preparada(saldo.pk)
        assert fila.saldo == VALOR
    with django_assert_num_queries(1):
        assert fila.por_acusar == CERO


def test_una_preparada_rechaza_una_consulta_que_repite_el_id():
    """An id that stands twice, or not at all, could not be replaced: it is an error before anything is read."""
    for consulta in (lambda pk: Saldo.objects.filter(pk=pk, empresa=pk), lambda _pk: Saldo.objects.filter(pk=1)):
        with pytest.raises(ValueError, match="una vez"):
            sentencias.Preparada(consulta)(1)


def test_una_clave_uuid_se_lee_y_se_escribe():
    """Keys that are no numbers keep their type through `guardar`."""
    acuerdo = crear_acuerdo()
    acuerdo.cuenta = "77"
    sentencias.guardar(acuerdo, ["cuenta"])
    leido = AcuerdoComercial.objects.get(pk=acuerdo.pk)
    assert (type(leido.pk), leido.cuenta) == (uuid.UUID, "77")


@pytest.mark.solo_postgresql("on SQLite the transaction locks the whole database and there is no FOR UPDATE")
def test_una_preparada_bloquea_como_su_consulta():
    """The lock of the queryset is in the text that is kept, the second time too."""
    saldo = crear_saldo()
    preparada = sentencias.Preparada(
        lambda pk: Saldo.objects.select_for_update(of=("self",), no_key=True).filter(pk=pk)
    )
    with CaptureQueriesContext(connection) as hechas:
        preparada(saldo.pk)
        preparada(saldo.pk)
    assert [una["sql"].endswith('FOR NO KEY UPDATE OF "cartera_saldo"') for una in hechas] == [True, True]
