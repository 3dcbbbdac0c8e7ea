"""The statement of account (ECSEC): the page, and the same on paper and in a spreadsheet."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from cartera import estado_cuenta_pdf, estado_cuenta_xlsx
from cartera.estado_cuenta import EN_PAGINA, MAXIMO_RENGLONES, EstadoDeCuenta, cuentas_de
from cartera.models import Empresa
from cartera.periodos import Periodo
from cartera.vencimientos import hoy
from usuarios.consultas import alcance
from usuarios.models import Tercero


@require_safe
def ver(request):
    """One statement, and the choice of another account or period."""
    dentro_de = alcance(request.user)
    cuentas = cuentas_de(request.user, dentro_de=dentro_de)
    contexto = {"cuentas": cuentas, "alcance": dentro_de, "periodo": _periodo(request), "empresa": None}
    if cuentas:
        estado = _estado(request, cuentas, dentro_de)
        contexto |= {
            "estado": estado,
            "pagina": estado.pagina(request.GET.get("pagina", "")),
            "anteriores": list(estado.anteriores(EN_PAGINA)),
            "pendientes": list(estado.pendientes[:EN_PAGINA]),
            "anos": range(max(hoy().year, estado.periodo.ano), min(estado.primer_ano, estado.periodo.ano) - 1, -1),
            "empresa": Empresa.objects.get(pk=estado.cuenta.empresa_id),
        }
    return render(request, "cartera/estado_cuenta.html", contexto)


@require_safe
def pdf(request):
    """The statement on paper."""
    return _archivo(request, estado_cuenta_pdf.dibujar, "application/pdf", "pdf")


@require_safe
def xlsx(request):
    """The statement as a spreadsheet."""
    tipo = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _archivo(request, estado_cuenta_xlsx.escribir, tipo, "xlsx")


def _archivo(request, hacer, tipo, extension):
    dentro_de = alcance(request.user)
    estado = _estado(request, cuentas_de(request.user, dentro_de=dentro_de), dentro_de)
    if not estado.cabe_en_un_archivo:
        texto = _t("El periodo tiene más de %(maximo)s movimientos: elija un mes para descargarlo.")
        messages.warning(request, texto % {"maximo": MAXIMO_RENGLONES})
        return HttpResponseRedirect(f"{reverse('cartera:estado_cuenta')}?{request.GET.urlencode()}")
    empresa = Empresa.objects.get(pk=estado.cuenta.empresa_id)
    tercero = Tercero.objects.get(pk=estado.cuenta.tercero_id)
    nombre = (
        f"estado-de-cuenta-{empresa.nit}-{tercero.numero}-{estado.cuenta.moneda}-{estado.periodo.clave}.{extension}"
    )
    archivo = hacer(estado, empresa=empresa, tercero=tercero)
    return FileResponse(archivo, as_attachment=True, filename=nombre, content_type=tipo)


def _periodo(request):
    return Periodo.leer(request.GET, hoy=hoy())


def _estado(request, cuentas, dentro_de):
    """The statement that the address asks for, of the first account when it names none; 404 for one out of reach."""
    clave = request.GET.get("cuenta", "")
    cuenta = next((cuenta for cuenta in cuentas if not clave or cuenta.clave == clave), None)
    if cuenta is None:
        raise Http404
    return EstadoDeCuenta(cuenta, _periodo(request), dentro_de=dentro_de)
