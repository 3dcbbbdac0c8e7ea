"""Where the scenarios are walked, and the payer's steps in the browser, each written down as it is taken."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from certificacion import libros
from certificacion.testigo import Testigo
from herramientas.navegador import Ventana
from herramientas.procesos import Simulador

ESCRITORIO, TELEFONO = (1280, 800), (360, 740)


@dataclass(frozen=True, kw_only=True)
class Escena:
    """A portal with its worker, a gateway behind a witness, one customer, and a browser."""

    navegador: Any
    portal: str  # base URL
    simulador: Simulador
    testigo: Testigo
    correo: str
    clave: str
    # Runs a management command in a process whose clock is so many minutes ahead: (minutes, words) -> (code, output).
    adelantada: Callable

    def ventana(self, tamano=ESCRITORIO):
        """A new browser window, without a session."""
        ancho, alto = tamano
        return Ventana(self.navegador, url=self.portal, ajenos=self.simulador.urls, ancho=ancho, alto=alto)


class Pagador:
    """The customer, from the login to the return, in a window of his own; every step goes into the `acta`."""

    def __init__(self, escena, acta):
        self.escena, self.acta = escena, acta
        self.ventana = escena.ventana()
        self.pagina = self.ventana.pagina

    # --- In the portal ------------------------------------------------------------------------------------------
    def entrar(self):
        """Log in, with nothing selected."""
        libros.vaciar_seleccion(self.escena.correo)
        self.ventana.entrar(self.escena.correo, self.escena.clave)
        self.pagina.wait_for_url(lambda url: "/cuenta/entrar/" not in url)
        self.acta.hecho(f"El cliente {self.escena.correo} entró al portal.")

    def elegir(self, cuantos=1):
        """Select documents and go to *Forma de pago*; returns the saldos."""
        saldos = libros.documentos_libres(self.escena.correo, cuantos)
        for saldo in saldos:
            self.ventana.ir(f"/saldos/?q={saldo.numero}")
            casilla = self.pagina.get_by_label(saldo.etiqueta, exact=True).first
            casilla.check()
            self.pagina.get_by_role("button", name=f"Quitar {saldo.etiqueta}").wait_for()
        nombres = ", ".join(saldo.etiqueta for saldo in saldos)
        self.acta.hecho(f"Eligió {nombres} de {saldos[0].empresa.nombre} y presionó «Pagar».")
        self.pagina.get_by_role("link", name=re.compile(r"^Pagar \$")).first.click()
        self.pagina.get_by_role("heading", name="Forma de pago").wait_for()
        return saldos

    def aceptar_y_pagar(self, boton="PSE"):
        """Accept terms and data policy, press the button, arrive at the gateway; returns the new reference."""
        for casilla in self.pagina.locator("main input[type=checkbox]").all():
            casilla.check()
        self.pagina.get_by_role("button", name=re.compile(f"con {boton}")).first.click()
        self.pagina.wait_for_load_state()
        referencia = libros.ultima_referencia(self.escena.correo)
        self.acta.referencias.append(referencia)
        self.acta.hecho(
            f"Aceptó términos y política de datos y pagó con «{boton}». Identificador del pago: {referencia}."
        )
        return referencia

    def reintentar(self):
        """*Intentar de nuevo con los mismos documentos*, up to the gateway; returns the new reference."""
        self.pagina.get_by_role("button", name="Intentar de nuevo con los mismos documentos").click()
        self.pagina.get_by_role("heading", name="Forma de pago").wait_for()
        self.acta.hecho("Presionó «Intentar de nuevo con los mismos documentos».")
        return self.aceptar_y_pagar()

    def ver(self, referencia):
        """Open the payment's own page in the portal."""
        self.ventana.ir(f"/pagos/{referencia}/")

    # --- At the gateway -----------------------------------------------------------------------------------------
    def esperar_pasarela(self):
        """The gateway's first page is there."""
        self.pagina.wait_for_url("**/Ciclo_Pago/Pago.aspx**")
        self.pagina.get_by_role("button", name="Clic para continuar con el pago").wait_for()

    def pse(self, banco):
        """Pay by PSE at this test bank, up to the gateway's result."""
        self.esperar_pasarela()
        self.pagina.get_by_label("PSE").check()
        self.pagina.get_by_role("button", name="Clic para continuar con el pago").click()
        self.pagina.get_by_label(re.compile(f"^{banco} ")).check()
        self.pagina.get_by_role("button", name="Continuar").click()
        self.pagina.get_by_role("button", name="Finalizar").click()
        self.pagina.get_by_role("link", name="Regresar al comercio").wait_for()
        self.acta.hecho(f"En la página de la pasarela pagó por PSE con «{banco}».")

    def tarjeta(self, ultimos):
        """Pay with the test card that ends so, up to the gateway's result."""
        self.esperar_pasarela()
        self.pagina.get_by_label("Pago Tarjeta de Crédito").check()
        self.pagina.get_by_role("button", name="Clic para continuar con el pago").click()
        datos = {"Número de la tarjeta": f"4111 1111 1111 {ultimos}", "Nombre del titular": "Ana", "Vence": "12/30"}
        for etiqueta, valor in {**datos, "Código de seguridad": "123"}.items():
            self.pagina.get_by_label(etiqueta).fill(valor)
        self.pagina.get_by_role("button", name="Continuar").click()
        self.pagina.get_by_role("button", name="Finalizar").click()
        self.pagina.get_by_role("link", name="Regresar al comercio").wait_for()
        self.acta.hecho(f"En la página de la pasarela pagó con la tarjeta de prueba terminada en {ultimos}.")

    def regresar(self, referencia):
        """*Regresar al comercio*, up to the payment's page in the portal."""
        self.pagina.get_by_role("link", name="Regresar al comercio").click()
        self.pagina.wait_for_url(f"**/pagos/{referencia}/")
        self.acta.hecho("Presionó «Regresar al comercio» y volvió al portal.")

    # --- What is seen -------------------------------------------------------------------------------------------
    @property
    def titulo(self):
        """The heading of the page."""
        return self.pagina.locator("h1").first.inner_text()

    @property
    def texto(self):
        """All that the page says, in one line."""
        return " ".join(self.pagina.inner_text("body").split())

    def foto(self, titulo, *, telefono=False):
        """Screenshot of the page; with `telefono`, of the same page 360 px wide, which must not scroll sideways."""
        if not telefono:
            self.acta.foto(titulo, self.pagina.screenshot(full_page=True), ESCRITORIO[0])
            return
        self.pagina.set_viewport_size({"width": TELEFONO[0], "height": TELEFONO[1]})
        self.acta.foto(titulo, self.pagina.screenshot(full_page=True), TELEFONO[0])
        ancho = self.ventana.ancho_del_contenido()
        cabe = f"{TELEFONO[0]} px o menos"
        self.acta.comprobar_que(f"Ancho de «{titulo}»", ancho <= TELEFONO[0], esperado=cabe, visto=f"{ancho} px")
        self.pagina.set_viewport_size({"width": ESCRITORIO[0], "height": ESCRITORIO[1]})

    def __enter__(self):
        return self

    def __exit__(self, tipo, _error, _traza):
        """Close the window: where the walk stopped is photographed; the browser must have had nothing to complain."""
        if tipo is not None:
            with suppress(Exception):  # what went wrong may be the browser itself, and the first error is the one
                self.foto("Donde se detuvo el recorrido")
        self.ventana.contexto.close()
        self.acta.comprobar(
            "Errores y avisos del navegador en las páginas del portal", esperado=[], visto=self.ventana.quejas
        )
