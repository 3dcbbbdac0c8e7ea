"""Reads the environment: every variable of the portal is declared here once, with its type, default and meaning.

`.env.example` documents the same list for operators; a test compares the two.
"""

import base64
import binascii
from decimal import Decimal
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

RAIZ = Path(__file__).resolve().parent.parent

# Production and sandbox origins of both gateways (pasarelas.md 1, 2.1 and 2.4; diseno.md 4.13).
ORIGENES_CONOCIDOS = [
    "https://www.zonapagos.com",
    "https://checkout.payulatam.com",
    "https://api.payulatam.com",
    "https://sandbox.checkout.payulatam.com",
    "https://sandbox.api.payulatam.com",
]

_NIVELES = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

env = environ.FileAwareEnv()


def leer_archivo():
    """Load `.env` (or the file that ENTORNO_ARCHIVO names); real environment variables win over it.

    Raises ImproperlyConfigured when ENTORNO_ARCHIVO names a file that is not there.
    """
    nombrado = env.str("ENTORNO_ARCHIVO", default="")
    archivo = Path(nombrado) if nombrado else RAIZ / ".env"
    if nombrado and not archivo.is_file():
        raise ImproperlyConfigured(f"ENTORNO_ARCHIVO nombra un archivo que no existe: {archivo}")
    if archivo.is_file():
        environ.Env.read_env(archivo)


def secreto(nombre):
    """A secret of at least 50 characters; raises ImproperlyConfigured naming the variable, never its value."""
    valor = env.str(nombre, default="")
    if len(valor) < 50 or len(set(valor)) < 5:
        raise ImproperlyConfigured(
            f"{nombre} falta o es débil: al menos 50 caracteres aleatorios. "
            f'Genere uno con: python -c "import secrets; print(secrets.token_urlsafe(64))". Véase .env.example.'
        )
    return valor


def clave_opcional(nombre, *, minimo):
    """A secret of at least `minimo` characters, or "" when it is not set; raises ImproperlyConfigured naming it."""
    valor = env.str(nombre, default="").strip()
    if valor and (len(valor) < minimo or not valor.isascii() or not valor.isprintable() or " " in valor):
        raise ImproperlyConfigured(f"{nombre} es débil: al menos {minimo} letras y cifras al azar, sin espacios.")
    return valor


def claves_cifrado():
    """Fernet keys, the first one encrypts, all decrypt; raises ImproperlyConfigured when none or malformed."""
    claves = [clave.strip() for clave in env.list("CLAVES_CIFRADO", default=[]) if clave.strip()]
    if not claves or not all(_es_clave_fernet(clave) for clave in claves):
        raise ImproperlyConfigured(
            "CLAVES_CIFRADO falta o está mal escrita: una o más claves Fernet separadas por coma. Genere una con: "
            'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())". '
            "Véase .env.example."
        )
    return claves


def _es_clave_fernet(clave):
    try:
        return len(base64.urlsafe_b64decode(clave)) == 32
    except (binascii.Error, ValueError):
        return False


def origen(url, *, nombre):
    """`scheme://host[:port]` of a URL; raises ImproperlyConfigured naming the variable when it is not one."""
    partes = urlsplit(url)
    if partes.scheme not in ("http", "https") or not partes.hostname:
        raise ImproperlyConfigured(f"{nombre} debe ser una dirección http o https completa, no {url!r}")
    return f"{partes.scheme}://{partes.netloc}"


def url_publica():
    """PORTAL_URL without its final slash: the base of return, confirmation and e-mailed addresses."""
    url = env.str("PORTAL_URL", default="http://127.0.0.1:8000").rstrip("/")
    if url != origen(url, nombre="PORTAL_URL"):
        raise ImproperlyConfigured(f"PORTAL_URL no lleva ruta, consulta ni fragmento: {url!r}")
    return url


def positivo(nombre, *, por_defecto):
    """A Decimal greater than zero (so that the demo may say half a minute); raises ImproperlyConfigured."""
    try:
        valor = Decimal(env.str(nombre, default=por_defecto))
    except ArithmeticError:
        valor = Decimal(0)
    if not valor.is_finite() or valor <= 0:
        raise ImproperlyConfigured(f"{nombre} debe ser un número mayor que cero.")
    return valor


def redes(nombre):
    """A list of IP addresses or networks; raises ImproperlyConfigured naming the variable and the one that is not."""
    valores = [valor.strip() for valor in env.list(nombre, default=[]) if valor.strip()]
    for valor in valores:
        try:
            ip_network(valor)
        except ValueError as error:
            raise ImproperlyConfigured(f"{nombre}: «{valor}» no es una dirección ni una red.") from error
    return valores


def correos(nombre):
    """A list of e-mail addresses; raises ImproperlyConfigured naming the variable and the one that is not."""
    valores = [valor.strip() for valor in env.list(nombre, default=[]) if valor.strip()]
    for valor in valores:
        try:
            validate_email(valor)
        except ValidationError as error:
            raise ImproperlyConfigured(f"{nombre}: «{valor}» no es una dirección de correo.") from error
    return valores


def entero(nombre, *, por_defecto, minimo=0):
    """A whole number of at least `minimo`; raises ImproperlyConfigured naming the variable."""
    try:
        valor = int(env.str(nombre, default=str(por_defecto)))
    except ValueError:
        valor = minimo - 1
    if valor < minimo:
        raise ImproperlyConfigured(f"{nombre} debe ser un número entero, {minimo} o más.")
    return valor


def nivel_de_registro(nombre, *, por_defecto):
    """A level of the standard library's logging, by its name; raises ImproperlyConfigured naming the variable."""
    nivel = env.str(nombre, default=por_defecto).strip().upper()
    if nivel not in _NIVELES:
        raise ImproperlyConfigured(f"{nombre}: «{nivel}» no es un nivel: use {', '.join(_NIVELES)}.")
    return nivel
