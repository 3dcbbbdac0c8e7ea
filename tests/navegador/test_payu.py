"""A payment by PayU in Chromium: the form that sends itself, PayU's report before, after and instead of the return.

No worker runs, so nobody but PayU's report or the payer's return makes the portal ask.
"""

import re

import pytest
from playwright.sync_api import expect

from pagos.models import Abono, Pago
from tests.fabricas import CLAVE, ana
from tests.fabricas_cartera import crear_empresa, crear_saldo
from tests.fabricas_pagos import acuerdo_payu, crear_forma
from tests.navegador.navegacion import Ventana, chromium
from tests.recorridos.procesos import Portal, esperar
from tests.simulador.payu.apoyo import RAIZ

pytestmark = [
    pytest.mark.navegador,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(180),
    pytest.mark.solo_postgresql("the browser tests run whole on PostgreSQL; on SQLite, the main road"),
]


class Recorrido:
    """Ana in front of the portal and of PayU's pages."""

    def __init__(self, navegador, portal, simulador, *, nombre, **tamano):
        self.simulador, self.portal = simulador, portal
        self.ventana = Ventana(navegador, url=portal.url, ajenos=simulador.urls, nombre=nombre, **tamano)
        self.pagina = self.ventana.pagina
        self.ventana.entrar("ana@ejemplo.co", CLAVE)

    def pagar(self, *numeros):
        """From the balances to the button of *Forma de pago* that leads to PayU."""
        self.ventana.ir("/saldos/")
        for numero in numeros:
            self.pagina.get_by_label(re.compile(numero)).first.check()
        if not self.pagina.evaluate("document.documentElement.classList.contains('js')"):
            agregar = self.pagina.get_by_role("button", name="Agregar a la selección").first
            if agregar.is_visible():
                agregar.click()
        self.pagina.get_by_role("link", name=re.compile(r"^Pagar \$")).first.click()
        for casilla in self.pagina.locator("main input[type=checkbox]").all():
            casilla.check()
        self.pagina.get_by_role("button", name=re.compile("PayU")).click()
        # A click does not wait for the answer, and the payment exists only once the portal has given it.
        self.pagina.wait_for_url(re.compile(rf"/ir/$|{re.escape(RAIZ)}"))
        return self

    def en_payu(self, tarjeta):
        """Through PayU's pages with a test card; the last of them tells the outcome."""
        self.pagina.wait_for_url(f"**{RAIZ}**")
        self.pagina.get_by_label("Tarjeta de crédito").check()
        self.pagina.get_by_role("button", name="Clic para continuar con el pago").click()
        for campo, valor in (
            ("Número de la tarjeta", f"4111 1111 1111 {tarjeta}"),
            ("Nombre del titular", "Ana"),
            (re.compile("Vence"), "12/30"),
            ("Código de seguridad", "123"),
        ):
            self.pagina.get_by_label(campo).fill(valor)
        self.pagina.get_by_role("button", name="Continuar").click()
        self.pagina.get_by_role("button", name="Finalizar").click()
        return self

    def volver(self):
        self.pagina.get_by_role("link", name="Regresar al comercio").click()
        self.pagina.wait_for_url(f"{self.portal.url}/**")

    def alterar(self, **campos):
        """Write into the hidden fields of the form, as anybody can in his own browser, and press its button."""
        boton = self.pagina.get_by_role("button", name="Continuar a la pasarela")
        expect(boton).to_be_visible()
        for nombre, valor in campos.items():
            campo = self.pagina.locator(f"form[data-enviar-solo] input[name='{nombre}']")
            campo.evaluate("(campo, valor) => { campo.value = valor; }", valor)
        boton.click()
        self.pagina.wait_for_url(f"**{RAIZ}**")


@pytest.fixture
def recorrido(transactional_db, proceso_simulador, dar_clave):
    """`recorrido(name, **window)`: Ana with two balances and a button that leads to PayU, on real processes."""
    cliente = ana()
    dar_clave(cliente)
    empresa = crear_empresa(nombre="Distribuidora Andina de Materiales S.A.S.")
    tercero = cliente.asociaciones.get().tercero
    for numero, valor in (("10234", "412000.00"), ("10235", "5000.55")):
        crear_saldo(empresa=empresa, tercero=tercero, numero=numero, valor=valor)
    crear_forma(acuerdo_payu(empresa, proceso_simulador.url), etiqueta="PayU")
    portal = Portal()
    try:
        with chromium() as navegador:
            abiertos = []

            def abrir(nombre, **tamano):
                abiertos.append(Recorrido(navegador, portal, proceso_simulador, nombre=f"payu-{nombre}", **tamano))
                return abiertos[-1]

            yield abrir
            for uno in abiertos:
                uno.ventana.cerrar()
    finally:
        portal.matar()


def estado():
    return Pago.objects.get().estado


def confirmaciones(simulador, tipo):
    """What becomes of PayU's reports from now on: lost, several times, out of order."""
    simulador.control("fallas", {"reglas": [{"punto": "confirmacion", "tipo": tipo}]})


def test_la_confirmacion_llega_antes_que_el_pagador(recorrido, proceso_simulador):
    """Approved by the report while the payer is still at PayU, who comes back to an approved payment."""
    ana_paga = recorrido("antes", ancho=1280).pagar("10234").en_payu("0001")
    esperar(lambda: estado() == "APROBADA", que="la confirmación aprueba")
    ana_paga.ventana.foto("en-payu")
    ana_paga.volver()
    expect(ana_paga.pagina.get_by_role("heading", name="Su pago fue aprobado")).to_be_visible()
    ana_paga.ventana.foto("aprobada")
    assert Abono.objects.count() == 1
    assert Pago.objects.get().eventos.get(a="APROBADA").origen == "confirmacion"
    assert proceso_simulador.faltas() == []


