"""What every gateway adapter speaks: three verbs, closed types, two exceptions.

An adapter knows one gateway's wire contract and nothing else: no ORM, no request, no settings. What it needs comes in
as a `Conexion`; what it learned goes out as an `Orden` or a `Lectura`. Raw payloads leave it only inside
`Lectura.cruda`, which is kept encrypted.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Protocol


class PasarelaNoRespondeError(Exception):
    """The gateway did not answer (network, timeout, 5xx, 429, unreadable body): the state is unknown, ask later."""

    def __init__(self, detalle: str, *, clase: str = "red", reintentar_en: float | None = None):
        super().__init__(detalle)
        # One of: red, tiempo, http_5xx, limite, ilegible, negada (it ran and refused the question: int_estado 2, code
        # ERROR). Counted by the sonda, never shown to a payer.
        self.clase = clase
        # Seconds the gateway asked us to wait (Retry-After), None when it did not say.
        self.reintentar_en = reintentar_en


class RespuestaInesperadaError(Exception):
    """The gateway answered something that the contract does not foresee: stop and look, decide nothing.

    The message and `codigo` are ours and may be logged; what the gateway said stands in `cruda` alone, which is kept
    encrypted like `Lectura.cruda`.
    """

    def __init__(self, detalle: str, *, codigo: str = "", cruda: str = ""):
        super().__init__(detalle)
        self.codigo = codigo
        self.cruda = cruda


class InicioRechazadoError(RespuestaInesperadaError):
    """The gateway refused to create the transaction; repeating the same request cannot help (pasarelas.md 1.1)."""

    def __init__(self, detalle: str, *, codigo: str = "", cruda: str = "", pudo_existir: bool = False):
        super().__init__(detalle, codigo=codigo, cruda=cruda)
        # True when the refusal itself says that the reference is known there ("str_id_pago ya existe").
        self.pudo_existir = pudo_existir


class ConexionInvalidaError(Exception):
    """The agreement lacks something that its gateway needs; each sentence of `problemas` is fit for staff."""

    def __init__(self, problemas: tuple[str, ...]):
        super().__init__(" ".join(problemas))
        self.problemas = problemas


class FirmaInvalidaError(Exception):
    """A confirmation whose signature is not the gateway's: answer 403 and believe nothing of it."""


class EstadoIntento(enum.Enum):
    """What the gateway says of one attempt to pay, already translated from its own codes."""

    SIN_ABRIR = "sin_abrir"  # the payer has not opened the gateway's page (ZonaPAGOS 888)
    PENDIENTE = "pendiente"  # waiting for the bank or for the payer to go to the shop (999, PENDING)
    EN_REVISION = "en_revision"  # card held for manual review (4001)
    APROBADO = "aprobado"  # the only state that means money
    RECHAZADO = "rechazado"
    REVERSADO = "reversado"  # money that was approved and given back: a person must look
    DESCONOCIDO = "desconocido"  # a code that the contract does not name: never guessed


class Metodo(enum.StrEnum):
    """How the payer paid, in one vocabulary for all gateways."""

    PSE = "PSE"
    TARJETA = "TARJETA"
    PRESENCIAL = "PRESENCIAL"  # printed slip, cash at a shop: asked hourly
    OTRO = "OTRO"


@dataclass(frozen=True, kw_only=True)
class Intento:
    """One attempt under a reference. Amounts in `moneda`, two decimals; None where the gateway does not say."""

    id: str  # the gateway's own id of the attempt, unique for gateway + merchant
    estado: EstadoIntento
    codigo: str  # the gateway's code, verbatim
    texto: str = ""  # the gateway's text, for staff only
    referencia: str | None = None
    comercio: str | None = None
    valor: Decimal | None = None  # what this attempt moved
    total: Decimal | None = None  # what the gateway believes we asked for
    moneda: str | None = None
    prueba: bool | None = None
    parcial: bool = False  # a part of a mixed payment
    fecha: datetime | None = None  # the gateway's time, aware
    metodo: Metodo | None = None
    codigo_metodo: str = ""
    banco: str = ""
    franquicia: str = ""
    cus: str = ""
    aprobacion: str = ""
    ultimos4: str = ""
    ciclo: str = ""


