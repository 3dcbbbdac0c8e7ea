"""Addresses of the pages about what is owed; the home page is in the portal's own table."""

from django.urls import path, register_converter

from cartera.views import avisos, estado_cuenta, marca, saldos

app_name = "cartera"


class _Hexadecimal:
    """An address holds only what ours can hold: anything else is a 404 before any query."""

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


class Huella(_Hexadecimal):
    """The key of a Logo."""

    regex = "[0-9a-f]{32}"


class Color(_Hexadecimal):
    """A colour without its number sign."""

    regex = "[0-9a-f]{6}"


class Version(_Hexadecimal):
    """The version of a style sheet."""

    regex = "[0-9a-f]{8}"


for nombre, clase in (("huella", Huella), ("color", Color), ("version", Version)):
    register_converter(clase, nombre)

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
    path("empresas/logo-<huella:huella>.png", marca.logo, name="logo"),
    path("empresas/color-<color:cifras>-<version:version>.css", marca.color, name="color"),
]