def test_la_confirmacion_llega_despues_que_el_pagador(recorrido, proceso_simulador):
    """Back while PayU still decides: pending with the mandatory text; the report approves, and the page tells it."""
    ana_paga = recorrido("despues", ancho=360, alto=740, js=False).pagar("10234")
    ana_paga.ventana.foto("formulario")
    ana_paga.pagina.get_by_role("button", name="Continuar a la pasarela").click()
    ana_paga.en_payu("0003").volver()
    expect(ana_paga.pagina.get_by_text("En este momento su Número de Referencia o Factura")).to_be_visible()
    ana_paga.ventana.foto("pendiente")
    assert estado() == "PENDIENTE"
    # The pending page asks by itself: here the report must be first, and find that nobody asked a moment ago.
    ana_paga.pagina.goto("about:blank")
    Pago.objects.update(preguntada_en=None)
    proceso_simulador.control("reloj", {"adelantar": 60})
    esperar(lambda: estado() == "APROBADA", que="la confirmación aprueba")
    ana_paga.ventana.ir(f"/pagos/{Pago.objects.get().referencia}/")
    expect(ana_paga.pagina.get_by_role("heading", name="Su pago fue aprobado")).to_be_visible()
    assert Pago.objects.get().eventos.get(a="APROBADA").origen == "confirmacion"


def test_la_confirmacion_llega_en_vez_del_pagador(recorrido, proceso_simulador):
    """The payer closes the window at PayU: the report, three times over, approves once, and the receipt waits."""
    confirmaciones(proceso_simulador, "duplicada")
    primera = recorrido("en-vez", ancho=1280).pagar("10234").en_payu("0001")
    esperar(lambda: estado() == "APROBADA", que="la confirmación aprueba")
    primera.pagina.goto("about:blank")
    despues = recorrido("otro-dia", ancho=360, alto=740)
    despues.ventana.ir(f"/pagos/{Pago.objects.get().referencia}/")
    expect(despues.pagina.get_by_role("link", name=re.compile("comprobante", re.IGNORECASE)).first).to_be_visible()
    despues.ventana.foto("comprobante")
    assert Abono.objects.count() == 1


def test_sin_confirmacion_el_regreso_basta(recorrido, proceso_simulador):
    """Every report is lost: the payer's return makes the portal ask, and PayU's answer approves."""
    confirmaciones(proceso_simulador, "perdida")
    ana_paga = recorrido("sin-aviso", ancho=1280).pagar("10234").en_payu("0001")
    assert estado() == "PENDIENTE"
    ana_paga.volver()
    expect(ana_paga.pagina.get_by_role("heading", name="Su pago fue aprobado")).to_be_visible()
    assert Pago.objects.get().eventos.get(a="APROBADA").origen == "retorno"


def test_lo_firmado_del_formulario_no_se_puede_alterar(recorrido):
    """Another amount, currency, reference or merchant: PayU refuses the form, and the payment stays unpaid."""
    ana_paga = recorrido("alterado", ancho=1280, js=False).pagar("10234")
    referencia = Pago.objects.get().referencia
    for campo, valor in (("amount", "1.00"), ("currency", "USD"), ("referenceCode", "OTRA1"), ("merchantId", "508030")):
        ana_paga.alterar(**{campo: valor})
        expect(ana_paga.pagina.get_by_role("heading", name="PayU no puede recibir este pago")).to_be_visible()
        ana_paga.ventana.ir(f"/pagos/{referencia}/ir/")
    ana_paga.ventana.quejas.clear()  # the browser notes that PayU answered 400
    ana_paga.ventana.ir(f"/pagos/{referencia}/")
    expect(ana_paga.pagina.get_by_role("heading", name="El pago está sin terminar")).to_be_visible()
    assert (estado(), Abono.objects.count()) == ("PENDIENTE", 0)


def test_con_la_marca_de_prueba_cambiada_nunca_se_aprueba(recorrido):
    """`test` is under no signature: PayU takes it and approves a test card, and the portal books nothing."""
    ana_paga = recorrido("altera-test", ancho=1280, js=False).pagar("10234")
    ana_paga.alterar(test="0")
    ana_paga.en_payu("0001").volver()
    expect(ana_paga.pagina.get_by_role("heading", name="Su pago está en revisión")).to_be_visible()
    expect(ana_paga.pagina.get_by_text("fue aprobado")).to_have_count(0)
    ana_paga.ventana.foto("en-revision")
    assert (estado(), Abono.objects.count()) == ("PENDIENTE", 0)
    assert Pago.objects.get().novedades.count() == 1


def test_la_firma_de_un_pago_barato_no_paga_otro(recorrido):
    """Every signed field taken from a cheaper payment: the cheap one is paid, the dear one never."""
    ana_paga = recorrido("altera-todo", ancho=1280, js=False).pagar("10235")
    barato = dict(Pago.objects.get().formulario)
    ana_paga.pagar("10234")
    caro = Pago.objects.order_by("-pk").first()
    firmados = ("referenceCode", "amount", "tax", "taxReturnBase", "signature")
    ana_paga.alterar(**{nombre: barato[nombre] for nombre in firmados})
    ana_paga.en_payu("0001").volver()
    expect(ana_paga.pagina.get_by_role("heading", name="No encontramos")).to_be_visible()
    ana_paga.ventana.quejas.clear()  # the browser notes the 404: the way back names another payment
    esperar(lambda: Pago.objects.get(referencia=barato["referenceCode"]).estado == "APROBADA", que="se paga el barato")
    caro.refresh_from_db()
    assert caro.estado == "PENDIENTE"
    assert [abono.valor for abono in Abono.objects.all()] == [Pago.objects.order_by("pk").first().total]
