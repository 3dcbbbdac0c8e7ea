"""Periodic housekeeping of this app."""

from celery import shared_task

from usuarios.sesiones import SessionStore


@shared_task
def limpiar_sesiones():
    """Delete the sessions that have expired."""
    SessionStore.clear_expired()
