"""`manage.py configurar_empresa --nit N ...`: the door of operators to `cartera.empresas`."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _t

from cartera import logos
from cartera.empresas import configurar_empresa, nombres_de
from cartera.errores import EmpresaInvalidaError, LogoInvalidoError
from cartera.parcial import ReglaAbono
from usuarios.errores import ValorInvalidoError
from usuarios.valores import leer_dinero, leer_texto

# Option -> (field, greatest length, help).
_OPCIONES = {
    "nombre": ("nombre", 200, "razón social"),
    "direccion": ("direccion", 200, "dirección"),
    "telefono": ("telefono", 50, "teléfono de atención"),
    "correo": ("correo", 254, "correo de atención"),
    "terminos": ("url_terminos", 200, "dirección web de los términos y condiciones"),
    "datos": ("url_datos", 200, "dirección web de la política de datos personales"),
    "reembolsos": ("url_reembolsos", 200, "dirección web del procedimiento de reembolsos"),
    "correo_avisos": ("correo_avisos", 254, "correo al que se avisa lo que necesita una persona"),
    "prefijo": ("prefijo_comprobante", 6, "prefijo de los comprobantes, letras mayúsculas y números"),
    "version_terminos": ("version_terminos", 30, "versión de los términos que se aceptan al pagar"),
    "color": ("color", 7, "color de la empresa, como #0a4d8c; vacío lo quita"),
    "logo": ("logo", 4096, "archivo del logo, PNG, JPEG o WebP; vacío lo quita"),
    "abono_parcial": ("abono_parcial", 10, "pagos parciales: no, monto o porcentaje"),
    "abono_minimo": (
        "abono_minimo",
        20,
        "lo mínimo de un pago parcial: un monto en la moneda de cada documento, o un porcentaje de su valor",
    ),
}


def _regla(texto, *, maximo):
    leida = leer_texto(texto, maximo=maximo).upper()
    if leida not in ReglaAbono.values:
        conocidas = ", ".join(valor.lower() for valor in ReglaAbono.values)
        raise ValorInvalidoError(_t("«%(valor)s» no es una de: %(son)s") % {"valor": texto[:30], "son": conocidas})
    return leida


def _minimo(texto, *, maximo):
    # As in a file separated by ";": the decimal comma is welcome.
    return leer_dinero(leer_texto(texto, maximo=maximo).removesuffix("%"), separador=";")


def _color(texto, *, maximo):
    return leer_texto(texto, maximo=maximo).lower()


def _logo(ruta, *, maximo):  # noqa: ARG001  (every reader is told how long a text may be)
    if not ruta:
        return None
    try:
        return logos.leer(Path(ruta).read_bytes())
    except OSError as error:
        raise ValorInvalidoError(_t("no se pudo leer «%s»") % ruta) from error
    except LogoInvalidoError as error:
        raise ValorInvalidoError(str(error)) from error


# Those that are more than text.
_LECTORES = {"abono_parcial": _regla, "abono_minimo": _minimo, "color": _color, "logo": _logo}


class Command(BaseCommand):
    """Exit code 1, nothing written, when anything is wrong."""

    help = (
        "Crea una empresa, o cambia lo que se mencione de la que ya existe con ese NIT. Para crearla se necesitan "
        "todos los datos menos correo-avisos, prefijo, version-terminos, color, logo, abono-parcial y abono-minimo. "
        "Repetir la orden no cambia nada."
    )

    def add_arguments(self, parser):
        parser.add_argument("--nit", required=True, help="con o sin dígito de verificación")
        for opcion, (_campo, _maximo, ayuda) in _OPCIONES.items():
            parser.add_argument(f"--{opcion.replace('_', '-')}", help=ayuda)

    def handle(self, *, nit, **opciones):
        try:
            empresa, creada, cambios = configurar_empresa(nit=nit, **_leer(opciones))
        except (ValorInvalidoError, EmpresaInvalidaError) as error:
            raise CommandError(error) from error
        quien = f"{empresa.nombre}, {empresa.identificacion}"
        if creada:
            self.stdout.write(self.style.SUCCESS(_t("Empresa creada: %s") % quien))
        elif cambios:
            self.stdout.write(self.style.SUCCESS(_t("Empresa actualizada: %s") % quien))
            self.stdout.write(_t("Cambió: %s") % ", ".join(nombres_de(cambios)))
        else:
            self.stdout.write(_t("Sin cambios: %s") % quien)


def _leer(opciones):
    """Field -> value of the options given; ValorInvalidoError naming the one that cannot be read."""
    campos = {}
    for opcion, (campo, maximo, _ayuda) in _OPCIONES.items():
        if opciones.get(opcion) is None:
            continue
        try:
            campos[campo] = _LECTORES.get(opcion, leer_texto)(opciones[opcion], maximo=maximo)
        except ValorInvalidoError as error:
            raise ValorInvalidoError(f"--{opcion.replace('_', '-')}: {error}") from error
    return campos
