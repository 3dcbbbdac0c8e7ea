from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OasisPortalConfig(AppConfig):
    name = "oasis_portal"
    verbose_name = _("Portal")
