"""Addresses of the pages about one's own login, below `cuenta/`."""

from django.urls import path

from usuarios.views import cuenta, doble_factor

app_name = "usuarios"

urlpatterns = [
    path("entrar/", cuenta.Entrar.as_view(), name="entrar"),
    path("entrar/codigo/", doble_factor.SegundoPaso.as_view(), name="segundo_paso"),
    path("salir/", cuenta.Salir.as_view(), name="salir"),
    path("clave/olvidada/", cuenta.ClaveOlvidada.as_view(), name="clave_olvidada"),
    path("clave/enviada/", cuenta.ClaveEnviada.as_view(), name="clave_enviada"),
    path("clave/nueva/<uidb64>/<token>/", cuenta.ClaveNueva.as_view(), name="clave_nueva"),
    path("clave/hecha/", cuenta.ClaveHecha.as_view(), name="clave_hecha"),
    path("clave/", cuenta.CambiarClave.as_view(), name="cambiar_clave"),
    path("perfil/", cuenta.Perfil.as_view(), name="perfil"),
    path("idioma/", cuenta.idioma, name="idioma"),
    path("dos-pasos/", doble_factor.estado, name="doble_factor"),
    path("dos-pasos/activar/", doble_factor.Activar.as_view(), name="activar_doble_factor"),
    path("dos-pasos/codigos/", doble_factor.CodigosNuevos.as_view(), name="codigos_de_recuperacion"),
    path("dos-pasos/desactivar/", doble_factor.Desactivar.as_view(), name="desactivar_doble_factor"),
    path("sesiones/", cuenta.sesiones, name="sesiones"),
    path("sesiones/cerrar/", cuenta.cerrar_sesion, name="cerrar_sesion"),
]
