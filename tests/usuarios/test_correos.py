"""`usuarios.correos`: the mails with the link to set a password."""

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import translation

from tests.fabricas import CLAVE, crear_usuario
from usuarios.correos import enlace_clave, enviar_clave_olvidada, invitar

pytestmark = pytest.mark.django_db


def test_el_enlace_va_a_la_direccion_publica_y_abre_el_formulario(client, settings):
    """The link stands on PORTAL_URL, whatever host asked, and leads to the form."""
    settings.PORTAL_URL = "https://pagos.ejemplo.co"
    enlace = enlace_clave(crear_usuario(clave=None))
    assert enlace.startswith("https://pagos.ejemplo.co/cuenta/clave/nueva/")
    respuesta = client.get(enlace.removeprefix("https://pagos.ejemplo.co"), follow=True)
    assert "Cree su contraseña" in respuesta.content.decode()


@pytest.mark.parametrize("enviar", [invitar, enviar_clave_olvidada])
def test_el_correo_lleva_texto_y_html_con_el_mismo_enlace(enviar):
    """Both parts carry the link, addressed to the user alone; names are escaped in the HTML and not in the text."""
    usuario = crear_usuario(clave=None, email="ana@ejemplo.co", nombre="Ana & <b>Co</b>")
    enviar(usuario)
    (mensaje,) = mail.outbox
    html, tipo = mensaje.alternatives[0]
    enlace = enlace_clave(usuario)
    assert (mensaje.to, tipo, "\n" in mensaje.subject) == (["ana@ejemplo.co"], "text/html", False)
    assert enlace in mensaje.body
    assert f'href="{enlace}"' in html
    assert "Ana & <b>Co</b>" in mensaje.body
    assert "Ana &amp; &lt;b&gt;Co&lt;/b&gt;" in html
    assert "durante 3 días" in mensaje.body


def test_el_correo_dice_hasta_cuando_sirve_y_como_pedir_otro(settings):
    """The day and hour in Bogotá, and where to ask for another without calling anybody; in both parts."""
    settings.PORTAL_URL = "https://pagos.ejemplo.co"
    with time_machine.travel("2026-11-23T17:00:00Z", tick=False):
        invitar(crear_usuario(clave=None))
    (mensaje,) = mail.outbox
    for parte in (mensaje.body, mensaje.alternatives[0][0]):
        assert "hasta el 26 nov 2026, 12:00." in parte
        assert "https://pagos.ejemplo.co/cuenta/clave/olvidada/" in parte
    assert mensaje.extra_headers["Auto-Submitted"] == "auto-generated"


def test_el_enlace_deja_de_servir_cuando_el_correo_lo_dijo(client):
    """One second before it opens the form; one after, it says so and offers another."""
    with time_machine.travel("2026-11-23T17:00:00Z", tick=False) as reloj:
        enlace = enlace_clave(crear_usuario(clave=None)).split("/", 3)[3]
        reloj.move_to("2026-11-26T17:00:00Z")
        assert "Cree su contraseña" in client.get(f"/{enlace}", follow=True).content.decode()
        reloj.move_to("2026-11-26T17:00:01Z")
        pagina = Client().get(f"/{enlace}", follow=True).content.decode()
    assert "Este enlace ya no sirve" in pagina
    assert "/cuenta/clave/olvidada/" in pagina


def test_a_quien_ya_tiene_clave_la_invitacion_no_le_dice_que_le_falta():
    """Invited again by mistake or on purpose: the password in use goes on working."""
    usuario = crear_usuario()
    invitar(usuario)
    assert "Si ya creó su contraseña, entre con ella" in mail.outbox[0].body
    usuario.refresh_from_db()
    assert usuario.check_password(CLAVE)


def test_el_correo_va_en_el_idioma_de_la_persona():
    """The language is the recipient's, not that of whoever presses the button."""
    usuario = crear_usuario(clave=None, idioma="en")
    with translation.override("es-co"):
        invitar(usuario)
        assert translation.get_language() == "es-co"
    assert '<html lang="en">' in mail.outbox[0].alternatives[0][0]


def test_la_invitacion_queda_anotada_solo_si_salio(settings):
    """A mail server that fails leaves the user as not yet invited, so that repeating the import sends it."""
    usuario = crear_usuario(clave=None)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(OSError, match="refused"):
        invitar(usuario)
    usuario.refresh_from_db()
    assert usuario.invitado_en is None
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    invitar(usuario)
    usuario.refresh_from_db()
    assert usuario.invitado_en is not None
