"""What needs a person: two decide about money that is booked nowhere, and nothing stays open in silence."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from pagos import novedades, transiciones
from pagos.errores import PagoNoPermitidoError
from pagos.estados import Estado, Motivo, Origen, TipoNovedad
from pagos.models import (
    Abono,
    SaldoAFavor,
)
from pagos.pasarelas.base import EstadoIntento
from tests.fabricas import carla, crear_usuario
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import (
    aprobada,
    cerrar_en_revision,
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


def en_revision():
    saldo = crear_saldo()
    pago = crear_pago(saldo)
    aplicar(pago, aprobada(pago, valor=Decimal("40000.00")))
    return pago, saldo, pago.novedades.get()


def test_la_revision_necesita_dos_personas():
    """Nobody closes alone: without a proposal, or by the same person, it is refused and nothing moves."""
    pago, _saldo, novedad = en_revision()
    uno = carla()
    with pytest.raises(PagoNoPermitidoError):
        cerrar_en_revision(novedad, confirmo=uno)
    novedades.proponer(novedad.pk, valor=Decimal("40000.00"), usuario=uno)
    with pytest.raises(PagoNoPermitidoError):
        cerrar_en_revision(novedad, confirmo=uno)
    pago.refresh_from_db()
    assert pago.estado == Estado.PENDIENTE


@pytest.mark.parametrize("valor", [None, Decimal("40000.00")])
def test_la_revision_confirmada_rechaza_libera_y_acredita_lo_recibido(valor):
    """Confirmed by another: RECHAZADA `REVISION`, balances free; credit of what was received, none if none was."""
    pago, saldo, novedad = en_revision()
    novedades.proponer(novedad.pk, valor=valor, usuario=carla())
    otra = crear_usuario(email="otra@ejemplo.co")
    cerrar_en_revision(novedad, confirmo=otra)
    pago.refresh_from_db()
    saldo.refresh_from_db()
    novedad.refresh_from_db()
    assert (pago.estado, pago.motivo, saldo.saldo) == ("RECHAZADA", Motivo.REVISION, saldo.valor)
    assert list(SaldoAFavor.objects.values_list("valor", flat=True)) == ([valor] if valor else [])
    assert (novedad.resuelta_por, novedad.abierta) == (otra, False)
    with pytest.raises(PagoNoPermitidoError):
        cerrar_en_revision(novedad, confirmo=otra)


def test_sin_dinero_segun_dos_personas_una_aprobacion_posterior_si_se_aplica():
    """*No hubo dinero* and the gateway approves later: the money is booked like any late one, and a person is told."""
    pago, saldo, novedad = en_revision()
    novedades.proponer(novedad.pk, valor=None, usuario=carla())
    cerrar_en_revision(novedad, confirmo=crear_usuario())
    aplicar(pago, aprobada(pago))
    pago.refresh_from_db()
    saldo.refresh_from_db()
    assert (pago.estado, saldo.saldo, Abono.objects.count()) == ("APROBADA", Decimal("0.00"), 1)
    assert TipoNovedad.APROBADA_TARDE in tipos_de_novedad(pago)


def test_el_dinero_de_un_pago_se_acredita_una_sola_vez_en_revision():
    """Two Novedades of one pago are one pot of money: the second credit is refused, other proposals are withdrawn."""
    pago, _saldo, primera = en_revision()
    aplicar(pago, aprobada(pago, id=f"{pago.referencia}-2", valor=Decimal("40000.00")))
    segunda = pago.novedades.exclude(pk=primera.pk).get()
    uno, otra = carla(), crear_usuario()
    for cada in (primera, segunda):
        novedades.proponer(cada.pk, valor=Decimal("40000.00"), usuario=uno)
    cerrar_en_revision(primera, confirmo=otra)
    with pytest.raises(PagoNoPermitidoError):
        cerrar_en_revision(segunda, confirmo=otra)
    with pytest.raises(PagoNoPermitidoError, match="ya se acreditó"):
        novedades.proponer(segunda.pk, valor=Decimal("40000.00"), usuario=uno)
    assert SaldoAFavor.objects.count() == 1


def test_donde_no_hay_dinero_por_decidir_no_se_acredita():
    """A Novedad about a date on an approved pago, or about a saldo, opens no door to credit."""
    pago = crear_pago()
    aplicar(pago, aprobada(pago, fecha=timezone.now() + timedelta(days=2)))
    with pytest.raises(PagoNoPermitidoError, match="no hay dinero"):
        novedades.proponer(pago.novedades.get().pk, valor=Decimal("9000000.00"), usuario=carla())
    del_saldo, _nueva = novedades.registrar(TipoNovedad.ERP_POR_DEBAJO, saldo=crear_saldo(), evidencia={})
    with pytest.raises(PagoNoPermitidoError):
        cerrar_en_revision(del_saldo, confirmo=carla(email="c2@ejemplo.co"))


def test_quien_confirma_confirma_lo_que_vio():
    """A proposal that changed after the page was opened is not confirmed."""
    _pago, _saldo, novedad = en_revision()
    uno = carla()
    vista = novedades.proponer(novedad.pk, valor=Decimal("40000.00"), usuario=uno).propuesta_en
    novedades.proponer(novedad.pk, valor=Decimal("90000.00"), usuario=uno)
    with pytest.raises(PagoNoPermitidoError, match="cambió"):
        transiciones.cerrar_en_revision(novedad.pk, confirmo=crear_usuario(), resolucion="x", propuesta_en=vista)
    assert SaldoAFavor.objects.count() == 0


def test_dinero_en_una_novedad_de_un_pago_cerrado_tambien_pide_dos_personas():
    """Another amount approved on a RECHAZADA: one person cannot make it vanish."""
    pago = crear_pago()
    aplicar(pago, rechazada(pago))
    aplicar(pago, aprobada(pago, valor=Decimal("1.00")))
    with pytest.raises(PagoNoPermitidoError, match="Puede haber dinero"):
        novedades.resolver(pago.novedades.get().pk, usuario=carla(), resolucion="nada")


def test_con_otro_intento_vivo_una_aprobada_se_sigue_preguntando():
    """Approved while another attempt waits for the bank: asked on, and if that one is approved too it is credit."""
    pago = crear_pago()
    vivo = intento(pago, EstadoIntento.PENDIENTE, id=f"{pago.referencia}-2")
    aplicar(pago, lectura(pago, intento(pago), vivo))
    pago.refresh_from_db()
    assert (pago.estado, pago.proxima_consulta is not None) == ("APROBADA", True)
    aplicar(pago, lectura(pago, intento(pago), intento(pago, id=f"{pago.referencia}-2")))
    pago.refresh_from_db()
    assert pago.proxima_consulta is None
    assert SaldoAFavor.objects.get().intento == f"{pago.referencia}-2"


def test_el_orden_de_los_intentos_no_acredita_de_mas():
    """The gateway lists the same two approvals in another order: still one surplus."""
    pago = crear_pago()
    uno, otro = intento(pago), intento(pago, id=f"{pago.referencia}-2")
    aplicar(pago, lectura(pago, uno, otro))
    aplicar(pago, lectura(pago, otro, uno))
    assert SaldoAFavor.objects.get().valor == pago.total


@pytest.mark.parametrize("estado", [EstadoIntento.DESCONOCIDO, EstadoIntento.REVERSADO])
def test_solo_un_intento_en_curso_reabre_una_rechazada(estado):
    """An unknown code or a reversal is not a retry: the saldos stay free."""
    pago = crear_pago()
    aplicar(pago, rechazada(pago))
    aplicar(pago, lectura(pago, intento(pago, estado), cerrada=False))
    pago.refresh_from_db()
    assert not pago.reabierta


def test_lo_cerrado_por_dos_personas_no_se_reabre():
    """After the review frees the saldos, a late 999 does not hold them again."""
    pago, _saldo, novedad = en_revision()
    novedades.proponer(novedad.pk, valor=None, usuario=carla())
    cerrar_en_revision(novedad, confirmo=crear_usuario())
    aplicar(pago, esperando(pago))
    pago.refresh_from_db()
    assert not pago.reabierta


def test_una_reintentada_sin_fin_llega_a_una_persona_y_dos_la_sueltan():
    """A retry that never ends is too long pending; two people free its saldos."""
    pago = crear_pago()
    aplicar(pago, rechazada(pago))
    aplicar(envejecer(pago, hours=25), esperando(pago))
    novedad = pago.novedades.get(tipo=TipoNovedad.DEMASIADO_PENDIENTE)
    novedades.proponer(novedad.pk, valor=None, usuario=carla())
    cerrar_en_revision(novedad, confirmo=crear_usuario())
    pago.refresh_from_db()
    assert (pago.motivo, pago.reabierta) == (Motivo.REVISION, False)


def test_ningun_pago_abierto_se_queda_callado():
    """Opened once and 888 ever after: after the limit a person looks, and closing that Novedad does not silence it."""
    pago = crear_pago()
    aplicar(pago, esperando(pago))
    for vez in (1, 2):
        aplicar(envejecer(pago, hours=25), sin_abrir(pago))
        novedad = pago.novedades.get(tipo=TipoNovedad.DEMASIADO_PENDIENTE, resuelta_en=None)
        assert novedad.evidencia["vez"] == vez
        novedades.resolver(novedad.pk, usuario=carla(email=f"c{vez}@ejemplo.co"), resolucion="Se llamó al banco")


def test_el_cliente_no_abandona_lo_que_la_pasarela_perdio():
    """Known once and not found now: a person looks, the customer cannot close it."""
    pago = crear_pago()
    aplicar(pago, sin_abrir(pago))
    aplicar(pago, nada(pago))
    with pytest.raises(PagoNoPermitidoError, match="ya no encuentra"):
        transiciones.abandonar(pago.pk, quien=pago.usuario)


def test_un_aviso_no_decide_nada():
    """A mere notice is a reason to ask: applying it is a defect of the caller."""
    pago = crear_pago()
    with pytest.raises(ValueError, match="aviso"):
        aplicar(pago, replace(aprobada(pago), solo_aviso=True))


def test_lo_que_dos_personas_acreditaron_no_lo_aprueba_una_maquina():
    """A gateway approval after the review is a Novedad: its money is not booked a second time."""
    pago, _saldo, novedad = en_revision()
    novedades.proponer(novedad.pk, valor=pago.total, usuario=carla())
    cerrar_en_revision(novedad, confirmo=crear_usuario())
    aplicar(pago, aprobada(pago))
    pago.refresh_from_db()
    assert (pago.estado, Abono.objects.count()) == ("RECHAZADA", 0)
    assert TipoNovedad.APROBADA_TARDE in tipos_de_novedad(pago)
