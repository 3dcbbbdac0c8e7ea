"""Orders to a process that is being measured: one JSON object a line, each answered by one.

Orders come on standard input. Answers leave on what was standard output; what the process prints goes to its log.
"""

import json
import os
import subprocess
import sys

from herramientas.variables import RAIZ


class NoConfiable(Exception):
    """A figure that must not be believed: somebody was not asked, or twice, or a process died; the text says what."""


class Obrero:
    """`python -m <modulo>` in a process of its own, ready to obey. `bitacora`: file that takes what it prints."""

    def __init__(self, modulo, *, entorno, bitacora):
        self._bitacora = bitacora.open("a")
        self._proceso = subprocess.Popen(
            [sys.executable, "-m", modulo],
            cwd=RAIZ,
            env=entorno,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._bitacora,
            text=True,
        )
        self._esperar()

    @property
    def pid(self):
        """Its process id."""
        return self._proceso.pid

    def hacer(self, que, **datos):
        """Have it done and return its answer (dict); NoConfiable when it failed."""
        self._proceso.stdin.write(json.dumps({"hacer": que, **datos}) + "\n")
        self._proceso.stdin.flush()
        return self._esperar()

    def _esperar(self):
        linea = self._proceso.stdout.readline()
        if not linea:
            raise NoConfiable(f"El proceso medido murió (código {self._proceso.wait()}): vea {self._bitacora.name}")
        return json.loads(linea)

    def __enter__(self):
        return self

    def __exit__(self, *_excepcion):
        self._proceso.stdin.close()
        try:
            self._proceso.wait(30)
        finally:
            self._proceso.kill()
            self._proceso.stdout.close()
            self._bitacora.close()


def obedecer(ordenes):
    """The loop of the process that obeys: `ordenes` is {name: function of the order's data, returning a dict}."""
    respuestas = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def responder(datos):
        respuestas.write(json.dumps(datos) + "\n")
        respuestas.flush()

    responder({})
    for linea in sys.stdin:
        datos = json.loads(linea)
        responder(ordenes[datos.pop("hacer")](**datos))
