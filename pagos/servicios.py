"""Starting a payment and what its owner may do with it. Short write, call, short write: no call in a transaction."""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cartera.servicios import bloquear_saldos
from pagos import acuerdos, agenda, consulta, cortacircuitos, historia, transiciones
from pagos.comprobacion import exigir_sin_cambios, exigir_sin_pagos_abiertos
from pagos.errores import (
    PagoNoPermitidoError,
    PasarelaLentaError,
    SaldoEnPagoError,
    SeleccionCambioError,
    SinAcuerdoError,
)
from pagos.estados import Estado, Origen, TipoNovedad
from pagos.iva import ivas_de
from pagos.models import DetallePago, Pago
from pagos.pasarelas.base import (
    InicioRechazadoError,
    PasarelaNoRespondeError,
    Redireccion,
    RespuestaInesperadaError,
)
from pagos.pasarelas.registro import PASARELAS
from pagos.pedido import pedido_de
from pagos.propuesta import MAXIMO_DOCUMENTOS
from pagos.referencias import nueva_referencia, nuevo_codigo


@dataclass(frozen=True, kw_only=True)
class Aceptacion:
    """That the payer ticked terms and data policy: when, from where, in which version."""

    version: str
    cuando: datetime
    ip: str | None


def iniciar_pago(*, foto, forma, usuario, aceptacion, idioma):
    """Start the payment that a page proposed (`foto`) through one button (`forma`); returns the Pago.

    The same page sent again gives the same pago. Raises PagoNoPermitidoError and its kinds, with nothing created. When
    the gateway does not answer the pago stays CREADA and the sonda finds out.
    """
    previo = Pago.objects.filter(clave_envio=foto.clave_envio, usuario=usuario).first()
    if previo is not None:
        return previo
    _exigir_acuerdo(forma, foto)
    with _cupo(forma.acuerdo):
        try:
            pago = _registrar(foto=foto, forma=forma, usuario=usuario, aceptacion=aceptacion, idioma=idioma)
        except (IntegrityError, SaldoEnPagoError):
            # A double click: its twin was faster between our reading and our locks, and its pago is the answer.
            previo = Pago.objects.filter(clave_envio=foto.clave_envio, usuario=usuario).first()
            if previo is None:
                raise
            return previo
        return _pedir(pago)


def continuar(pago):
    """*Continuar* on a pago whose start went unanswered; returns the pago as it stands.

    One gateway call per request: if the gateway said a moment ago that it holds nothing, ask for the transaction again
    under the same referencia; else ask what it holds, and the payer may press again.
    """
    fresca = pago.ultima_consulta and timezone.now() - pago.ultima_consulta < agenda.INICIO_EN_VUELO
    en_vuelo = timezone.now() - pago.creada_en < agenda.INICIO_EN_VUELO
    if pago.estado == Estado.CREADA and fresca and not (pago.conocida or pago.error_consulta or en_vuelo):
        with _cupo(pago.acuerdo):
            return _pedir(pago, repetida=True)
    return consulta.verificar(pago, origen=Origen.CLIENTE, minimo=consulta.SIN_ESPERA)


def cambiar_medio(pago, *, usuario):
    """*Cambiar medio o documentos*: ask the gateway and, if nobody has opened the pago, close it as ABANDONADA.

    Returns the pago as it stands; raises PagoNoPermitidoError when it cannot be known now or it was opened.
    """
    antes = pago.ultima_consulta
    # The page with this button has just asked; only an answer after the button was pressed may close the pago.
    pago = consulta.verificar(pago, origen=Origen.CLIENTE, quien=usuario, minimo=consulta.SIN_ESPERA)
    if not pago.abierto:
        return pago
    if pago.ultima_consulta == antes or pago.error_consulta:
        raise PagoNoPermitidoError(_("La pasarela no responde en este momento. Intente de nuevo en unos segundos."))
    return transiciones.abandonar(pago.pk, quien=usuario).pago


@contextmanager
def _cupo(acuerdo):
    """A place among the threads that may wait for a gateway, while its breaker lets calls through.

    A form calls nobody: the payer's browser takes it there.
    """
    if PASARELAS[acuerdo.pasarela].publica_formulario:
        yield
        return
    no_atiende = PasarelaLentaError(
        _("La pasarela no atiende en este momento. Intente más tarde o elija otra forma de pago.")
    )
    if not consulta.CUPO_WEB.acquire(blocking=False):
        raise no_atiende
    try:
        if not cortacircuitos.permite(acuerdo.pk):
            raise no_atiende
        yield
    finally:
        consulta.CUPO_WEB.release()


