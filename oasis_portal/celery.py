"""The Celery application. Celery only rings the bell: the database is the queue, so every lost message is harmless."""

import os

from celery import Celery
from celery.signals import worker_shutting_down

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oasis_portal.settings")

app = Celery("oasis_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_shutting_down.connect
def parar_la_sonda(**_de_celery):
    """SIGTERM: Celery waits for running tasks, so the sonda must hear of it and hand back what it has not asked."""
    from pagos import sonda  # the models are ready by now, and not when this module is read

    sonda.pedir_que_pare()
