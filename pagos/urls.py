"""Addresses of the pages about paying, below `pagos/`."""

from django.urls import path

from pagos.views import camino, checkout, comprobante, mios, novedades, retorno, tablero

app_name = "pagos"

urlpatterns = [
    path("", mios.mis_pagos, name="mis_pagos"),
    # Checkout
    path("pagar/<int:empresa_id>/<int:tercero_id>/<str:moneda>/", checkout.forma_de_pago, name="forma_de_pago"),
    path("pagar/<int:empresa_id>/<int:tercero_id>/<str:moneda>/sin/", checkout.seguir_sin, name="seguir_sin"),
    path("iniciar/", checkout.iniciar, name="iniciar"),
    # Back from the gateway, without a session
    path("retorno/", retorno.retorno_sin_codigo, name="retorno_sin_codigo"),
    path("retorno/<str:codigo_retorno>/", retorno.retorno, name="retorno"),
    # Receipts
    path("comprobante/<str:codigo_verificacion>/", comprobante.autenticidad, name="autenticidad"),
    # Tesorería
    path("tablero/", tablero.tablero, name="tablero"),
    path("tablero/novedades/", novedades.lista, name="novedades"),
    path("tablero/novedades/<int:novedad_id>/", novedades.ver, name="novedad"),
    path("tablero/novedades/<int:novedad_id>/proponer/", novedades.proponer, name="novedad_proponer"),
    path("tablero/novedades/<int:novedad_id>/confirmar/", novedades.confirmar, name="novedad_confirmar"),
    path("tablero/novedades/<int:novedad_id>/resolver/", novedades.resolver, name="novedad_resolver"),
    path("tablero/<str:referencia>/", tablero.detalle, name="tablero_detalle"),
    path("tablero/<str:referencia>/consultar/", tablero.consultar, name="tablero_consultar"),
    # One pago
    path("<str:referencia>/", mios.detalle, name="detalle"),
    path("<str:referencia>/comprobante.pdf", comprobante.recibo, name="recibo"),
    path("<str:referencia>/ir/", camino.ir, name="ir"),
    path("<str:referencia>/consultar/", camino.consultar, name="consultar"),
    path("<str:referencia>/continuar/", camino.continuar, name="continuar"),
    path("<str:referencia>/cambiar/", camino.cambiar, name="cambiar"),
    path("<str:referencia>/reintentar/", camino.reintentar, name="reintentar"),
]
