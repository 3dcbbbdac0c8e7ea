"""Putting it together: the applications of the two origins, listening, and stopping."""

import asyncio
import contextlib
import errno
import signal
import sys

from aiohttp import web

from simulador import control
from simulador.caja import PaginaDesconocida
from simulador.mundo import MUNDO, Mundo
from simulador.payu import checkout, consultas
from simulador.payu.confirmaciones import CONFIRMACIONES, Confirmaciones
from simulador.plantilla import ESTATICOS, pagina
from simulador.zonapagos import api as api_zonapagos
from simulador.zonapagos import paginas as paginas_zonapagos

MAX_CUERPO = 64 * 2**20  # sembrar takes 100,000 references in one request
LARGO_URL = 126  # of str_url (contract 1.1)


class NoPuedeEscuchar(Exception):
    """A port is taken or the address is not this machine's; its text says which and what to do."""


@web.middleware
async def _pagina_desconocida(request: web.Request, handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except PaginaDesconocida as error:
        titulo = "Esta página de pago no existe"
        faltas = ["la dirección no corresponde a ninguna transacción"]
        return pagina("caja_error.html", estado=404, caja=str(error), titulo=titulo, faltas=faltas)


def aplicacion(mundo: Mundo, rutas: list) -> web.Application:
    """An application that serves these routes and the style sheet."""
    app = web.Application(middlewares=[_pagina_desconocida], client_max_size=MAX_CUERPO)
    app[MUNDO] = mundo
    app.add_routes([*rutas, web.static("/estaticos", ESTATICOS)])
    return app


def aplicaciones(mundo: Mundo, *, con_desvio: bool) -> list[web.Application]:
    """The application of the first origin and, with a detour, that of the second, where ZonaPAGOS' pages then live.
    PayU's stay on the first: a browser that holds a form to its target's origin would not follow the form elsewhere."""
    paginas = paginas_zonapagos.CAJA.rutas()
    comunes = [*api_zonapagos.rutas(), *checkout.rutas(), *consultas.rutas(), *control.rutas()]
    if not con_desvio:
        return [aplicacion(mundo, [*comunes, *paginas])]
    return [aplicacion(mundo, [*comunes, *paginas_zonapagos.desvio()]), aplicacion(mundo, paginas)]


async def servir(mundo: Mundo, *, host: str, puertos: list[int]) -> None:
    """Listen on these ports (0 = any free one) until SIGTERM or SIGINT. Raises NoPuedeEscuchar."""
    parar = asyncio.Event()
    for senal in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(senal, parar.set)
    async with contextlib.AsyncExitStack() as pila:
        confirmaciones = await pila.enter_async_context(Confirmaciones(mundo))
        mundo.al_resolver = confirmaciones.resolver
        origenes = []
        for app, puerto in zip(aplicaciones(mundo, con_desvio=len(puertos) > 1), puertos, strict=True):
            app[CONFIRMACIONES] = confirmaciones
            corredor = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
            await corredor.setup()
            pila.push_async_callback(corredor.cleanup)
            origenes.append(await _escuchar(corredor, host, puerto))
        mundo.origen, mundo.origen_desvio = (origenes * 2)[:2] if len(origenes) == 1 else origenes
        escritor = asyncio.create_task(mundo.almacen.escribir_siempre())
        pila.callback(escritor.cancel)
        _anunciar(origenes)
        await parar.wait()
    await mundo.almacen.cerrar()


async def _escuchar(corredor: web.AppRunner, host: str, puerto: int) -> str:
    try:
        await web.TCPSite(corredor, host, puerto, backlog=1024).start()
    except OSError as error:
        causa = f"el puerto {puerto} está ocupado" if error.errno == errno.EADDRINUSE else str(error.strerror or error)
        raise NoPuedeEscuchar(
            f"no se puede escuchar en {host}: {causa}; elija otro con --puerto o --puerto-desvio"
        ) from error
    nombre = f"[{host}]" if ":" in host else host
    return f"http://{nombre}:{corredor.addresses[0][1]}"


def _anunciar(origenes: list[str]) -> None:
    paginas = f" (páginas de pago en {origenes[1]})" if len(origenes) > 1 else ""
    sys.stdout.write(f"Simulador listo: {origenes[0]}{paginas}\n")
    sys.stdout.flush()
