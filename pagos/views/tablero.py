"""EPAY for Tesorería: every pago, its history and evidence. Nobody approves by hand."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from cartera.alcance_personal import limitar
from pagos import consulta, consultas, consultas_sonda
from pagos.estados import Origen
from pagos.forms import FiltroTableroForm
from pagos.views.acceso import solo_tesoreria
from pagos.views.respuestas import decir_consulta, ver_otra

POR_PAGINA = 50


@solo_tesoreria()
@require_safe
def tablero(request):
    """The list, searched and filtered by the address."""
    filtro = FiltroTableroForm(request.GET, usuario=request.user)
    criterios = dict(filtro.cleaned_data) if filtro.is_valid() else {}
    estado = criterios.pop("estado", "")
    hallados = limitar(consultas.buscar(**criterios), request.user)
    pagos = consultas.para_mostrar(consultas.filtrar(hallados, estado=estado))
    contexto = {
        "filtro": filtro,
        "pagina": Paginator(pagos, POR_PAGINA).get_page(request.GET.get("pagina")),
        "cuenta": consultas.cuenta_por_estado(hallados),
        "pulso": consultas_sonda.pulso(),
        "abiertas": limitar(consultas.novedades(abiertas=True), request.user).count(),
    }
    return render(request, "pagos/tablero.html", contexto)


@solo_tesoreria()
@require_safe
def detalle(request, referencia):
    """One pago with its full history and its Novedades."""
    pago = get_object_or_404(consultas.para_mostrar(), referencia=referencia)
    contexto = {
        "pago": pago,
        "detalles": consultas.detalles_de(pago),
        "eventos": consultas.eventos_de(pago),
        "favores": consultas.favores_de(pago),
        "novedades": consultas.novedades_de(pago),
    }
    return render(request, "pagos/tablero_detalle.html", contexto)


@solo_tesoreria()
@require_POST
def consultar(request, referencia):
    """*Consultar ahora* by staff: the same question that everybody asks, of approved pagos too."""
    pago = get_object_or_404(consultas.para_mostrar(), referencia=referencia)
    despues = consulta.verificar(pago, origen=Origen.REVISION, quien=request.user, aunque_cerrado=True)
    decir_consulta(request, pago, despues)
    return ver_otra("pagos:tablero_detalle", referencia)
