"""Every constraint of `pagos` holds in the database itself: raw SQL that breaks it is refused, past the ORM."""

from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from cartera import avisos
from pagos import favores, lineas_erp, novedades, transiciones
from pagos.estados import TipoAlerta, TipoNovedad
from pagos.models import (
    Alerta,
    AplicacionSaldoAFavor,
    CorreoInterno,
    CupoEnVuelo,
    PulsoPasarela,
    RondaSonda,
    SaldoAFavor,
)
from tests.fabricas import carla, crear_usuario
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import aprobada, crear_pago, intento, lectura

pytestmark = pytest.mark.django_db

_OTRO_CORREO = (
    "INSERT INTO pagos_correointerno (tipo, empresa_id, dia, novedad_id, aviso_id, destinatario, idioma, message_id, "
    "creada_en, intentos, ultimo_error) SELECT tipo, empresa_id, dia, novedad_id, aviso_id, destinatario, idioma, "
    "message_id, creada_en, intentos, ultimo_error FROM pagos_correointerno WHERE tipo = '{}'"
)
# Constraint -> SQL that breaks it. {pago} is approved, {abierto} is open, {otro} is another approved one.
ROMPER = {
    "acuerdo_vigencia_ordenada": "UPDATE pagos_acuerdocomercial SET hasta = '2000-01-01'",
    "acuerdo_montos_ordenados": "UPDATE pagos_acuerdocomercial SET monto_minimo = 10, monto_maximo = 9",
    "acuerdo_limites_positivos": "UPDATE pagos_acuerdocomercial SET limite_en_vuelo = 0",
    "forma_etiqueta_unica": "UPDATE pagos_formapago SET etiqueta = 'X', acuerdo_id = {acuerdo}",
    "pago_referencia_unica": "UPDATE pagos_pago SET referencia = 'X'",
    "pago_codigo_retorno_unico": "UPDATE pagos_pago SET codigo_retorno = 'X'",
    "pago_clave_envio_unica": "UPDATE pagos_pago SET clave_envio = 'X'",
    "pago_estado_conocido": "UPDATE pagos_pago SET estado = 'OTRO' WHERE id = {abierto}",
    "pago_total_positivo": "UPDATE pagos_pago SET total = 0, iva = 0 WHERE id = {pago}",
    "pago_aprobada_con_fecha": "UPDATE pagos_pago SET aprobada_en = NULL WHERE id = {pago}",
    "pago_rechazada_con_motivo": "UPDATE pagos_pago SET motivo = 'PASARELA' WHERE id = {pago}",
    "pago_abierto_se_consulta": "UPDATE pagos_pago SET proxima_consulta = NULL WHERE id = {abierto}",
    "detalle_uno_abierto_por_saldo": (
        "INSERT INTO pagos_detallepago (pago_id, saldo_id, valor, iva, debia, razon, nota, abierto) "
        "SELECT {pago}, saldo_id, valor, iva, debia, razon, nota, abierto FROM pagos_detallepago "
        "WHERE pago_id = {abierto}"
    ),
    "detalle_saldo_una_vez_por_pago": (
        "INSERT INTO pagos_detallepago (pago_id, saldo_id, valor, iva, debia, razon, nota, abierto) "
        "SELECT pago_id, saldo_id, valor, iva, debia, razon, nota, abierto FROM pagos_detallepago "
        "WHERE pago_id = {pago}"
    ),
    "detalle_valor_positivo": "UPDATE pagos_detallepago SET valor = 0, iva = 0, debia = 0 WHERE pago_id = {pago}",
    "detalle_iva_dentro_del_valor": "UPDATE pagos_detallepago SET iva = valor + 1 WHERE pago_id = {pago}",
    "detalle_no_supera_lo_que_se_debia": "UPDATE pagos_detallepago SET debia = valor - 1 WHERE pago_id = {pago}",
    "detalle_parte_con_razon": "UPDATE pagos_detallepago SET debia = valor + 1 WHERE pago_id = {pago}",
    "detalle_nota_con_razon": "UPDATE pagos_detallepago SET nota = 'x' WHERE pago_id = {pago}",
    "abono_valor_positivo": "UPDATE pagos_abono SET valor = 0",
    "favor_valor_positivo": "UPDATE pagos_saldoafavor SET valor = 0",
    "favor_uno_por_intento": (
        "INSERT INTO pagos_saldoafavor (pago_id, empresa_id, tercero_id, moneda, valor, pasarela, intento, creado_en) "
        "SELECT pago_id, empresa_id, tercero_id, moneda, valor, pasarela, intento, creado_en "
        "FROM pagos_saldoafavor WHERE intento <> ''"
    ),
    "favor_un_solo_origen": "UPDATE pagos_saldoafavor SET intento = ''",
    "aplicacion_valor_positivo": "UPDATE pagos_aplicacionsaldoafavor SET valor = 0",
    "aplicacion_a_saldo_o_devuelta": "UPDATE pagos_aplicacionsaldoafavor SET saldo_id = NULL",
    "aplicacion_dos_personas": "UPDATE pagos_aplicacionsaldoafavor SET quien_id = confirmo_id",
    "propuesta_una_abierta_por_favor": (
        "INSERT INTO pagos_propuestasaldoafavor (favor_id, saldo_id, valor, prueba, por_que, quien_id, creada_en) "
        "SELECT favor_id, saldo_id, valor, prueba, por_que, quien_id, creada_en FROM pagos_propuestasaldoafavor"
    ),
    "propuesta_valor_positivo": "UPDATE pagos_propuestasaldoafavor SET valor = 0",
    "propuesta_a_saldo_o_devuelta": "UPDATE pagos_propuestasaldoafavor SET saldo_id = NULL",
    "propuesta_cerrada_por_alguien": "UPDATE pagos_propuestasaldoafavor SET cerrada_en = creada_en",
    "linea_con_su_origen": "UPDATE pagos_lineaerp SET abono_id = NULL",
    "comentario_dice_algo": "UPDATE pagos_comentarionovedad SET texto = ''",
    "correo_un_resumen_por_dia": _OTRO_CORREO.format("RESUMEN"),
    "correo_una_novedad_por_persona": _OTRO_CORREO.format("NOVEDAD"),
    "correo_uno_por_aviso": _OTRO_CORREO.format("AVISO"),
    "correo_de_algo": "UPDATE pagos_correointerno SET dia = NULL, novedad_id = NULL, aviso_id = NULL",
    "recibo_consecutivo_unico": "UPDATE pagos_recibo SET consecutivo = 1, empresa_id = {empresa}",
    "recibo_codigo_unico": "UPDATE pagos_recibo SET codigo_verificacion = 'X'",
    "novedad_evidencia_unica": (
        "INSERT INTO pagos_novedad (tipo, empresa_id, pago_id, huella, evidencia, abierta_en, resolucion) "
        "SELECT tipo, empresa_id, pago_id, huella, evidencia, abierta_en, resolucion FROM pagos_novedad "
        "WHERE pago_id IS NOT NULL"
    ),
    "novedad_de_saldo_unica": (
        "INSERT INTO pagos_novedad (tipo, empresa_id, saldo_id, huella, evidencia, abierta_en, resolucion) "
        "SELECT tipo, empresa_id, saldo_id, huella, evidencia, abierta_en, resolucion FROM pagos_novedad "
        "WHERE pago_id IS NULL"
    ),
    "novedad_tipo_conocido": "UPDATE pagos_novedad SET tipo = 'OTRO'",
    "novedad_dos_personas": "UPDATE pagos_novedad SET propuesta_por_id = {persona}, resuelta_por_id = {persona}",
    "notificacion_una_por_tipo": (
        "INSERT INTO pagos_notificacion (pago_id, tipo, destinatario, idioma, message_id, creada_en, intentos, "
        "ultimo_error) SELECT pago_id, tipo, destinatario, idioma, message_id, creada_en, intentos, ultimo_error "
        "FROM pagos_notificacion"
    ),
    "ronda_una_por_timbre": (
        "INSERT INTO pagos_rondasonda (prevista_en, inicio, por_preguntar, cuenta, atraso_maximo) "
        "SELECT prevista_en, inicio, por_preguntar, cuenta, atraso_maximo FROM pagos_rondasonda"
    ),
    "pulso_uno_por_minuto": (
        "INSERT INTO pagos_pulsopasarela (acuerdo_id, minuto, preguntas, errores_red) "
        "SELECT acuerdo_id, minuto, preguntas, errores_red FROM pagos_pulsopasarela"
    ),
    "cupo_uno_por_trabajador": (
        "INSERT INTO pagos_cupoenvuelo (acuerdo_id, trabajador, cuantas, vence) "
        "SELECT acuerdo_id, trabajador, cuantas, vence FROM pagos_cupoenvuelo"
    ),
    "alerta_una_abierta_por_acuerdo": (
        "INSERT INTO pagos_alerta (tipo, acuerdo_id, datos, abierta_en) "
        "SELECT tipo, acuerdo_id, datos, abierta_en FROM pagos_alerta WHERE acuerdo_id IS NOT NULL"
    ),
    "alerta_una_abierta_del_portal": (
        "INSERT INTO pagos_alerta (tipo, datos, abierta_en) "
        "SELECT tipo, datos, abierta_en FROM pagos_alerta WHERE acuerdo_id IS NULL"
    ),
}


