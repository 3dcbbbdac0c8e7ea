"""Every path of a pago through its one door (diseno.md 3): what moves, what is written, what a second call changes."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from cartera import servicios as cartera
from pagos import transiciones
from pagos.errores import PagoNoPermitidoError, TransicionProhibidaError
from pagos.estados import PERMITIDAS, Estado, Motivo, Origen, TipoNovedad
from pagos.models import (
    Abono,
    DetallePago,
    EventoPago,
    Notificacion,
    Novedad,
    Pago,
    Recibo,
    RespuestaCruda,
    SaldoAFavor,
)
from pagos.pasarelas.base import EstadoIntento, Metodo, Redireccion
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import (
    acuerdo_payu,
    aprobada,
    crear_forma,
    crear_pago,
    envejecer,
    esperando,
    intento,
    lectura,
    nada,
    rechazada,
    sin_abrir,
)

pytestmark = pytest.mark.django_db


def aplicar(pago, leido, origen=Origen.SONDA):
    return transiciones.aplicar(pago.pk, leido, origen=origen)


def tipos_de_novedad(pago):
    return sorted(pago.novedades.values_list("tipo", flat=True))


def test_la_aprobacion_escribe_todo_junto():
    """APROBADA leaves state, event, abono, balance at zero, receipt and notification."""
    saldo = crear_saldo()
    pago = crear_pago(saldo)
    resultado = aplicar(pago, aprobada(pago))
    pago.refresh_from_db()
    saldo.refresh_from_db()
    assert resultado.cambio
    assert (pago.estado, pago.cus, pago.metodo, pago.banco) == ("APROBADA", "1468228", "PSE", "BANCO UNION")
    assert pago.aprobada_en is not None
    assert pago.proxima_consulta is None
    assert (saldo.saldo, saldo.por_acusar) == (Decimal("0.00"), Decimal("100000.00"))
    assert Abono.objects.get().valor == Decimal("100000.00")
    assert Recibo.objects.get(pago=pago).consecutivo == 1
    assert Notificacion.objects.get(pago=pago).tipo == "APROBADA"
    assert not DetallePago.objects.get(pago=pago).abierto
    assert list(pago.eventos.values_list("de", "a")) == [
        ("", "CREADA"),
        ("CREADA", "PENDIENTE"),
        ("PENDIENTE", "APROBADA"),
    ]


def test_la_segunda_aprobacion_no_cambia_nada():
    """Return, confirmation and sonda may all bring the same approval: the second caller gets the same answer."""
    pago = crear_pago()
    leido = aprobada(pago)
    primera = aplicar(pago, leido)
    antes = [modelo.objects.count() for modelo in (Abono, EventoPago, Recibo, Notificacion, Novedad)]
    segunda = aplicar(pago, leido, origen=Origen.RETORNO)
    assert (primera.cambio, segunda.cambio) == (True, False)
    assert segunda.pago.estado == Estado.APROBADA
    assert [modelo.objects.count() for modelo in (Abono, EventoPago, Recibo, Notificacion, Novedad)] == antes


def test_el_rechazo_libera_los_saldos_y_queda_vigilado():
    """RECHAZADA frees the saldo at once; the payer may retry at the gateway, so it goes on being asked."""
    saldo = crear_saldo()
    pago = crear_pago(saldo)
    aplicar(pago, rechazada(pago))
    pago.refresh_from_db()
    assert (pago.estado, pago.motivo) == ("RECHAZADA", Motivo.PASARELA)
    assert pago.proxima_consulta is not None
    assert Notificacion.objects.get(pago=pago).tipo == "RECHAZADA"
    otro = crear_pago(saldo, usuario=pago.usuario, forma=pago.forma_pago)
    assert otro.referencia != pago.referencia


def test_rechazada_y_despues_aprobada_aplica_el_dinero_si_el_saldo_aun_lo_necesita():
    """A late approval pays the balance that is still open, without a Novedad when it comes soon."""
    saldo = crear_saldo()
    pago = crear_pago(saldo)
    aplicar(pago, rechazada(pago))
    aplicar(pago, aprobada(pago))
    pago.refresh_from_db()
    saldo.refresh_from_db()
    assert (pago.estado, pago.motivo, saldo.saldo) == ("APROBADA", "", Decimal("0.00"))
    assert tipos_de_novedad(pago) == []
    assert pago.notificaciones.filter(tipo="APROBADA_TARDE").exists()


def test_aprobada_mas_de_una_hora_despues_del_rechazo_es_novedad():
    """An approval that comes over 60 minutes after the rejection is told to a person."""
    pago = crear_pago()
    aplicar(pago, rechazada(pago))
    pago = envejecer(pago, minutes=61)
    aplicar(pago, aprobada(pago))
    assert tipos_de_novedad(pago) == [TipoNovedad.APROBADA_TARDE]


def test_aprobada_tarde_con_el_saldo_ya_pagado_es_saldo_a_favor():
    """Late money for a balance that another payment has paid becomes credit, with a Novedad."""
    saldo = crear_saldo()
    primero = crear_pago(saldo)
    aplicar(primero, rechazada(primero))
    segundo = crear_pago(saldo, usuario=primero.usuario, forma=primero.forma_pago)
    aplicar(segundo, aprobada(segundo))
    aplicar(primero, aprobada(primero))
    favor = SaldoAFavor.objects.get()
    assert (favor.pago, favor.valor, favor.detalle.pago) == (primero, Decimal("100000.00"), primero)
    assert Abono.objects.count() == 1
    assert tipos_de_novedad(primero) == [TipoNovedad.APROBADA_TARDE]


def test_por_detalle_aprobado_abono_mas_saldo_a_favor_es_su_valor():
    """What no longer fits the balance (it was lowered meanwhile) becomes credit: not a peso is lost."""
    saldo = crear_saldo()
    pago = crear_pago(saldo)
    cartera.registrar_saldo_erp(saldo, Decimal("30000.00"))
    cartera.guardar_saldos([saldo], campos=[])
    aplicar(pago, aprobada(pago))
    assert Abono.objects.get().valor == Decimal("30000.00")
    assert SaldoAFavor.objects.get().valor == Decimal("70000.00")


def test_aprobada_dos_veces_acredita_cada_intento_una_sola_vez():
    """Each further full approval is credit once, however often the gateway repeats it, with one Novedad."""
    pago = crear_pago()
    doble = lectura(pago, intento(pago), intento(pago, id=f"{pago.referencia}-2"))
    for _vez in range(3):
        aplicar(pago, doble)
    assert SaldoAFavor.objects.get().valor == pago.total
    assert tipos_de_novedad(pago) == [TipoNovedad.APROBADA_DOS_VECES]
    assert Abono.objects.count() == 1


def test_un_reverso_en_la_pasarela_es_novedad_y_nunca_un_estado():
    """An approved pago that the gateway no longer approves stays APROBADA: a person must look."""
    pago = crear_pago()
    aplicar(pago, aprobada(pago))
    aplicar(pago, rechazada(pago))
    pago.refresh_from_db()
    assert pago.estado == Estado.APROBADA
    assert tipos_de_novedad(pago) == [TipoNovedad.REVERSADA]


@pytest.mark.parametrize("campos", [{"valor": Decimal("1.00")}, {"moneda": "USD"}, {"comercio": "1"}, {"prueba": True}])
def test_el_dinero_que_no_coincide_queda_en_revision_y_no_aprueba(campos):
    """The pago stays PENDIENTE with a Novedad, its saldo held, asked hourly; nothing is booked."""
    pago = crear_pago()
    for _vez in range(2):
        aplicar(pago, aprobada(pago, **campos))
    pago.refresh_from_db()
    assert pago.estado == Estado.PENDIENTE
    assert pago.novedades.count() == 1
    assert Abono.objects.count() == SaldoAFavor.objects.count() == 0
    assert timedelta(minutes=50) < pago.proxima_consulta - timezone.now() <= timedelta(hours=1)


def test_sin_abrir_treinta_minutos_es_abandonada():
    """Unopened for 30 minutes: ABANDONADA, balances free, still watched."""
    pago = crear_pago()
    aplicar(pago, sin_abrir(pago))
    pago.refresh_from_db()
    assert pago.estado == Estado.PENDIENTE
    aplicar(envejecer(pago, minutes=30), sin_abrir(pago))
    pago.refresh_from_db()
    assert (pago.estado, pago.motivo) == ("RECHAZADA", Motivo.ABANDONADA)
    assert pago.proxima_consulta is not None


def test_nada_encontrado_abandona_solo_lo_que_la_pasarela_nunca_conocio():
    """ "Nothing found" abandons after 30 minutes a pago never seen there; one once known is a Novedad."""
    nunca = crear_pago()
    aplicar(envejecer(nunca, minutes=31), nada(nunca))
    nunca.refresh_from_db()
    assert nunca.motivo == Motivo.ABANDONADA
    conocido = crear_pago()
    aplicar(conocido, sin_abrir(conocido))
    aplicar(envejecer(conocido, minutes=31), nada(conocido))
    conocido.refresh_from_db()
    assert conocido.estado == Estado.PENDIENTE
    assert tipos_de_novedad(conocido) == [TipoNovedad.DESAPARECIDA]


def test_lo_que_ya_se_abrio_no_se_abandona():
    """Once the payer opened the gateway's page, 888 no longer abandons."""
    pago = crear_pago()
    aplicar(pago, esperando(pago))
    aplicar(envejecer(pago, minutes=45), sin_abrir(pago))
    pago.refresh_from_db()
    assert pago.estado == Estado.PENDIENTE


