"""From the portal to the gateway and what the owner may do with a pago on the way."""

from urllib.parse import urlsplit

from csp.decorators import csp_update
from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cartera import seleccion
from pagos import consulta, consultas, servicios
from pagos.errores import PagoNoPermitidoError
from pagos.estados import Estado, Origen
from pagos.propuesta import eleccion_de
from pagos.views.respuestas import decir_consulta, puede_seguir, seguir, ver_otra
from usuarios.caducidad import sobre_un_pago
from usuarios.consultas import alcance


@require_safe
def ir(request, referencia):
    """Our own page on the way out: `form-action` would block a POST redirected to another origin (diseno.md 7)."""
    pago = get_object_or_404(consultas.pagos_de(request.user), referencia=referencia)
    if not puede_seguir(pago):
        return ver_otra("pagos:detalle", referencia)
    consulta.salio_a_pagar(pago)
    if not pago.formulario:
        return render(request, "pagos/ir.html", {"pago": pago})
    destino = urlsplit(pago.url_pasarela)
    permitir = csp_update({"form-action": [f"{destino.scheme}://{destino.netloc}"]})
    return permitir(render)(request, "pagos/ir_formulario.html", {"pago": pago})


@sobre_un_pago
@require_POST
def consultar(request, referencia):
    """*Consultar ahora*: ask the gateway and say what it answered."""
    pago = get_object_or_404(consultas.pagos_de(request.user), referencia=referencia)
    despues = consulta.verificar(pago, origen=Origen.CLIENTE, quien=request.user)
    decir_consulta(request, pago, despues)
    return ver_otra("pagos:detalle", referencia)


@sobre_un_pago
@require_POST
def continuar(request, referencia):
    """*Continuar* with a pago whose start went unanswered."""
    pago = get_object_or_404(consultas.pagos_de(request.user), referencia=referencia)
    try:
        despues = servicios.continuar(pago)
    except PagoNoPermitidoError as error:
        messages.warning(request, str(error))
        return seguir(pago)
    if despues.estado == Estado.CREADA:
        decir_consulta(request, pago, despues)
    return seguir(despues)


@sobre_un_pago
@require_POST
def cambiar(request, referencia):
    """*Cambiar medio o documentos*: leave an unopened pago and choose again."""
    pago = get_object_or_404(consultas.pagos_de(request.user), referencia=referencia)
    try:
        pago = servicios.cambiar_medio(pago, usuario=request.user)
    except PagoNoPermitidoError as error:
        messages.warning(request, str(error))
        return ver_otra("pagos:detalle", referencia)
    return _otra_vez(request, pago)


@require_POST
def reintentar(request, referencia):
    """*Intentar de nuevo con los mismos documentos* of a rejected pago: a new attempt has a new reference."""
    return _otra_vez(request, get_object_or_404(consultas.pagos_de(request.user), referencia=referencia))


def _otra_vez(request, pago):
    """Put the documents of a closed pago back into the selection, as they were paid, and go to *Forma de pago*."""
    if pago.estado != Estado.RECHAZADA:
        return ver_otra("pagos:detalle", pago.referencia)
    visibles = alcance(request.user)
    elecciones = {
        detalle.saldo_id: eleccion_de(detalle)
        for detalle in consultas.detalles_de(pago)
        if visibles.permite(tercero_id=detalle.saldo.tercero_id, organizacion_id=detalle.saldo.organizacion_id)
    }
    fuera = seleccion.retomar(request.user, elecciones)
    if fuera:
        nombres = ", ".join(saldo.etiqueta for saldo in fuera)
        messages.warning(request, _("Ya no se pueden pagar con este pago: %s.") % nombres)
    return ver_otra("pagos:forma_de_pago", pago.empresa_id, pago.tercero_id, pago.moneda)
