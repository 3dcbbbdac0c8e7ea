"""Open sessions as people recognise them: which browser, from where, since when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _t

from usuarios.acceso import direccion_de
from usuarios.models import Sesion

_CLAVE = "dispositivo"
# The first that matches wins: every browser claims to be Safari, and most to be Chrome.
_NAVEGADORES = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SISTEMAS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class SesionAbierta:
    """One row of the page of sessions. `identificador` names it without giving its key away."""

    identificador: str
    dispositivo: str
    direccion: str
    desde: datetime | None
    ultima_actividad: datetime
    actual: bool


def anotar(request):
    """Keep in the session that has just been opened where it was opened; it is forgotten with the session."""
    request.session[_CLAVE] = {
        "agente": request.META.get("HTTP_USER_AGENT", "")[:300],
        "direccion": direccion_de(request),
        "desde": timezone.now().isoformat(),
    }


def abiertas(usuario, *, actual):
    """The SesionAbierta of each session in force, newest activity first; `actual` is the key of the one in use."""
    vigentes = Sesion.objects.filter(usuario=usuario, expire_date__gt=timezone.now()).order_by("-expire_date")
    return [_describir(sesion, actual) for sesion in vigentes]


def clave_de(usuario, identificador):
    """The session key behind the identificador of one of this user's sessions, None if there is no such session."""
    claves = Sesion.objects.filter(usuario=usuario).values_list("session_key", flat=True)
    return next((clave for clave in claves if _identificador(clave) == identificador), None)


def _identificador(clave):
    return salted_hmac("usuarios.dispositivos", clave).hexdigest()[:20]


def _describir(sesion, actual):
    datos = sesion.get_decoded().get(_CLAVE, {})
    return SesionAbierta(
        identificador=_identificador(sesion.session_key),
        dispositivo=describir_agente(datos.get("agente", "")),
        direccion=datos.get("direccion", ""),
        desde=datetime.fromisoformat(datos["desde"]) if datos else None,
        ultima_actividad=sesion.expire_date - timedelta(seconds=settings.SESSION_COOKIE_AGE),
        actual=sesion.session_key == actual,
    )


def describir_agente(agente):
    """`Chrome en Android` from a User-Agent header; what is not known is said so."""
    navegador = next((nombre for marca, nombre in _NAVEGADORES if marca in agente), _t("Navegador desconocido"))
    sistema = next((nombre for marca, nombre in _SISTEMAS if marca in agente), "")
    return _t("%(navegador)s en %(sistema)s") % {"navegador": navegador, "sistema": sistema} if sistema else navegador