def test_conocida_pero_sin_url_es_error_de_inicio_vigilado():
    """The gateway knows it and its address was lost: RECHAZADA `ERROR_INICIO`, watched; not while it is in flight."""
    pago = crear_pago(estado="CREADA")
    aplicar(pago, sin_abrir(pago))
    pago.refresh_from_db()
    assert pago.estado == Estado.CREADA
    aplicar(envejecer(pago, seconds=61), sin_abrir(pago))
    pago.refresh_from_db()
    assert (pago.estado, pago.motivo) == ("RECHAZADA", Motivo.ERROR_INICIO)
    assert pago.proxima_consulta is not None


def test_creada_desconocida_espera_treinta_minutos():
    """InicioPago unanswered and unknown there: the payer may still press Continuar; after 30 minutes ABANDONADA."""
    pago = crear_pago(estado="CREADA")
    aplicar(envejecer(pago, minutes=29), nada(pago))
    pago.refresh_from_db()
    assert pago.estado == Estado.CREADA
    aplicar(envejecer(pago, minutes=1), nada(pago))
    pago.refresh_from_db()
    assert pago.motivo == Motivo.ABANDONADA


def test_creada_que_ya_esta_en_el_banco_pasa_a_pendiente():
    """A CREADA whose payer is already at the bank is PENDIENTE, not lost."""
    pago = crear_pago(estado="CREADA")
    aplicar(pago, esperando(pago))
    pago.refresh_from_db()
    assert pago.estado == Estado.PENDIENTE


