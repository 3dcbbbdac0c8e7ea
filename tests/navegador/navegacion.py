"""A Chromium that tells on the pages: console errors, policy violations and requests to strangers fail the test."""

import os
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

from herramientas.variables import RAIZ
from tests.arnes.servicios import ruta_chromium

CAPTURAS = RAIZ / "capturas"
_OPCIONES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@contextmanager
def chromium():
    """A headless browser of this machine. While it is open, Django must be told that threads are not an event loop."""
    antes = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_playwright() as motor:
            navegador = motor.chromium.launch(
                executable_path=str(ruta_chromium()),
                args=[*_OPCIONES, "--disable-component-update", "--disable-sync"],
            )
            yield navegador
            navegador.close()
    finally:
        if antes is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = antes


class Ventana:
    """One person's browser window of a given width; `quejas` is what the browser complained about."""

    def __init__(self, navegador, *, url, ajenos=(), ancho=1280, alto=800, js=True, idioma="es-CO", nombre="ventana"):
        self.contexto = navegador.new_context(
            viewport={"width": ancho, "height": alto}, java_script_enabled=js, locale=idioma, accept_downloads=True
        )
        self.pagina = self.contexto.new_page()
        self.url, self.nombre, self.quejas, self._fotos = url, f"{nombre}-{ancho}{'' if js else '-sin-js'}", [], 0
        conocidos = {urlsplit(uno).netloc for uno in (url, *ajenos)}
        self.pagina.on("console", lambda m: m.type in ("error", "warning") and self.quejas.append(m.text))
        self.pagina.on("pageerror", lambda error: self.quejas.append(str(error)))
        self.pagina.on(
            "request",
            lambda r: urlsplit(r.url).netloc not in conocidos and self.quejas.append(f"pidió {r.url}"),
        )

    def ir(self, camino):
        self.pagina.goto(self.url + camino)
        return self

    def entrar(self, correo, clave):
        """Through the login form, as a person."""
        self.ir("/cuenta/entrar/")
        self.pagina.get_by_label("Correo electrónico").fill(correo)
        self.pagina.get_by_label("Contraseña", exact=True).fill(clave)
        self.pagina.get_by_role("button", name="Entrar", exact=True).click()

    def foto(self, nombre):
        """Screenshot into the ignored folder, and the page must not scroll sideways."""
        self._fotos += 1
        CAPTURAS.mkdir(exist_ok=True)
        archivo = CAPTURAS / f"{self.nombre}-{self._fotos:02d}-{nombre}.png"
        self.pagina.screenshot(path=str(archivo), full_page=True)
        ancho = self.pagina.viewport_size["width"]
        medido = self.contexto.new_cdp_session(self.pagina).send("Page.getLayoutMetrics")["cssContentSize"]["width"]
        assert medido <= ancho, f"{nombre} se desplaza de lado: {medido} > {ancho} px"

    def cerrar(self):
        self.contexto.close()
        assert self.quejas == []
