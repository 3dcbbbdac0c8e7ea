"""Who may open the pages of Tesorería."""

from functools import wraps

from django.core.exceptions import PermissionDenied

from usuarios.roles import TESORERIA


def solo_tesoreria(permiso="pagos.view_pago"):
    """Decorator: only people of Tesorería who hold `permiso`, and superusers; 403 for anybody else."""

    def decorador(vista):
        @wraps(vista)
        def protegida(request, *args, **kwargs):
            if not _puede(request.user, permiso):
                raise PermissionDenied
            return vista(request, *args, **kwargs)

        return protegida

    return decorador


def _puede(usuario, permiso):
    if usuario.is_superuser:
        return True
    return usuario.has_perm(permiso) and usuario.groups.filter(name=TESORERIA).exists()
