"""What a person must look at: raised once per evidence, closed by two people when money is at stake (diseno.md 3)."""

import hashlib
import json

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pagos.errores import PagoNoPermitidoError
from pagos.estados import EN_REVISION
from pagos.models import Novedad


def registrar(tipo, *, evidencia, pago=None, saldo=None, ahora=None):
    """Raise a Novedad unless the same evidence was raised before; returns (novedad, created).

    Call it inside the transaction of the change that it tells of. Exactly one of `pago` and `saldo` is given.
    """
    texto = json.dumps(evidencia, sort_keys=True, default=str)
    return Novedad.objects.get_or_create(
        tipo=tipo,
        pago=pago,
        saldo=saldo,
        huella=hashlib.sha256(texto.encode()).hexdigest(),
        defaults={
            "empresa": (pago or saldo).empresa,
            "evidencia": json.loads(texto),
            "abierta_en": ahora or timezone.now(),
        },
    )


def proponer(novedad_id, *, valor, usuario):
    """First person: propose that `valor` (Decimal, the pago's currency) was received, or None for *no hubo dinero*.

    Raises PagoNoPermitidoError when the Novedad is closed, has no pago or the amount is not positive.
    """
    with transaction.atomic():
        novedad = _bloquear(novedad_id)
        if novedad.pago_id is None:
            raise PagoNoPermitidoError(_("Esta novedad no es de un pago."))
        if valor is not None and valor <= 0:
            raise PagoNoPermitidoError(_("El valor recibido debe ser mayor que cero."))
        novedad.propuesta_valor = valor
        novedad.propuesta_por = usuario
        novedad.propuesta_en = timezone.now()
        novedad.save(update_fields=["propuesta_valor", "propuesta_por", "propuesta_en"])
    return novedad


def resolver(novedad_id, *, usuario, resolucion):
    """Close a Novedad that moves no money, saying what was done.

    Raises PagoNoPermitidoError when it is closed, when its pago still waits for two people to say what became of the
    money (diseno.md 3), or when `usuario` is who proposed its closing.
    """
    with transaction.atomic():
        novedad = _bloquear(novedad_id)
        if espera_dos_personas(novedad):
            raise PagoNoPermitidoError(_("Puede haber dinero: una persona propone qué pasó con él y otra confirma."))
        if novedad.propuesta_por_id == usuario.pk:
            raise PagoNoPermitidoError(_("Quien propone no puede cerrarla: debe hacerlo otra persona de Tesorería."))
        cerrar(novedad, usuario=usuario, resolucion=resolucion)
    return novedad


def espera_dos_personas(novedad):
    """True while only two people may close it: money that may be there and an open pago (diseno.md 3)."""
    return novedad.tipo in EN_REVISION and novedad.pago is not None and novedad.pago.abierto


def cerrar(novedad, *, usuario, resolucion):
    """Write the closing of a locked, open Novedad; the caller holds the transaction."""
    novedad.resuelta_por = usuario
    novedad.resuelta_en = timezone.now()
    novedad.resolucion = resolucion[:500]
    novedad.save(update_fields=["resuelta_por", "resuelta_en", "resolucion"])


def _bloquear(novedad_id):
    novedad = Novedad.objects.select_for_update(of=("self",), no_key=True).get(pk=novedad_id)
    exigir_abierta(novedad)
    return novedad


def exigir_propuesta(novedad, *, confirmo):
    """Raise PagoNoPermitidoError unless the Novedad is open and somebody else than `confirmo` proposed its closing."""
    exigir_abierta(novedad)
    if novedad.propuesta_por_id is None:
        raise PagoNoPermitidoError(_("Primero otra persona debe proponer el cierre."))
    if novedad.propuesta_por_id == confirmo.pk:
        raise PagoNoPermitidoError(_("Quien propone no puede confirmar: debe hacerlo otra persona de Tesorería."))


def exigir_abierta(novedad):
    """Raise PagoNoPermitidoError when the Novedad is closed."""
    if not novedad.abierta:
        raise PagoNoPermitidoError(_("Esta novedad ya está cerrada."))
