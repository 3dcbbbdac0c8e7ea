"""The Celery application. Celery only rings the bell: the database is the queue, so every lost message is harmless."""

import os
from importlib import import_module

from celery import Celery
from celery.signals import worker_init
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oasis_portal.settings")

app = Celery("oasis_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def ofrecer_metricas(**_kwargs):
    """The worker's own metrics, on METRICAS_PUERTO; its pool is not there yet, so each process does it once."""
    if settings.METRICAS_PUERTO:
        # Its models are loaded only now.
        import_module("oasis_portal.metricas").ofrecer(settings.METRICAS_PUERTO)
