from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CarteraConfig(AppConfig):
    name = "cartera"
    verbose_name = _("Cartera (ECSSP, ECSEC)")
