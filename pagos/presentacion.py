"""What a pago is called and what people are told about it: labels, endings, reasons, the mandatory text.

Plain sentences: what happened to the money, what happens next, when we ask again (diseno.md 3, interfaz.md 3).
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, gettext_noop
from django.utils.translation import gettext as _

from pagos.estados import Estado, Motivo
from pagos.pasarelas.base import EstadoIntento, Metodo

# ACH's text, to the letter (pasarelas.md 1.5, point 10). Shown in Spanish whatever the language; its translation may
# stand beneath. The last words are said only when there is a CUS to ask by.
TEXTO_OBLIGATORIO = gettext_noop(
    "En este momento su Número de Referencia o Factura (%(referencia)s) presenta un proceso de pago cuya transacción "
    "se encuentra PENDIENTE de recibir confirmación por parte de su entidad financiera, por favor espere unos minutos "
    "y vuelva a consultar más tarde para verificar si su pago fue confirmado de forma exitosa. Si desea mayor "
    "información sobre el estado actual de su operación puede comunicarse a nuestras líneas de atención al cliente "
    "%(telefono)s o enviar un correo electrónico a %(correo)s"
)
TEXTO_OBLIGATORIO_CUS = gettext_noop(" y preguntar por el estado de la transacción: %(cus)s")


class Final(StrEnum):
    """The page that a pago shows; its template is `pagos/finales/<value>.html`."""

    APROBADA = "aprobada"
    RECHAZADA = "rechazada"
    ABANDONADA = "abandonada"
    EN_REVISION = "en_revision"
    PENDIENTE = "pendiente"
    SIN_ABRIR = "sin_abrir"  # the gateway waits for somebody to open its page
    CONFIRMANDO = "confirmando"  # we asked the gateway to begin and do not know its answer


@dataclass(frozen=True, kw_only=True)
class EstadoVisible:
    """A state as people see it: `tipo` chooses icon and colour, `texto` is its name."""

    tipo: str
    texto: str


def estado_visible(pago):
    """The EstadoVisible of a pago read through `consultas.para_mostrar` (it needs `con_novedad`)."""
    if pago.estado == Estado.APROBADA:
        return EstadoVisible(tipo="aprobada", texto=_("Aprobada"))
    if pago.estado == Estado.RECHAZADA:
        abandonada = pago.motivo == Motivo.ABANDONADA
        return EstadoVisible(tipo="rechazada", texto=_("Rechazada, abandonada") if abandonada else _("Rechazada"))
    if en_revision(pago):
        return EstadoVisible(tipo="revision", texto=_("Pendiente, en revisión"))
    return EstadoVisible(tipo="pendiente", texto=_("Pendiente"))


def en_revision(pago):
    """True for an open pago that a person looks at: a card held by the gateway (4001), or an open Novedad of ours."""
    return pago.abierto and (pago.revision_pasarela or pago.con_novedad)


def final_de(pago):
    """Which of the endings (Final) a pago shows now."""
    if pago.estado == Estado.APROBADA:
        return Final.APROBADA
    if pago.estado == Estado.RECHAZADA:
        return Final.ABANDONADA if pago.motivo == Motivo.ABANDONADA else Final.RECHAZADA
    if en_revision(pago):
        return Final.EN_REVISION
    if pago.estado == Estado.CREADA:
        return Final.CONFIRMANDO
    return Final.SIN_ABRIR if pago.sin_abrir else Final.PENDIENTE


def aviso_de_retorno(pago, retorno):
    """What a signed response says of a pago that the gateway has not confirmed to us yet; "" when it adds nothing.

    It changes no state: who just paid must be kept from paying again while the gateway is slow to tell us. Where a
    person must look, what the payer's browser brought is the thing in doubt.
    """
    if not pago.abierto or en_revision(pago) or (retorno.valor, retorno.moneda) != (pago.total, pago.moneda):
        return ""
    if retorno.estado == EstadoIntento.APROBADO:
        return _("La pasarela le informó que su pago fue aprobado. Falta que nos lo confirme: no pague otra vez.")
    if retorno.estado == EstadoIntento.RECHAZADO:
        return _("La pasarela le informó que este intento no se aprobó. Falta que nos lo confirme.")
    return ""


def texto_obligatorio(pago):
    """ACH's text for this pago, in Spanish."""
    plantilla = TEXTO_OBLIGATORIO + (TEXTO_OBLIGATORIO_CUS if _con_cus(pago) else "")
    return plantilla % _datos_del_texto(pago)


