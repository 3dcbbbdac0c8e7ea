"""The control: a page for people and a JSON API for tests, both over the same services."""

from aiohttp import web

from simulador.control import api, paginas, payu


def rutas() -> list[web.RouteDef]:
    """Everything under /control/."""
    return [*api.rutas(), *payu.rutas(), *paginas.rutas()]