def test_la_orden_tardia_no_revive_un_pago_cerrado():
    """The gateway's answer to InicioPago that comes after the pago was closed changes nothing."""
    pago = crear_pago(estado="CREADA")
    aplicar(envejecer(pago, minutes=31), nada(pago))
    resultado = transiciones.a_pendiente(pago.pk, Redireccion(url="https://www.zonapagos.com/x"))
    assert (resultado.cambio, resultado.pago.estado) == (False, Estado.RECHAZADA)


def test_el_inicio_rechazado_libera_y_avisa():
    """A final refusal of the gateway is RECHAZADA `ERROR_INICIO` with a Novedad, watched only if it may exist there."""
    for vigilar in (True, False):
        pago = crear_pago(estado="CREADA")
        transiciones.rechazar_inicio(
            pago.pk, codigo="2", texto="x", vigilar=vigilar, novedad=TipoNovedad.INICIO_RECHAZADO
        )
        pago.refresh_from_db()
        assert pago.motivo == Motivo.ERROR_INICIO
        assert (pago.proxima_consulta is not None) is vigilar
        assert tipos_de_novedad(pago) == [TipoNovedad.INICIO_RECHAZADO]


def test_el_cliente_abandona_solo_lo_que_no_se_ha_abierto():
    """*Cambiar medio o documentos* closes an unopened pago at once; an opened one it refuses."""
    cerrado = crear_pago()
    transiciones.abandonar(cerrado.pk, quien=cerrado.usuario)
    cerrado.refresh_from_db()
    assert cerrado.motivo == Motivo.ABANDONADA
    assert cerrado.eventos.last().origen == Origen.CLIENTE
    abierto = crear_pago()
    aplicar(abierto, esperando(abierto))
    with pytest.raises(PagoNoPermitidoError):
        transiciones.abandonar(abierto.pk, quien=abierto.usuario)


