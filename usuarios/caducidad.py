"""A session that ended while somebody was at it: why, what became of what was sent, and the way back.

The browser forgets the session's cookie at the same moment as the database, so a second one, which opens nothing, keeps
when the session was to end: it tells idleness from a session that was closed, and outlives it for a day.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext

# How a page says that it asks by itself, with nobody at the keyboard: `js/parcial.js` by a header, and without
# JavaScript by the address of its <meta http-equiv="refresh">.
CABECERA_REFRESCO = "X-Refresco"
PARAMETRO_REFRESCO = "refresco"
# Hidden field of a form: the page to come back to, where the form's own address could not be opened.
CAMPO_PAGINA = "pagina"
# What the login page is told about what was sent without a session.
ENVIO, PAGO = "envio", "pago"
_UN_DIA = 86400


# --- Idle time ----------------------------------------------------------------------------------------------------
def es_refresco(request):
    """True for what a page asks by itself: it never keeps a session alive."""
    return CABECERA_REFRESCO in request.headers or PARAMETRO_REFRESCO in request.GET


def anotar_fin(response, sesion):
    """Beside a session that is being written: when it will end without use. Nothing once nobody is logged in."""
    nombre, seguro = _nombre_cookie(), settings.SESSION_COOKIE_SECURE
    if "_auth_user_id" not in sesion:
        response.delete_cookie(nombre, samesite=settings.SESSION_COOKIE_SAMESITE)
        return
    fin = int(timezone.now().timestamp()) + settings.SESSION_COOKIE_AGE
    response.set_cookie(
        nombre,
        str(fin),
        max_age=settings.SESSION_COOKIE_AGE + _UN_DIA,
        secure=seguro,
        httponly=True,
        samesite=settings.SESSION_COOKIE_SAMESITE,
    )


def por_inactividad(request):
    """True when the last session of this browser ended by lack of use, and not because somebody closed it."""
    fin = request.COOKIES.get(_nombre_cookie(), "")
    legible = fin.isascii() and fin.isdigit() and len(fin) <= 12
    return legible and not request.user.is_authenticated and timezone.now().timestamp() >= int(fin)


def _nombre_cookie():
    return "__Host-fin" if settings.SESSION_COOKIE_SECURE else "fin"


# --- What was sent without a session, or too late --------------------------------------------------------------------
def sobre_un_pago(vista):
    """Decorator: what this view receives is about a pago already under way, so its money goes on without it."""
    vista.sobre_un_pago = True
    return vista


def trata_de_un_pago(vista):
    """True for a view under `sobre_un_pago`; `vista` may be None, when no address matched."""
    return getattr(vista, "sobre_un_pago", False)


@dataclass(frozen=True)
class AvisoDeEntrada:
    """What the login page says on top, as `componentes/alerta.html` takes it."""

    tipo: str
    titulo: str
    texto: str


def aviso_de_entrada(request):
    """The AvisoDeEntrada of somebody whose session ended, None for everybody else."""
    enviado = request.GET.get("aviso", "")
    if enviado == PAGO:
        texto = _t(
            "Su pago sigue su curso: el portal pregunta a la pasarela cada pocos minutos y le escribe al correo. "
            "No pague de nuevo: entre y mire cómo va."
        )
        return AvisoDeEntrada("aviso", _t("Su sesión se cerró y lo que envió no se recibió"), texto)
    if enviado == ENVIO:
        texto = _t(
            "No se ha cobrado nada. Los documentos que había elegido siguen elegidos. "
            "Entre, revise la página donde estaba y envíelo otra vez."
        )
        return AvisoDeEntrada("aviso", _t("Su sesión se cerró y lo que envió no se recibió"), texto)
    if por_inactividad(request):
        minutos = settings.SESSION_COOKIE_AGE // 60
        pasaron = ngettext("Pasó %d minuto sin uso.", "Pasaron %d minutos sin uso.", minutos) % minutos
        siguen = _t("Los documentos que había elegido siguen elegidos, y sus pagos siguen su curso.")
        vuelve = _t("Entre y volverá a donde estaba.")
        return AvisoDeEntrada("info", _t("Su sesión se cerró por inactividad"), f"{pasaron} {siguen} {vuelve}")
    return None


# --- The way back -------------------------------------------------------------------------------------------------
def pagina_de_origen(request):
    """Path of the page of this site that sent the request, '' when it is not known.

    The form's own word for it goes first: a page that answered a POST stands at an address that cannot be opened.
    """
    for candidata in (request.POST.get(CAMPO_PAGINA, ""), request.META.get("HTTP_REFERER", "")):
        partes = urlsplit(candidata) if _es_nuestra(request, candidata) else None
        if partes and partes.path.startswith("/"):
            return partes.path + (f"?{partes.query}" if partes.query else "")
    return ""


def _es_nuestra(request, direccion):
    return url_has_allowed_host_and_scheme(direccion, {request.get_host()}, require_https=request.is_secure())


def direccion_propia(request):
    """Full path of a GET request as a person would have asked for it."""
    if PARAMETRO_REFRESCO not in request.GET:
        return request.get_full_path()
    consulta = urlencode([(k, v) for k, lista in request.GET.lists() for v in lista if k != PARAMETRO_REFRESCO])
    return request.path + (f"?{consulta}" if consulta else "")
