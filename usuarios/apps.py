from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.utils.translation import gettext_lazy as _


class UsuariosConfig(AppConfig):
    name = "usuarios"
    verbose_name = _("Usuarios (SUSU)")


class AdministracionConfig(admin.AdminConfig):
    """Django's administration with our site in place of its own (see `usuarios.sitio_admin`)."""

    # Only INSTALLED_APPS names it; "usuarios" alone must keep meaning the class above.
    default = False
    default_site = "usuarios.sitio_admin.SitioAdministracion"
