"""`manage.py sondear`: one round of the sonda, now."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from pagos import repaso, sonda

_TITULOS = {
    "preguntados": "preguntados",
    "aprobada": "aprobados",
    "rechazada": "rechazados",
    "pendiente": "siguen pendientes",
    "creada": "siguen sin respuesta al inicio",
    "error_interno": "errores internos",
}


class Command(BaseCommand):
    """Exit code 1 only when something of ours failed; a gateway that does not answer is asked again by itself."""

    help = "Pregunta a las pasarelas por los pagos que ya toca consultar y muestra cuántos quedaron en cada estado."

    def add_arguments(self, parser):
        parser.add_argument("--todos", action="store_true", help="todos los pagos abiertos, toque o no")
        parser.add_argument(
            "--repasar",
            action="store_true",
            help=f"también los cerrados de los últimos {repaso.DIAS} días, como cada noche",
        )

    def handle(self, *, todos, repasar, **_opciones):
        if repasar:
            repaso.citar()
        cuenta = sonda.ejecutar_ronda(todos=todos)
        filas = {"preguntados": cuenta["preguntados"], **{clave: cuenta[clave] for clave in sorted(cuenta)}}
        ancho = max(len(_titulo(clave)) for clave in filas)
        for clave, cuantos in sorted(filas.items(), key=_orden):
            self.stdout.write(f"{_titulo(clave):<{ancho}}  {cuantos:>7}")
        if cuenta["error_interno"]:
            raise CommandError(_("Hubo errores internos: el registro de eventos dice en qué pagos y por qué."))


def _orden(fila):
    clave = fila[0]
    conocidas = list(_TITULOS)
    return (conocidas.index(clave) if clave in conocidas else len(conocidas), clave)


def _titulo(clave):
    return _TITULOS.get(clave) or "sin respuesta: " + clave.removeprefix("error_")
