"""What every answer tells the browser."""

import pytest
from django.test import Client

from tests.seguridad.test_matriz import TABLA, pedir

pytestmark = pytest.mark.django_db

# The same for everybody: `tests/cartera/views/test_marca.py` says how long a browser keeps it.
DE_NADIE = {"cartera:logo", "cartera:color"}
POLITICA = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
)


def exigir_cabeceras(respuesta, donde):
    """The strict policy without exceptions, no framing, no sniffing, no referrer to others, no devices."""
    partes = [parte.strip() for parte in respuesta["Content-Security-Policy"].split(";")]
    assert [una for una in POLITICA if una not in partes] == [], donde
    assert "unsafe" not in respuesta["Content-Security-Policy"], donde
    assert respuesta["X-Frame-Options"] == "DENY", donde
    assert respuesta["X-Content-Type-Options"] == "nosniff", donde
    assert respuesta["Referrer-Policy"] == "same-origin", donde
    assert "camera=()" in respuesta["Permissions-Policy"], donde


@pytest.mark.parametrize("nombre", TABLA)
def test_cada_respuesta_lleva_las_cabeceras(nombre, navegadores, mundo):
    """Page, redirect, refusal or not found: each carries them, whoever asks."""
    for quien, cliente in navegadores.items():
        exigir_cabeceras(pedir(cliente, TABLA[nombre], nombre, mundo), (nombre, quien))


@pytest.mark.parametrize("url", ["/no-existe/", "/pagos/no-existe/ir/", "/admin/login/", "/static/no-existe.css"])
def test_tambien_lo_que_no_existe_y_la_administracion(url):
    """Errors and the administration are no exception."""
    exigir_cabeceras(Client().get(url), url)


@pytest.mark.parametrize(
    "nombre", [nombre for nombre, fila in TABLA.items() if fila.esperado["ana"] == 200 and nombre not in DE_NADIE]
)
def test_lo_de_quien_entro_no_queda_en_ninguna_cache(nombre, navegadores, mundo):
    """Pages of a logged-in user are kept by no cache."""
    respuesta = pedir(navegadores["ana"], TABLA[nombre], nombre, mundo)
    assert "no-store" in respuesta["Cache-Control"]
    assert "private" in respuesta["Cache-Control"]
