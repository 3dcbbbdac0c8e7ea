"""The road of every file: read and check all of it, setting the good rows aside, and only then write them lot by lot.

They wait in a temporary file: a file of any size costs the memory of one lot and of its keys.
"""

import pickle
from hashlib import blake2b
from itertools import islice
from tempfile import TemporaryFile
from typing import Protocol

from django.utils.translation import gettext as _t

from cartera.importacion.informe import Informe
from usuarios.archivos import leer_csv
from usuarios.errores import ValorInvalidoError

# Rows locked at the same time: short enough that a payment never waits noticeably for an import.
LOTE = 1000


class Cargador(Protocol):
    """What one kind of file knows: its columns, its rows and how to write them.

    A record is whatever `leer` returns; it has `linea` and `clave` (unique within a file), and can be pickled.
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
    """Load `archivo` (a path, bytes or a binary stream) with `cargador`; returns its Informe.

    With an error in any row nothing is written, unless `parcial`. `progreso(rows)` is called after each lot written.
    Raises ArchivoInvalidoError when the file cannot be read as a whole; then nothing has been written.
    """
    informe = Informe()
    filas = leer_csv(archivo, columnas=cargador.columnas, opcionales=cargador.opcionales, codificacion=codificacion)
    with TemporaryFile() as buenas:
        for lote in _revisar(cargador, _leer(cargador, filas, informe), informe):
            pickle.dump(lote, buenas, protocol=pickle.HIGHEST_PROTOCOL)
        if parcial or not informe.cuantos_errores:
            buenas.seek(0)
            for lote in _apartados(buenas):
                cargador.aplicar(lote, informe)
                if progreso:
                    progreso(informe.filas)
            informe.cargado = True
    informe.errores.sort(key=lambda error: error.linea)
    return informe


def _leer(cargador, filas, informe):
    for fila in filas:
        try:
            yield cargador.leer(fila)
        except ValorInvalidoError as error:
            informe.rechazar(fila.linea, error)


def _revisar(cargador, registros, informe):
    """Yield the lots of a file without the records that repeat a key or that the database does not admit."""
    lineas = {}
    while lote := list(islice(registros, LOTE)):
        unicos = [registro for registro in lote if not _repetido(registro, lineas, informe)]
        malos = set()
        for registro, razon in cargador.comprobar(unicos):
            malos.add(registro.linea)
            informe.rechazar(registro.linea, razon)
        yield [registro for registro in unicos if registro.linea not in malos]


def _repetido(registro, lineas, informe):
    # The digest, not the key: a million keys of five texts would be most of the memory.
    clave = blake2b(repr(registro.clave).encode(), digest_size=16).digest()
    primera = lineas.setdefault(clave, registro.linea)
    if primera == registro.linea:
        return False
    informe.rechazar(registro.linea, _t("repite la clave de la línea %s") % primera)
    return True


def _apartados(archivo):
    while True:
        try:
            # Only what `importar` has just written to a file that nobody else can name.
            yield pickle.load(archivo)  # noqa: S301  # nosec B301
        except EOFError:
            return
