"""Who may open the pages of Tesorería, and about which Empresas."""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404

from cartera.alcance_personal import empresas_de, limitar
from cartera.models import AvisoDePago
from pagos.models import Novedad, Pago, PropuestaSaldoAFavor, SaldoAFavor
from usuarios.roles import TESORERIA

# Argument of an address -> what it names: model, its field, and the way from there to the Empresa.
OBJETOS = {
    "referencia": (Pago, "referencia", "empresa"),
    "novedad_id": (Novedad, "pk", "empresa"),
    "aviso_id": (AvisoDePago, "pk", "saldo__empresa"),
    "favor_id": (SaldoAFavor, "pk", "empresa"),
    "propuesta_id": (PropuestaSaldoAFavor, "pk", "favor__empresa"),
}
# What belongs to no Empresa.
DE_NINGUNA = {"ronda_id"}


def solo_tesoreria(permiso="pagos.view_pago"):
    """Decorator: only people of Tesorería who hold `permiso`, and superusers; 403 for anybody else.

    404 for what its address names when that is another Empresa's than the person may see; an argument that the tables
    above do not know is another's.
    """

    def decorador(vista):
        @wraps(vista)
        def protegida(request, *args, **kwargs):
            if not _puede(request.user, permiso):
                raise PermissionDenied
            _exigir_que_alcance(request.user, kwargs)
            return vista(request, *args, **kwargs)

        return protegida

    return decorador


def _puede(usuario, permiso):
    if usuario.is_superuser:
        return True
    return usuario.has_perm(permiso) and usuario.groups.filter(name=TESORERIA).exists()


def _exigir_que_alcance(usuario, argumentos):
    if empresas_de(usuario) is None:
        return
    for nombre, valor in argumentos.items():
        if nombre in DE_NINGUNA:
            continue
        modelo, campo, ruta = OBJETOS.get(nombre, (None, None, None))
        if modelo is None or not limitar(modelo.objects.filter(**{campo: valor}), usuario, ruta).exists():
            raise Http404
