"""Text to value: dates, amounts, whole numbers, names and secrets as people write them in files and commands.

What can be read two ways is an error that says so: a balance ten times too large is worse than a rejected row. Every
reader raises ValorInvalidoError with a sentence in the reader's language.
"""

import os
import re
import unicodedata
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _t

from usuarios.errores import ValorInvalidoError, razon_de

_MAXIMO_SECRETO = 8192
_ENTEROS_DINERO = 12  # 14 digits, 2 of them decimals (diseno.md 4.10)
_INVISIBLES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# What a spreadsheet would run if the value were exported again: a formula, a call, a DDE link.
_FORMULA = re.compile(r"=|[+\-@].*[(|!]")


def leer_fecha(texto):
    """`date` from AAAA-MM-DD or DD/MM/AAAA (day first, always)."""
    limpio = texto.strip()
    iso = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", limpio)
    local = re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", limpio)
    if not iso and not local:
        raise ValorInvalidoError(_t("«%s» no es una fecha: escriba AAAA-MM-DD o DD/MM/AAAA") % limpio[:30])
    ano, mes, dia = iso.groups() if iso else reversed(local.groups())
    try:
        leida = date(int(ano), int(mes), int(dia))
    except ValueError as error:
        raise ValorInvalidoError(_t("la fecha «%s» no existe (el día va antes del mes)") % limpio) from error
    if not 1900 <= leida.year <= 2199:
        raise ValorInvalidoError(_t("la fecha «%s» está fuera de los años 1900 a 2199") % limpio)
    return leida


def leer_dinero(texto, *, separador):
    """Decimal with two places, from zero up, at most 14 digits.

    Decimal point; decimal comma only where `separador`, the file's column separator, is `;`. No thousands separators.
    """
    limpio = texto.strip()
    if not limpio:
        raise ValorInvalidoError(_t("falta el valor"))
    if not re.fullmatch(r"[0-9]+([.,][0-9]+)*", limpio):
        raise ValorInvalidoError(_por_que_no_es_dinero(limpio))
    if len(re.findall(r"[.,]", limpio)) > 1:
        raise ValorInvalidoError(_t("«%s» lleva separador de miles: escríbalo sin él") % limpio[:30])
    entero, signo, decimales = re.fullmatch(r"([0-9]+)([.,]?)([0-9]*)", limpio).groups()
    if len(decimales) == 3 and len(entero) <= 3 and not entero.startswith("0"):
        raise ValorInvalidoError(
            _t(
                "«%s» se puede leer de dos maneras (miles o decimales): escríbalo sin separador de miles "
                "y con dos decimales"
            )
            % limpio
        )
    if signo == "," and separador != ";":
        raise ValorInvalidoError(
            _t("«%s» lleva coma decimal en un archivo separado por comas: use punto, o separe las columnas con «;»")
            % limpio[:30]
        )
    if len(decimales) > 2:
        raise ValorInvalidoError(_t("«%s» tiene más de dos decimales") % limpio[:30])
    if len(entero.lstrip("0")) > _ENTEROS_DINERO:
        raise ValorInvalidoError(_t("«%s» es demasiado grande: máximo 14 dígitos, con sus dos decimales") % limpio[:30])
    return Decimal(f"{entero}.{decimales or '0'}").quantize(Decimal("0.01"))


def _por_que_no_es_dinero(limpio):
    if re.fullmatch(r"-\s*[0-9.,]+|[0-9.,]+\s*-|\([0-9.,]+\)", limpio):
        return _t("«%s» es negativo: debe ser cero o más") % limpio[:30]
    if re.fullmatch(r"[+-]?[0-9.,]+[eE][+-]?[0-9]+", limpio):
        return _t("«%s» está en notación científica: escriba todos los dígitos") % limpio[:30]
    if re.fullmatch(r"[+-]?(s?nan|inf|infinity|infinito)", limpio, re.IGNORECASE):
        return _t("«%s» no es una cantidad de dinero") % limpio[:30]
    return _t("«%s» no es un número: solo dígitos y el signo decimal, sin $ ni espacios") % limpio[:30]


def leer_entero(texto, *, minimo=0, maximo=2147483647):
    """Whole number between `minimo` and `maximo`, digits alone."""
    limpio = texto.strip()
    if not re.fullmatch(r"-?[0-9]{1,19}", limpio):
        raise ValorInvalidoError(_t("«%s» no es un número entero") % limpio[:30])
    if not minimo <= int(limpio) <= maximo:
        raise ValorInvalidoError(
            _t("«%(valor)s» debe estar entre %(minimo)s y %(maximo)s")
            % {"valor": limpio, "minimo": minimo, "maximo": maximo}
        )
    return int(limpio)


def leer_texto(texto, *, maximo, obligatorio=False):
    """Trimmed text of at most `maximo` characters, '' allowed unless `obligatorio`.

    Control and invisible characters are refused (they break files, logs and what people believe they read), and so is
    what a spreadsheet would run as a formula.
    """
    limpio = unicodedata.normalize("NFC", texto.strip())
    if obligatorio and not limpio:
        raise ValorInvalidoError(_t("falta el valor"))
    # What is printable as a whole, nearly every cell of a file, need not be looked at letter by letter.
    if not limpio.isprintable() and any(unicodedata.category(letra) in _INVISIBLES for letra in limpio):
        raise ValorInvalidoError(_t("contiene caracteres de control o invisibles"))
    if parece_formula(limpio):
        raise ValorInvalidoError(_t("«%s» parece una fórmula de hoja de cálculo") % limpio[:30])
    if len(limpio) > maximo:
        raise ValorInvalidoError(
            _t("tiene %(hay)s caracteres y el máximo es %(maximo)s") % {"hay": len(limpio), "maximo": maximo}
        )
    return limpio


def parece_formula(texto):
    """True for what a spreadsheet would run if it found it in a cell."""
    return bool(_FORMULA.match(texto.strip()))


def secreto_de(valor, *, admitir_literal=False):
    """The secret that an option names: `@FILE` (its text without the final newline) or `env:NAME`.

    A literal is refused unless `admitir_literal`: what stands on a command line stays in the shell's history and in the
    list of processes. No message carries the secret.
    """
    if valor.startswith("@"):
        secreto = _secreto_en_archivo(valor[1:])
    elif valor.startswith("env:"):
        secreto = os.environ.get(valor[4:], "")
    elif admitir_literal:
        secreto = valor
    else:
        raise ValorInvalidoError(
            _t(
                "no escriba el secreto en la línea de órdenes (queda en el historial y en la lista de procesos): "
                "use @ARCHIVO o env:NOMBRE"
            )
        )
    if not secreto or not secreto.isprintable():
        raise ValorInvalidoError(_t("el secreto está vacío o tiene caracteres de control"))
    return secreto


def _secreto_en_archivo(ruta):
    try:
        with open(ruta, "rb") as archivo:
            crudo = archivo.read(_MAXIMO_SECRETO + 1)
    except OSError as error:
        raise ValorInvalidoError(
            _t("no se pudo leer %(archivo)s: %(razon)s") % {"archivo": ruta, "razon": razon_de(error)}
        ) from error
    try:
        texto = crudo.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValorInvalidoError(_t("%s no es un archivo de texto UTF-8") % ruta) from error
    if len(crudo) > _MAXIMO_SECRETO:
        raise ValorInvalidoError(_t("%s es demasiado grande para ser un secreto") % ruta)
    return texto.removesuffix("\n").removesuffix("\r")
