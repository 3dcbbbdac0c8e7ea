"""The road of every file: read and check all of it first, then read it again and write it lot by lot.

Two readings instead of one in memory: a file of any size costs the memory of one lot and of its keys.
"""

from contextlib import contextmanager
from hashlib import blake2b
from io import BytesIO
from itertools import islice
from typing import Protocol

from django.utils.translation import gettext as _t

from cartera.importacion.informe import Informe
from usuarios.archivos import leer_csv
from usuarios.errores import ArchivoInvalidoError, ValorInvalidoError, razon_de

# Rows locked at the same time: short enough that a payment never waits noticeably for an import.
LOTE = 1000


class Cargador(Protocol):
    """What one kind of file knows: its columns, its rows and how to write them.

    A record is whatever `leer` returns; it has `linea` and `clave` (a hashable, unique within a file).
    """

    columnas: tuple[str, ...]
    opcionales: tuple[str, ...]

    def leer(self, fila):
        """The record of a Fila; raises ValorInvalidoError."""

    def comprobar(self, lote):
        """Yield (record, reason) for those of `lote` that the database does not admit. Writes nothing."""

    def aplicar(self, lote, informe):
        """Write the records of `lote` in transactions of its own and count them in `informe`."""


def importar(cargador, archivo, *, parcial=False, codificacion=None, progreso=None):
    """Load `archivo` (a path, bytes or a seekable binary stream) with `cargador`; returns its Informe.

    With an error in any row nothing is written, unless `parcial`. `progreso(rows)` is called after each lot written.
    Raises ArchivoInvalidoError when the file cannot be read as a whole; then nothing has been written.
    """
    informe, malas = Informe(), set()

    def rechazar(linea, razon):
        malas.add(linea)
        informe.rechazar(linea, razon)

    with _abierto(archivo) as flujo:
        _revisar(cargador, _leer(cargador, flujo, codificacion, (), rechazar), rechazar)
        if not malas or parcial:
            anteriores = frozenset(malas)
            for lote in _en_lotes(_leer(cargador, flujo, codificacion, anteriores, rechazar)):
                cargador.aplicar(lote, informe)
                if progreso:
                    progreso(informe.filas)
            informe.cargado = True
    informe.errores.sort(key=lambda error: error.linea)
    return informe


@contextmanager
def _abierto(archivo):
    if isinstance(archivo, bytes):
        archivo = BytesIO(archivo)
    if hasattr(archivo, "seek"):
        yield archivo
        return
    try:
        flujo = open(archivo, "rb")  # noqa: SIM115  (closed below; only the opening may fail as a bad path)
    except OSError as error:
        raise ArchivoInvalidoError(
            _t("No se pudo abrir %(archivo)s: %(razon)s.") % {"archivo": archivo, "razon": razon_de(error)}
        ) from error
    with flujo:
        if not flujo.seekable():
            raise ArchivoInvalidoError(_t("%s se lee dos veces: debe ser un archivo, no una tubería.") % archivo)
        yield flujo


def _leer(cargador, flujo, codificacion, saltar, rechazar):
    """Yield the records of a file from its beginning, but those that begin on a line of `saltar`."""
    flujo.seek(0)
    filas = leer_csv(flujo, columnas=cargador.columnas, opcionales=cargador.opcionales, codificacion=codificacion)
    for fila in filas:
        if fila.linea in saltar:
            continue
        try:
            yield cargador.leer(fila)
        except ValorInvalidoError as error:
            rechazar(fila.linea, error)


def _revisar(cargador, registros, rechazar):
    lineas = {}
    for lote in _en_lotes(registros):
        unicos = []
        for registro in lote:
            # The digest, not the key: a million keys of five texts would be most of the memory.
            clave = blake2b(repr(registro.clave).encode(), digest_size=16).digest()
            primera = lineas.setdefault(clave, registro.linea)
            if primera == registro.linea:
                unicos.append(registro)
            else:
                rechazar(registro.linea, _t("repite la clave de la línea %s") % primera)
        for registro, razon in cargador.comprobar(unicos):
            rechazar(registro.linea, razon)


def _en_lotes(registros):
    registros = iter(registros)
    while lote := list(islice(registros, LOTE)):
        yield lote
