"""Session engine: Django's database sessions with the user in a column, so that they can be listed and revoked."""

from django.contrib.sessions.backends.db import SessionStore as DBStore


class SessionStore(DBStore):
    """Named as SESSION_ENGINE expects. `vence`: when the stored session ends (datetime), None if not stored."""

    vence = None

    @classmethod
    def get_model_class(cls):
        from usuarios.models import Sesion

        return Sesion

    def _get_session_from_db(self):
        sesion = super()._get_session_from_db()
        self.vence = sesion.expire_date if sesion else None
        return sesion

    def create_model_instance(self, data):
        sesion = super().create_model_instance(data)
        usuario_id = data.get("_auth_user_id")
        sesion.usuario_id = int(usuario_id) if usuario_id else None
        return sesion
