"""`manage.py acusar_pagos FILE.csv`: the ERP has booked these payments."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext as _n

from pagos.acuses import acusar_pagos
from usuarios.errores import ArchivoInvalidoError


class Command(BaseCommand):
    """Exit code 1 when a row was refused."""

    help = (
        "Registra que el ERP ya contabilizó los pagos de un CSV con la columna «referencia» y, si "
        "se quiere acusar una sola línea, «linea». Si una fila tiene errores "
        "no se registra ninguna, salvo con --parcial. Repetirlo no cambia nada."
    )

    def add_arguments(self, parser):
        parser.add_argument("archivo", help="CSV en UTF-8 salvo --codificacion")
        parser.add_argument("--parcial", action="store_true", help="registra las filas buenas aunque haya malas")
        parser.add_argument("--codificacion", help="codificación del archivo, por ejemplo cp1252")

    def handle(self, *, archivo, parcial, codificacion, **_opciones):
        try:
            informe = acusar_pagos(archivo, parcial=parcial, codificacion=codificacion)
        except ArchivoInvalidoError as error:
            raise CommandError(error) from error
        for linea, razon in informe.errores:
            self.stderr.write(_("línea %(linea)s: %(razon)s") % {"linea": linea, "razon": razon})
        if informe.cargado:
            self.stdout.write(
                _("%(filas)s filas contabilizadas (%(lineas)s líneas), %(iguales)s ya lo estaban")
                % {"filas": informe.contabilizados, "lineas": informe.lineas, "iguales": informe.sin_cambios}
            )
        if informe.cuantos_errores:
            raise CommandError(_resumen(informe))


def _resumen(informe):
    cuantas = informe.cuantos_errores
    texto = _n("%(cuantas)s fila con error", "%(cuantas)s filas con error", cuantas) % {"cuantas": cuantas}
    if informe.cargado:
        return _("%s: esas no se registraron, las demás sí.") % texto
    return _("%s: no se registró nada. Corríjalas, o registre las demás con --parcial.") % texto
