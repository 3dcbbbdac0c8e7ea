"""The browser of these tests: what it complains about fails the test, and its screenshots stay in an ignored folder."""

from contextlib import contextmanager

from django.db import connections

from herramientas import navegador as _navegador
from herramientas.variables import RAIZ

CAPTURAS = RAIZ / "capturas"


@contextmanager
def chromium():
    """The tools' browser. Its driver runs an event loop, where Django keeps connections apart: they end with it."""
    with _navegador.chromium() as navegador:
        yield navegador
        connections.close_all()


class Ventana(_navegador.Ventana):
    """One person's browser window of a given width; closing it asserts that the browser had nothing to complain."""

    def __init__(self, navegador, *, ancho=1280, js=True, nombre="ventana", **opciones):
        super().__init__(navegador, ancho=ancho, js=js, **opciones)
        self.nombre, self._fotos = f"{nombre}-{ancho}{'' if js else '-sin-js'}", 0

    def foto(self, nombre):
        """Screenshot into the ignored folder, and the page must not scroll sideways."""
        self._fotos += 1
        CAPTURAS.mkdir(exist_ok=True)
        archivo = CAPTURAS / f"{self.nombre}-{self._fotos:02d}-{nombre}.png"
        self.pagina.screenshot(path=str(archivo), full_page=True)
        ancho, medido = self.pagina.viewport_size["width"], self.ancho_del_contenido()
        assert medido <= ancho, f"{nombre} se desplaza de lado: {medido} > {ancho} px"

    def cerrar(self):
        self.contexto.close()
        assert self.quejas == []
