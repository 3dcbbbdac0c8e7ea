"""Domain errors of this app: each carries a sentence for people."""

from django.utils.translation import gettext as _t


class ArchivoInvalidoError(ValueError):
    """A file that cannot be read at all, or no further; `args[0]` says where and what to do, in Spanish."""


class ValorInvalidoError(ValueError):
    """One value, or one row, that cannot be read one way only; `args[0]` says why, in Spanish."""


class IdentificacionInvalidaError(ValorInvalidoError):
    """A NIT or cédula that cannot be read one way only; `args[0]` says why, in Spanish."""


class DesactivadoError(ValorInvalidoError):
    """A deactivated user or mapping that a file would bring back; only an administrator may, by hand."""


class CodigoInvalidoError(ValueError):
    """A code of the second factor that opens nothing, or that comes too soon; `args[0]` says so, in Spanish."""


def razon_de(error):
    """Why the system could not open a file (an OSError), in the reader's language."""
    if isinstance(error, FileNotFoundError):
        return _t("no existe")
    if isinstance(error, PermissionError):
        return _t("no hay permiso")
    return error.strerror or _t("error del sistema")
