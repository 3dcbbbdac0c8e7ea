"""Emptying the database between transactional tests: the only place where append-only tables are emptied."""

from functools import wraps

from django.core.management.commands.flush import Command


def vaciar_sin_disparadores():
    """Django's flush, around which the append-only triggers are dropped and created again."""
    from django.db import connections

    from pagos import disparadores as de_pagos
    from usuarios import disparadores as de_usuarios

    original = Command.handle

    @wraps(original)
    def handle(self, **opciones):
        conexion = connections[opciones["database"]]
        for suyos in (de_pagos, de_usuarios):
            suyos.quitar(conexion)
        try:
            return original(self, **opciones)
        finally:
            for suyos in (de_pagos, de_usuarios):
                suyos.instalar(conexion)

    Command.handle = handle
