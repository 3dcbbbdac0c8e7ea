"""What child processes put out: their standard output and error, and, in those of the portal, every exit of theirs."""

import contextlib
import os
import stat
import subprocess
from pathlib import Path

from tests.arnes.salidas import SOLAPE, interponer

# Where a portal's child writes what came out of it; read by `hijo/sitecustomize.py`.
FUGAS = "ARNES_FUGAS"
_GUARDIA = Path(__file__).parent / "hijo"


class Hijos:
    """The children of this process, from the moment it is made: `leer()` after each test looks at what they wrote."""

    def __init__(self, mirar, *, archivo):
        """`archivo`: a Path of our own in which the portal's children note what came out of them."""
        self._mirar = mirar
        self._archivo = archivo
        self._leido = 0
        self._salidas = []  # [file descriptor, bytes read, who]
        interponer(subprocess.Popen, "__init__", self._nacer)
        interponer(subprocess.Popen, "communicate", self._comunicar)

    def _nacer(self, original, proceso, args, *resto, **opciones):
        orden = list(map(str, args)) if isinstance(args, list | tuple) else [str(args)]
        if "python" in os.path.basename(orden[0]):
            opciones["env"] = self._entorno(opciones.get("env"))
        original(proceso, args, *resto, **opciones)
        quien = f"lo que escribió el proceso {' '.join(orden[:4])}"
        for salida in {opciones.get("stdout"), opciones.get("stderr")}:
            self._seguir(salida, quien)

    def _entorno(self, entorno):
        entorno = dict(os.environ if entorno is None else entorno)
        # Last: a test that brings a sitecustomize of its own means it.
        camino = [*filter(None, [entorno.get("PYTHONPATH")]), str(_GUARDIA)]
        return {**entorno, "PYTHONPATH": os.pathsep.join(camino), FUGAS: str(self._archivo)}

    def _seguir(self, salida, quien):
        """Keep a reader of the file that a child writes to, which its owner may close or delete."""
        if salida is None or (isinstance(salida, int) and salida < 0):
            return  # ours, which pytest captures; or a pipe, which `communicate` reads
        numero = salida if isinstance(salida, int) else salida.fileno()
        if stat.S_ISREG(os.fstat(numero).st_mode):
            self._salidas.append([os.open(f"/proc/self/fd/{numero}", os.O_RDONLY), 0, quien])

    def _comunicar(self, original, proceso, *args, **kwargs):
        dicho = original(proceso, *args, **kwargs)
        for texto in filter(None, dicho):
            self._mirar(texto, f"lo que escribió el proceso {proceso.args}")
        return dicho

    def leer(self):
        """Look at what the children have written since the last time."""
        for salida in self._salidas:
            numero, leido, quien = salida
            nuevo = os.pread(numero, os.fstat(numero).st_size, max(0, leido - SOLAPE))
            self._mirar(nuevo, quien)
            salida[1] = os.fstat(numero).st_size
        with contextlib.suppress(FileNotFoundError):
            notas = self._archivo.read_text().splitlines()
            nuevas, self._leido = notas[self._leido :], len(notas)
            return nuevas
        return []
