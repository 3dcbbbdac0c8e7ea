"""Addresses of the pages about what is owed; the home page is in the portal's own table."""

from django.urls import path

from cartera.views import avisos, estado_cuenta, saldos

app_name = "cartera"

urlpatterns = [
    path("saldos/", saldos.saldos, name="saldos"),
    path("saldos/seleccionar/", saldos.seleccionar, name="seleccionar"),
    path("saldos/quitar/", saldos.quitar, name="quitar"),
    path("saldos/vaciar/", saldos.vaciar, name="vaciar"),
    path("saldos/<int:pk>/valor/", saldos.valor, name="valor"),
    path("saldos/<int:pk>/ya-pague/", avisos.ya_pague, name="ya_pague"),
    path("saldos/recortar/<int:empresa_id>/<int:tercero_id>/<str:moneda>/", saldos.recortar, name="recortar"),
    path(
        "saldos/pagar-vencidos/<int:empresa_id>/<int:tercero_id>/<str:moneda>/",
        saldos.pagar_vencidos,
        name="pagar_vencidos",
    ),
    path("estado-de-cuenta/", estado_cuenta.ver, name="estado_cuenta"),
    path("estado-de-cuenta.pdf", estado_cuenta.pdf, name="estado_cuenta_pdf"),
    path("estado-de-cuenta.xlsx", estado_cuenta.xlsx, name="estado_cuenta_xlsx"),
]
