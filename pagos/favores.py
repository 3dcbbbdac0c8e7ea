"""The saldo a favor put to use: applied to another balance of its owner, or given back. Always two people.

One proposes, another confirms (diseno.md 2 and 4.1). Locks as everywhere (4.5): the saldo, then the pago that the
credit came from, which stands for the credit itself: a SaldoAFavor is never written again.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cartera import seleccion
from cartera.dinero import CERO, sumar
from cartera.errores import DineroIncoherenteError
from cartera.formato import dinero
from cartera.servicios import aplicar_dinero, bloquear_saldos
from cartera.vencimientos import hoy
from pagos.comprobacion import exigir_sin_pagos_abiertos
from pagos.errores import PagoNoPermitidoError
from pagos.models import AplicacionSaldoAFavor, Pago, PropuestaSaldoAFavor, SaldoAFavor


def queda(favor):
    """What of a SaldoAFavor is not used up yet (Decimal, in its currency)."""
    usado = AplicacionSaldoAFavor.objects.filter(favor=favor).order_by().values_list("valor", flat=True)
    return favor.valor - sumar(usado)


def proponer_aplicacion(favor_id, *, saldo_id, valor, por_que, quien):
    """First person: apply `valor` (Decimal) of a credit to a saldo of the same empresa, tercero and currency.

    Returns the PropuestaSaldoAFavor; no money moves. Raises PagoNoPermitidoError, saying why, when there is a proposal
    already, less than that is left, less than that is owed, or the saldo is somebody else's or is being paid.
    """
    with transaction.atomic():
        saldos = bloquear_saldos([saldo_id])
        favor = _bloquear(favor_id)
        _exigir_valor(favor, valor)
        _exigir_saldo(favor, saldos, valor)
        return _proponer(favor, saldo_id=saldo_id, valor=valor, por_que=por_que, quien=quien)


def proponer_devolucion(favor_id, *, valor, fecha, prueba, por_que, quien):
    """First person: `valor` (Decimal) was given back on `fecha` (date), as `prueba` (transfer, voucher) shows.

    Returns the PropuestaSaldoAFavor. Raises PagoNoPermitidoError, saying why, when there is a proposal already, less
    than that is left, there is no proof, or the day is still to come or before the money.
    """
    with transaction.atomic():
        favor = _bloquear(favor_id)
        _exigir_valor(favor, valor)
        if not prueba.strip():
            raise PagoNoPermitidoError(_("Una devolución lleva su soporte."))
        if not timezone.localdate(favor.creado_en) <= fecha <= hoy():
            raise PagoNoPermitidoError(_("La fecha de la devolución va desde que se recibió el dinero hasta hoy."))
        datos = {"fecha_devolucion": fecha, "prueba": prueba.strip(), "por_que": por_que}
        return _proponer(favor, valor=valor, quien=quien, **datos)


def retirar(propuesta_id, *, quien):
    """Take an open proposal back, whoever made it; raises PagoNoPermitidoError when it was closed before."""
    retirada = PropuestaSaldoAFavor.objects.filter(pk=propuesta_id, cerrada_en__isnull=True).update(
        cerrada_por=quien, cerrada_en=timezone.now()
    )
    if not retirada:
        raise PagoNoPermitidoError(_("Esa propuesta ya está cerrada."))


def confirmar(propuesta_id, *, confirmo):
    """Second person: the money moves as proposed; returns the AplicacionSaldoAFavor.

    Raises PagoNoPermitidoError, with nothing written, when it was closed before, `confirmo` proposed it, or what it
    says is no longer possible: less is left of the credit, less is owed, or the saldo is being paid.
    """
    with transaction.atomic(durable=True):
        leida = PropuestaSaldoAFavor.objects.get(pk=propuesta_id)
        saldos = bloquear_saldos([leida.saldo_id] if leida.saldo_id else [])
        favor = _bloquear(leida.favor_id)
        propuesta = PropuestaSaldoAFavor.objects.select_for_update(of=("self",), no_key=True).get(pk=propuesta_id)
        _exigir_segunda_persona(propuesta, confirmo)
        _exigir_valor(favor, propuesta.valor)
        if propuesta.saldo_id:
            _exigir_saldo(favor, saldos, propuesta.valor)
            _aplicar(saldos[0], propuesta.valor)
        ahora = timezone.now()
        aplicacion = AplicacionSaldoAFavor.objects.create(
            favor=favor,
            saldo_id=propuesta.saldo_id,
            valor=propuesta.valor,
            fecha_devolucion=propuesta.fecha_devolucion,
            prueba=propuesta.prueba,
            por_que=propuesta.por_que,
            quien=propuesta.quien,
            confirmo=confirmo,
            creado_en=ahora,
        )
        propuesta.cerrada_por, propuesta.cerrada_en, propuesta.aplicacion = confirmo, ahora, aplicacion
        propuesta.save(update_fields=["cerrada_por", "cerrada_en", "aplicacion"])
    return aplicacion


def _bloquear(favor_id):
    """The SaldoAFavor, under the lock of its pago: whoever uses any credit of it waits."""
    favor = SaldoAFavor.objects.get(pk=favor_id)
    Pago.objects.select_for_update(of=("self",), no_key=True).get(pk=favor.pago_id)
    return favor


def _proponer(favor, **datos):
    if PropuestaSaldoAFavor.objects.filter(favor=favor, cerrada_en__isnull=True).exists():
        raise PagoNoPermitidoError(_("Ya hay una propuesta sobre este saldo a favor: confírmela o retírela primero."))
    return PropuestaSaldoAFavor.objects.create(favor=favor, creada_en=timezone.now(), **datos)


def _aplicar(saldo, valor):
    """Lower the locked saldo by exactly `valor`; who had chosen to pay it and finds nothing left forgets it."""
    aplicado = aplicar_dinero(saldo, valor)
    if aplicado != valor:
        raise DineroIncoherenteError(f"Del saldo {saldo.pk} se aplicaron {aplicado} de {valor}")
    if saldo.saldo == CERO:
        seleccion.olvidar([saldo], pagador_id=None)  # nobody's line of it is left


def _exigir_segunda_persona(propuesta, confirmo):
    if propuesta.cerrada_en is not None:
        raise PagoNoPermitidoError(_("Esa propuesta ya está cerrada."))
    if propuesta.quien_id == confirmo.pk:
        raise PagoNoPermitidoError(_("Quien propone no puede confirmar: debe hacerlo otra persona de Tesorería."))


def _exigir_valor(favor, valor):
    if valor <= CERO:
        raise PagoNoPermitidoError(_("El valor debe ser mayor que cero."))
    quedan = queda(favor)
    if valor > quedan:
        raise PagoNoPermitidoError(_("Del saldo a favor solo quedan %s.") % dinero(quedan, favor.moneda))


def _exigir_saldo(favor, saldos, valor):
    """The locked saldo takes `valor` of this credit, whole; it is nobody else's and nobody is paying it."""
    duenos = {(saldo.empresa_id, saldo.tercero_id, saldo.moneda) for saldo in saldos}
    if duenos != {(favor.empresa_id, favor.tercero_id, favor.moneda)}:
        raise PagoNoPermitidoError(_("El documento debe ser de la misma empresa, el mismo cliente y la misma moneda."))
    exigir_sin_pagos_abiertos(saldos)
    (saldo,) = saldos
    if valor > saldo.saldo:
        raise PagoNoPermitidoError(
            _("De %(documento)s solo se deben %(saldo)s.")
            % {"documento": saldo.etiqueta, "saldo": dinero(saldo.saldo, saldo.moneda)}
        )
