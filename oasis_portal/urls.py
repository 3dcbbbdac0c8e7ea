"""The portal's URL table."""

from django.contrib import admin
from django.urls import include, path

from cartera.views.saldos import inicio
from oasis_portal import metricas

urlpatterns = [
    path("", inicio, name="inicio"),
    path("", include("cartera.urls")),
    path("admin/", admin.site.urls),
    path("cuenta/", include("usuarios.urls")),
    path("pagos/", include("pagos.urls")),
    path("metrics", metricas.mostrar, name="metricas"),
]

handler400 = "oasis_portal.errores_http.solicitud_invalida"
handler403 = "oasis_portal.errores_http.sin_permiso"
handler404 = "oasis_portal.errores_http.no_encontrada"
handler500 = "oasis_portal.errores_http.error_interno"
