"""What people are told about a pago."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from pagos import consultas, novedades, presentacion, transiciones
from pagos.estados import Motivo, TipoNovedad
from pagos.models import Pago
from pagos.pasarelas.base import EstadoIntento, Retorno
from pagos.presentacion import Final
from tests.fabricas import crear_usuario
from tests.fabricas_pagos import aprobada, crear_pago, esperando, intento, lectura, nada, rechazada, sin_abrir

pytestmark = pytest.mark.django_db


def tras(pago, *lecturas):
    """The pago as the pages read it, after the gateway said these things."""
    for una in lecturas:
        transiciones.aplicar(pago.pk, una, origen="sonda")
    return consultas.para_mostrar().get(pk=pago.pk)


def en_4001(pago):
    return lectura(pago, intento(pago, EstadoIntento.EN_REVISION), cerrada=False)


@pytest.mark.parametrize(
    ("leido", "tipo", "texto", "final"),
    [
        (aprobada, "aprobada", "Aprobada", Final.APROBADA),
        (rechazada, "rechazada", "Rechazada", Final.RECHAZADA),
        (esperando, "pendiente", "Pendiente", Final.PENDIENTE),
        (sin_abrir, "pendiente", "Pendiente", Final.SIN_ABRIR),
        (en_4001, "revision", "Pendiente, en revisión", Final.EN_REVISION),
    ],
)
def test_cada_estado_tiene_su_nombre_y_su_pagina(leido, tipo, texto, final):
    """Three states for people, and the two labels that qualify them (diseno.md 3)."""
    pago = crear_pago()
    pago = tras(pago, leido(pago))
    visible = presentacion.estado_visible(pago)
    assert (visible.tipo, visible.texto, presentacion.final_de(pago)) == (tipo, texto, final)


def test_creada_es_pendiente_y_se_esta_confirmando():
    """CREADA is *Pendiente* for people; its page says that it is being confirmed."""
    pago = tras(crear_pago(estado="CREADA"))
    assert presentacion.estado_visible(pago).texto == "Pendiente"
    assert presentacion.final_de(pago) == Final.CONFIRMANDO


def test_abandonada_es_rechazada_abandonada():
    """ABANDONADA is *Rechazada, abandonada*."""
    pago = crear_pago()
    transiciones.abandonar(pago.pk, quien=crear_usuario())
    pago = tras(pago)
    assert presentacion.estado_visible(pago).texto == "Rechazada, abandonada"
    assert presentacion.final_de(pago) == Final.ABANDONADA


def test_una_novedad_cerrada_ya_no_es_revision():
    """En revisión lasts while its Novedad is open."""
    pago = crear_pago()
    novedad, _ = novedades.registrar(TipoNovedad.CODIGO_DESCONOCIDO, pago=pago, evidencia={})
    assert presentacion.final_de(tras(pago)) == Final.EN_REVISION
    novedades.resolver(novedad.pk, usuario=crear_usuario(), resolucion="x")
    assert presentacion.final_de(tras(pago)) == Final.SIN_ABRIR


def test_el_texto_obligatorio_solo_lleva_cus_en_pse(settings):
    """By PSE with its CUS; by card, or while the gateway reviews it, the text ends after the e-mail address."""
    pago = crear_pago()
    por_pse = tras(pago, esperando(pago))
    assert presentacion.texto_obligatorio(por_pse).endswith("la transacción: 1468228")
    for campos in ({"metodo": "TARJETA"}, {"cus": ""}, {"revision_pasarela": True}):
        otro = consultas.para_mostrar().get(pk=pago.pk)
        for campo, valor in campos.items():
            setattr(otro, campo, valor)
        assert presentacion.texto_obligatorio(otro).endswith(f"a {pago.empresa.correo}")


def test_la_traduccion_solo_aparece_donde_la_hay():
    """In Spanish nothing stands beneath the text."""
    pago = tras(crear_pago())
    with translation.override("es-co"):
        assert presentacion.texto_obligatorio_traducido(pago) == ""


@pytest.mark.parametrize("motivo", Motivo.values)
def test_cada_motivo_tiene_una_razon_en_palabras(motivo):
    """No reason shows a code."""
    pago = crear_pago()
    pago.motivo = motivo
    razon = presentacion.razon_de_rechazo(pago)
    assert razon.endswith(".")
    assert not any(letra.isdigit() for letra in razon)


def test_la_razon_sigue_el_codigo_de_la_pasarela():
    """ZonaPAGOS by its code, PayU by its reason; an unknown code, or another gateway's, gets the general sentence."""
    general = "Su entidad financiera no aprobó el pago."
    pago = crear_pago()
    pago.motivo, pago.codigo_pasarela = Motivo.PASARELA, "1001"
    assert "PSE" in presentacion.razon_de_rechazo(pago)
    pago.acuerdo.pasarela = "payu"
    assert presentacion.razon_de_rechazo(pago) == general
    pago.codigo_pasarela, pago.texto_pasarela = "DECLINED", "INSUFFICIENT_FUNDS"
    assert "fondos" in presentacion.razon_de_rechazo(pago)
    pago.texto_pasarela = "OTRA_COSA"
    assert presentacion.razon_de_rechazo(pago) == general
    pago.acuerdo.pasarela, pago.texto_pasarela = "tercera", "INSUFFICIENT_FUNDS"
    assert presentacion.razon_de_rechazo(pago) == general


