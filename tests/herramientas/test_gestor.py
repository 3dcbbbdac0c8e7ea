"""The demo's process manager: however it is told to end, nothing stays behind."""

import signal
import subprocess
import sys
import uuid

import pytest

from herramientas.variables import RAIZ
from tests.herramientas.apoyo import entorno_de_persona, esperar, procesos_con

pytestmark = pytest.mark.solo_sqlite("the tools never open the database: once is enough")

_GUION = """
import sys
from herramientas import gestor
gestor.ESPERA_S = 1
procesos = dict(orden.split("=", 1) for orden in sys.argv[1:])
sys.exit(gestor.correr(procesos, al_arrancar=lambda: print("arrancados", flush=True)))
"""


@pytest.fixture
def gestor():
    """`gestor(**procesos)`: (process, mark) of a manager whose processes have started."""
    vivos = []

    def arrancar(**procesos):
        marca = f"MARCA_DE_PRUEBA={uuid.uuid4().hex}"
        proceso = subprocess.Popen(
            [sys.executable, "-c", _GUION, *(f"{nombre}={orden}" for nombre, orden in procesos.items())],
            cwd=RAIZ,
            env=entorno_de_persona(MARCA_DE_PRUEBA=marca.split("=")[1]),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        vivos.append(proceso)
        return proceso, marca

    yield arrancar
    for proceso in vivos:
        if proceso.poll() is None:
            proceso.kill()
        proceso.communicate()


@pytest.mark.parametrize("senal", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_una_senal_termina_todo(gestor, senal):
    """Ctrl-C, a kill and a closed terminal end every process and their children, and the code is 0."""
    proceso, marca = gestor(uno="sleep 300", dos="sh -c 'sleep 300 & sleep 300'")
    assert esperar(lambda: len(procesos_con(marca)) >= 6)
    proceso.send_signal(senal)
    proceso.communicate(timeout=20)
    assert proceso.returncode == 0
    assert esperar(lambda: not procesos_con(marca), espera=5)


def test_una_senal_muy_temprana_tambien_termina_todo(gestor):
    """A signal that comes while the processes are being started is not lost and leaves nothing behind."""
    proceso, marca = gestor(uno="sleep 300", dos="sleep 300")
    assert esperar(lambda: len(procesos_con(marca)) >= 2, paso=0.001)
    proceso.send_signal(signal.SIGTERM)
    proceso.communicate(timeout=20)
    assert esperar(lambda: not procesos_con(marca), espera=5)


def test_si_un_proceso_se_cae_caen_todos_y_se_sabe(gestor):
    """A process that dies takes the others with it, and the code says that nobody asked for it."""
    proceso, marca = gestor(uno="sleep 300", dos="sh -c 'sleep 0.3; exit 7'")
    proceso.communicate(timeout=20)
    assert proceso.returncode == 7
    assert esperar(lambda: not procesos_con(marca), espera=5)


def test_quien_no_atiende_sigterm_muere_igual(gestor):
    """SIGTERM comes first and SIGKILL only for who has not ended after the wait."""
    proceso, marca = gestor(amable="sleep 300", sordo="trap '' TERM; while true; do sleep 1; done")
    assert esperar(lambda: len(procesos_con(marca)) >= 5)
    proceso.send_signal(signal.SIGINT)
    salida, _ = proceso.communicate(timeout=20)
    assert "sending SIGKILL to sordo" in salida
    assert "sending SIGKILL to amable" not in salida
    assert esperar(lambda: not procesos_con(marca), espera=5)