@pytest.fixture
def ids():
    """Two approved pagos (one of them twice), an open one, a credit in use, novedades: something to break."""
    pago, otro, abierto = crear_pago(), crear_pago(), crear_pago()
    doble = lectura(pago, intento(pago), intento(pago, id=f"{pago.referencia}-2"))
    transiciones.aplicar(pago.pk, doble, origen="sonda")
    transiciones.aplicar(otro.pk, aprobada(otro), origen="sonda")
    persona, segunda = carla(), crear_usuario()
    favor = SaldoAFavor.objects.get()
    saldo = crear_saldo(empresa=pago.empresa, tercero=pago.tercero)
    AplicacionSaldoAFavor.objects.create(
        favor=favor, saldo=saldo, valor=1, por_que="x", quien=persona, confirmo=segunda, creado_en=pago.creada_en
    )
    novedad, _nueva = novedades.registrar(TipoNovedad.ERP_POR_DEBAJO, saldo=saldo, evidencia={})
    favores.proponer_aplicacion(favor.pk, saldo_id=saldo.pk, valor=1, por_que="x", quien=persona)
    lineas_erp.numerar(pago.empresa_id)
    novedades.comentar(novedad.pk, autor=persona, texto="x")
    aviso = avisos.dejar(pago.usuario, saldo, fecha=pago.creada_en.date(), medio="OTRO")
    for tipo, de_que in (
        ("RESUMEN", {"dia": "2026-01-01"}),
        ("NOVEDAD", {"novedad": novedad}),
        ("AVISO", {"aviso": aviso}),
    ):
        CorreoInterno.objects.create(
            tipo=tipo, empresa=pago.empresa, destinatario="a@ejemplo.co", creada_en=pago.creada_en, **de_que
        )
    ahora = pago.creada_en
    RondaSonda.objects.create(prevista_en=ahora, inicio=ahora)
    PulsoPasarela.objects.create(acuerdo=pago.acuerdo, minuto=ahora)
    CupoEnVuelo.objects.create(acuerdo=pago.acuerdo, trabajador=uuid4(), cuantas=1, vence=ahora)
    for acuerdo in (pago.acuerdo, None):
        Alerta.objects.create(tipo=TipoAlerta.CORTADO, acuerdo=acuerdo, abierta_en=ahora)
    uuid = pago.acuerdo_id.hex if connection.vendor == "sqlite" else str(pago.acuerdo_id)
    return {
        "pago": pago.pk,
        "abierto": abierto.pk,
        "acuerdo": f"'{uuid}'",
        "empresa": pago.empresa_id,
        "persona": persona.pk,
    }


