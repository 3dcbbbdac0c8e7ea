"""Addresses of the pages about one's own login, below `cuenta/`."""

from django.urls import path

from usuarios import views

app_name = "usuarios"

urlpatterns = [
    path("entrar/", views.Entrar.as_view(), name="entrar"),
    path("salir/", views.Salir.as_view(), name="salir"),
    path("clave/olvidada/", views.ClaveOlvidada.as_view(), name="clave_olvidada"),
    path("clave/enviada/", views.ClaveEnviada.as_view(), name="clave_enviada"),
    path("clave/nueva/<uidb64>/<token>/", views.ClaveNueva.as_view(), name="clave_nueva"),
    path("clave/hecha/", views.ClaveHecha.as_view(), name="clave_hecha"),
    path("clave/", views.CambiarClave.as_view(), name="cambiar_clave"),
    path("perfil/", views.Perfil.as_view(), name="perfil"),
    path("idioma/", views.idioma, name="idioma"),
    path("sesiones/", views.sesiones, name="sesiones"),
    path("sesiones/cerrar/", views.cerrar_sesion, name="cerrar_sesion"),
]