def _exigir_acuerdo(forma, foto):
    formas = acuerdos.formas_vigentes(foto.empresa_id, moneda=foto.moneda, total=foto.total)
    if forma.pk not in {vigente.pk for vigente in formas}:
        raise SinAcuerdoError(_("Esa forma de pago ya no está disponible para este valor."))
    try:
        consulta.pasarela_de(forma.acuerdo)
    except consulta.ERRORES_DE_ACUERDO as error:
        raise SinAcuerdoError(_("Esa forma de pago no está disponible en este momento.")) from error
    if forma.acuerdo.empresa.version_terminos != foto.version_terminos:
        raise SeleccionCambioError(_("Los términos y condiciones cambiaron: revíselos antes de pagar."))
    if not foto.lineas or len(foto.lineas) > MAXIMO_DOCUMENTOS:
        raise PagoNoPermitidoError(_("Un pago lleva de 1 a %d documentos.") % MAXIMO_DOCUMENTOS)


def _registrar(*, foto, forma, usuario, aceptacion, idioma):
    """First short write: under the saldos' locks, compare with what the page showed, then insert everything."""
    with transaction.atomic(durable=True):
        saldos = bloquear_saldos(foto.lineas)
        exigir_sin_pagos_abiertos(saldos)
        exigir_sin_cambios(foto, saldos, usuario)
        ahora = timezone.now()
        detalles = _detalles(foto, saldos)
        pago = Pago.objects.create(
            referencia=nueva_referencia(),
            codigo_retorno=nuevo_codigo(),
            clave_envio=foto.clave_envio,
            empresa_id=foto.empresa_id,
            tercero_id=foto.tercero_id,
            usuario=usuario,
            acuerdo_id=forma.acuerdo_id,
            forma_pago=forma,
            moneda=foto.moneda,
            total=foto.total,
            iva=sum(detalle.iva for detalle in detalles),
            idioma=idioma,
            creada_en=ahora,
            proxima_consulta=agenda.primera(ahora),
            acepto_version=aceptacion.version,
            acepto_en=aceptacion.cuando,
            acepto_ip=aceptacion.ip,
        )
        for detalle in detalles:
            detalle.pago = pago
        DetallePago.objects.bulk_create(detalles)
        historia.evento(pago, de="", origen=Origen.CHECKOUT, quien=usuario, ahora=ahora)
    return pago


def _detalles(foto, saldos):
    """The unsaved DetallePago of each locked saldo, with what the page showed: already compared."""
    vistas = [foto.lineas[saldo.pk] for saldo in saldos]
    ivas = ivas_de((saldo, vista.paga) for saldo, vista in zip(saldos, vistas, strict=True))
    return [
        DetallePago(saldo=saldo, valor=vista.paga, iva=iva, debia=vista.debe, razon=vista.razon, nota=vista.nota)
        for saldo, vista, iva in zip(saldos, vistas, ivas, strict=True)
    ]


def _pedir(pago, *, repetida=False):
    """The call, then the second short write; returns the pago as it stands.

    `repetida`: an earlier call went unanswered, so the transaction may exist whatever this one says.
    """
    try:
        orden = consulta.pasarela_de(pago.acuerdo).iniciar(pedido_de(pago))
    except PasarelaNoRespondeError as error:
        cortacircuitos.anotar_fallo(pago.acuerdo_id, esperar=error.reintentar_en)
        if error.clase == "limite":  # turned away at the door: nothing was created, and nobody should wait for it
            transiciones.rechazar_inicio(pago.pk, codigo="LIMITE", texto=str(error), vigilar=True)
    except InicioRechazadoError as error:
        transiciones.rechazar_inicio(
            pago.pk,
            codigo=error.codigo,
            texto=str(error),
            vigilar=error.pudo_existir or repetida,
            novedad=TipoNovedad.INICIO_RECHAZADO,
        )
    except RespuestaInesperadaError as error:
        ajena = error.codigo == "URL_AJENA"
        tipo = TipoNovedad.URL_AJENA if ajena else TipoNovedad.INICIO_RECHAZADO
        transiciones.rechazar_inicio(pago.pk, codigo=error.codigo, texto=str(error), vigilar=True, novedad=tipo)
    else:
        if isinstance(orden, Redireccion):  # a form calls nobody, so it says nothing of the gateway
            cortacircuitos.anotar_exito(pago.acuerdo_id)
        return transiciones.a_pendiente(pago.pk, orden).pago
    return Pago.objects.get(pk=pago.pk)
