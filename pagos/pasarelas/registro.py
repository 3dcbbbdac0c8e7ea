"""Which gateways exist. A new one is one module that speaks `base.Pasarela` and one entry in `_INSCRITAS`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from pagos.pasarelas import payu, zonapagos
from pagos.pasarelas.base import Conexion, ConexionInvalidaError, Pasarela
from pagos.pasarelas.http import ClienteHttp


@dataclass(frozen=True, kw_only=True)
class Inscripcion:
    """What the rest of the portal may know of a gateway: its names, never its protocol."""

    etiqueta: str
    clase: Callable[[Conexion, ClienteHttp], Pasarela]
    revisar: Callable[[Conexion], tuple[str, ...]]  # sentences for staff on what an agreement lacks
    urls: tuple[str, ...]  # names of `Conexion.urls`
    comercio: str  # how `configurar_acuerdo --credencial` calls `Conexion.comercio`
    cuenta: str = ""  # the same for `Conexion.cuenta`; "" = this gateway has none
    secretos: tuple[str, ...] = ()  # names of `Conexion.secretos`
    secretos_opcionales: tuple[str, ...] = ()  # those of them that may stay empty
    opciones: tuple[str, ...] = ()  # switches of `Conexion.opciones`
    referencia_retorno: str = ""  # how the payer's return names our reference
    publica_formulario: bool = False  # `iniciar` gives a form that the payer's browser posts, not a redirect
    limite_presencial: timedelta = timedelta(hours=72)  # paying in person takes no longer; then a person must look


_INSCRITAS = {
    "zonapagos": Inscripcion(
        etiqueta="Zona Virtual (ZonaPAGOS)",
        clase=zonapagos.ZonaPagos,
        revisar=zonapagos.revisar,
        urls=("api",),
        comercio="comercio",
        referencia_retorno="id_pago",
        secretos=("usuario", "clave", "codigo_servicio"),
        secretos_opcionales=("codigo_servicio",),
        opciones=("sin_pse", "sin_tarjetas", "moneda_117", "nit_con_dv"),
    ),
    "payu": Inscripcion(
        etiqueta="PayU Latam",
        clase=payu.PayU,
        revisar=payu.revisar,
        urls=("checkout", "consultas"),
        comercio="merchant_id",
        cuenta="account_id",
        referencia_retorno="referenceCode",
        secretos=("api_key", "api_login", "algoritmo", "secreto"),
        secretos_opcionales=("secreto",),
        opciones=("nit_con_dv",),
        publica_formulario=True,
        limite_presencial=timedelta(days=8),
    ),
}
# What everybody reads and nobody can change.
PASARELAS: Mapping[str, Inscripcion] = MappingProxyType(_INSCRITAS)


def revisar(nombre: str, conexion: Conexion) -> tuple[str, ...]:
    """Sentences, for staff, on what an agreement with gateway `nombre` lacks; none when it is complete."""
    inscripcion = PASARELAS[nombre]
    faltan = tuple(f"Falta la dirección «{url}»." for url in inscripcion.urls if not conexion.urls.get(url))
    return faltan + inscripcion.revisar(conexion)


def referencia_de_retorno(parametros: Mapping[str, str]) -> str:
    """The reference that a payer's return names, unchecked, whichever gateway it comes from; "" when there is none."""
    nombres = (inscripcion.referencia_retorno for inscripcion in PASARELAS.values())
    return next((parametros[nombre] for nombre in nombres if parametros.get(nombre)), "")


def crear(nombre: str, conexion: Conexion, cliente: ClienteHttp) -> Pasarela:
    """Make the adapter of gateway `nombre` (a key of PASARELAS); ConexionInvalidaError when something is missing."""
    problemas = revisar(nombre, conexion)
    if problemas:
        raise ConexionInvalidaError(problemas)
    return PASARELAS[nombre].clase(conexion, cliente)
