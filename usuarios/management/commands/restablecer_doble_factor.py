"""`manage.py restablecer_doble_factor E-MAIL`: for the only administrator, who has lost phone and codes."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _t

from usuarios import servicios, tasks
from usuarios.models import Usuario


class Command(BaseCommand):
    """Writes it down in the audit, ends the person's sessions and mails them."""

    help = "Quita el segundo paso de un usuario que perdió el teléfono y los códigos; al entrar activará otro."

    def add_arguments(self, parser):
        parser.add_argument("email", help="correo con el que entra")

    def handle(self, *, email, **_opciones):
        usuario = Usuario.objects.con_email(email).first()
        if usuario is None:
            raise CommandError(_t("No hay ningún usuario con el correo %s.") % email)
        if not servicios.restablecer_doble_factor(usuario):
            raise CommandError(_t("%s no tenía segundo paso: no había qué restablecer.") % email)
        tasks.pedir_aviso_de_seguridad(usuario, tasks.RESTABLECIDO)
        self.stdout.write(_t("Segundo paso restablecido. Se cerraron sus sesiones y se le avisó por correo."))
