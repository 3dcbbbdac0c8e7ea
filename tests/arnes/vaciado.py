"""Emptying the database between transactional tests: the only place where append-only tables are emptied."""

from functools import wraps

from django.core.management.commands.flush import Command


def vaciar_sin_disparadores():
    """Django's flush, around which the append-only triggers are dropped and created again."""
    from django.db import connections

    from pagos import disparadores

    original = Command.handle

    @wraps(original)
    def handle(self, **opciones):
        conexion = connections[opciones["database"]]
        disparadores.quitar(conexion)
        try:
            return original(self, **opciones)
        finally:
            disparadores.instalar(conexion)

    Command.handle = handle
