"""What the handlers of the control's JSON API share: reading the body, answering, explaining errors."""

import json
from decimal import Decimal

from aiohttp import web

from simulador.comercios import ComercioInvalido
from simulador.control.servicios import ErrorDeControl
from simulador.fallas import FallaInvalida
from simulador.mundo import MUNDO, AjusteInvalido
from simulador.puerta import Handler, leer_json


def en_json(manejador) -> Handler:
    """An aiohttp handler from a function (mundo, request, body) -> JSON value, told once it is on disk."""

    async def atender(peticion: web.Request) -> web.Response:
        try:
            datos = await manejador(peticion.app[MUNDO], peticion, await _cuerpo(peticion))
            await peticion.app[MUNDO].almacen.sincronizar()
            return web.json_response(datos, dumps=_a_texto)
        except ErrorDeControl as error:
            return web.json_response({"error": str(error)}, status=error.estado)
        except (ComercioInvalido, AjusteInvalido, FallaInvalida) as error:
            return web.json_response({"error": str(error)}, status=400)

    return atender


def _a_texto(valor: object) -> str:
    return json.dumps(valor, default=str)  # a Decimal in the fields of a crafted attempt is told as it was written


async def _cuerpo(peticion: web.Request) -> dict:
    if peticion.method != "POST":
        return {}
    texto = await peticion.read()
    if texto and peticion.content_type != "application/json":
        raise ErrorDeControl("el cuerpo debe ser application/json", 415)
    try:
        datos = leer_json(texto) if texto else {}
    except ValueError as error:
        raise ErrorDeControl(f"el cuerpo no es JSON: {error}") from None
    if not isinstance(datos, dict):
        raise ErrorDeControl("el cuerpo debe ser un objeto JSON")
    return datos


def entero(peticion: web.Request, nombre: str, omision: int | None) -> int | None:
    """A whole number of the query string."""
    texto = peticion.query.get(nombre, "")
    if not texto:
        return omision
    if not (texto.isascii() and texto.isdigit()):
        raise ErrorDeControl(f"{nombre} debe ser un número")
    return int(texto)


def sin_decimales(valor: object) -> object:
    """The same JSON with floats where the reader left Decimals: for what is not money (seconds, probabilities)."""
    if isinstance(valor, dict):
        return {clave: sin_decimales(uno) for clave, uno in valor.items()}
    if isinstance(valor, list):
        return [sin_decimales(uno) for uno in valor]
    return float(valor) if isinstance(valor, Decimal) else valor
