"""What every request of a logged-in user passes: login, language, age of the password, idle time, privacy."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode

from usuarios import caducidad, doble_factor
from usuarios.servicios import clave_vencida

# A session is written again after this much use, at most once in a tenth of its life: not once per request.
_RENOVAR_CADA = timedelta(minutes=2)


def admite_clave_vencida(vista):
    """Decorator: this view answers even while the user's password is expired (to change it, to leave)."""
    vista.admite_clave_vencida = True
    return vista


def de_nadie(vista):
    """Decorator: what this view answers is the same for everybody, so a browser may keep it although somebody is in."""
    vista.de_nadie = True
    return vista


class EntradaObligatoriaMiddleware(LoginRequiredMiddleware):
    """Login required by default, for staff with its second factor; a session of theirs without it ends here.

    After the login people go back to a page they can open, and know what was not received.
    """

    def process_view(self, request, view_func, view_args, view_kwargs):
        if getattr(view_func, "login_required", True) and doble_factor.sin_verificar(request.user):
            logout(request)
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request, view_func):
        entrada = resolve_url(self.get_login_url(view_func))
        if request.method in ("GET", "HEAD"):
            return redirect_to_login(caducidad.direccion_propia(request), entrada)
        aviso = caducidad.PAGO if caducidad.trata_de_un_pago(view_func) else caducidad.ENVIO
        # The address of a POST cannot be opened after the login: back to the page that held the form.
        volver = caducidad.pagina_de_origen(request) or resolve_url(settings.LOGIN_REDIRECT_URL)
        return redirect_to_login(volver, f"{entrada}?aviso={aviso}")


class SesionDeslizanteMiddleware:
    """Move the end of a session ahead while it is used, without a write per request.

    Stands inside SessionMiddleware. The session never outlives SESSION_COOKIE_AGE without use, and what a page asks by
    itself is no use.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        sesion = request.session
        en_uso = sesion.accessed and sesion.vence and not sesion.is_empty() and not caducidad.es_refresco(request)
        if en_uso and _toca_renovar(sesion.vence):
            sesion.modified = True
        if sesion.modified:
            caducidad.anotar_fin(response, sesion)
        return response


def _toca_renovar(vence):
    vida = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    usado = vida - (vence - timezone.now())
    return usado >= min(_RENOVAR_CADA, vida / 10)


class IdiomaMiddleware:
    """The language that the user chose wins over cookie and browser, on every device."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        usuario = request.user
        if usuario.is_authenticated and usuario.idioma in dict(settings.LANGUAGES):
            translation.activate(usuario.idioma)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


class ClaveVigenteMiddleware:
    """Whose password has expired changes it before anything else, whatever the method of the request."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, _args, _kwargs):
        # Public pages answer anybody, so they answer these users too.
        libre = getattr(view_func, "admite_clave_vencida", False) or not getattr(view_func, "login_required", True)
        if libre or not request.user.is_authenticated or not clave_vencida(request.user):
            return None
        destino = request.get_full_path() if request.method in ("GET", "HEAD") else caducidad.pagina_de_origen(request)
        consulta = f"?{urlencode({'next': destino})}" if destino else ""
        return HttpResponseRedirect(reverse("usuarios:cambiar_clave") + consulta)


class PrivacidadMiddleware:
    """Pages of a logged-in user are kept by no cache: the next person at this computer must not go back to them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        vista = getattr(request.resolver_match, "func", None)
        if not getattr(vista, "de_nadie", False) and request.user.is_authenticated:
            patch_cache_control(response, private=True, no_store=True)
        return response
