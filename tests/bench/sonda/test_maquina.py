import os
import subprocess
import sys

from bench.sonda import maquina

_OCUPARSE = "import time\nwhile time.process_time() < 0.3: pass"


def test_la_cpu_de_un_arbol_incluye_la_de_quien_ya_termino():
    """What a child used still counts once it has ended, in the tree and not in the process itself."""
    arbol, propia = maquina.cpu_de_arbol(os.getpid()), maquina.cpu_de(os.getpid())
    subprocess.run([sys.executable, "-c", _OCUPARSE], check=True)
    assert maquina.cpu_de_arbol(os.getpid()) - arbol >= 0.25
    assert maquina.cpu_de_arbol(os.getpid()) - arbol > maquina.cpu_de(os.getpid()) - propia + 0.2


def test_la_maquina_estuvo_al_menos_tan_ocupada_como_nosotros():
    """All cores together have been busy at least as long as a process that we kept busy."""
    antes = maquina.ocupada()
    subprocess.run([sys.executable, "-c", _OCUPARSE], check=True)
    assert maquina.ocupada() - antes >= 0.25


def test_la_memoria_maxima_se_queda_cuando_se_devuelve():
    """The peak of a process tells what it once held, in MiB."""
    codigo = "b = bytearray(80 << 20); del b; print(flush=True); input()"
    orden = [sys.executable, "-c", codigo]
    with subprocess.Popen(orden, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as hijo:
        hijo.stdout.readline()
        assert 80 < maquina.memoria_maxima(hijo.pid) < 200
        hijo.stdin.write("\n")
