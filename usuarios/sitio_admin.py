"""The administration's site: one login for everybody, nothing deleted in bulk."""

# ruff: noqa: ARG002  (the signatures are Django's)

from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache


class SitioAdministracion(AdminSite):
    """What every model registered anywhere gets: the site is `django.contrib.admin.site`."""

    site_header = _("Portal de pagos · Administración")
    site_title = _("Administración")
    index_title = _("Administración del portal")
    empty_value_display = "—"

    def __init__(self, name="admin"):
        super().__init__(name)
        self.disable_action("delete_selected")

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request, extra_context=None):
        """The portal's own login, with its lockout; 403 for whoever is logged in and may not come here."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index"))

    def password_change(self, request, extra_context=None):
        """The portal's own page, which knows about expiry and open sessions."""
        return redirect("usuarios:cambiar_clave")
