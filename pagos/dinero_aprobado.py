"""What becomes of approved money: abonos to the saldos that still need it, the rest is credit (diseno.md 4.1).

Called only by `pagos.transiciones`, inside its transaction and under its locks.
"""

from cartera import seleccion, sentencias
from cartera.dinero import CERO
from cartera.servicios import aplicar_dinero
from pagos import novedades, recibos
from pagos.estados import Estado, TipoNovedad
from pagos.models import Abono, SaldoAFavor


def abonar(tomado, *, ahora):
    """Apply each detail of a locked pago (`bloqueo.Bloqueado`) to its saldo; returns what did not fit (Decimal)."""
    pago, saldos, sobra = tomado.pago, tomado.saldos, CERO
    for detalle in tomado.detalles:
        aplicado = aplicar_dinero(saldos[detalle.saldo_id], detalle.valor)
        if aplicado:
            abono = {"detalle_id": detalle.pk, "saldo_id": detalle.saldo_id, "valor": aplicado}
            sentencias.insertar(Abono, **abono, creado_en=ahora)
        if aplicado < detalle.valor:
            _favor(pago, detalle.valor - aplicado, ahora=ahora, detalle=detalle)
            sobra += detalle.valor - aplicado
    seleccion.olvidar(saldos.values(), pagador_id=pago.usuario_id)
    return sobra


def acreditar_excedentes(pago, intentos, *, ahora):
    """Each further full approval under the same reference is credit, once per gateway attempt, and a Novedad."""
    for intento in intentos:
        _fila, nuevo = SaldoAFavor.objects.get_or_create(
            pasarela=pago.acuerdo.pasarela,
            intento=intento.id[:120],
            defaults={**_comun(pago), "valor": intento.valor, "creado_en": ahora},
        )
        if nuevo:
            evidencia = {"intento": intento.id, "valor": str(intento.valor)}
            novedades.registrar(TipoNovedad.APROBADA_DOS_VECES, pago=pago, evidencia=evidencia, ahora=ahora)


def acreditado_por_revision(pago):
    """True when two people have already turned this pago's money into credit."""
    return pago.estado == Estado.RECHAZADA and pago.saldos_a_favor.filter(novedad__isnull=False).exists()


def acreditar_por_revision(pago, novedad, *, ahora):
    """Two people said that this amount was received: it is credit."""
    return _favor(pago, novedad.propuesta_valor, ahora=ahora, novedad=novedad)


def emitir_recibo(pago, *, ahora):
    """The receipt of the approval; its counter is the last lock taken."""
    recibos.emitir(pago, ahora=ahora)


def _favor(pago, valor, *, ahora, **origen):
    return SaldoAFavor.objects.create(**_comun(pago), valor=valor, creado_en=ahora, **origen)


def _comun(pago):
    return {"pago": pago, "empresa_id": pago.empresa_id, "tercero_id": pago.tercero_id, "moneda": pago.moneda}
