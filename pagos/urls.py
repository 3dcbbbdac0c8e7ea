"""Addresses of the pages about paying, below `pagos/`."""

from django.urls import path, register_converter

from pagos.views import (
    avisos,
    camino,
    checkout,
    comprobante,
    confirmacion,
    erp,
    favores,
    mios,
    novedades,
    retorno,
    sonda,
    tablero,
)

app_name = "pagos"


class _Texto:
    """An address holds only what ours can hold: anything else (a NUL byte, a quote) is a 404 before any query."""

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


class Codigo(_Texto):
    """A random code of 128 bits."""

    regex = "[0-9a-f]{32}"


class Referencia(_Texto):
    """A pago's referencia."""

    regex = "[A-Z0-9]{1,30}"


class Moneda(_Texto):
    """A currency."""

    regex = "[A-Z]{3}"


for nombre, clase in (("codigo", Codigo), ("referencia", Referencia), ("moneda", Moneda)):
    register_converter(clase, nombre)

urlpatterns = [
    path("", mios.mis_pagos, name="mis_pagos"),
    # Checkout
    path("pagar/<int:empresa_id>/<int:tercero_id>/<moneda:moneda>/", checkout.forma_de_pago, name="forma_de_pago"),
    path("pagar/<int:empresa_id>/<int:tercero_id>/<moneda:moneda>/sin/", checkout.seguir_sin, name="seguir_sin"),
    path("iniciar/", checkout.iniciar, name="iniciar"),
    # Back from the gateway, without a session
    path("retorno/", retorno.retorno_sin_codigo, name="retorno_sin_codigo"),
    path("retorno/<codigo:codigo_retorno>/", retorno.retorno, name="retorno"),
    # Gateways' servers
    path("confirmacion/<uuid:acuerdo_id>/", confirmacion.confirmar, name="confirmacion"),
    # The ERP, with its key
    path("erp/lineas/", erp.lineas, name="erp_lineas"),
    path("erp/acuses/", erp.acuses, name="erp_acuses"),
    # Receipts
    path("comprobante/<codigo:codigo_verificacion>/", comprobante.autenticidad, name="autenticidad"),
    # Tesorería
    path("tablero/", tablero.tablero, name="tablero"),
    path("tablero/novedades/", novedades.lista, name="novedades"),
    path("tablero/novedades/<int:novedad_id>/", novedades.ver, name="novedad"),
    path("tablero/novedades/<int:novedad_id>/proponer/", novedades.proponer, name="novedad_proponer"),
    path("tablero/novedades/<int:novedad_id>/confirmar/", novedades.confirmar, name="novedad_confirmar"),
    path("tablero/novedades/<int:novedad_id>/resolver/", novedades.resolver, name="novedad_resolver"),
    path("tablero/novedades/<int:novedad_id>/tomar/", novedades.tomar, name="novedad_tomar"),
    path("tablero/novedades/<int:novedad_id>/asignar/", novedades.asignar, name="novedad_asignar"),
    path("tablero/novedades/<int:novedad_id>/comentar/", novedades.comentar, name="novedad_comentar"),
    path("tablero/favores/", favores.lista, name="favores"),
    path("tablero/favores/<int:favor_id>/", favores.ver, name="favor"),
    path("tablero/favores/<int:favor_id>/aplicar/", favores.proponer_aplicacion, name="favor_aplicar"),
    path("tablero/favores/<int:favor_id>/devolver/", favores.proponer_devolucion, name="favor_devolver"),
    path("tablero/favores/propuestas/<int:propuesta_id>/confirmar/", favores.confirmar, name="favor_confirmar"),
    path("tablero/favores/propuestas/<int:propuesta_id>/retirar/", favores.retirar, name="favor_retirar"),
    path("tablero/avisos/", avisos.lista, name="avisos"),
    path("tablero/avisos/<int:aviso_id>/visto/", avisos.marcar_visto, name="aviso_visto"),
    path("tablero/sonda/", sonda.sonda, name="sonda"),
    path("tablero/sonda/<int:ronda_id>/", sonda.ronda, name="sonda_ronda"),
    path("tablero/<referencia:referencia>/", tablero.detalle, name="tablero_detalle"),
    path("tablero/<referencia:referencia>/consultar/", tablero.consultar, name="tablero_consultar"),
    # One pago
    path("<referencia:referencia>/", mios.detalle, name="detalle"),
    path("<referencia:referencia>/comprobante.pdf", comprobante.recibo, name="recibo"),
    path("<referencia:referencia>/ir/", camino.ir, name="ir"),
    path("<referencia:referencia>/consultar/", camino.consultar, name="consultar"),
    path("<referencia:referencia>/continuar/", camino.continuar, name="continuar"),
    path("<referencia:referencia>/cambiar/", camino.cambiar, name="cambiar"),
    path("<referencia:referencia>/reintentar/", camino.reintentar, name="reintentar"),
]