@pytest.mark.parametrize(
    ("campos", "texto"),
    [
        ({"metodo": "PSE", "banco": "Banco Unión"}, "PSE, Banco Unión"),
        ({"metodo": "TARJETA", "franquicia": "VISA", "ultimos4": "0001"}, "Tarjeta VISA terminada en 0001"),
        ({"metodo": "PRESENCIAL"}, "En efectivo o en una oficina"),
        ({"metodo": ""}, ""),
    ],
)
def test_medio_de_pago(campos, texto):
    """How it was paid, in one line."""
    assert presentacion.medio_de_pago(Pago(**campos)) == texto


def test_cuando_volveremos_a_preguntar_es_un_limite_que_se_cumple(settings):
    """The next question comes with the first ring after it is due; nothing is promised when that time has passed."""
    settings.SONDA_MINUTOS = 7
    ahora = timezone.now()
    pago = Pago(proxima_consulta=ahora + timedelta(minutes=1))
    assert presentacion.preguntaremos(pago) == ahora + timedelta(minutes=8)
    assert presentacion.preguntaremos(Pago(proxima_consulta=ahora - timedelta(hours=1))) is None
    assert presentacion.preguntaremos(Pago(proxima_consulta=None)) is None


def test_no_encontrado_no_es_rechazado():
    """A gateway that finds nothing leaves the page of an unopened pago."""
    pago = crear_pago()
    assert presentacion.final_de(tras(pago, nada(pago))) == Final.SIN_ABRIR


@pytest.mark.parametrize(
    ("cambios", "dice"),
    [
        ({}, "aprobado"),
        ({"estado": EstadoIntento.RECHAZADO}, "no se aprobó"),
        ({"estado": EstadoIntento.PENDIENTE}, ""),
        ({"estado": None}, ""),
        ({"valor": Decimal("5.00")}, ""),
        ({"moneda": "USD"}, ""),
    ],
)
def test_lo_firmado_al_volver_se_anuncia_solo_si_es_este_pago(cambios, dice):
    """A signed response is told while the gateway has not confirmed it, and only for this amount and currency."""
    pago = tras(crear_pago())
    dicho = Retorno(**{"estado": EstadoIntento.APROBADO, "valor": pago.total, "moneda": pago.moneda} | cambios)
    aviso = presentacion.aviso_de_retorno(pago, dicho)
    assert (dice in aviso) if dice else aviso == ""
    assert presentacion.aviso_de_retorno(tras(pago, aprobada(pago)), dicho) == ""
