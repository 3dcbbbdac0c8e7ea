"""Who someone is, whose data they may see, and what was done."""

from usuarios.models.auditoria import Clase, RegistroAuditoria
from usuarios.models.personas import Asociacion, Identificado, Organizacion, Sesion, Tercero, Usuario, UsuarioManager

__all__ = [
    "Asociacion",
    "Clase",
    "Identificado",
    "Organizacion",
    "RegistroAuditoria",
    "Sesion",
    "Tercero",
    "Usuario",
    "UsuarioManager",
]
