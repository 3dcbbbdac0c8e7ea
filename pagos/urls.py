"""Addresses of the pages about paying, below `pagos/`."""

from django.urls import path

from pagos.views import camino, checkout, comprobante, mios, retorno

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
    # One pago
    path("<str:referencia>/", mios.detalle, name="detalle"),
    path("<str:referencia>/comprobante.pdf", comprobante.recibo, name="recibo"),
    path("<str:referencia>/ir/", camino.ir, name="ir"),
    path("<str:referencia>/consultar/", camino.consultar, name="consultar"),
    path("<str:referencia>/continuar/", camino.continuar, name="continuar"),
    path("<str:referencia>/cambiar/", camino.cambiar, name="cambiar"),
    path("<str:referencia>/reintentar/", camino.reintentar, name="reintentar"),
]
