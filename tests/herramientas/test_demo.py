"""`make demo` as a person runs it: in a copy of the repository, with its real processes."""

import os
import re
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time

import pytest
import requests

from herramientas.puertos import dos_libres, puerto_libre
from herramientas.variables import RAIZ
from tests.herramientas.apoyo import entorno_de_persona, esperar, procesos_con

pytestmark = pytest.mark.solo_sqlite("the demo is the embedded portal: SQLite by definition")

ESPERA_S = 150


@pytest.fixture(scope="module")
def copia(tmp_path_factory):
    """A copy of the working tree without what is generated; its path has a space, as some people's have."""
    destino = tmp_path_factory.mktemp("demo") / "el portal"
    ignorados = shutil.ignore_patterns(".venv", ".git", "var", "staticfiles", "__pycache__", ".*_cache", "capturas")
    shutil.copytree(RAIZ, destino, ignore=ignorados)
    return destino


class EnMarcha:
    """A demo that has been started, on three free ports."""

    def __init__(self, copia, **variables):
        self.puerto, self.simulador = puerto_libre(), dos_libres()
        self.marca = f"MARCA_DE_PRUEBA={self.puerto}-{self.simulador}"
        entorno = {"PUERTO": str(self.puerto), "PUERTO_SIMULADOR": str(self.simulador), **variables}
        self.inicio = time.monotonic()
        self.registro = copia / "demo.log"
        with self.registro.open("w") as salida:
            self.proceso = subprocess.Popen(
                [sys.executable, "-m", "herramientas.demo"],
                cwd=copia,
                env=entorno_de_persona(MARCA_DE_PRUEBA=self.marca.split("=")[1], **entorno),
                stdout=salida,
                stderr=subprocess.STDOUT,
            )

    def salida(self):
        return self.registro.read_text(encoding="utf-8")

    def esperar_listo(self):
        """Seconds until the line `listo`; AssertionError with everything it said when it does not come."""
        esperar(lambda: self.proceso.poll() is not None or "\nlisto\n" in self.salida(), espera=ESPERA_S)
        assert "\nlisto\n" in self.salida(), self.salida()
        return time.monotonic() - self.inicio

    def terminar(self, senal=signal.SIGINT):
        """Send the signal; returns the exit code."""
        self.proceso.send_signal(senal)
        return self.proceso.wait(30)


@pytest.fixture
def demo(copia):
    """`demo(**variables)`: a started EnMarcha; whatever is left of it is killed at the end."""
    iniciadas = []

    def iniciar(**variables):
        iniciadas.append(EnMarcha(copia, **variables))
        return iniciadas[-1]

    yield iniciar
    for una in iniciadas:
        for pid in procesos_con(una.marca):
            os.kill(pid, signal.SIGKILL)
        una.proceso.wait()


def _consultar(copia, sql):
    conexion = sqlite3.connect(copia / "var/demo/oasis.sqlite3")
    try:
        return conexion.execute(sql).fetchall()
    finally:
        conexion.close()


@pytest.mark.lento
@pytest.mark.timeout(400)
def test_la_demostracion_arranca_termina_y_vuelve_en_otro_puerto(demo, copia):
    """The first run seeds and serves; Ctrl-C leaves nothing; the second one keeps the data and follows the ports.

    A DATABASE_URL of the shell is not touched.
    """
    primera = demo(DATABASE_URL="sqlite:////no/debe/abrirse.sqlite3")
    primera.esperar_listo()
    assert requests.get(f"http://127.0.0.1:{primera.puerto}/cuenta/entrar/", timeout=10).status_code == 200
    assert requests.get(f"http://127.0.0.1:{primera.simulador}/", timeout=10).status_code == 200
    assert re.search(r"ana@\S+ .*\n", primera.salida())
    assert "en producción, cada 7" in primera.salida()
    secretos = (copia / "var/demo/entorno.env").read_text(encoding="utf-8")
    assert stat.S_IMODE((copia / "var/demo/entorno.env").stat().st_mode) == 0o600
    assert len(procesos_con(primera.marca)) >= 4
    assert primera.terminar(signal.SIGINT) == 0
    assert esperar(lambda: not procesos_con(primera.marca), espera=5)

    saldos = _consultar(copia, "SELECT COUNT(*), SUM(saldo) FROM cartera_saldo")
    assert saldos[0][0] == 3000
    segunda = demo()
    segunda.esperar_listo()
    assert _consultar(copia, "SELECT COUNT(*), SUM(saldo) FROM cartera_saldo") == saldos
    direcciones = _consultar(copia, "SELECT urls FROM pagos_acuerdocomercial WHERE pasarela = 'zonapagos'")
    assert direcciones
    assert all(f"127.0.0.1:{segunda.simulador}/" in urls for (urls,) in direcciones)
    nuevos = (copia / "var/demo/entorno.env").read_text(encoding="utf-8")
    assert _claves(nuevos) == _claves(secretos)
    assert segunda.terminar(signal.SIGTERM) == 0
    assert esperar(lambda: not procesos_con(segunda.marca), espera=5)


def _claves(texto):
    return re.findall(r"^(?:SECRET_KEY|CLAVES_CIFRADO)=.+$", texto, flags=re.MULTILINE)


@pytest.mark.parametrize("cual", ["PUERTO", "PUERTO_SIMULADOR", "el siguiente"])
def test_un_puerto_ocupado_se_dice_antes_de_empezar(demo, cual):
    """A taken port is one clear line and code 2, before anything is prepared."""
    ocupado = dos_libres()
    numero = ocupado + 1 if cual == "el siguiente" else ocupado
    variable = "PUERTO" if cual == "PUERTO" else "PUERTO_SIMULADOR"
    servidor = socket.create_server(("127.0.0.1", numero))
    try:
        intento = demo(**{variable: str(ocupado)})
        assert intento.proceso.wait(30) == 2
    finally:
        servidor.close()
    assert re.fullmatch(
        rf"El puerto {numero}, .* está ocupado. Elija otro: make demo {variable}=<puerto>\n", intento.salida()
    )
