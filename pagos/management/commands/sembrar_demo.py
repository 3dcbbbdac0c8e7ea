"""`manage.py sembrar_demo`: the data of `make demo`."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from pagos.demo import personas, siembra
from pagos.errores import AcuerdoInvalidoError


class Command(BaseCommand):
    """Refuses to run where PERMITIR_PRUEBAS is off: it creates an administrator and agreements with a simulator."""

    help = "Crea los datos de la demostración: empresas, clientes, saldos, acuerdos de prueba y usuarios. Repetible."

    def add_arguments(self, parser):
        parser.add_argument(
            "--simulador", required=True, metavar="URL", help="dónde escucha, por ejemplo http://127.0.0.1:9101"
        )
        parser.add_argument("--pequena", action="store_true", help="20 clientes y 150 saldos en vez de 200 y 3.000")

    def handle(self, *, simulador, pequena, **_opciones):
        if not settings.PERMITIR_PRUEBAS:
            raise CommandError(_("La demostración solo se siembra con PERMITIR_PRUEBAS=1: nunca en producción."))
        try:
            siembra.sembrar(simulador=simulador, tamano=siembra.PEQUENA if pequena else siembra.COMPLETA)
        except AcuerdoInvalidoError as error:
            raise CommandError(error) from error
        self._presentar()

    def _presentar(self):
        self.stdout.write(_("Usuarios de la demostración (contraseña: %s)") % personas.clave())
        ancho = max(len(persona.email) for persona in personas.PERSONAS)
        for persona in personas.PERSONAS:
            self.stdout.write(f"  {persona.email:<{ancho}}  {persona.papel}")
