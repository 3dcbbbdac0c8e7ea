"""The Celery application. Celery only rings the bell: the database is the queue, so every lost message is harmless."""

import os
from importlib import import_module

from celery import Celery
from celery.signals import worker_init, worker_shutting_down
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oasis_portal.settings")

app = Celery("oasis_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


# What the two below need has models, which are not ready when this module is read.
@worker_init.connect
def ofrecer_metricas(**_kwargs):
    """The worker's own metrics, on METRICAS_PUERTO; its pool is not there yet, so each process does it once."""
    if settings.METRICAS_PUERTO:
        import_module("oasis_portal.metricas").ofrecer(settings.METRICAS_PUERTO)


@worker_shutting_down.connect
def pedir_parada(**_kwargs):
    """SIGTERM: Celery waits for running tasks, so the long ones must hear of it and hand back what is not done."""
    import_module("pagos.parada").pedir()
