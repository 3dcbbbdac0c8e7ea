"""The second factor of a login: a code from an app (TOTP), or a recovery code for when the phone is lost.

django-otp keeps the devices, refuses a code that was used and makes whoever guesses wait longer each time; here are the
portal's rules. A recovery code is kept as its digest alone: it can be shown only when it is made.
"""

import re
import secrets
from base64 import b32encode
from math import ceil

import segno
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from usuarios.auditoria import auditar
from usuarios.errores import CodigoInvalidoError
from usuarios.models import Clase, Usuario
from usuarios.roles import DEL_PERSONAL

CODIGOS_DE_RECUPERACION = 10
_APLICACION, _RECUPERACION = "aplicación", "códigos de recuperación"


# --- Who --------------------------------------------------------------------------------------------------------------
def exige(usuario):
    """True when this login may not be used with its password alone: staff, and whoever holds a role of the staff."""
    if not settings.DOBLE_FACTOR:
        return False
    return usuario.is_staff or usuario.is_superuser or usuario.groups.filter(name__in=DEL_PERSONAL).exists()


def activo(usuario):
    """True when this login has a second factor."""
    return dispositivo_de(usuario) is not None


def dispositivo_de(usuario):
    """The login's TOTPDevice, None without a second factor."""
    return TOTPDevice.objects.filter(user=usuario, confirmed=True).order_by("pk").first()


def sin_verificar(usuario):
    """True for staff whose session was opened with the password alone, as one older than the role. No query."""
    del_personal = usuario.is_authenticated and (usuario.is_staff or usuario.is_superuser)
    return settings.DOBLE_FACTOR and del_personal and not usuario.is_verified()


# --- Enrolment ----------------------------------------------------------------------------------------------------
def clave_nueva():
    """A new secret (hexadecimal text), which is nobody's until `activar`."""
    return default_key()


def clave_en_texto(clave):
    """The secret as people type it into an app: base32 in groups of four."""
    texto = b32encode(bytes.fromhex(clave)).decode()
    return " ".join(texto[inicio : inicio + 4] for inicio in range(0, len(texto), 4))


def enlace(usuario, clave):
    """The secret as an address (otpauth:) that opens the app of the same phone; the QR says the same."""
    return TOTPDevice(user=usuario, key=clave).config_url


def qr(direccion):
    """That address as an inline SVG that apps read with the camera; safe to be printed as it is."""
    # Dark on white whatever the page's colours: some cameras read nothing else.
    return segno.make(direccion, error="m").svg_inline(
        dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True, border=4
    )


@transaction.atomic
def activar(usuario, *, clave, codigo):
    """(TOTPDevice, recovery codes): the app that shows `codigo` is from now on the second factor of this login.

    One that was there before is replaced. Raises CodigoInvalidoError, with nothing changed, when the code is not the
    one of `clave` now.
    """
    # The person's row is what two enrolments at the same time wait for.
    Usuario.objects.select_for_update(of=("self",), no_key=True).get(pk=usuario.pk)
    TOTPDevice.objects.filter(user=usuario).delete()
    dispositivo = TOTPDevice.objects.create(user=usuario, name=_APLICACION, key=clave)
    if not _es_de_la_aplicacion(_limpio(codigo)) or not dispositivo.verify_token(_limpio(codigo)):
        raise CodigoInvalidoError(
            _t("Ese código no es el de ahora. Escriba el que muestra la aplicación y revise que su reloj esté en hora.")
        )
    auditar(Clase.DOBLE_FACTOR, objeto=usuario, quien=usuario, detalle={"hecho": "activado"})
    return dispositivo, codigos_nuevos(usuario)


@transaction.atomic
def codigos_nuevos(usuario):
    """New recovery codes (list of text), each good once; those made before are worth nothing any more."""
    dispositivo, _creado = StaticDevice.objects.get_or_create(user=usuario, name=_RECUPERACION)
    dispositivo.token_set.all().delete()
    codigos = [_codigo_al_azar() for _numero in range(CODIGOS_DE_RECUPERACION)]
    StaticToken.objects.bulk_create(
        StaticToken(device=dispositivo, token=_huella(usuario, _limpio(codigo))) for codigo in codigos
    )
    auditar(Clase.DOBLE_FACTOR, objeto=usuario, quien=usuario, detalle={"hecho": "códigos nuevos"})
    return codigos


def codigos_restantes(usuario):
    """How many recovery codes are left."""
    return StaticToken.objects.filter(device__user=usuario).count()


@transaction.atomic
def desactivar(usuario):
    """The owner does without it from now on."""
    quitar(usuario)
    auditar(Clase.DOBLE_FACTOR, objeto=usuario, quien=usuario, detalle={"hecho": "desactivado"})


@transaction.atomic
def quitar(usuario):
    """Take the second factor away; True if there was one. The caller writes down why."""
    habia = activo(usuario)
    TOTPDevice.objects.filter(user=usuario).delete()
    StaticDevice.objects.filter(user=usuario).delete()
    return habia


# --- Codes --------------------------------------------------------------------------------------------------------
def verificar(usuario, codigo):
    """The device (TOTPDevice or StaticDevice) that accepts this code of this login; the code is used up.

    Raises CodigoInvalidoError: wrong, already used, or too soon after a wrong one. Two requests with the same code:
    one of them gets in.
    """
    limpio = _limpio(codigo)
    de_la_aplicacion = _es_de_la_aplicacion(limpio)
    modelo = TOTPDevice if de_la_aplicacion else StaticDevice
    with transaction.atomic():
        suyos = modelo.objects.select_for_update(of=("self",)).filter(user=usuario, confirmed=True)
        dispositivo = suyos.order_by("pk").first()
        espera = _espera(dispositivo)
        ficha = limpio if de_la_aplicacion else _huella(usuario, limpio)
        valido = dispositivo is not None and not espera and dispositivo.verify_token(ficha)
    # Outside: the wrong guess must stay counted.
    if espera:
        raise CodigoInvalidoError(
            ngettext(
                "Hubo códigos equivocados: espere %d segundo antes de escribir otro.",
                "Hubo códigos equivocados: espere %d segundos antes de escribir otro.",
                espera,
            )
            % espera
        )
    if not valido:
        raise CodigoInvalidoError(
            _t("El código no es correcto o ya se usó. Espere a que la aplicación muestre otro y escríbalo.")
        )
    return dispositivo


def _espera(dispositivo):
    """Seconds (int, 0 = none) before this device looks at another code."""
    permitido, datos = dispositivo.verify_is_allowed() if dispositivo else (True, None)
    return 0 if permitido else ceil((datos["locked_until"] - timezone.now()).total_seconds())


def _es_de_la_aplicacion(limpio):
    return re.fullmatch(r"[0-9]{6}", limpio) is not None


def _limpio(codigo):
    """As it is compared: people type spaces, hyphens and capitals."""
    return re.sub(r"[\s-]", "", codigo).lower()


def _codigo_al_azar():
    """Fifty random bits as people copy them: `k3vqz-7mh2p`."""
    texto = b32encode(secrets.token_bytes(7)).decode().lower()
    return f"{texto[:5]}-{texto[5:10]}"


def _huella(usuario, codigo):
    return salted_hmac("usuarios.doble_factor", f"{usuario.pk}:{codigo}").hexdigest()[:16]
