"""The frame of whatever runs the real portal for a while: a folder and an environment of its own, and nothing left."""

import os
import secrets
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

from herramientas.variables import entorno_limpio


class Montaje:
    """A context manager; who derives from it starts things in `_montar` and tells `pila` how each of them ends.

    `carpeta`: temporary; `entorno`: of every process, once `adoptar_entorno` was called.
    """

    # Of the temporary folder, so that one that was left behind tells whose it is.
    nombre = "montaje"

    def __enter__(self):
        self.pila = ExitStack()
        try:
            self.carpeta = Path(tempfile.mkdtemp(prefix=f"oasis-{self.nombre}-"))
            # PostgreSQL runs as another user when we are root, and must be able to walk in.
            self.carpeta.chmod(0o711)
            self.pila.callback(shutil.rmtree, self.carpeta, ignore_errors=True)
            self._montar()
        except BaseException:
            self.pila.close()
            raise
        return self

    def __exit__(self, *_excepcion):
        self.pila.close()

    def _montar(self):
        raise NotImplementedError

    def adoptar_entorno(self, **variables):
        """Make `entorno`, and this process's own, of `variables` alone: nothing of the developer's shell or `.env`."""
        vacio = self.carpeta / "entorno.env"
        vacio.touch(mode=0o600)
        from cryptography.fernet import Fernet

        self.entorno = {
            **entorno_limpio(),
            "DJANGO_SETTINGS_MODULE": "oasis_portal.settings",
            "ENTORNO_ARCHIVO": str(vacio),
            "SECRET_KEY": secrets.token_urlsafe(64),
            "CLAVES_CIFRADO": Fernet.generate_key().decode(),
            "PERMITIR_PRUEBAS": "1",
            "CARPETA_DATOS": str(self.carpeta / "datos"),
            "PYTHONUNBUFFERED": "1",
            **variables,
        }
        os.environ.clear()
        os.environ.update(self.entorno)

    def preparar_base(self):
        """Set Django up on `entorno` and bring the database to its newest shape."""
        import django
        from django.core.management import call_command

        django.setup()
        self.pila.callback(cerrar_conexiones)
        call_command("migrate", verbosity=0, interactive=False)


def cerrar_conexiones():
    """Let go of the database: whoever ends or copies it must be alone with it."""
    from django.db import connections

    connections.close_all()
