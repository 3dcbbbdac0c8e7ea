"""Reads the CSV files that people and the ERP deliver, as Colombian Excel writes them, a line at a time.

What is wrong with the file as a whole raises ArchivoInvalidoError; what is wrong with one row is kept in its Fila and
raised as ValorInvalidoError when the row is read, so that the importer may report it and go on with the next one. How
the text of a cell becomes a date or an amount is said in `usuarios.valores`.
"""

import codecs
import csv
from collections import Counter
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from io import BytesIO

from django.utils.translation import gettext as _t

from usuarios.errores import ArchivoInvalidoError, ValorInvalidoError, razon_de

# A longer line is not a table: reading it whole would let one file take all the memory.
MAXIMO_LINEA = 1024 * 1024
# Text that an encoding fit for CSV leaves alone; the escape goes first, for codecs that would interpret it.
_ASCII = (rb"\n", bytes(range(32, 127)) + b"\r\n\t")
_FIRMAS = {
    b"PK\x03\x04": "Excel (.xlsx)",
    b"\xd0\xcf\x11\xe0": "Excel (.xls)",
    b"%PDF": "PDF",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}


@dataclass(frozen=True)
class Fila:
    """One row: the physical line where it begins, its cells by column name, and the file's separator."""

    linea: int
    separador: str
    celdas: dict[str, str] = field(repr=False)
    error: str = ""

    @property
    def valores(self):
        """The cells (column -> text, '' for an absent optional one). ValorInvalidoError if the row is malformed."""
        if self.error:
            raise ValorInvalidoError(self.error)
        return self.celdas

    def __getitem__(self, columna):
        return self.valores[columna]

    def leer(self, columna, lector, **opciones):
        """`lector(text of the cell, **opciones)`; its ValorInvalidoError comes back naming the column."""
        texto = self[columna]
        try:
            return lector(texto, **opciones)
        except ValorInvalidoError as error:
            raise ValorInvalidoError(f"{columna}: {error}") from error


def leer_csv(fuente, *, columnas, opcionales=(), codificacion=None):
    """Yield a Fila for each row of `fuente`: a path, bytes, or a binary stream (left open).

    `columnas` must all be in the header, `opcionales` may be, nothing else; in any order and case. The separator (`,`
    or `;`) is read from the header. The text is UTF-8, with or without BOM, else whatever `codificacion` names. Rows
    without a single value are left out. Memory does not grow with the file.

    Raises ArchivoInvalidoError, on the first row asked for or on the line where reading has to stop.
    """
    codificacion = _codificacion_util(codificacion or "utf-8")
    with _abrir(fuente) as flujo:
        lineas = _lineas(flujo, codificacion)
        primera = next(lineas, "")
        if not primera.strip():
            raise ArchivoInvalidoError(_t("El archivo está vacío: la primera línea debe nombrar las columnas."))
        separador = ";" if primera.count(";") > primera.count(",") else ","
        encabezado = _encabezado(primera, separador, columnas, opcionales)
        for linea, celdas in _registros(lineas, separador):
            if any(celda.strip() for celda in celdas):
                yield _fila(linea, celdas, encabezado, separador, opcionales)


@contextmanager
def _abrir(fuente):
    if isinstance(fuente, bytes):
        fuente = BytesIO(fuente)
    if hasattr(fuente, "readline"):
        with nullcontext(fuente):
            yield fuente
        return
    try:
        flujo = open(fuente, "rb")  # noqa: SIM115  (closed below; only the opening may fail as a bad path)
    except OSError as error:
        raise ArchivoInvalidoError(
            _t("No se pudo abrir %(archivo)s: %(razon)s.") % {"archivo": fuente, "razon": razon_de(error)}
        ) from error
    with flujo:
        yield flujo


def _codificacion_util(nombre):
    """The name itself, if it is an encoding that leaves ASCII alone: else lines could not be told apart."""
    try:
        codecs.lookup(nombre)
        sirve = all(trozo.decode(nombre) == trozo.decode("ascii") for trozo in _ASCII)
    except (LookupError, ValueError, TypeError):
        sirve = False
    if not sirve:
        raise ArchivoInvalidoError(
            _t("La codificación «%s» no sirve para leer CSV. Use por ejemplo cp1252 o utf-8.") % nombre[:30]
        )
    return nombre


