"""How often one address may ask for a public page. Money paths are never limited (diseno.md 4.14)."""

from functools import wraps

import structlog
from django.core.cache import cache
from django.shortcuts import render

from usuarios.acceso import direccion_de

_registro = structlog.get_logger(__name__)


def limitar(nombre, *, veces, segundos):
    """Decorator: at most `veces` requests per address in each window of `segundos`, then 429 with a page.

    `nombre` keeps apart the counters of different pages. Without the cache nobody is limited.
    """

    def decorador(vista):
        @wraps(vista)
        def limitada(request, *args, **kwargs):
            if _cuenta(f"limite:{nombre}:{direccion_de(request)}", segundos) <= veces:
                return vista(request, *args, **kwargs)
            respuesta = render(request, "errores/429.html", status=429)
            respuesta["Retry-After"] = str(segundos)
            return respuesta

        return limitada

    return decorador


def _cuenta(clave, segundos):
    """How many times this key was counted in its window; 0 when the cache does not answer."""
    try:
        cache.add(clave, 0, segundos)
        return cache.incr(clave)
    except Exception:  # a cache that fails (or that dropped the key in between) must not close the page
        _registro.warning("limite_sin_cache", exc_info=True)
        return 0
