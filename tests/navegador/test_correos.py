"""The e-mails as a mail program shows them, on a phone and on a desktop: looked at, and measured."""

import pytest
from django.core import mail
from django.utils import timezone

from pagos import notificaciones, transiciones
from pagos.alertas import correo as avisos_de_alertas
from pagos.models import Alerta
from tests.fabricas import crear_usuario
from tests.fabricas_cartera import crear_empresa, crear_saldo
from tests.fabricas_pagos import aprobada, crear_pago, esperando, rechazada
from tests.navegador.navegacion import CAPTURAS, chromium
from usuarios.correos import enviar_clave_olvidada, invitar

pytestmark = [
    pytest.mark.navegador,
    pytest.mark.django_db(transaction=True),
    pytest.mark.solo_sqlite("a browser looks at what was rendered: the database makes no difference"),
]

LARGO = "Distribuidora Nacional de Materiales y Herramientas del Café S.A.S."


@pytest.fixture
def correos(transactional_db, settings):
    """The HTML of one e-mail of each kind, by name, of a company with a long name, about much money."""
    empresa = crear_empresa(nombre=LARGO, correo="cartera@distribuidoracafe.example")
    for leidos, idioma in (
        ([aprobada], "es-co"),
        ([rechazada, aprobada], "en"),
        ([esperando], "en"),
    ):
        pago = crear_pago(*(crear_saldo(empresa=empresa, valor="12345678901.50", tercero=None) for _uno in range(1)))
        type(pago).objects.filter(pk=pago.pk).update(idioma=idioma)
        for leido in leidos:
            transiciones.aplicar(pago.pk, leido(pago), origen="sonda")
            assert notificaciones.enviar_pendientes()[1] == 0
    invitada = crear_usuario(email="contabilidad.y.tesoreria@distribuidoracafe.example", clave=None)
    for escribir in (invitar, enviar_clave_olvidada):
        escribir(invitada)
    settings.ALERTAS_CORREO = ["operacion@portal.example"]
    acuerdo, ahora, datos = empresa.acuerdos.first(), timezone.now(), {"preguntas": 12345, "errores": 1234}
    Alerta.objects.create(tipo="ERRORES_RED", acuerdo=acuerdo, datos=datos, abierta_en=ahora, cerrada_en=ahora)
    assert avisos_de_alertas.enviar_pendientes() == 2
    return {correo.subject.split(":")[0].replace(" ", "-"): correo.alternatives[0][0] for correo in mail.outbox}


def test_ningun_correo_se_desplaza_de_lado_ni_carga_nada(correos):
    """At 360 px nothing scrolls sideways, at 700 px it is a column and not a line across; nothing is fetched."""
    assert len(correos) == 8
    CAPTURAS.mkdir(exist_ok=True)
    pedido = []
    with chromium() as navegador:
        for ancho in (360, 700):
            pagina = navegador.new_page(viewport={"width": ancho, "height": 640}, java_script_enabled=False)
            pagina.on("request", lambda peticion: pedido.append(peticion.url))
            for nombre, html in correos.items():
                pagina.set_content(html)
                pagina.screenshot(path=str(CAPTURAS / f"correo-{ancho}-{nombre}.png"), full_page=True)
                columna = pagina.locator("table table").first.bounding_box()
                assert columna["x"] >= 0, nombre
                assert columna["x"] + columna["width"] <= ancho, f"{nombre} se desplaza de lado a {ancho} px"
                assert columna["width"] < 620, nombre
    assert pedido == []