def test_la_rechazada_que_se_reintenta_conserva_su_estado_y_se_consulta_en_cada_timbre():
    """A watched pago that shows 999 keeps RECHAZADA, is marked as being retried, and is asked at every ring."""
    pago = crear_pago()
    aplicar(pago, rechazada(pago))
    pago = envejecer(pago, hours=5)
    aplicar(pago, esperando(pago))
    pago.refresh_from_db()
    assert (pago.estado, pago.reabierta) == ("RECHAZADA", True)
    assert pago.proxima_consulta - timezone.now() < timedelta(minutes=7)
    aplicar(pago, rechazada(pago))
    pago.refresh_from_db()
    assert not pago.reabierta


@pytest.mark.parametrize(
    ("edad", "espera"),
    [
        (timedelta(minutes=59), timedelta(minutes=7)),
        (timedelta(hours=2), timedelta(hours=1)),
        (timedelta(hours=47), timedelta(hours=1)),
        (timedelta(hours=49), timedelta(days=1)),
        (timedelta(days=6, hours=23), timedelta(days=1)),
        (timedelta(days=7, minutes=1), None),
    ],
)
def test_la_vigilancia_de_una_rechazada_se_espacia_y_termina(edad, espera):
    """Every ring for 1 h, hourly to 48 h, daily to day 7, then never."""
    pago = crear_pago()
    aplicar(pago, rechazada(pago))
    Pago.objects.filter(pk=pago.pk).update(rechazada_en=timezone.now() - edad)
    aplicar(pago, rechazada(pago))
    pago.refresh_from_db()
    if espera is None:
        assert pago.proxima_consulta is None
    else:
        assert timedelta(0) < pago.proxima_consulta - timezone.now() <= espera


@pytest.mark.parametrize(
    ("campos", "horas"),
    [
        ({"metodo": Metodo.PSE}, 24),
        ({"metodo": Metodo.TARJETA}, 24),
        ({"metodo": Metodo.PRESENCIAL}, 72),
        ({"estado": EstadoIntento.EN_REVISION}, 48),
    ],
)
def test_demasiado_pendiente_segun_el_metodo(campos, horas):
    """PSE and cards 24 h, 4001 48 h, in person 72 h: past that a person must look, once."""
    pago = crear_pago()
    campos = {"estado": EstadoIntento.PENDIENTE, **campos}
    leido = lectura(pago, intento(pago, **campos), cerrada=False)
    aplicar(envejecer(pago, hours=horas, minutes=-1), leido)
    assert tipos_de_novedad(pago) == []
    for _vez in range(2):
        aplicar(envejecer(pago, minutes=2), leido)
    assert tipos_de_novedad(pago) == [TipoNovedad.DEMASIADO_PENDIENTE]


