"""The door of an ERP's program: a key instead of a session, JSON instead of pages."""

from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.utils.translation import gettext as _t
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from cartera import llaves


def con_llave(permiso):
    """Decorator: only whoever brings a LlaveErp good for `permiso` (Permiso); the view gets it as `request.llave`.

    401 with JSON `{"error": ...}` for anybody else, whatever else the request carries: a session opens nothing here.
    """

    def decorador(vista):
        @csrf_exempt  # a key that no browser sends by itself
        @login_not_required
        @never_cache
        @wraps(vista)
        def protegida(request, *args, **kwargs):
            request.llave = llaves.empresa_de(request, permiso)
            if request.llave is None:
                motivo = _t("Falta una llave del ERP vigente y con ese permiso.")
                return JsonResponse({"error": motivo}, status=401, headers={"WWW-Authenticate": "Bearer"})
            return vista(request, *args, **kwargs)

        return protegida

    return decorador
