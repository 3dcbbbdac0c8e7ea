"""The history of a pago told to its owner: one sentence per event, no codes (the codes are for Tesorería)."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from pagos.estados import Estado, Motivo, Origen
from pagos.juicio import Veredicto


@dataclass(frozen=True, kw_only=True)
class Hito:
    """One step: `tipo` chooses the icon; `cuando` is None for what has not happened yet."""

    tipo: str
    texto: str
    cuando: datetime | None = None


def linea_tiempo(pago, eventos):
    """The Hitos of a pago from its events (oldest first), with what is still to come while it is open."""
    hitos = [Hito(tipo=tipo, texto=texto, cuando=e.cuando) for e in eventos for tipo, texto in _frases(e)]
    if pago.abierto:
        hitos.append(Hito(tipo="futuro", texto=_("Respuesta definitiva del banco o de la pasarela")))
    return hitos


def _frases(evento):
    """(kind, sentence) of an event; nothing for one that says nothing to its owner."""
    if not evento.de:
        yield "creada", _("Se creó el pago")
    elif evento.a == Estado.APROBADA and evento.de != Estado.APROBADA:
        yield "aprobada", _("Pago aprobado. %s") % _como_se_supo(evento)
    elif evento.a == Estado.RECHAZADA and evento.de != Estado.RECHAZADA:
        yield "rechazada", _rechazo(evento)
    elif evento.de == Estado.CREADA and evento.a == Estado.PENDIENTE:
        yield "pendiente", _("La pasarela recibió la solicitud")
    elif evento.a == Estado.PENDIENTE:
        yield from _mientras(evento)
    elif evento.a == Estado.RECHAZADA:
        yield "pendiente", _("Se intentó de nuevo en la página de la pasarela")


def _mientras(evento):
    match evento.evidencia.get("veredicto"):
        case Veredicto.PENDIENTE.value:
            yield "pendiente", _("El banco está procesando el pago")
        case Veredicto.EN_REVISION.value:
            yield "revision", _("La pasarela está revisando la tarjeta")
        case Veredicto.POR_REVISAR.value:
            yield "revision", _("Tesorería debe revisar lo que informó la pasarela")


def _como_se_supo(evento):
    return {
        Origen.RETORNO: _("Lo confirmó la pasarela cuando usted volvió al portal."),
        Origen.CONFIRMACION: _("Nos avisó la pasarela."),
        Origen.SONDA: _("Lo confirmó la pasarela en la consulta periódica."),
        Origen.CLIENTE: _("Lo confirmó la pasarela cuando usted consultó."),
    }.get(evento.origen, "")


def _rechazo(evento):
    if evento.motivo == Motivo.ABANDONADA:
        if evento.origen == Origen.CLIENTE:
            return _("Se dejó este pago para cambiar de medio o de documentos")
        return _("El pago se cerró porque nadie lo terminó en la pasarela")
    return {
        Motivo.PASARELA: _("El pago fue rechazado"),
        Motivo.ERROR_INICIO: _("No se pudo abrir la página de la pasarela"),
        Motivo.REVISION: _("Tesorería cerró el pago"),
    }.get(evento.motivo, _("El pago fue rechazado"))
