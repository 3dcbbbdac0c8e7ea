"""What the import commands share: options, progress, the listing of errors and warnings, the exit code."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext as _n

from usuarios.errores import ArchivoInvalidoError


class OrdenImportar(BaseCommand):
    """A command that loads one file with `importar` (a function of `cartera.importacion`); exit code 1 on any error."""

    importar = None

    def add_arguments(self, parser):
        parser.add_argument("archivo", help="archivo CSV separado por «,» o «;», en UTF-8 con o sin BOM")
        parser.add_argument(
            "--parcial", action="store_true", help="cargar las filas buenas aunque otras tengan errores"
        )
        parser.add_argument("--codificacion", help="codificación del archivo si no es UTF-8, por ejemplo cp1252")

    def handle(self, *, archivo, parcial, codificacion, **_de_django):
        try:
            informe = type(self).importar(
                archivo,
                parcial=parcial,
                codificacion=codificacion,
                progreso=self._progreso if self.stderr.isatty() else None,
            )
        except ArchivoInvalidoError as error:
            raise CommandError(error) from error
        self._informar(informe)

    def _progreso(self, filas):
        self.stderr.write("\r" + _t("%s filas") % filas, ending="")

    def _informar(self, informe):
        for error in informe.errores:
            self.stderr.write(_t("línea %(linea)s: %(razon)s") % {"linea": error.linea, "razon": error.razon})
        for aviso in informe.avisos:
            donde = _t("línea %s: ") % aviso.linea if aviso.linea else ""
            self.stderr.write(self.style.WARNING(_t("aviso: %s") % f"{donde}{aviso.texto}"))
        ocultos = (informe.cuantos_errores - len(informe.errores)) + (informe.cuantos_avisos - len(informe.avisos))
        if ocultos:
            self.stderr.write(_t("y %s errores y avisos más") % ocultos)
        if informe.cargado:
            self.stdout.write(
                _t("%(creados)s creados, %(actualizados)s actualizados, %(sin_cambios)s sin cambios")
                % {
                    "creados": informe.creados,
                    "actualizados": informe.actualizados,
                    "sin_cambios": informe.sin_cambios,
                }
            )
        if informe.cuantos_errores:
            raise CommandError(_resumen(informe))


def _resumen(informe):
    cuantas = informe.cuantos_errores
    texto = _n("%(cuantas)s fila con error", "%(cuantas)s filas con error", cuantas) % {"cuantas": cuantas}
    if informe.cargado:
        return _t("%s: esas no se cargaron, las demás sí.") % texto
    return _t("%s: no se cargó nada. Corríjalas, o cargue las demás con --parcial.") % texto
