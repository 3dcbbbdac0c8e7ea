"""The way in: after the password, for whoever has or must have a second factor, one more step before any session.

Between the two steps nobody is logged in: the browser's session only says whose password was right, for a few minutes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from usuarios import caducidad, dispositivos, servicios
from usuarios.auditoria import auditar
from usuarios.models import Clase, Usuario

_CLAVE = "ingreso_pendiente"
_AUTENTICADOR = "django.contrib.auth.backends.ModelBackend"
# How long the password's step is good for, and how many wrong codes may follow it.
VIDA = timedelta(minutes=15)
FALLOS = 5
_AL_VOLVER = _("La sesión anterior se cerró por inactividad. Los documentos que había elegido siguen elegidos.")


@dataclass(frozen=True)
class Pendiente:
    """A login that waits for its second step: whose, and the path where it was going."""

    usuario: Usuario
    destino: str


# --- Between the two steps ----------------------------------------------------------------------------------------
def posponer(request, usuario, *, destino):
    """The password was right: note it in a session with a new key, and nothing else."""
    inactiva = caducidad.por_inactividad(request)
    request.session.cycle_key()
    request.session[_CLAVE] = {
        "usuario": usuario.pk,
        "huella": usuario.get_session_auth_hash(),
        "desde": timezone.now().isoformat(),
        "destino": destino,
        "inactiva": inactiva,
        "fallos": 0,
    }


def pendiente(request):
    """The Pendiente of this browser; None without one, when it is too old, or when the password changed since."""
    datos = request.session.get(_CLAVE)
    if datos is None or timezone.now() - datetime.fromisoformat(datos["desde"]) > VIDA:
        return None
    usuario = Usuario.objects.filter(pk=datos["usuario"], is_active=True).first()
    if usuario is None or not constant_time_compare(usuario.get_session_auth_hash(), datos["huella"]):
        return None
    return Pendiente(usuario, datos["destino"])


def fallo(request):
    """Count a wrong code; False when there are no more tries, and the password must be typed again."""
    datos = request.session[_CLAVE]
    datos["fallos"] += 1
    request.session[_CLAVE] = datos
    if datos["fallos"] < FALLOS:
        return True
    request.session.flush()
    return False


# --- In -----------------------------------------------------------------------------------------------------------
def completar(request, usuario, *, dispositivo=None):
    """Log in; `dispositivo` (None: there is no second factor) is what accepted the code."""
    datos = request.session.pop(_CLAVE, None)
    inactiva = datos["inactiva"] if datos else caducidad.por_inactividad(request)
    # `last_login` is not part of the history: without this, every login would leave a row that says nothing.
    usuario.skip_history_when_saving = True
    if dispositivo is not None:
        usuario.otp_device = dispositivo
    login(request, usuario, backend=_AUTENTICADOR)
    dispositivos.anotar(request)
    auditar(Clase.ENTRADA, quien=usuario, detalle={"segundo_paso": dispositivo.name} if dispositivo else None)
    if inactiva:
        messages.info(request, _AL_VOLVER)
    elegido = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if not usuario.idioma and elegido in dict(settings.LANGUAGES):
        # Chosen on the login page: from now on also on other devices and in e-mails. That does say something.
        del usuario.skip_history_when_saving
        servicios.guardar_perfil(usuario, idioma=elegido)


def recordar_idioma(respuesta, codigo):
    """The answer with the language cookie, so that it lasts after logging out."""
    if codigo:
        respuesta.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            codigo,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            path=settings.LANGUAGE_COOKIE_PATH,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        )
    return respuesta
