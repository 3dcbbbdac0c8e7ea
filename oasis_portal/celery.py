"""The Celery application. Celery only rings the bell: the database is the queue, so every lost message is harmless."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oasis_portal.settings")

app = Celery("oasis_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
