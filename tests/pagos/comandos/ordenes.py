"""Running a command as an operator does: what it printed, and its exit code."""

from dataclasses import dataclass
from io import StringIO

from django.core.management import call_command
from django.core.management.base import CommandError


@dataclass(frozen=True)
class Hecho:
    """`error` is what a CommandError said, '' when the command ended well (exit code 0)."""

    salida: str
    avisos: str
    error: str

    @property
    def codigo(self):
        """Its exit code."""
        return 1 if self.error else 0

    @property
    def todo(self):
        """Everything that a terminal would show."""
        return self.salida + self.avisos + self.error


def ejecutar(*palabras):
    """Run `manage.py` with these words; anything but a CommandError is raised."""
    salida, avisos, error = StringIO(), StringIO(), ""
    try:
        call_command(*palabras, stdout=salida, stderr=avisos)
    except CommandError as fallo:
        error = str(fallo)
    return Hecho(salida.getvalue(), avisos.getvalue(), error)
