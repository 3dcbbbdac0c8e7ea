"""*Mis pagos* (EPAY): the list, one pago with its history, its receipt."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from pagos import consulta, consultas, consultas_favores, presentacion
from pagos.estados import Origen
from pagos.forms import FiltroMisPagosForm
from pagos.linea_tiempo import linea_tiempo

POR_PAGINA = 20


@require_safe
def mis_pagos(request):
    """Every pago of the user's terceros, by state and month."""
    meses = [timezone.localtime(mes) for mes in consultas.meses_con_pagos(request.user)]
    filtro = FiltroMisPagosForm(
        request.GET, meses=[(f"{mes:%Y-%m}", date_format(mes, "YEAR_MONTH_FORMAT")) for mes in meses]
    )
    pagos = consultas.con_documentos(consultas.pagos_de(request.user))
    if filtro.is_valid():
        pagos = consultas.filtrar(pagos, estado=filtro.cleaned_data["estado"], mes=filtro.cleaned_data["mes"])
    pagina = Paginator(pagos, POR_PAGINA).get_page(request.GET.get("pagina"))
    return render(request, "pagos/mis_pagos.html", {"pagina": pagina, "filtro": filtro, "hay": bool(meses)})


@require_safe
def detalle(request, referencia):
    """One pago. Opening an open one asks the gateway first, so the page never tells yesterday's news."""
    propios = consultas.pagos_de(request.user)
    pago = get_object_or_404(propios, referencia=referencia)
    if pago.abierto:
        consulta.verificar(pago, origen=Origen.CLIENTE, quien=request.user)
        pago = propios.get(pk=pago.pk)
    final = presentacion.final_de(pago)
    contexto = {
        "pago": pago,
        "final": final,
        "plantilla_final": f"pagos/finales/{final}.html",
        "detalles": consultas.detalles_de(pago),
        "hitos": linea_tiempo(pago, consultas.eventos_de(pago)),
        "favores": consultas_favores.favores_de(pago),
    }
    return render(request, "pagos/detalle.html", contexto)
