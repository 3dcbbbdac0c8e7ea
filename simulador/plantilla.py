"""Rendering of the HTML pages: one Jinja2 environment, strict about names, with the headers every page carries."""

from decimal import Decimal
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

AQUI = Path(__file__).parent
ESTATICOS = AQUI / "estaticos"
CABECERAS = {
    # frame-ancestors and form-action do not fall back to default-src
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def pesos(valor: Decimal) -> str:
    """`1.254.300` or `1.254.300,50`: as Colombians write amounts; the currency stands apart."""
    entero, _, centavos = f"{valor.quantize(Decimal('0.01')):,}".partition(".")
    return entero.replace(",", ".") + ("" if centavos == "00" else f",{centavos}")


_entorno = Environment(
    loader=FileSystemLoader(AQUI / "plantillas"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_entorno.filters["pesos"] = pesos


def pagina(nombre: str, *, estado: int = 200, **datos: object) -> web.Response:
    """The template `nombre` as an HTML response."""
    texto = _entorno.get_template(nombre).render(**datos)
    return web.Response(text=texto, status=estado, content_type="text/html", headers=CABECERAS)
