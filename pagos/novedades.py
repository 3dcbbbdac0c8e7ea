"""What a person must look at: raised once per evidence, closed by two people when money is at stake (diseno.md 3)."""

import hashlib
import json

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cartera.alcance_personal import que_ven
from pagos.errores import PagoNoPermitidoError
from pagos.estados import EN_REVISION, Motivo, TipoNovedad
from pagos.models import ComentarioNovedad, Novedad, SaldoAFavor
from usuarios.models import Usuario
from usuarios.roles import TESORERIA


def registrar(tipo, *, evidencia, pago=None, saldo=None, ahora=None, insistir=False):
    """Raise a Novedad unless the same evidence was raised before; returns (novedad, created).

    Call it inside the transaction of the change that it tells of. Exactly one of `pago` and `saldo` is given.
    `insistir`: the condition lasts, so a closed one does not silence it for ever.
    """
    if insistir:
        cerradas = Novedad.objects.filter(tipo=tipo, pago=pago, saldo=saldo, resuelta_en__isnull=False).count()
        evidencia = {**evidencia, "vez": cerradas + 1}
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


def comentar(novedad_id, *, autor, texto):
    """Add what somebody has to say about a Novedad, open or closed; returns the ComentarioNovedad.

    Raises PagoNoPermitidoError when there is nothing in it.
    """
    if not texto.strip():
        raise PagoNoPermitidoError(_("Escriba el comentario."))
    return ComentarioNovedad.objects.create(
        novedad_id=novedad_id, autor=autor, texto=texto.strip(), escrito_en=timezone.now()
    )


def asignar(novedad_id, *, a, quien):
    """`quien` gives an open Novedad to `a` (Usuario of Tesorería), perhaps to himself; it stays in its history.

    Raises PagoNoPermitidoError when it is closed or `a` is not of Tesorería. Given again to the same: nothing changes.
    """
    with transaction.atomic():
        novedad = _bloquear(novedad_id)
        if not que_ven(personas_que_atienden(), novedad.empresa_id).filter(pk=a.pk).exists():
            raise PagoNoPermitidoError(_("Solo se asigna a personas de Tesorería que vean esa empresa."))
        if novedad.asignada_a_id != a.pk:
            novedad.asignada_a = a
            novedad.save(update_fields=["asignada_a"])
            ComentarioNovedad.objects.create(novedad=novedad, autor=quien, asignada_a=a, escrito_en=timezone.now())
    return novedad


def personas_que_atienden():
    """Queryset of the people to whom a Novedad may be given: active, of Tesorería, or superusers."""
    de_tesoreria = Q(groups__name=TESORERIA) | Q(is_superuser=True)
    return Usuario.objects.filter(de_tesoreria, is_active=True).distinct().order_by("email")


def proponer(novedad_id, *, valor, usuario):
    """First person: propose that `valor` (Decimal, the pago's currency) was received, or None for *no hubo dinero*.

    Raises PagoNoPermitidoError when the Novedad is closed, is not one that two people close, or the amount is not
    positive or was already credited.
    """
    with transaction.atomic():
        novedad = _bloquear(novedad_id)
        exigir_dos_personas(novedad, valor=valor)
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
    """True when only two people may close it: there may be money that is booked nowhere (diseno.md 3)."""
    pago = novedad.pago
    if pago is None:
        return False
    tras_la_revision = novedad.tipo == TipoNovedad.APROBADA_TARDE and pago.motivo == Motivo.REVISION
    return novedad.tipo in EN_REVISION or tras_la_revision


def admite_dos_personas(novedad):
    """True when two people may say what became of its money: also for any Novedad of a pago that holds its saldos."""
    pago = novedad.pago
    return pago is not None and (pago.abierto or pago.reabierta or espera_dos_personas(novedad))


def exigir_dos_personas(novedad, *, valor):
    """Raise PagoNoPermitidoError unless two people may close this Novedad crediting `valor` (Decimal or None)."""
    if not admite_dos_personas(novedad):
        raise PagoNoPermitidoError(_("En esta novedad no hay dinero por decidir."))
    if valor is not None and SaldoAFavor.objects.filter(pago=novedad.pago, novedad__isnull=False).exists():
        raise PagoNoPermitidoError(_("El dinero de este pago ya se acreditó en otra novedad."))


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


def exigir_propuesta(novedad, *, confirmo, propuesta_en):
    """Raise PagoNoPermitidoError unless the Novedad is open and another person than `confirmo` proposed its closing.

    It must still be the proposal that `confirmo` saw, made at `propuesta_en` (aware datetime).
    """
    exigir_abierta(novedad)
    if novedad.propuesta_por_id is None:
        raise PagoNoPermitidoError(_("Primero otra persona debe proponer el cierre."))
    if novedad.propuesta_por_id == confirmo.pk:
        raise PagoNoPermitidoError(_("Quien propone no puede confirmar: debe hacerlo otra persona de Tesorería."))
    if novedad.propuesta_en != propuesta_en:
        raise PagoNoPermitidoError(_("La propuesta cambió desde que abrió la página: revísela de nuevo."))
    exigir_dos_personas(novedad, valor=novedad.propuesta_valor)


def retirar_otras_propuestas(novedad):
    """What two people decided of a pago leaves no other proposal standing on it."""
    Novedad.objects.filter(pago_id=novedad.pago_id, resuelta_en__isnull=True).exclude(pk=novedad.pk).update(
        propuesta_valor=None, propuesta_por=None, propuesta_en=None
    )


def exigir_abierta(novedad):
    """Raise PagoNoPermitidoError when the Novedad is closed."""
    if not novedad.abierta:
        raise PagoNoPermitidoError(_("Esta novedad ya está cerrada."))
