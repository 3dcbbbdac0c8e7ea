from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OasisPortalConfig(AppConfig):
    name = "oasis_portal"
    verbose_name = _("Portal")

    def ready(self):
        # Importing it registers the checks, and its models are loaded only now.
        import_module("oasis_portal.checks")
