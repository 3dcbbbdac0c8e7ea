"""What a gateway or a payer tells us unasked: a reason to ask, never evidence (pasarelas.md 1.4, 2.2 and 2.3).

The report's signature says that it is worth asking; the answer to our own question decides. So duplicates, reports out
of order and reports of another attempt need no rule of their own.
"""

from ipaddress import ip_address, ip_network

import structlog
from django.conf import settings

from pagos import consulta
from pagos.errores import CifradoInvalidoError
from pagos.estados import Origen
from pagos.models import Pago
from pagos.pasarelas.base import FirmaInvalidaError, RespuestaInesperadaError, Retorno

_registro = structlog.get_logger(__name__)


class ConfirmacionRechazadaError(Exception):
    """Not from the gateway, as far as can be told: nothing of it is believed."""


def recibir(acuerdo, datos, *, ip):
    """Check a server-to-server report (`datos`: mapping of text) and ask the gateway about the pago that it names.

    Returns the Pago as it stands, or None when the report names no pago of this agreement. Raises
    ConfirmacionRechazadaError when the sender or the signature is not the gateway's.
    """
    if not _remitente_permitido(ip):
        _registro.warning("confirmacion_de_otro_remitente", acuerdo=str(acuerdo.pk), ip=ip)
        raise ConfirmacionRechazadaError("remitente")
    try:
        aviso = consulta.pasarela_de(acuerdo).leer_confirmacion(datos)
    except (FirmaInvalidaError, RespuestaInesperadaError) as error:
        _registro.warning("confirmacion_rechazada", acuerdo=str(acuerdo.pk), ip=ip, detalle=str(error))
        raise ConfirmacionRechazadaError("firma") from error
    except CifradoInvalidoError as error:
        _registro.error("acuerdo_inservible", acuerdo=str(acuerdo.pk), detalle=str(error))
        raise ConfirmacionRechazadaError("acuerdo") from error
    pago = Pago.objects.filter(referencia=aviso.referencia, acuerdo=acuerdo).select_related("acuerdo").first()
    _registro.info("confirmacion", referencia=aviso.referencia, ip=ip, conocida=pago is not None)
    return pago and consulta.verificar(pago, origen=Origen.CONFIRMACION, minimo=consulta.SIN_ESPERA)


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
    return retorno


def _remitente_permitido(ip):
    """True unless an allow-list is configured and the sender is not on it."""
    permitidos = settings.CONFIRMACION_REMITENTES
    return not permitidos or (bool(ip) and any(ip_address(ip) in ip_network(red) for red in permitidos))
