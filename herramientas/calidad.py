"""`make calidad`: every static check, all of them even when one fails, as CI runs them."""

import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet

from herramientas.variables import RAIZ, entorno_limpio

BIN = Path(sys.executable).parent
PROPIO = ["oasis_portal", "usuarios", "cartera", "pagos", "simulador", "herramientas", "certificacion", "caos"]

REVISIONES = {
    "formato": [BIN / "ruff", "format", "--check", "."],
    "ruff": [BIN / "ruff", "check", "."],
    # Rules, not layout: the formatter would put spaces inside links and labels, where people see them.
    "plantillas": [BIN / "djlint", "--lint", "templates"],
    "capas": [BIN / "lint-imports", "--no-cache"],
    # Low findings are ruff's S rules, whose exceptions carry their reasons.
    "seguridad estática": [BIN / "bandit", "-q", "-ll", "-r", "-c", "pyproject.toml", *PROPIO],
    "migraciones al día": [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
    "check --deploy": [sys.executable, "-W", "error", "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
}


def entorno_de_produccion(carpeta):
    """An environment as production has it, with secrets of this run; nothing is connected to by a check.

    `carpeta` is an existing folder (Path) for what starting up writes.
    """
    vacio = carpeta / "entorno.env"
    vacio.touch()
    return {
        **entorno_limpio(),
        "SECRET_KEY": secrets.token_urlsafe(64),
        "CLAVES_CIFRADO": Fernet.generate_key().decode(),
        "PORTAL_URL": "https://portal.example",
        "DATABASE_URL": "postgresql://portal@127.0.0.1:5432/portal",
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        "EMAIL_URL": "smtp+tls://portal@127.0.0.1:587",
        "ALERTAS_CORREO": "operacion@portal.example",
        "DETRAS_DE_PROXY": "True",
        "PROXIES_CONFIABLES": "1",
        "CARPETA_DATOS": str(carpeta),
        # A developer's own .env must not decide what this check sees.
        "ENTORNO_ARCHIVO": str(vacio),
    }


def revisar(entorno):
    """Run every check, printing what it says when it fails; returns the names of those that failed."""
    fallidas = []
    for nombre, orden in REVISIONES.items():
        hecho = subprocess.run(orden, cwd=RAIZ, env=entorno, capture_output=True, text=True, check=False)
        sys.stdout.write(f"{'FALLA' if hecho.returncode else 'bien '} {nombre}\n")
        if hecho.returncode:
            fallidas.append(nombre)
            sys.stdout.write(hecho.stdout + hecho.stderr)
        sys.stdout.flush()
    return fallidas


def main():
    """Run every check; returns the process' exit code."""
    with tempfile.TemporaryDirectory(prefix="oasis-calidad-") as carpeta:
        fallidas = revisar(entorno_de_produccion(Path(carpeta)))
    if fallidas:
        sys.stdout.write(f"No pasa: {', '.join(fallidas)}\n")
    return 1 if fallidas else 0


if __name__ == "__main__":
    sys.exit(main())
