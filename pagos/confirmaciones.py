"""What a gateway or a payer tells us unasked: a reason to ask, never evidence (pasarelas.md 1.4, 2.2 and 2.3).

The report's signature says that it is worth asking; the answer to our own question decides. So duplicates, reports out
of order and reports of another attempt need no rule of their own.
"""

from datetime import timedelta
from ipaddress import ip_address, ip_network

import structlog
from django.conf import settings

from pagos import consulta, transiciones
from pagos.estados import Origen
from pagos.models import Pago
from pagos.pasarelas.base import (
    EstadoIntento,
    FirmaInvalidaError,
    Intento,
    Lectura,
    RespuestaInesperadaError,
    Retorno,
)

# Reports of one pago this close together are one reason to ask; what is suppressed is asked at the next ring.
MINIMO_ENTRE_AVISOS = timedelta(seconds=2)
_registro = structlog.get_logger(__name__)


class ConfirmacionRechazadaError(Exception):
    """Not from the gateway, as far as can be told: nothing of it is believed."""


class AcuerdoInservibleError(Exception):
    """Our own agreement cannot check the report: the gateway should send it again."""


def recibir(acuerdo, datos, *, ip):
    """Check a server-to-server report (`datos`: mapping of text) and ask the gateway about the pago that it names.

    Returns the Pago as it stands, or None when the report names no pago of this agreement. Raises
    ConfirmacionRechazadaError when the sender or the signature is not the gateway's, AcuerdoInservibleError when that
    cannot be told.
    """
    if not _remitente_permitido(ip):
        _registro.warning("confirmacion_de_otro_remitente", acuerdo=str(acuerdo.pk), ip=ip)
        raise ConfirmacionRechazadaError("remitente")
    try:
        aviso = consulta.pasarela_de(acuerdo).leer_confirmacion(datos)
    except (FirmaInvalidaError, RespuestaInesperadaError) as error:
        _registro.warning("confirmacion_rechazada", acuerdo=str(acuerdo.pk), ip=ip, detalle=str(error))
        raise ConfirmacionRechazadaError("firma") from error
    except consulta.ERRORES_DE_ACUERDO as error:
        _registro.error("acuerdo_inservible", acuerdo=str(acuerdo.pk), detalle=str(error))
        raise AcuerdoInservibleError from error
    pago_id = Pago.objects.filter(referencia=aviso.referencia, acuerdo=acuerdo).values_list("pk", flat=True).first()
    _registro.info("confirmacion", referencia=aviso.referencia, ip=ip, conocida=pago_id is not None)
    if pago_id is None:
        return None
    # First written down, then asked: what is answered 200 is never sent again.
    pago = transiciones.anotar_aviso(pago_id, aviso)
    return consulta.verificar(pago, origen=Origen.CONFIRMACION, minimo=MINIMO_ENTRE_AVISOS)


def leer_retorno(pago, parametros, *, ip):
    """What the payer's browser brought back for a pago (`parametros`: mapping of text): a Retorno, for display only.

    A response that should be signed and is not tells nothing; neither does one that an unusable agreement cannot check.
    """
    try:
        retorno = consulta.pasarela_de(pago.acuerdo).leer_retorno(parametros)
    except consulta.ERRORES_DE_ACUERDO as error:
        _registro.error("acuerdo_inservible", acuerdo=str(pago.acuerdo_id), detalle=str(error))
        return Retorno()
    if retorno.alterado:
        _registro.warning("retorno_alterado", referencia=pago.referencia, ip=ip)
    if _dice_que_se_pago(retorno, pago):
        intento = Intento(id="", estado=retorno.estado, codigo="", valor=retorno.valor, moneda=retorno.moneda)
        transiciones.anotar_aviso(pago.pk, Lectura(referencia=pago.referencia, intentos=(intento,), solo_aviso=True))
    return retorno


def _dice_que_se_pago(retorno, pago):
    """True for a signed response about this very pago and amount, after which nobody may be invited to pay again."""
    suyo = (retorno.comercio, retorno.referencia, retorno.valor, retorno.moneda)
    nuestro = (pago.acuerdo.comercio, pago.referencia, pago.total, pago.moneda)
    return pago.sin_abrir and suyo == nuestro and retorno.estado in (EstadoIntento.APROBADO, EstadoIntento.PENDIENTE)


def _remitente_permitido(ip):
    """True unless an allow-list is configured and the sender is not on it."""
    permitidos = settings.CONFIRMACION_REMITENTES
    if not permitidos or not ip:
        return not permitidos
    direccion = ip_address(ip)
    # A server that listens on IPv6 sees IPv4 senders as ::ffff:a.b.c.d.
    direccion = getattr(direccion, "ipv4_mapped", None) or direccion
    return any(direccion in ip_network(red) for red in permitidos)
