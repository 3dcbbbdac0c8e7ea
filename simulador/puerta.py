"""The common door of the gateways' API endpoints: counts the request, reads it, adds the latency, answers."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from aiohttp import web

from simulador.averias import responder
from simulador.mundo import MUNDO, Mundo


@dataclass(slots=True)
class Llamada:
    """One request to a gateway's API, read but not yet judged. `falla` is the answer when it could not even be read."""

    peticion: web.Request
    mundo: Mundo
    datos: object = None
    comercio: object = None
    referencia: str = ""
    falla: "Respuesta | None" = None


@dataclass(slots=True)
class Respuesta:
    """What an endpoint answers: a JSON object, or a text with its type."""

    datos: dict | str
    estado: int = 200
    tipo: str = "application/json"

    def a_http(self) -> web.Response:
        """The same as an HTTP response."""
        cuerpo = self.datos if isinstance(self.datos, str) else json.dumps(self.datos, ensure_ascii=False)
        return web.Response(text=cuerpo, status=self.estado, content_type=self.tipo)


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Leer = Callable[[Llamada, bytes], None]
Procesar = Callable[[Llamada], Awaitable[Respuesta]]


async def atender(
    peticion: web.Request, *, punto: str, pasarela: str, leer: Leer, procesar: Procesar
) -> web.StreamResponse:
    """Serve one request to the endpoint `punto`: `leer` fills the call from the body, `procesar` answers it."""
    mundo = peticion.app[MUNDO]
    with mundo.estadisticas.volando(punto) as vuelo:
        llamada = Llamada(peticion, mundo)
        leer(llamada, await peticion.read())
        vuelo.es_de(pasarela, llamada.comercio)
        if mundo.ajustes.latencia_ms:
            await asyncio.sleep(mundo.ajustes.latencia_ms / 1000)
        elegidas = mundo.fallas.elegir(punto, llamada.comercio)
        if elegidas:
            producir = partial(_producir, llamada, procesar)
            respuesta = await responder(
                peticion, fallas=mundo.fallas, punto=punto, elegidas=elegidas, producir=producir
            )
        else:
            respuesta = await _producir(llamada, procesar)
        mundo.estadisticas.respuestas[punto][str(respuesta.status)] += 1
        return respuesta


async def _producir(llamada: Llamada, procesar: Procesar) -> web.Response:
    return (llamada.falla or await procesar(llamada)).a_http()


def con_fallas(manejador: Handler, punto: str) -> Handler:
    """A handler of pages that suffers the faults of the endpoint `punto`."""

    async def atender_pagina(peticion: web.Request) -> web.StreamResponse:
        fallas = peticion.app[MUNDO].fallas
        elegidas = fallas.elegir(punto)
        if not elegidas:
            return await manejador(peticion)
        producir = partial(_sin_excepcion, manejador, peticion)
        return await responder(peticion, fallas=fallas, punto=punto, elegidas=elegidas, producir=producir)

    return atender_pagina


async def _sin_excepcion(manejador: Handler, peticion: web.Request) -> web.Response:
    try:
        return await manejador(peticion)
    except web.HTTPRedirection as salto:  # a fault needs an answer in hand, not one on its way up the stack
        return web.Response(status=salto.status, headers={"Location": salto.location})


def leer_json(cuerpo: bytes) -> object:
    """A JSON text with its numbers as int or Decimal. ValueError when malformed, NaN and Infinity included."""
    try:
        return json.loads(cuerpo, parse_float=Decimal, parse_constant=_sin_constantes)
    except (RecursionError, ArithmeticError) as error:
        raise ValueError("JSON demasiado hondo o con un número imposible") from error


def _sin_constantes(nombre: str) -> None:
    raise ValueError(f"{nombre} no es JSON")
