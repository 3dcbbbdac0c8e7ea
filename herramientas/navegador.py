"""A Chromium that tells on the pages: console errors, policy violations and requests to strangers are complaints."""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

_OPCIONES = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]


def ruta_chromium():
    """Path of the Chromium of this machine (CHROMIUM names another one); None when there is none."""
    nombrado = os.environ.get("CHROMIUM")
    if nombrado:
        return nombrado if Path(nombrado).is_file() else None
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@contextmanager
def chromium():
    """A headless browser of this machine. While it is open, Django must be told that threads are not an event loop."""
    # Here, not above: whoever only asks where Chromium is does not load the library that drives it.
    from playwright.sync_api import sync_playwright

    antes = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_playwright() as motor:
            navegador = motor.chromium.launch(executable_path=str(ruta_chromium()), args=_OPCIONES)
            yield navegador
            navegador.close()
    finally:
        if antes is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = antes


class Ventana:
    """One person's browser window of a given width; `quejas` is what the browser complained about.

    `url` is the portal's, `ajenos` the other origins that its pages may lead to.
    """

    def __init__(self, navegador, *, url, ajenos=(), ancho=1280, alto=800, js=True, idioma="es-CO", esquema="light"):
        self.contexto = navegador.new_context(
            viewport={"width": ancho, "height": alto},
            java_script_enabled=js,
            locale=idioma,
            color_scheme=esquema,
            accept_downloads=True,
        )
        self.pagina = self.contexto.new_page()
        self.url, self.quejas = url, []
        conocidos = {urlsplit(uno).netloc for uno in (url, *ajenos)}
        self.pagina.on("console", lambda m: m.type in ("error", "warning") and self.quejas.append(m.text))
        self.pagina.on("pageerror", lambda error: self.quejas.append(str(error)))
        self.pagina.on(
            "request",
            lambda r: urlsplit(r.url).netloc not in conocidos and self.quejas.append(f"pidió {r.url}"),
        )

    def ir(self, camino):
        """Open a path of the portal."""
        self.pagina.goto(self.url + camino)
        return self

    def entrar(self, correo, clave):
        """Through the login form, as a person."""
        self.ir("/cuenta/entrar/")
        self.pagina.get_by_label("Correo electrónico").fill(correo)
        self.pagina.get_by_label("Contraseña", exact=True).fill(clave)
        self.pagina.get_by_role("button", name="Entrar", exact=True).click()

    def ancho_del_contenido(self):
        """How wide the page is, in CSS pixels: more than the window's width means that it scrolls sideways."""
        medidas = self.contexto.new_cdp_session(self.pagina).send("Page.getLayoutMetrics")
        return medidas["cssContentSize"]["width"]