@dataclass(frozen=True, kw_only=True)
class Lectura:
    """All that the gateway says of one reference, oldest attempt first."""

    referencia: str
    intentos: tuple[Intento, ...] = ()
    # The gateway holds this reference, even if nobody opened it yet. False = "nothing found".
    conocida: bool = False
    # No further attempt is under way: only then may "all rejected" be read as rejected (ZonaPAGOS: the newest attempt
    # has int_pago_terminado 1, and no record was set aside).
    cerrada: bool = True
    # False for a report of one attempt (a confirmation): what it does not mention may still exist.
    completa: bool = True
    # Why records were set aside as not trustworthy, one sentence each, free of personal data.
    no_confiables: tuple[str, ...] = ()
    # Signed by the gateway, yet parts of it could be somebody else's (PayU's confirmation: the transaction's id and the
    # test flag are not signed): it is a reason to ask, never enough to approve.
    solo_aviso: bool = False
    cruda: str = field(default="", repr=False)  # the answer as it came, to be kept encrypted


@dataclass(frozen=True, kw_only=True)
class Retorno:
    """What the payer's browser brought back: for display, never evidence. None = it did not say.

    `estado` and what follows it come only from a gateway that signs its response page, and only under its signature.
    """

    comercio: str | None = None
    referencia: str | None = None
    alterado: bool = False  # it should be signed and is not: nothing more of it is told
    estado: EstadoIntento | None = None
    valor: Decimal | None = None
    moneda: str | None = None


# The portal keeps the address where a payer goes on up to this length.
URL_MAXIMA = 500


@dataclass(frozen=True, kw_only=True)
class Redireccion:
    """Send the payer to this address, of at most URL_MAXIMA characters, with a GET."""

    url: str


@dataclass(frozen=True, kw_only=True)
class Formulario:
    """Have the payer's browser POST these fields to this address."""

    url: str
    campos: tuple[tuple[str, str], ...]


Orden = Redireccion | Formulario


@dataclass(frozen=True, kw_only=True)
class Pagador:
    """Who owes: the tercero's identification and names, the e-mail of the user who pays."""

    tipo_id: str  # NIT CC CE TI RC PA NUIP PPT DE OTRO
    numero: str
    dv: str = ""  # check digit of a NIT
    nombre: str = ""  # legal name, or first names
    apellido: str = ""
    telefono: str = ""
    correo: str = ""


@dataclass(frozen=True, kw_only=True)
class Pedido:
    """What we ask a gateway to collect. Money in `moneda`, Decimal with two places."""

    referencia: str
    total: Decimal
    iva: Decimal
    base_iva: Decimal  # sum of (paid - iva) over the details that carry iva, else 0
    moneda: str
    descripcion: str
    pagador: Pagador
    url_retorno: str
    url_confirmacion: str
    idioma: str = "es"


@dataclass(frozen=True, kw_only=True)
class Conexion:
    """How to reach a gateway on behalf of one agreement. `secretos` never appears in a repr."""

    urls: Mapping[str, str]  # zonapagos: api; payu: checkout, consultas
    comercio: str  # merchant id at the gateway
    cuenta: str = ""  # PayU account id
    secretos: Mapping[str, str] = field(default_factory=dict, repr=False)
    prueba: bool = False
    opciones: Mapping[str, str | bool] = field(default_factory=dict)  # per gateway, see each adapter


class Pasarela(Protocol):
    """The three verbs of a gateway, and how to read its payer's way back. Made of a `Conexion` and a `ClienteHttp`."""

    def iniciar(self, pedido: Pedido) -> Orden:
        """Create the transaction; raises PasarelaNoRespondeError, InicioRechazadoError, RespuestaInesperadaError."""
        ...

    def consultar(self, referencia: str) -> Lectura:
        """Ask for all attempts of a reference; raises PasarelaNoRespondeError, RespuestaInesperadaError."""
        ...

    def leer_confirmacion(self, datos: Mapping[str, str]) -> Lectura:
        """Read a server-to-server report; raises FirmaInvalidaError, RespuestaInesperadaError."""
        ...

    def leer_retorno(self, parametros: Mapping[str, str]) -> Retorno:
        """Read the query of the payer's return, whatever it holds."""
        ...