def confirmar(sql):
    """Run `sql` and what a commit would check."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(sql)
        connection.check_constraints()


@pytest.mark.parametrize("restriccion", sorted(ROMPER))
def test_la_base_de_datos_impide_romper_la_restriccion(restriccion, ids, sin_disparadores):
    """Raw SQL against this constraint raises IntegrityError that names it (or its columns, on SQLite)."""
    with pytest.raises(IntegrityError) as excepcion, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ROMPER[restriccion].format(**ids))
    texto = str(excepcion.value)
    assert restriccion in texto or (connection.vendor == "sqlite" and "UNIQUE constraint failed" in texto)


@pytest.mark.parametrize("razon", ["OTRO", "PEREZA"])
def test_la_razon_es_conocida_y_solo_de_quien_pago_menos(razon, ids):
    """A detail that pays all that was owed has no reason; no detail has one that nobody knows."""
    otra = "debia = valor + 1, " if razon == "PEREZA" else ""
    with pytest.raises(IntegrityError, match="detalle_parte_con_razon"):
        confirmar(f"UPDATE pagos_detallepago SET {otra}razon = '{razon}' WHERE pago_id = {ids['pago']}")  # noqa: S608


def test_ninguna_restriccion_queda_sin_su_prueba():
    """A new constraint of this app must come with the SQL that tries to break it."""
    definidas = {r.name for modelo in apps.get_app_config("pagos").get_models() for r in modelo._meta.constraints}
    assert definidas == set(ROMPER)


@pytest.mark.parametrize("tabla", ["pagos_abono", "pagos_recibo"])
def test_uno_solo_por_dueno(tabla, ids, sin_disparadores):
    """One Abono per detail and one Recibo per pago: the one-to-one columns are unique in the database."""
    columna = {"pagos_abono": "detalle_id", "pagos_recibo": "pago_id"}[tabla]
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {tabla} SET {columna} = (SELECT MIN({columna}) FROM {tabla})")  # noqa: S608


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM pagos_pago WHERE id = {pago}",
        "DELETE FROM cartera_saldo",
        "DELETE FROM cartera_empresa",
        "DELETE FROM usuarios_tercero",
        "DELETE FROM usuarios_usuario",
    ],
)
def test_personas_y_dinero_no_se_borran(sql, ids):
    """Every foreign key to people and money protects: the database refuses the deletion."""
    with pytest.raises(IntegrityError):
        confirmar(sql.format(**ids))


@pytest.mark.solo_postgresql("SQLite no tiene disparadores diferidos: allí lo miran conciliar y las pruebas")
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE pagos_detallepago SET abierto = TRUE WHERE pago_id = {pago}",
        "UPDATE pagos_detallepago SET abierto = FALSE WHERE pago_id = {abierto}",
        "UPDATE pagos_pago SET estado = 'RECHAZADA', motivo = 'PASARELA', rechazada_en = now() WHERE id = {abierto}",
    ],
)
def test_abierto_y_estado_no_se_contradicen_al_confirmar(sql, ids):
    """A commit where `abierto` and `estado` disagree is refused by the deferred trigger."""
    with pytest.raises(IntegrityError, match="detalle_abierto_como_su_pago"):
        confirmar(sql.format(**ids))
