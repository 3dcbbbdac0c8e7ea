"""The second step of the login in Chromium: Carla enrols her phone, comes back with it, and once without it."""

import base64
import re

import pytest
from playwright.sync_api import expect

from tests.fabricas import CLAVE, carla
from tests.navegador.navegacion import Ventana, chromium
from tests.navegador.test_paginas import faltas_de
from tests.usuarios.apoyo import Telefono
from usuarios import doble_factor

pytestmark = [
    pytest.mark.navegador,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(300),
    pytest.mark.solo_postgresql("the browser tests run whole on PostgreSQL; on SQLite, the main road"),
]


@pytest.fixture(autouse=True)
def exigido(settings):
    """As in production: the staff's second factor is required."""
    settings.DOBLE_FACTOR = True


class VentanaRevisada(Ventana):
    """One whose every photographed page is also looked at by axe, which is a script."""

    def foto(self, nombre):
        super().foto(nombre)
        assert faltas_de(self.pagina) == []


def escribir_clave(ventana):
    """The login's first step, as Carla."""
    pagina = ventana.ir("/cuenta/entrar/?next=/cuenta/perfil/").pagina
    pagina.get_by_label("Correo electrónico").fill("carla@ejemplo.co")
    pagina.get_by_label("Contraseña").fill(CLAVE)
    pagina.get_by_role("button", name="Entrar").click()
    return pagina


def enrolar(ventana):
    """From the password to the recovery codes; returns the Telefono and the codes."""
    pagina = escribir_clave(ventana)
    expect(pagina.get_by_role("heading", level=1)).to_have_text("Activar la verificación en dos pasos")
    caja = pagina.get_by_role("img", name="Código QR para la aplicación").bounding_box()
    assert caja["width"] > 150
    ventana.foto("qr")
    secreto = pagina.locator("section code").inner_text()
    telefono = Telefono(base64.b32decode(secreto.replace(" ", "")).hex())
    pagina.get_by_label("Código de la aplicación").fill(telefono.codigo())
    pagina.get_by_role("button", name="Activar").click()
    expect(pagina.get_by_role("heading", level=1)).to_have_text("Guarde sus códigos de recuperación")
    codigos = pagina.locator(".codigos code").all_inner_texts()
    assert len(codigos) == 10
    ventana.foto("codigos")
    pagina.get_by_role("link", name="Ya los guardé: continuar").click()
    expect(pagina).to_have_url(re.compile("/cuenta/perfil/$"))
    return telefono, codigos


@pytest.mark.parametrize(("ancho", "js", "esquema"), [(360, False, "light"), (1280, True, "dark")])
def test_carla_activa_su_telefono_y_vuelve_con_el_y_sin_el(transactional_db, live_server, ancho, js, esquema):
    """Enrolled on the way in; then a wrong code, the right one; then a recovery code. Nothing scrolls sideways."""
    usuario = carla()
    with chromium() as navegador:
        clase = VentanaRevisada if js else Ventana  # axe is a script
        ventana = clase(navegador, url=live_server.url, ancho=ancho, js=js, esquema=esquema, nombre="dos-pasos")
        telefono, codigos = enrolar(ventana)
        ventana.contexto.clear_cookies()
        pagina = escribir_clave(ventana)
        pagina.get_by_label("Código de la aplicación").fill("000000")
        pagina.get_by_role("button", name="Entrar").click()
        expect(pagina.get_by_role("alert")).to_contain_text("El código no es correcto")
        ventana.foto("codigo-malo")
        # The phone's code of now was used to enrol; half a minute ahead is still within its clock's tolerance.
        pagina.wait_for_timeout(1200)
        pagina.get_by_label("Código de la aplicación").fill(telefono.codigo(pasos=1))
        pagina.get_by_role("button", name="Entrar").click()
        expect(pagina).to_have_url(re.compile("/cuenta/perfil/$"))
        ventana.contexto.clear_cookies()
        pagina = escribir_clave(ventana)
        pagina.get_by_role("link", name="No tengo mi teléfono: usar un código de recuperación").click()
        pagina.get_by_label("Código de recuperación").fill(codigos[0])
        ventana.foto("recuperacion")
        pagina.get_by_role("button", name="Entrar").click()
        expect(pagina).to_have_url(re.compile("/cuenta/perfil/$"))
        ventana.ir("/cuenta/dos-pasos/")
        expect(ventana.pagina.locator("dl.datos")).to_contain_text("9")
        ventana.foto("estado")
        ventana.cerrar()
    assert doble_factor.activo(usuario)
