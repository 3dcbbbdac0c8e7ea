"""`usuarios.correos`: the mails with the link to set a password."""

import pytest
from django.core import mail
from django.utils import translation

from tests.fabricas import crear_usuario
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