def test_el_efectivo_por_payu_tiene_ocho_dias():
    """Cash through PayU is paid at a shop within days: 8, and then a person must look, once (diseno.md 3)."""
    saldo = crear_saldo()
    pago = crear_pago(saldo, forma=crear_forma(acuerdo_payu(saldo.empresa, "https://sandbox.checkout.payulatam.com")))
    campos = {"estado": EstadoIntento.PENDIENTE, "metodo": Metodo.PRESENCIAL, "prueba": True}
    leido = lectura(pago, intento(pago, **campos), cerrada=False)
    aplicar(envejecer(pago, days=8, minutes=-1), leido)
    assert tipos_de_novedad(pago) == []
    for _vez in range(2):
        aplicar(envejecer(pago, minutes=2), leido)
    assert tipos_de_novedad(pago) == [TipoNovedad.DEMASIADO_PENDIENTE]


def test_presencial_se_consulta_cada_hora():
    """In-person methods take days: asked hourly."""
    pago = crear_pago()
    aplicar(pago, esperando(pago, metodo=Metodo.PRESENCIAL))
    pago.refresh_from_db()
    assert timedelta(minutes=50) < pago.proxima_consulta - timezone.now() <= timedelta(hours=1)


def test_un_evento_por_cambio_y_ninguno_por_la_misma_respuesta():
    """The same answer again moves `ultima_consulta` and `consultas` alone; a new code is one event."""
    pago = crear_pago()
    aplicar(pago, esperando(pago))
    eventos = pago.eventos.count()
    primera = Pago.objects.get(pk=pago.pk)
    aplicar(pago, esperando(pago))
    segunda = Pago.objects.get(pk=pago.pk)
    assert pago.eventos.count() == eventos
    assert (segunda.consultas, segunda.ultima_consulta > primera.ultima_consulta) == (2, True)
    aplicar(pago, lectura(pago, intento(pago, EstadoIntento.EN_REVISION, codigo="4001"), cerrada=False))
    assert pago.eventos.count() == eventos + 1
    assert pago.eventos.last().codigo == "4001"


def test_la_evidencia_no_lleva_datos_personales_y_la_respuesta_se_guarda_cifrada():
    """Events hold codes and amounts only; the full answer is kept encrypted for its own pago."""
    pago = crear_pago()
    aplicar(pago, aprobada(pago, texto="Cristina Vargas c@ejemplo.com 3001234567"))
    evidencia = str(pago.eventos.last().evidencia)
    assert "Cristina" not in evidencia
    assert "@" not in evidencia
    assert "respuesta" not in RespuestaCruda.objects.get().cifrada


@pytest.mark.parametrize("desfase", [timedelta(hours=1), timedelta(days=-400)])
def test_una_fecha_de_pago_imposible_es_novedad(desfase):
    """The gateway's time in the future or before the pago: approved all the same, and told to a person."""
    pago = crear_pago()
    aplicar(pago, aprobada(pago, fecha=timezone.now() + desfase))
    pago.refresh_from_db()
    assert pago.estado == Estado.APROBADA
    assert tipos_de_novedad(pago) == [TipoNovedad.FECHA_IMPOSIBLE]


def test_un_codigo_desconocido_deja_pendiente_con_novedad():
    """A code that the contract does not name never changes a state."""
    pago = crear_pago()
    aplicar(pago, lectura(pago, intento(pago, EstadoIntento.DESCONOCIDO, codigo="1003"), cerrada=False))
    pago.refresh_from_db()
    assert pago.estado == Estado.PENDIENTE
    assert tipos_de_novedad(pago) == [TipoNovedad.CODIGO_DESCONOCIDO]


# --- The table ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("de", Estado.values)
@pytest.mark.parametrize("a", Estado.values)
def test_todo_par_de_estados_se_permite_o_falla_sin_escribir(de, a):
    """Every pair of states is either in the table or raises and writes nothing."""
    pago = crear_pago(estado="CREADA")
    with transaction.atomic():
        pago.estado = de
        if a in PERMITIDAS[Estado(de)]:
            transiciones._mover(pago, a)
            assert pago.estado == a
        else:
            with pytest.raises(TransicionProhibidaError):
                transiciones._mover(pago, a)
            assert pago.estado == de
            assert DetallePago.objects.get(pago=pago).abierto
        # The pago itself was not saved: PostgreSQL would rightly refuse details that disagree with it.
        transaction.set_rollback(True)


