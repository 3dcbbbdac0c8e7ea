"""The ERP's own door: what it must book, and its word that it has. A key of its Empresa instead of a session."""

import json

import simplejson
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cartera.filtros import leer_id
from cartera.llaves import Permiso
from cartera.views.llaves import con_llave
from pagos import contabilizacion, exportacion, lineas_erp

# Lines of one answer, and things acknowledged by one request: what bounds the work that a key can ask for.
POR_DEFECTO, MAXIMO = 500, 1000
# Lots of lines that one request may have to number: the first day of a company with years of payments.
LOTES = 2
_SOLO = {
    "": lambda consulta: consulta,
    "sin_entregar": lineas_erp.sin_entregar,
    "sin_contabilizar": lineas_erp.sin_contabilizar,
}


@require_safe
@con_llave(Permiso.LEER)
def lineas(request):
    """The lines of the key's Empresa after `?despues=`, at most `?limite=`; `?solo=` sin_entregar or sin_contabilizar.

    Asking for what comes after a line says that it arrived: it and those before count as delivered, and may be asked
    for again. `siguiente` is the `despues` of the next request, also when nothing is left.
    """
    despues = leer_id(request.GET.get("despues") or "0")
    limite = leer_id(request.GET.get("limite") or str(POR_DEFECTO))
    solo = _SOLO.get(request.GET.get("solo", ""))
    if despues is None or limite is None or not 1 <= limite <= MAXIMO or solo is None:
        return _error(
            _("despues es un número de línea, limite va de 1 a %d, solo es sin_entregar o sin_contabilizar.") % MAXIMO
        )
    empresa_id = request.llave.empresa_id
    if despues:
        lineas_erp.marcar_entregadas(empresa_id, hasta=despues)
    faltan = lineas_erp.numerar(empresa_id, lotes=LOTES)
    filas = list(exportacion.de_lineas(solo(lineas_erp.lineas(empresa_id, despues=despues))[: limite + 1]))
    hay_mas, filas = faltan or len(filas) > limite, filas[:limite]
    siguiente = filas[-1]["linea"] if filas else despues
    return _json(
        {"lineas": [exportacion.para_json(fila) for fila in filas], "siguiente": siguiente, "hay_mas": hay_mas}
    )


@require_POST
@con_llave(Permiso.ESCRIBIR)
def acuses(request):
    """The ERP has booked `{"lineas": [numbers], "referencias": [texts]}`, each its own transaction.

    Answers how many were news, how many were known, and of each that was refused why. Asking again changes nothing.
    """
    try:
        pedidas, referencias = _leer_acuse(request.body)
    except (ValueError, RequestDataTooBig):
        return _error(
            _('Envíe {"lineas": [números], "referencias": [textos]}: en total, de 1 a %d.') % MAXIMO,
        )
    empresa_id = request.llave.empresa_id
    cuenta = {"contabilizadas": 0, "sin_cambios": 0, "errores": []}
    for clave, cuales, acusar in (
        ("linea", pedidas, contabilizacion.acusar_linea),
        ("referencia", referencias, contabilizacion.acusar_referencia),
    ):
        for cual in cuales:
            try:
                nuevas = acusar(cual, empresa_id=empresa_id)
            except contabilizacion.AcuseRechazadoError as error:
                cuenta["errores"].append({clave: cual, "error": str(error)})
            else:
                cuenta["contabilizadas"] += nuevas
                cuenta["sin_cambios"] += not nuevas
    return _json(cuenta)


def _leer_acuse(cuerpo):
    """(line numbers, referencias) of the body; ValueError for anything else."""
    datos = json.loads(cuerpo, parse_float=_sobra, parse_constant=_sobra)
    if not isinstance(datos, dict) or set(datos) - {"lineas", "referencias"}:
        raise ValueError
    numeros, textos = datos.get("lineas", []), datos.get("referencias", [])
    if not isinstance(numeros, list) or not isinstance(textos, list) or not 1 <= len(numeros) + len(textos) <= MAXIMO:
        raise ValueError
    if not all(type(uno) is int and 0 < uno < 10**18 for uno in numeros):
        raise ValueError
    if not all(isinstance(uno, str) and uno.isascii() and uno.isalnum() and len(uno) <= 30 for uno in textos):
        raise ValueError
    return numeros, [uno.upper() for uno in textos]


def _sobra(texto):
    raise ValueError(texto)


def _json(datos, status=200):
    return HttpResponse(simplejson.dumps(datos, use_decimal=True), content_type="application/json", status=status)


def _error(motivo):
    return _json({"error": motivo}, status=400)
