"""E-mails about a login: the invitation, the forgotten password, and what happened to its second factor."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode


def enlace_clave(usuario):
    """Absolute URL, on PORTAL_URL, where this user sets a password: once, within PASSWORD_RESET_TIMEOUT seconds."""
    argumentos = {
        "uidb64": urlsafe_base64_encode(force_bytes(usuario.pk)),
        "token": default_token_generator.make_token(usuario),
    }
    return settings.PORTAL_URL + reverse("usuarios:clave_nueva", kwargs=argumentos)


def invitar(usuario):
    """Mail the link to set the first password and note when. Raises what the mail server raises (OSError)."""
    _enviar(usuario, "invitacion")
    usuario.invitado_en = timezone.now()
    usuario.save(update_fields=["invitado_en"])


def enviar_clave_olvidada(usuario):
    """Mail the link to set a new password. Raises what the mail server raises (OSError)."""
    _enviar(usuario, "clave")


def enviar_aviso_de_seguridad(usuario, hecho):
    """Mail that the second factor was `hecho` (activado, codigos, quitado, restablecido), and when.

    Raises what the mail server raises (OSError).
    """
    _enviar(usuario, "doble_factor", {"hecho": hecho, "cuando": timezone.now()})


def _enviar(usuario, nombre, datos=None):
    """One message, text and HTML, in the user's language; without `datos`, about the link to set a password."""
    contexto = {"usuario": usuario, "portal": settings.PORTAL_URL, **(datos or _del_enlace(usuario))}
    with translation.override(usuario.idioma or settings.LANGUAGE_CODE):
        asunto, texto, html = (
            render_to_string(f"usuarios/correos/{nombre}{sufijo}", contexto)
            for sufijo in ("_asunto.txt", ".txt", ".html")
        )
    mensaje = EmailMultiAlternatives(
        subject=" ".join(asunto.split()),
        body=texto,
        to=[usuario.email],
        # No vacation answer comes back to what a machine wrote.
        headers={"Auto-Submitted": "auto-generated"},
    )
    mensaje.attach_alternative(html, "text/html")
    mensaje.send()


def _del_enlace(usuario):
    return {
        "enlace": enlace_clave(usuario),
        "dias": settings.PASSWORD_RESET_TIMEOUT // 86400,
        "hasta": timezone.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT),
    }
