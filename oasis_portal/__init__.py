"""Wiring only: settings, urls, Celery, checks, health and logging. Domain code lives in the three apps."""

from oasis_portal.celery import app as celery_app

__all__ = ["celery_app"]
