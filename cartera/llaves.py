"""The keys of an ERP: made, revoked, and recognised in a request. Whoever brings none reaches nothing.

A key is `oasis_<prefijo>_<secret>`: the prefix finds its row, and the whole text is compared by its hash in constant
time. The database holds no text that opens anything.
"""

import hashlib
import secrets
from datetime import timedelta
from enum import StrEnum

import structlog
from django.db.models import Q
from django.utils import timezone

from cartera.models import LlaveErp
from usuarios.acceso import direccion_de

_MARCA = "oasis"
# Bytes of the secret: nobody guesses 256 bits.
_SECRETO = 32
# When it was last used is told by the minute: reading is not worth a write each time.
_ANOTAR_CADA = timedelta(minutes=1)
_registro = structlog.get_logger(__name__)


class Permiso(StrEnum):
    """What a key is good for; each is a column of LlaveErp."""

    LEER = "leer"  # collect what the ERP must book
    ESCRIBIR = "escribir"  # deliver balances, acknowledge what was booked


def crear(empresa, *, nombre, permisos):
    """A new key of `empresa` for `permisos` (of Permiso): (LlaveErp, its text). The text is told here and never again.

    Raises ValueError when `permisos` is empty or names something else.
    """
    permisos = {Permiso(permiso) for permiso in permisos}
    if not permisos:
        raise ValueError("Una llave sirve para algo")
    prefijo = secrets.token_hex(4)
    texto = f"{_MARCA}_{prefijo}_{secrets.token_urlsafe(_SECRETO)}"
    llave = LlaveErp.objects.create(
        empresa=empresa,
        nombre=nombre,
        prefijo=prefijo,
        huella=_huella(texto),
        creada_en=timezone.now(),
        **{permiso.value: permiso in permisos for permiso in Permiso},
    )
    return llave, texto


def revocar(llave):
    """Nobody comes in with it any more; True unless it was revoked before."""
    return bool(LlaveErp.objects.filter(pk=llave.pk, revocada_en__isnull=True).update(revocada_en=timezone.now()))


def empresa_de(request, permiso):
    """The LlaveErp (with its `empresa`) that a request brings as bearer token for `permiso`; None for anything else.

    Nothing else means: no key, an unknown, revoked or insufficient one, or one of an Empresa that is not active.
    """
    texto = _traida(request)
    llave = _buscar(texto) if texto else None
    if llave is None or not getattr(llave, Permiso(permiso).value):
        _registro.warning("llave_erp_rechazada", prefijo=llave and llave.prefijo, ip=direccion_de(request))
        return None
    ahora = timezone.now()
    vieja = Q(usada_en__isnull=True) | Q(usada_en__lt=ahora - _ANOTAR_CADA)
    LlaveErp.objects.filter(vieja, pk=llave.pk).update(usada_en=ahora)
    return llave


def _traida(request):
    esquema, _espacio, texto = request.headers.get("Authorization", "").partition(" ")
    return texto.strip() if esquema.lower() == "bearer" else ""


def _buscar(texto):
    """The key in force with that text, None when there is none."""
    marca, _guion, resto = texto.partition("_")
    prefijo = resto.partition("_")[0]
    if marca != _MARCA or not prefijo.isascii() or not prefijo.isalnum():
        return None
    vigentes = LlaveErp.objects.filter(revocada_en__isnull=True, empresa__activa=True).select_related("empresa")
    llave = vigentes.filter(prefijo=prefijo).first()
    esperada = llave.huella if llave else _huella("")
    return llave if secrets.compare_digest(esperada, _huella(texto)) and llave else None


def _huella(texto):
    return hashlib.sha256(texto.encode("utf-8", "replace")).hexdigest()
