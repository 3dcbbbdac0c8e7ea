"""The payer comes back from the gateway, perhaps in another browser and without a session (pasarelas.md 1.4).

Nothing in the address is believed: the gateway is asked, and only what it says is shown.
"""

import re
from datetime import timedelta

import structlog
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pagos import confirmaciones, consulta, consultas
from pagos.estados import Origen
from pagos.pasarelas.registro import referencia_de_retorno
from pagos.presentacion import aviso_de_retorno, final_de
from pagos.views.respuestas import ver_otra
from usuarios.acceso import direccion_de

# How long the code of the return address shows a pago to whoever holds it.
VIGENCIA = timedelta(hours=48)
_REFERENCIA = re.compile("[A-Z0-9]{1,30}")
_registro = structlog.get_logger(__name__)


@login_not_required
@never_cache
@require_safe
def retorno(request, codigo_retorno):
    """The state of one pago, by its secret code: for 48 h, and no name, id or document."""
    pago = _verificar(request, get_object_or_404(consultas.para_mostrar(), codigo_retorno=codigo_retorno))
    if _es_suyo(request, pago):
        return ver_otra("pagos:detalle", pago.referencia)
    if timezone.now() - pago.creada_en > VIGENCIA:
        return render(request, "pagos/retorno_neutral.html")
    contexto = {"pago": pago, "plantilla_final": f"pagos/finales/{final_de(pago)}.html"}
    return render(request, "pagos/retorno.html", contexto)


@login_not_required
@never_cache
@require_safe
def retorno_sin_codigo(request):
    """A return without our code, which names a reference or nothing: verify, then a page that tells nothing."""
    referencia = referencia_de_retorno(request.GET)
    if not referencia:
        _anotar(request, referencia="")
        return render(request, "pagos/retorno_neutral.html")
    if not _REFERENCIA.fullmatch(referencia):
        raise Http404
    pago = _verificar(request, get_object_or_404(consultas.para_mostrar(), referencia=referencia))
    if _es_suyo(request, pago):
        return ver_otra("pagos:detalle", pago.referencia)
    return render(request, "pagos/retorno_neutral.html")


def _verificar(request, pago):
    """Ask the gateway on behalf of whoever returns; 404 when the address names another pago, 403 another merchant."""
    _anotar(request, referencia=pago.referencia)
    dicho = confirmaciones.leer_retorno(pago, request.GET, ip=direccion_de(request))
    if dicho.referencia not in (None, pago.referencia):
        raise Http404
    if dicho.comercio not in (None, pago.acuerdo.comercio):
        raise PermissionDenied
    consulta.verificar(pago, origen=Origen.RETORNO)
    pago = consultas.para_mostrar().get(pk=pago.pk)
    if aviso := aviso_de_retorno(pago, dicho):
        messages.info(request, aviso)
    return pago


def _anotar(request, *, referencia):
    _registro.info("retorno", referencia=referencia, ip=direccion_de(request))


def _es_suyo(request, pago):
    """True when whoever returns is logged in and may see the whole pago."""
    return request.user.is_authenticated and consultas.pagos_de(request.user).filter(pk=pago.pk).exists()
