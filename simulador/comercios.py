"""The merchants that the simulated gateways know, from a JSON file or the documented default set."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

ZONAPAGOS, PAYU = "zonapagos", "payu"
ALGORITMOS = ("MD5", "SHA", "SHA256", "HMAC-SHA256")


class ComercioInvalido(ValueError):
    """A merchant's description that cannot be used; its text says which field and why."""


@dataclass(frozen=True, slots=True)
class ComercioZonapagos:
    """A merchant of ZonaPAGOS (contract 1.1). `codigo_servicio` empty = the merchant has no PSE."""

    id: int
    usuario: str
    clave: str
    codigo_servicio: str = ""
    nombre: str = "Comercio de prueba"
    url_retorno: str = "http://127.0.0.1:8000/pagos/retorno/"


@dataclass(frozen=True, slots=True)
class ComercioPayu:
    """A merchant of PayU (contract 2); `id` is merchantId. No `secreto`: HMAC uses the apiKey. No `algoritmo`: any."""

    id: int
    account_id: str
    api_key: str
    api_login: str
    algoritmo: str = ""
    secreto: str = ""
    nombre: str = "Comercio de prueba"


Comercio = ComercioZonapagos | ComercioPayu
CLASES = {ZONAPAGOS: ComercioZonapagos, PAYU: ComercioPayu}

POR_OMISION = {
    ZONAPAGOS: [
        {
            "id": 678,
            "usuario": "demo678",
            "clave": "clave-demo-678",
            "codigo_servicio": "2701",
            "nombre": "Comercio 678",
        },
        {
            "id": 679,
            "usuario": "demo679",
            "clave": "clave-demo-679",
            "codigo_servicio": "2702",
            "nombre": "Comercio 679",
        },
        {
            "id": 680,
            "usuario": "demo680",
            "clave": "clave-demo-680",
            "codigo_servicio": "2703",
            "nombre": "Comercio 680",
        },
    ],
    PAYU: [  # PayU's public sandbox account for Colombia (contract 2.1)
        {
            "id": 508029,
            "account_id": "512321",
            "api_key": "4Vj8eK4rloUd272L48hsrarnUA",
            "api_login": "pRRXKOl8ikMmt9u",
            "nombre": "Comercio 508029",
        },
    ],
}


class Comercios:
    """Merchants by gateway and number."""

    def __init__(self, descripcion: dict[str, list[dict]] | None = None):
        self._por_id: dict[tuple[str, int], Comercio] = {}
        for pasarela, lista in (descripcion or POR_OMISION).items():
            for uno in lista:
                self.agregar(pasarela, uno)

    def agregar(self, pasarela: str, descripcion: dict) -> Comercio:
        """Add or replace one merchant described by the fields of its class. Raises ComercioInvalido."""
        comercio = leer_comercio(pasarela, descripcion)
        self._por_id[pasarela, comercio.id] = comercio
        return comercio

    def buscar(self, pasarela: str, numero: object) -> Comercio | None:
        """The merchant with that number, or None."""
        return self._por_id.get((pasarela, numero)) if isinstance(numero, int) else None

    def de(self, pasarela: str) -> Iterable[Comercio]:
        """Every merchant of one gateway."""
        return [uno for (cual, _), uno in self._por_id.items() if cual == pasarela]

    def a_json(self) -> dict[str, list[dict]]:
        """The same shape as the merchants' file."""
        return {pasarela: [asdict(uno) for uno in self.de(pasarela)] for pasarela in CLASES}


def leer_comercio(pasarela: str, descripcion: object) -> Comercio:
    """One merchant from a JSON object. Raises ComercioInvalido for an unknown gateway, field or type."""
    clase = CLASES.get(pasarela)
    if clase is None or not isinstance(descripcion, dict):
        raise ComercioInvalido(f"se espera un objeto de una pasarela conocida ({', '.join(CLASES)})")
    tipos = {campo.name: campo.type for campo in fields(clase)}
    for nombre, valor in descripcion.items():
        if nombre not in tipos:
            raise ComercioInvalido(f"campo desconocido: {nombre}")
        if type(valor) is not tipos[nombre]:
            raise ComercioInvalido(f"{nombre} debe ser {'un entero' if tipos[nombre] is int else 'un texto'}")
    try:
        comercio = clase(**descripcion)
    except TypeError:
        raise ComercioInvalido(f"faltan campos de un comercio de {pasarela}") from None
    if isinstance(comercio, ComercioPayu) and comercio.algoritmo not in ("", *ALGORITMOS):
        raise ComercioInvalido(f"algoritmo debe ser uno de {', '.join(ALGORITMOS)}")
    return comercio


def cargar(archivo: Path | None) -> Comercios:
    """The merchants of a file `{"zonapagos": [...], "payu": [...]}`, or the default set. Raises ComercioInvalido."""
    if archivo is None:
        return Comercios()
    try:
        descripcion = json.loads(archivo.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ComercioInvalido(f"no se puede leer {archivo}: {error}") from error
    if not isinstance(descripcion, dict) or not all(isinstance(lista, list) for lista in descripcion.values()):
        raise ComercioInvalido(f"{archivo}: se espera {{'zonapagos': [...], 'payu': [...]}}")
    return Comercios(descripcion)
