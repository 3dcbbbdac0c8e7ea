"""The one way to write down what somebody did; every app calls it from the service or the page where it happens."""

from simple_history.models import HistoricalRecords

from usuarios.acceso import direccion_de
from usuarios.models import RegistroAuditoria


def auditar(clase, *, objeto=None, quien=None, correo="", detalle=None):
    """Write a RegistroAuditoria in the caller's transaction: what is undone was never done.

    `clase`: a `usuarios.models.Clase`. `objeto`: any saved model instance it was done to. `quien`: a Usuario; without
    one, whoever is logged in at the request under way, and nobody in a command or a task. `correo`: what was typed,
    where nobody got in. `detalle`: a dict of what a reader needs besides; never a secret, nor what a secret was.
    """
    peticion = getattr(HistoricalRecords.context, "request", None)
    quien = quien or _en_la_peticion(peticion)
    return RegistroAuditoria.objects.create(
        clase=clase,
        quien=quien,
        correo=(quien.email if quien else correo).lower(),
        direccion=(direccion_de(peticion) or None) if peticion else None,
        tipo=objeto._meta.label_lower if objeto is not None else "",
        objeto_id=str(objeto.pk) if objeto is not None else "",
        objeto=str(objeto)[:200] if objeto is not None else "",
        detalle=detalle or {},
    )


def _en_la_peticion(peticion):
    usuario = getattr(peticion, "user", None)
    return usuario if usuario is not None and usuario.is_authenticated else None
