"""Who is knocking: the address and the name that login attempts are counted by."""

from ipaddress import ip_address

from django.conf import settings


def direccion_de(request):
    """The client's IP address as text, '' if there is none.

    With PROXIES_CONFIABLES proxies in front, it is the one that the outermost of them wrote into X-Forwarded-For;
    whatever stands further left came from the client and is not believed.
    """
    propia = request.META.get("REMOTE_ADDR", "")
    saltos = [salto.strip() for salto in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    proxies = settings.PROXIES_CONFIABLES
    candidata = saltos[-proxies] if 0 < proxies <= len(saltos) else propia
    return _valida(candidata) or _valida(propia)


def _valida(texto):
    try:
        return str(ip_address(texto))
    except ValueError:
        return ""


def nombre_de_acceso(request, credentials=None):
    """The e-mail typed, folded as the login folds it: other spellings give no more attempts (django-axes)."""
    escrito = (credentials or request.POST).get("username") or ""
    return escrito.strip().lower()
