"""What is owed, and by whom to whom."""

from cartera.models.avisos import MAXIMO_COMENTARIO, AvisoDePago, MedioAjeno
from cartera.models.empresas import Empresa
from cartera.models.llaves import LlaveErp
from cartera.models.logos import Logo
from cartera.models.movimientos import SALDO_INICIAL, Movimiento
from cartera.models.personal import AlcancePersonal
from cartera.models.saldos import CLAVE_NATURAL, Saldo, nombre_de_documento
from cartera.models.seleccion import Seleccion

__all__ = [
    "CLAVE_NATURAL",
    "MAXIMO_COMENTARIO",
    "SALDO_INICIAL",
    "AlcancePersonal",
    "AvisoDePago",
    "Empresa",
    "LlaveErp",
    "Logo",
    "MedioAjeno",
    "Movimiento",
    "Saldo",
    "Seleccion",
    "nombre_de_documento",
]
