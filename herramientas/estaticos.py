"""collectstatic only when something changed: hashing and compressing every file takes most of a second start."""

import hashlib
import os
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def recoger_si_cambio():
    """Run collectstatic unless STATIC_ROOT holds what the sources are today. Returns True when it ran.

    The stamp stands beside STATIC_ROOT, not inside, where it would be served.
    """
    sello = Path(f"{settings.STATIC_ROOT}.huella")
    actual = _huella()
    if sello.is_file() and Path(settings.STATIC_ROOT).is_dir() and sello.read_text(encoding="ascii") == actual:
        return False
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    sello.write_text(actual, encoding="ascii")
    return True


def _huella():
    """Hash of path, size and time of every source file, and of how they are stored."""
    suma = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for buscador in get_finders():
        for relativo, almacen in buscador.list([]):
            datos = os.stat(almacen.path(relativo))
            suma.update(f"{almacen.path(relativo)} {datos.st_size} {datos.st_mtime_ns}\n".encode())
    return suma.hexdigest()
