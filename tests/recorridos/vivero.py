"""Loaded once by the server of forks: a portal that is ready, of which each process that is to die is a copy.

A fresh interpreter takes two seconds to load the portal; a copy of one that has loaded it, none.
"""

from importlib import import_module

import django

django.setup()

# Everything that a worker or the web process would load before its first task or request.
for _modulo in (
    "gunicorn.app.base",
    "gunicorn.workers.gthread",
    "oasis_portal.wsgi",
    "oasis_portal.urls",
    "pagos.tasks",
):
    import_module(_modulo)