@pytest.mark.solo_postgresql("en SQLite la transacción IMMEDIATE bloquea toda la base y no hay FOR UPDATE")
def test_los_bloqueos_van_siempre_en_el_mismo_orden(django_assert_max_num_queries):
    """Saldos by primary key, then the pago, then the receipt counter: any other order deadlocks with the checkout."""
    primero = crear_saldo()
    segundo = crear_saldo(empresa=primero.empresa, tercero=primero.tercero)
    pago = crear_pago(segundo, primero)
    with django_assert_max_num_queries(60) as hechas:
        aplicar(pago, aprobada(pago))
    tomados = [q["sql"] for q in hechas.captured_queries if "FOR NO KEY UPDATE" in q["sql"]]
    tablas = [re.search(r'FOR NO KEY UPDATE OF "(\w+)"', sql).group(1) for sql in tomados]
    # The counter of the first receipt is looked for, made, and then locked.
    assert list(dict.fromkeys(tablas)) == ["cartera_saldo", "pagos_pago", "pagos_contadorrecibo"]
    assert 'ORDER BY "cartera_saldo"."id" ASC' in tomados[0]


def test_los_numeros_de_comprobante_son_consecutivos_por_empresa():
    """Each Empresa counts its own receipts from 1, without gaps."""
    uno, dos = crear_pago(), crear_pago()
    tres = crear_pago(crear_saldo(empresa=uno.empresa, tercero=uno.tercero), usuario=uno.usuario, forma=uno.forma_pago)
    for pago in (uno, dos, tres):
        aplicar(pago, aprobada(pago))
    assert [pago.recibo.consecutivo for pago in (uno, dos, tres)] == [1, 1, 2]


def test_un_pago_de_varios_documentos_los_paga_todos():
    """One pago covers several saldos; its total is the sum of its details."""
    primero = crear_saldo(valor="1500.50", iva=Decimal("239.57"))
    segundo = crear_saldo(valor="99.49", iva=Decimal("0.00"), empresa=primero.empresa, tercero=primero.tercero)
    pago = crear_pago(primero, segundo, forma=crear_forma())
    assert (pago.total, pago.iva) == (Decimal("1599.99"), Decimal("239.57"))
    aplicar(pago, aprobada(pago))
    for saldo in (primero, segundo):
        saldo.refresh_from_db()
        assert saldo.saldo == Decimal("0.00")


# --- Answers that come late -----------------------------------------------------------------------------------------
def test_una_respuesta_mas_vieja_que_la_ultima_no_desmiente_nada():
    """The sonda asked first and is answered last: what a page booked meanwhile stands, without any Novedad."""
    pago = crear_pago()
    salio = timezone.now()
    aplicar(pago, aprobada(pago))
    antes = Pago.objects.values().get()
    resultado = transiciones.aplicar(pago.pk, esperando(pago), origen="sonda", desde=salio)
    assert (resultado.cambio, Pago.objects.values().get()) == (False, antes)
    assert not Novedad.objects.exists()


def test_una_respuesta_vieja_no_reabre_lo_que_se_rechazo_despues():
    """Asked before, answered after the rejection: its saldos stay free."""
    pago = crear_pago()
    salio = timezone.now()
    aplicar(pago, rechazada(pago))
    transiciones.aplicar(pago.pk, esperando(pago), origen="sonda", desde=salio)
    assert not Pago.objects.get().reabierta


def test_una_aprobacion_vale_aunque_llegue_tarde():
    """Money is money: an old answer that approves is booked."""
    pago = crear_pago()
    salio = timezone.now()
    aplicar(pago, esperando(pago))
    transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda", desde=salio)
    assert Pago.objects.get().estado == "APROBADA"
