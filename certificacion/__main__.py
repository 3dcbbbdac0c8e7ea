"""`make certificacion`: walk the seven scenarios and write the report to `var/certificacion/`."""

import platform
import signal
import subprocess
import sys
import time
import tomllib
from datetime import datetime

from certificacion.testigo import BOGOTA
from herramientas.navegador import chromium, ruta_chromium
from herramientas.variables import RAIZ

SIN_CHROMIUM = (
    "No hay Chromium en esta máquina y los escenarios se recorren en él. Instálelo (en Debian o Ubuntu: "
    "apt install chromium) o diga dónde está: CHROMIUM=ruta/al/chromium make certificacion"
)


def main():
    """Walk, write, tell; returns 0 when every scenario passed, 1 when one failed, 2 when it cannot be walked here."""
    if not ruta_chromium():
        _decir(SIN_CHROMIUM)
        return 2
    # `kill` and a closed terminal end the processes too, as Ctrl-C does, also where a shell started us deaf to it.
    for senal in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(senal, signal.default_int_handler)
    from certificacion.montaje import Montaje

    inicio = time.monotonic()
    _decir("Preparando el portal, el trabajador y la pasarela simulada…")
    with Montaje() as montaje:
        archivo, bien = _recorrer(montaje)
    _decir("", f"  Informe   {archivo.relative_to(RAIZ)}", f"  Duración  {time.monotonic() - inicio:.0f} s", "")
    _decir("Todos los escenarios pasaron." if bien else "HAY FALLAS: el informe dice cuáles.")
    return 0 if bien else 1


def _recorrer(montaje):
    """Walk and write; returns (path of the report, whether everything passed)."""
    # Only now: these modules read Django's models, and the database is ready.
    from certificacion.cierre import cerrar
    from certificacion.escena import Escena
    from certificacion.escenarios import recorrer
    from certificacion.informe import Portada, construir
    from certificacion.montaje import CARPETA, SONDA_S
    from pagos.demo import personas

    cuando = datetime.now(BOGOTA)
    with chromium() as navegador:
        escena = Escena(
            navegador=navegador,
            portal=montaje.portal.url,
            simulador=montaje.simulador,
            testigo=montaje.testigo,
            correo=personas.PERSONAS[0].email,
            clave=personas.clave(),
            adelantada=montaje.adelantada,
        )
        actas = recorrer(escena, avisar=_avisar)
        datos = _datos(navegador.version)
    bitacora, secretos = montaje.bitacora(), montaje.secretos()
    cierre = cerrar(actas, simulador=montaje.simulador, bitacora=bitacora, secretos=secretos)
    portada = Portada(
        producto="Portal de pagos OASIS",
        version=_version(),
        cuando=cuando,
        datos=datos,
        aclaraciones=_aclaraciones(SONDA_S),
    )
    primera = next(iter(actas[0].referencias), "ninguna")
    muestra = [linea for linea in bitacora if primera in linea]
    texto = construir(portada, actas, cierre=cierre, bitacora=muestra[:12], secretos=secretos)
    archivo = CARPETA / f"certificacion-{cuando:%Y%m%d-%H%M%S}.html"
    archivo.write_text(texto, encoding="utf-8")
    return archivo, all(acta.bien for acta in (*actas, cierre))


def _avisar(acta):
    _decir(f"{'OK   ' if acta.bien else 'FALLA'} {acta.numero}. {acta.titulo} ({acta.segundos:.0f} s)")


def _aclaraciones(sonda_s):
    return [
        "La pasarela de este recorrido es un simulador: un proceso aparte que habla el contrato de la API v6 de "
        "ZonaPAGOS por HTTP y anota cada incumplimiento. Ningún mensaje llegó a ZonaPAGOS, a ACH ni a un banco, y no "
        "hubo dinero.",
        f"La sonda, que en producción pregunta cada 7 minutos, lo hizo aquí cada {sonda_s} segundos. Los 30 minutos "
        "del escenario 4 no se esperaron: la misma orden de producción corrió en un proceso con el reloj "
        "adelantado 29 y luego 31 minutos, sin tocar los datos; por eso la hora de ese cierre está en el futuro.",
    ]


def _datos(chromium_version):
    return [
        ("Entorno", "Simulador del contrato ZonaPAGOS API v6 (acuerdos de prueba)"),
        ("Procesos", "gunicorn, trabajador Celery con beat, simulador en dos orígenes"),
        ("Base de datos", "SQLite, la del modo embebido; la suite de pruebas corre además sobre PostgreSQL"),
        ("Navegador", f"Chromium {chromium_version}, escritorio y teléfono de 360 px"),
        ("Python", platform.python_version()),
        ("Requisitos y sus pruebas", "docs/certificacion-pse.md"),
    ]


def _version():
    """Version of the product, and the commit when the folder is a git clone that knows it."""
    version = tomllib.loads((RAIZ / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    try:
        hecho = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--tags"],  # noqa: S607 (whichever git this machine has)
            cwd=RAIZ,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return version
    return f"{version} ({hecho.stdout.strip()})"


def _decir(*lineas):
    sys.stdout.write("\n".join(lineas) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        _decir("Interrumpido: no queda ningún proceso y no se escribió el informe.")
        sys.exit(130)
