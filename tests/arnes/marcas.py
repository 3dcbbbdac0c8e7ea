"""What must never come out: every secret, card number and raw gateway error that the tests plant is written here.

Factories and fixtures take them as credentials, passwords and answers; `tests.arnes.vigia` looks for them in all that
the suite puts out. Each is unmistakable, and its beginning alone is enough to know it, so that a cut one is found too.
"""

import base64
import itertools
from dataclasses import dataclass

_LARGO_DE_SENA = 16


@dataclass(frozen=True)
class Marca:
    """Something planted. `senas` are the texts that betray it; finding any of them is finding it."""

    nombre: str
    texto: str
    senas: tuple[str, ...]


MARCAS: list[Marca] = []
_SENAS: list[str] = []


def plantar(nombre, texto, *, sena=None):
    """Watch for `texto` (a secret or a raw error) from now on, by its first characters or by `sena`; returns it."""
    sena = sena or texto[:_LARGO_DE_SENA]
    if not 14 <= len(sena) <= 24 or sena not in texto:
        raise ValueError(f"la seña de {nombre} debe ser una parte suya de 14 a 24 caracteres")
    return _anotar(nombre, texto, (sena,))


def _tarjeta(nombre, numero):
    """A whole card number: more of it than its last four digits, however they are grouped, is too much."""
    grupos = [numero[i : i + 4] for i in range(0, 16, 4)]
    separados = (f"{uno}{entre}{otro}" for entre in " -" for uno, otro in itertools.pairwise(grupos))
    return _anotar(nombre, numero, (numero[:10], numero[3:13], numero[6:], *separados))


def _anotar(nombre, texto, senas):
    MARCAS.append(Marca(nombre, texto, senas))
    _SENAS.extend(senas)
    return texto


# --- The portal's own -----------------------------------------------------------------------------------------------
SECRET_KEY = plantar("SECRET_KEY", "Marca9Xq-de-la-llave-de-firmar-del-portal-w7Kd2RzB5nUy8TfV4hJs6Lp0AoEc3Gm1")
CLAVE_DE_CIFRADO = plantar("CLAVES_CIFRADO", base64.urlsafe_b64encode(b"Marca-de-la-clave-de-cifrado-7Qz").decode())

# --- People ---------------------------------------------------------------------------------------------------------
CLAVE_DE_PERSONA = plantar("contraseña de una persona", "Piragua-Marca-7zQ-de-prueba-26")
OTRA_CLAVE = plantar("contraseña nueva", "Tucan-Marca-3kW-de-prueba-26")

# --- Agreements -----------------------------------------------------------------------------------------------------
USUARIO_ZONA = plantar("usuario de ZonaPAGOS", "usuario-Marca-4Tb-zona")
CLAVE_ZONA = plantar("clave de ZonaPAGOS", "clave-Marca-9Hc-zona")
API_LOGIN_PAYU = plantar("api_login de PayU", "login-Marca-2Rv-payu")
API_KEY_PAYU = plantar("api_key de PayU", "llave-Marca-6Ws-payu")
SECRETO_TECLEADO = plantar("credencial que alguien teclea", "S3creto-plantado")
SECRETO_HMAC_PAYU = plantar("secreto HMAC de PayU", "hmac-Marca-8Yd-payu")

# --- Merchants that the simulator knows when it starts ---------------------------------------------------------------
CLAVES_DEL_SIMULADOR = {
    comercio: plantar(f"clave del comercio {comercio}", f"clave-demo-{comercio}") for comercio in (678, 679, 680)
}
# PayU's public sandbox account, of which the published signatures speak (pasarelas.md 2.1).
API_KEY_PUBLICA = plantar("api_key del entorno de pruebas de PayU", "4Vj8eK4rloUd272L48hsrarnUA")
API_LOGIN_PUBLICO = plantar("api_login del entorno de pruebas de PayU", "pRRXKOl8ikMmt9u")

# --- What a gateway that lies or fails says ---------------------------------------------------------------------------
TARJETA = _tarjeta("número de tarjeta", "4539578763621486")
OTRA_TARJETA = _tarjeta("otro número de tarjeta", "5425233430109903")
ERROR_CRUDO = plantar("error crudo de una pasarela", "Timeout-Marca expired: ORA-01017 at dbo.sp_IniciarPago line 42")
SIN_OBJETO = plantar("error crudo de ZonaPAGOS", "Object reference not set to an instance of an object.")
CREDENCIALES_NEGADAS = plantar("credenciales negadas por PayU", "Invalid credentials")
CREDENCIALES_INVALIDAS = plantar("credenciales negadas por ZonaPAGOS", "Credenciales inválidas")
ID_REPETIDO = plantar("id repetido en ZonaPAGOS", "str_id_pago ya existe")
SIN_CODIGO_50 = plantar("código 50 ausente en ZonaPAGOS", "Código 50 requerido", sena="digo 50 requerido")


def buscar(texto):
    """Names of what `texto` (str or bytes) gives away, none twice, in the order of MARCAS."""
    if isinstance(texto, bytes | bytearray | memoryview):
        texto = bytes(texto).decode("utf-8", "replace")
    if not any(map(texto.__contains__, _SENAS)):  # nearly always: nothing of the suite's output may cost much
        return []
    return [marca.nombre for marca in MARCAS if any(sena in texto for sena in marca.senas)]


def tachar(texto):
    """`texto` with everything planted in it replaced by its name, so that a report does not repeat the leak."""
    for marca in MARCAS:
        for hallado in (marca.texto, *marca.senas):
            texto = texto.replace(hallado, f"‹{marca.nombre}›")
    return texto
