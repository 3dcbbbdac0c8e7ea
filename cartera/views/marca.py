"""An Empresa's logo and colour: the same for everybody, so browsers keep them and no session is asked for.

Their addresses carry what they are (`cartera.logos`, `cartera.colores`): another picture or rule has another address.
"""

# ruff: noqa: ARG001  (a view is called with a request, even when it asks nothing of it)

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from cartera.colores import hoja_de
from cartera.models import Logo
from usuarios.middleware import de_nadie

# Only the browser keeps it, not a proxy: the answer may carry the cookie of a session that was renewed.
_GUARDABLE = {"private": True, "max_age": 31536000, "immutable": True}


@login_not_required
@de_nadie
@cache_control(**_GUARDABLE)
@require_safe
def logo(request, huella):
    """The PNG that the portal drew from what was uploaded."""
    return HttpResponse(get_object_or_404(Logo, pk=huella).png, content_type="image/png")


@login_not_required
@de_nadie
@require_safe
def color(request, cifras, version):
    """The style sheet that puts a colour in the place of ours, where it can be read."""
    hoja = hoja_de(f"#{cifras}")
    respuesta = HttpResponse(hoja.texto, content_type="text/css; charset=utf-8")
    # A page of before an upgrade asks for a sheet that is no more: it gets today's, and does not keep it.
    patch_cache_control(respuesta, **(_GUARDABLE if version == hoja.version else {"no_store": True}))
    return respuesta
