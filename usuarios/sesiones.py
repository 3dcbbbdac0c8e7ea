"""Session engine: Django's database sessions with the user in a column, so that they can be listed and revoked."""

from django.contrib.sessions.backends.db import SessionStore as DBStore


class SessionStore(DBStore):
    """Named as Django's SESSION_ENGINE expects."""

    @classmethod
    def get_model_class(cls):
        from usuarios.models import Sesion

        return Sesion

    def create_model_instance(self, data):
        sesion = super().create_model_instance(data)
        usuario_id = data.get("_auth_user_id")
        sesion.usuario_id = int(usuario_id) if usuario_id else None
        return sesion
