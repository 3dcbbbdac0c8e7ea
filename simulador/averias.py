"""How each fault is done to an answer, at the level of the connection where that is where it happens."""

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable

from aiohttp import web

from simulador.fallas import Fallas, Regla

Producir = Callable[[], Awaitable[web.Response]]


class SinEfecto(Exception):
    """The fault had nothing to act on; carries the answer as it was."""

    def __init__(self, respuesta: web.Response):
        super().__init__()
        self.respuesta = respuesta


HTML = "<!doctype html><title>Mantenimiento</title><h1>Estamos en mantenimiento</h1>"
PASO = 0.1  # seconds between looks at whether a hung client has left
TROZO = b" " * 65536


async def responder(
    peticion: web.Request, *, fallas: Fallas, punto: str, elegidas: list[Regla], producir: Producir
) -> web.StreamResponse:
    """Answer with these faults. After `producir` the transaction exists; it returns the answer."""
    latencias = [regla for regla in elegidas if regla.tipo == "latencia"]
    await _esperar(fallas, [regla for regla in latencias if regla.parametros["antes"]])
    principal = next((regla for regla in elegidas if regla.tipo != "latencia"), None)
    try:
        respuesta = await (
            _ACCIONES[principal.tipo](peticion, principal.parametros, producir) if principal else producir()
        )
    except SinEfecto as nada:
        fallas.no_ocurrio(punto, principal)
        respuesta = nada.respuesta
    if not _se_fue(peticion):
        await _esperar(fallas, [regla for regla in latencias if not regla.parametros["antes"]])
    return respuesta


def _se_fue(peticion: web.Request) -> bool:
    return peticion.transport is None or peticion.transport.is_closing()


async def _esperar(fallas: Fallas, latencias: list[Regla]) -> None:
    for regla in latencias:
        ms = regla.parametros["ms"]
        await asyncio.sleep(fallas.uniforme(ms, max(ms, regla.parametros["hasta_ms"])) / 1000)


def _cortar(peticion: web.Request) -> web.Response:
    """Reset the connection. What is returned never leaves: there is nobody to send it to."""
    if peticion.transport is not None:
        toma = peticion.transport.get_extra_info("socket")
        toma.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # RST instead of FIN
        peticion.transport.abort()
    return web.Response(status=444)


async def _corte_antes(peticion, _parametros, _producir):
    return _cortar(peticion)


async def _corte_despues(peticion, _parametros, producir):
    await producir()
    return _cortar(peticion)


async def _cuelgue(peticion, parametros, producir):
    if parametros["procesar"]:
        await producir()
    for _ in range(int(parametros["segundos"] / PASO)):
        if _se_fue(peticion):
            break
        await asyncio.sleep(PASO)
    return _cortar(peticion)


async def _error(_peticion, parametros, producir):
    if parametros["procesar"]:
        await producir()
    return web.Response(text=HTML, status=int(parametros["codigo"]), content_type="text/html")


async def _demasiadas(_peticion, parametros, _producir):
    segundos = str(int(parametros["segundos"]))
    return web.Response(text="Too Many Requests", status=429, headers={"Retry-After": segundos})


async def _html(_peticion, parametros, producir):
    if parametros["procesar"]:
        await producir()
    return web.Response(text=HTML, content_type="text/html")


def _cabeceras(entera: web.Response) -> dict[str, str]:
    return {nombre: valor for nombre, valor in entera.headers.items() if nombre != "Content-Length"}


async def _medio_cuerpo(peticion, parametros, producir):
    entera = await producir()
    cuerpo = entera.body or b""
    mitad = cuerpo[: len(cuerpo) // 2]
    if not parametros["cerrar"]:  # a whole answer that carries half a document
        return web.Response(body=mitad, status=entera.status, headers=_cabeceras(entera))
    cabeceras = _cabeceras(entera) | {"Content-Length": str(len(cuerpo))}
    parcial = web.StreamResponse(status=entera.status, headers=cabeceras)
    await parcial.prepare(peticion)
    await parcial.write(mitad)
    peticion.transport.close()
    return parcial


async def _goteo(peticion, parametros, producir):
    entera = await producir()
    cuerpo = entera.body or b""
    cabeceras = _cabeceras(entera) | {"Content-Length": str(len(cuerpo))}
    goteada = web.StreamResponse(status=entera.status, headers=cabeceras)
    await goteada.prepare(peticion)
    for byte in cuerpo:
        await goteada.write(bytes([byte]))
        await asyncio.sleep(parametros["ms"] / 1000)
    return goteada


async def _enorme(peticion, parametros, producir):
    entera = await producir()
    trozos = max(1, int(parametros["megas"] * 2**20) // len(TROZO))
    hinchada = web.StreamResponse(status=entera.status, headers=_cabeceras(entera))
    await hinchada.prepare(peticion)
    for _ in range(trozos):
        await hinchada.write(TROZO)
    await hinchada.write(entera.body or b"")
    return hinchada


async def _tipo_contenido(_peticion, parametros, producir):
    entera = await producir()
    cabeceras = _cabeceras(entera) | {"Content-Type": parametros["tipo"]}
    return web.Response(body=entera.body, status=entera.status, headers=cabeceras)


async def _redireccion(_peticion, _parametros, _producir):
    return web.Response(status=302, headers={"Location": "/control/"})


def _mentira(cambios: Callable[[dict, dict], dict]):
    """A fault that changes the JSON of an answer; `cambios` tells what, nothing when it cannot."""

    async def mentir(_peticion, parametros, producir):
        entera = await producir()
        datos = json.loads(entera.body) if entera.content_type == "application/json" else {}
        nuevos = cambios(datos, parametros)
        if not nuevos:
            raise SinEfecto(entera)
        return web.json_response(datos | nuevos, status=entera.status)

    return mentir


def _cantidad(datos: dict, parametros: dict) -> dict:
    return (
        {"int_cantidad_pagos": datos["int_cantidad_pagos"] + int(parametros["de_mas"])} if _con_registros(datos) else {}
    )


def _vacio(datos: dict, parametros: dict) -> dict:
    return {"int_cantidad_pagos": int(parametros["cantidad"]), "str_res_pago": ""} if _con_registros(datos) else {}


def _con_registros(datos: dict) -> bool:
    return datos.get("int_estado") == 1 and (datos.get("str_res_pago") or "|;|") != "|;|"


def _url_ajena(datos: dict, parametros: dict) -> dict:
    url = datos.get("str_url")
    return {"str_url": f"{parametros['origen']}/{url.split('/', 3)[3]}"} if url else {}


_ACCIONES = {
    "corte_antes": _corte_antes,
    "corte_despues": _corte_despues,
    "caida": _corte_antes,
    "cuelgue": _cuelgue,
    "error": _error,
    "demasiadas": _demasiadas,
    "html": _html,
    "medio_cuerpo": _medio_cuerpo,
    "goteo": _goteo,
    "enorme": _enorme,
    "tipo_contenido": _tipo_contenido,
    "redireccion": _redireccion,
    "cantidad": _mentira(_cantidad),
    "vacio": _mentira(_vacio),
    "url_ajena": _mentira(_url_ajena),
}
