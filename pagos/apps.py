from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PagosConfig(AppConfig):
    name = "pagos"
    verbose_name = _("Pagos (EPAY)")
