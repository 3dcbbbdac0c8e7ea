"""`usuarios.tasks`: housekeeping and the mail of a forgotten password."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from tests.fabricas import ana, crear_usuario
from usuarios import tasks
from usuarios.models import Sesion

pytestmark = pytest.mark.django_db


def test_limpiar_borra_las_sesiones_vencidas_y_deja_las_vigentes(client):
    """Housekeeping removes only what has expired."""
    client.force_login(ana())
    Sesion.objects.create(session_key="vieja", expire_date=timezone.now() - timedelta(seconds=1))
    tasks.limpiar_sesiones()
    assert [sesion.session_key for sesion in Sesion.objects.all()] == [client.session.session_key]


@pytest.mark.parametrize("email", ["ana@ejemplo.co", "ANA@EJEMPLO.CO"])
def test_quien_olvido_su_clave_recibe_el_enlace(email):
    """The mail goes to the address on file, also to who never had a password."""
    crear_usuario(email="ana@ejemplo.co", clave=None)
    tasks.enviar_enlace_clave(email)
    assert [mensaje.to for mensaje in mail.outbox] == [["ana@ejemplo.co"]]


def test_a_un_desconocido_o_desactivado_no_se_le_escribe():
    """No login, no mail."""
    crear_usuario(email="beto@ejemplo.co", is_active=False)
    for email in ("nadie@ejemplo.co", "beto@ejemplo.co"):
        tasks.enviar_enlace_clave(email)
    assert mail.outbox == []


def test_un_servidor_de_correo_caido_queda_en_el_registro_sin_el_enlace(settings, caplog):
    """The failure is logged by user id and kind of error; nothing secret is, and nothing is raised."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    usuario = ana()
    tasks.enviar_enlace_clave(usuario.email)
    (linea,) = [registro.getMessage() for registro in caplog.records if "correo_no_enviado" in registro.getMessage()]
    assert "ConnectionRefusedError" in linea
    assert "/clave/nueva/" not in caplog.text
    assert usuario.email not in caplog.text


def test_sin_cola_de_mensajes_el_correo_sale_igual(monkeypatch):
    """With the broker down the mail goes out at once."""
    from kombu.exceptions import OperationalError

    def caida(*_args, **_kwargs):
        raise OperationalError("sin cola")

    monkeypatch.setattr(tasks.enviar_enlace_clave, "apply_async", caida)
    tasks.pedir_enlace_clave(ana().email)
    assert len(mail.outbox) == 1