def _lineas(flujo, codificacion):
    """Yield each line as text, without the BOM."""
    numero = 0
    while crudo := flujo.readline(MAXIMO_LINEA + 1):
        numero += 1
        if numero == 1:
            _rechazar_otro_formato(crudo)
            if crudo.startswith(codecs.BOM_UTF8):
                # The mark says what the text is, whatever the option says.
                crudo, codificacion = crudo[len(codecs.BOM_UTF8) :], "utf-8"
        if len(crudo) > MAXIMO_LINEA:
            raise ArchivoInvalidoError(_t("La línea %s es demasiado larga para ser una fila de CSV.") % numero)
        if b"\0" in crudo:
            raise ArchivoInvalidoError(
                _t("La línea %s contiene bytes nulos: no es un CSV. Guárdelo desde Excel como «CSV UTF-8».") % numero
            )
        try:
            yield crudo.decode(codificacion)
        except UnicodeDecodeError as error:
            raise ArchivoInvalidoError(
                _t(
                    "La línea %(linea)s tiene caracteres que no son %(codificacion)s. Guarde el archivo como "
                    "«CSV UTF-8» o indique su codificación, por ejemplo: --codificacion cp1252"
                )
                % {"linea": numero, "codificacion": codificacion.upper()}
            ) from error


def _rechazar_otro_formato(inicio):
    for firma, nombre in _FIRMAS.items():
        if inicio.startswith(firma):
            raise ArchivoInvalidoError(
                _t("El archivo es %s, no CSV. Guárdelo desde Excel como «CSV UTF-8 (delimitado por comas)».") % nombre
            )


def _registros(lineas, separador, *, desde=1):
    """Yield (line where it begins, list of cells). A cell may span lines between quotes."""
    lector = csv.reader(lineas, delimiter=separador, strict=True)
    while True:
        inicio = desde + lector.line_num + 1
        try:
            celdas = next(lector)
        except StopIteration:
            return
        except csv.Error as error:
            raise ArchivoInvalidoError(
                _t("La línea %s no se puede separar en columnas: revise las comillas y los saltos de línea.") % inicio
            ) from error
        yield inicio, celdas


def _encabezado(primera, separador, columnas, opcionales):
    """Names of the columns in the order of the file; ArchivoInvalidoError naming whatever is wrong with them."""
    _linea, celdas = next(_registros(iter([primera]), separador, desde=0))
    nombres = [celda.strip().lower() for celda in celdas]
    while nombres and not nombres[-1]:
        nombres.pop()
    problemas = (
        (_t("faltan las columnas: %s"), [nombre for nombre in columnas if nombre not in nombres]),
        (_t("columnas repetidas: %s"), [nombre for nombre, veces in Counter(nombres).items() if veces > 1]),
        (_t("columnas desconocidas: %s"), [n[:40] or "«»" for n in nombres if n not in {*columnas, *opcionales}]),
    )
    dichos = [texto % ", ".join(dict.fromkeys(malos)) for texto, malos in problemas if malos]
    if dichos:
        raise ArchivoInvalidoError(_t("La primera línea no es la esperada; %s.") % "; ".join(dichos))
    return nombres


def _fila(linea, celdas, encabezado, separador, opcionales):
    # Excel leaves out the empty cells at the end of a row, or writes a separator too many.
    faltan = [""] * (len(encabezado) - len(celdas))
    sobran = [celda for celda in celdas[len(encabezado) :] if celda.strip()]
    error = ""
    if sobran:
        error = _t(
            "la fila tiene %(hay)s valores y las columnas son %(son)s: ¿un valor con «%(separador)s» va sin comillas?"
        ) % {"hay": len(celdas), "son": len(encabezado), "separador": separador}
    valores = dict.fromkeys(opcionales, "") | dict(zip(encabezado, celdas + faltan, strict=False))
    return Fila(linea=linea, separador=separador, celdas=valores, error=error)
