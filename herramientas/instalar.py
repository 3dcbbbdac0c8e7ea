"""Make the virtual environment `.venv` and install into it: `python3 herramientas/instalar.py demo|dev`.

Standard library only, because it runs before anything is installed. A stamp with the hash of the requirements lets a
second run return at once.
"""

import hashlib
import importlib.util
import os
import subprocess
import sys

MINIMA = (3, 11)
PERFILES = {"demo": ["requirements.txt", "requirements-simulador.txt"], "dev": ["requirements-dev.txt"]}


class NoInstalable(Exception):
    """What keeps this machine from installing, with what to do about it, in one line."""


def huella(archivos):
    """Hash of the requirement files and of those they include with -r, and of the Python that installs them."""
    suma = hashlib.sha256(".".join(map(str, sys.version_info[:2])).encode())
    pendientes = list(archivos)
    while pendientes:
        archivo = pendientes.pop(0)
        with open(archivo, "rb") as abierto:
            contenido = abierto.read()
        suma.update(contenido)
        carpeta = os.path.dirname(archivo)
        for linea in contenido.decode().splitlines():
            if linea.startswith("-r "):
                pendientes.append(os.path.join(carpeta, linea[3:].strip()))
    return suma.hexdigest()


def preparar(raiz, perfil):
    """Leave `.venv` under `raiz` with what `perfil` needs. Returns True when something was installed."""
    entorno = os.path.join(raiz, ".venv")
    python = os.path.join(entorno, "bin", "python")
    archivos = [os.path.join(raiz, nombre) for nombre in PERFILES[perfil]]
    if _sirve(python) and _al_dia(raiz, entorno, perfil):
        return False
    pip = [python, "-m", "pip"] if _sirve(python) and _tiene_pip(python) else _crear(entorno, python)
    _decir("Instalando lo que pide " + ", ".join(PERFILES[perfil]) + " (la primera vez tarda un minuto o dos)…")
    orden = [*pip, "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    for archivo in archivos:
        orden += ["-r", archivo]
    if subprocess.call(orden) != 0:
        raise NoInstalable("pip no pudo instalar: revise la conexión o el índice de paquetes y repita la orden.")
    with open(_sello(entorno, perfil), "w", encoding="ascii") as sello:
        sello.write(huella(archivos))
    return True


def _sello(entorno, perfil):
    return os.path.join(entorno, ".instalado-" + perfil)


def _al_dia(raiz, entorno, perfil):
    """True when the stamp of `perfil`, or of `dev` which holds everything, matches the files of today."""
    for candidato in {perfil, "dev"}:
        try:
            with open(_sello(entorno, candidato), encoding="ascii") as sello:
                if sello.read() == huella([os.path.join(raiz, nombre) for nombre in PERFILES[candidato]]):
                    return True
        except OSError:
            continue
    return False


def _sirve(python):
    """True when `.venv` has a Python that starts and is the version of this one."""
    try:
        version = subprocess.check_output([python, "-c", "import sys; print(*sys.version_info[:2])"], text=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return version.split() == [str(parte) for parte in sys.version_info[:2]]


def _tiene_pip(python):
    return (
        subprocess.call([python, "-m", "pip", "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    )


def _crear(entorno, python):
    """Create `.venv`; returns the command that is pip for it. Raises NoInstalable."""
    _decir("Creando el entorno virtual .venv…")
    con_pip = importlib.util.find_spec("ensurepip") is not None
    opciones = [] if con_pip else ["--without-pip"]
    orden = [sys.executable, "-m", "venv", "--clear", *opciones, entorno]
    creado = importlib.util.find_spec("venv") is not None and subprocess.call(orden) == 0
    if creado and con_pip:
        return [python, "-m", "pip"]
    # Debian without python3-venv: the system's pip (22.3 or later) installs into another environment.
    if creado and _tiene_pip(sys.executable):
        return [sys.executable, "-m", "pip", "--python", python]
    raise NoInstalable(
        "Este Python no puede crear un entorno virtual con pip. Instale el paquete que falta "
        "(en Debian o Ubuntu: apt install python3-venv) y repita la orden."
    )


def _decir(linea):
    sys.stdout.write(linea + "\n")
    sys.stdout.flush()


def main(perfil):
    """Install `perfil` (demo or dev); returns the process' exit code."""
    if sys.version_info < MINIMA:
        _decir(
            f"Se necesita Python 3.11 o posterior, y este es {sys.version.split()[0]}: indique otro con PYTHON=ruta."
        )
        return 2
    try:
        preparar(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), perfil)
    except NoInstalable as error:
        _decir("No se pudo instalar. " + str(error))
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
