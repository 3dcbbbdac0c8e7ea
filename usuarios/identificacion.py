"""NIT and cédula: one way to read them from any form, file or command (diseno.md 2.1)."""

import re
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from usuarios.errores import IdentificacionInvalidaError

# Weights of the check digit, from the rightmost digit of the number (DIAN, Orden Administrativa 4 de 1989).
_PESOS = (3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71)


class TipoId(models.TextChoices):
    """Kinds of identification that the ERP delivers."""

    NIT = "NIT", _("NIT")
    CC = "CC", _("Cédula de ciudadanía")
    CE = "CE", _("Cédula de extranjería")
    TI = "TI", _("Tarjeta de identidad")
    RC = "RC", _("Registro civil")
    PA = "PA", _("Pasaporte")
    NUIP = "NUIP", _("NUIP")
    PPT = "PPT", _("Permiso por protección temporal")
    DE = "DE", _("Documento extranjero")
    OTRO = "OTRO", _("Otro")


# Only these may hold letters; every other number is digits alone.
_CON_LETRAS = {TipoId.PA, TipoId.DE, TipoId.OTRO, TipoId.CE, TipoId.PPT}


@dataclass(frozen=True)
class Identificacion:
    """A number as it is stored: no check digit, dots or hyphen; `dv` apart, computed for NIT, else ''."""

    tipo_id: str
    numero: str
    dv: str = ""


def digito_verificacion(numero):
    """Check digit ('0'-'9') of a NIT given as digits without it."""
    suma = sum(int(digito) * peso for digito, peso in zip(reversed(numero), _PESOS, strict=False))
    resto = suma % 11
    return str(resto if resto < 2 else 11 - resto)


def leer_identificacion(tipo_id, texto):
    """Read a typed number of the given kind and return an Identificacion.

    Raises IdentificacionInvalidaError with a sentence in the reader's language.
    """
    tipo = str(tipo_id or "").strip().upper()
    if tipo not in TipoId.values:
        raise IdentificacionInvalidaError(_t("Tipo de identificación desconocido: «%s».") % tipo[:20])
    crudo = str(texto or "").strip().upper()
    if tipo in _CON_LETRAS:
        return _leer_alfanumerico(tipo, crudo)
    cuerpo, guion, digito = re.sub(r"[.\s]", "", crudo).partition("-")
    if not cuerpo.isascii() or not cuerpo.isdigit() or (guion and not re.fullmatch(r"[0-9]", digito)):
        raise IdentificacionInvalidaError(_t("«%s» no es un número de identificación.") % crudo[:30])
    if tipo == TipoId.NIT:
        return _leer_nit(cuerpo, digito)
    if guion:
        # A cédula is also its holder's NIT: people type its check digit too, and it must be right.
        _exigir_digito(cuerpo, digito)
    return Identificacion(tipo, _medido(cuerpo))


def _leer_alfanumerico(tipo, crudo):
    numero = re.sub(r"[.\s-]", "", crudo)
    if not re.fullmatch(r"[A-Z0-9]{3,20}", numero):
        raise IdentificacionInvalidaError(_t("«%s» no es un número de identificación.") % crudo[:30])
    return Identificacion(tipo, numero)


def _leer_nit(cuerpo, digito):
    if digito:
        _exigir_digito(cuerpo, digito)
    elif len(cuerpo) == 11 or (len(cuerpo) == 10 and cuerpo[0] in "89"):
        cuerpo, digito = cuerpo[:-1], cuerpo[-1]
        _exigir_digito(cuerpo, digito)
    numero = _medido(cuerpo)
    return Identificacion(TipoId.NIT, numero, digito_verificacion(numero))


def _medido(numero):
    # Leading zeros are how a spreadsheet pads, not part of the number: two spellings must not be two people.
    numero = numero.lstrip("0")
    if not 3 <= len(numero) <= 10:
        raise IdentificacionInvalidaError(_t("El número de identificación debe tener de 3 a 10 dígitos."))
    return numero


def _exigir_digito(numero, digito):
    esperado = digito_verificacion(numero)
    if digito != esperado:
        raise IdentificacionInvalidaError(
            _t("El dígito de verificación de %(numero)s es %(esperado)s, no %(digito)s.")
            % {"numero": numero, "esperado": esperado, "digito": digito}
        )


def leer_organizacion(tercero, numero, tipo_id=""):
    """The Identificacion that the file columns `organizacion_numero` and `organizacion_tipo` name (diseno.md 2.1).

    A number equal to that of `tercero` (an Identificacion or None) takes its type; else it is a NIT unless `tipo_id`
    says otherwise. None for an empty number. Raises IdentificacionInvalidaError.
    """
    if not str(numero or "").strip():
        return None
    if tercero is not None:
        try:
            misma = leer_identificacion(tercero.tipo_id, numero)
        except IdentificacionInvalidaError:
            misma = None
        if misma is not None and misma.numero == tercero.numero:
            return misma
    return leer_identificacion(str(tipo_id or "").strip() or TipoId.NIT, numero)


def es_numero_de_empresa(numero):
    """True for the numbers that the DIAN gives to companies: 9 digits beginning with 8 or 9."""
    return len(numero) == 9 and numero[0] in "89"


def formatear(tipo_id, numero, dv=""):
    """How people read it: `NIT 900.123.456-8`, `CC 52.123.456`, `PA AB12345`."""
    texto = f"{int(numero):,}".replace(",", ".") if numero.isascii() and numero.isdigit() else numero
    return f"{tipo_id} {texto}-{dv}" if tipo_id == TipoId.NIT and dv else f"{tipo_id} {texto}"