def texto_obligatorio_traducido(pago):
    """Its translation into the language of the page, '' when that is Spanish or nobody has translated it."""
    if (get_language() or "es").startswith("es") or _(TEXTO_OBLIGATORIO) == TEXTO_OBLIGATORIO:
        return ""
    plantilla = _(TEXTO_OBLIGATORIO) + (_(TEXTO_OBLIGATORIO_CUS) if _con_cus(pago) else "")
    return plantilla % _datos_del_texto(pago)


def _con_cus(pago):
    # 999 by PSE is told with its CUS; 4001 and the rest end after the e-mail address.
    return bool(pago.metodo == Metodo.PSE and pago.cus and not pago.revision_pasarela)


def _datos_del_texto(pago):
    return {
        "referencia": pago.referencia,
        "telefono": pago.empresa.telefono,
        "correo": pago.empresa.correo,
        "cus": pago.cus,
    }


def preguntaremos(pago):
    """Until when (aware datetime) the gateway will have been asked again at the latest; None when it is not known."""
    if pago.proxima_consulta is None:
        return None
    limite = pago.proxima_consulta + timedelta(minutes=float(settings.SONDA_MINUTOS))
    return limite if limite > timezone.now() else None


# By gateway, then by its code (ZonaPAGOS) or its reason (PayU): one's 1000 is not another's. Its own text is never
# shown to a payer. A gateway or a code that is not here gets the general sentence.
_RAZONES = {
    "zonapagos": {
        "1000": gettext_lazy("Su banco o la franquicia de su tarjeta no aprobó el pago."),
        "1001": gettext_lazy("La red PSE no pudo completar el débito en su banco."),
        "4000": gettext_lazy("La tarjeta se revisó y el pago no fue aceptado."),
        "4003": gettext_lazy("La revisión de la tarjeta no se pudo completar."),
    },
    "payu": {
        "INSUFFICIENT_FUNDS": gettext_lazy("La cuenta o la tarjeta no tenía fondos suficientes."),
        "EXPIRED_CARD": gettext_lazy("La tarjeta está vencida."),
        "INVALID_CARD": gettext_lazy("La tarjeta no es válida."),
        "RESTRICTED_CARD": gettext_lazy("Su banco no permite usar esa tarjeta para este pago."),
        "CONTACT_THE_ENTITY": gettext_lazy("Su banco pide que se comunique con él antes de aprobar el pago."),
        "EXPIRED_TRANSACTION": gettext_lazy("Se acabó el tiempo para hacer el pago."),
    },
}


def razon_de_rechazo(pago):
    """Why it was rejected, in plain words."""
    if pago.motivo == Motivo.ABANDONADA:
        return _("Nadie terminó el pago en la página de la pasarela.")
    if pago.motivo == Motivo.ERROR_INICIO:
        return _("No se pudo abrir la página de la pasarela.")
    if pago.motivo == Motivo.REVISION:
        return _("Tesorería revisó el pago con la pasarela y lo cerró.")
    razones = _RAZONES.get(pago.acuerdo.pasarela, {})
    razon = razones.get(pago.codigo_pasarela) or razones.get(pago.texto_pasarela)
    return str(razon or _("Su entidad financiera no aprobó el pago."))


def medio_de_pago(pago):
    """How it was paid, as far as the gateway has told: `PSE, Banco Unión`, `Tarjeta VISA terminada en 1234`, or ''."""
    if pago.metodo == Metodo.PSE:
        return ", ".join(parte for parte in ("PSE", pago.banco) if parte)
    if pago.metodo == Metodo.TARJETA:
        partes = [_("Tarjeta"), pago.franquicia]
        if pago.ultimos4:
            partes.append(_("terminada en %s") % pago.ultimos4)
        return " ".join(parte for parte in partes if parte)
    if pago.metodo == Metodo.PRESENCIAL:
        return _("En efectivo o en una oficina")
    return pago.banco


def documentos_de(pago):
    """`FV 10234 y 2 más`, from a pago read through `consultas.con_documentos`."""
    etiquetas = [detalle.saldo.etiqueta for detalle in pago.detalles.all()]
    if len(etiquetas) <= 1:
        return "".join(etiquetas)
    return _("%(primero)s y %(otros)d más") % {"primero": etiquetas[0], "otros": len(etiquetas) - 1}


def quien_pago(pago):
    """The person who paid, by name."""
    return pago.usuario.get_full_name()
