"""Addresses of the pages about what is owed; the home page is in the portal's own table."""

from django.urls import path

from cartera import views

app_name = "cartera"

urlpatterns = [
    path("saldos/", views.saldos, name="saldos"),
    path("saldos/seleccionar/", views.seleccionar, name="seleccionar"),
    path("saldos/quitar/", views.quitar, name="quitar"),
    path("saldos/vaciar/", views.vaciar, name="vaciar"),
    path("saldos/<int:pk>/valor/", views.valor, name="valor"),
    path("saldos/recortar/<int:empresa_id>/<int:tercero_id>/<str:moneda>/", views.recortar, name="recortar"),
]
