"""Loads users and their mappings from a CSV file (columns: `COLUMNAS`, `OPCIONALES`), all of it or nothing."""

from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _t

from usuarios import servicios
from usuarios.archivos import leer_csv
from usuarios.auditoria import auditar
from usuarios.errores import ValorInvalidoError
from usuarios.identificacion import leer_identificacion, leer_organizacion
from usuarios.models import Clase, Usuario
from usuarios.valores import leer_texto

COLUMNAS = ("email", "nombre", "apellido", "tercero_tipo", "tercero_numero", "organizacion_numero")
OPCIONALES = ("organizacion_tipo",)
# Ids of one query: databases limit its parameters.
_TANDA = 5000
# A file that is wrong on every line is explained by its first lines.
_ERRORES_GUARDADOS = 1000


@dataclass
class Informe:
    """What an import did: rows read and refused, why (line, sentence), users created, and the ids of all users named.

    `cargado` is False when rows were refused and so nothing at all was kept.
    """

    filas: int = 0
    rechazadas: int = 0
    errores: list[tuple[int, str]] = field(default_factory=list)
    creados: int = 0
    usuarios: set[int] = field(default_factory=set)
    cargado: bool = True

    def rechazar(self, linea, razon):
        """Count one refused row and keep why."""
        self.rechazadas += 1
        if len(self.errores) < _ERRORES_GUARDADOS:
            self.errores.append((linea, str(razon)))


def importar(fuente, *, codificacion=None, parcial=False, clave=None):
    """Load `fuente` (as `leer_csv` takes it) and return the Informe.

    Safe to repeat: what the file says and the database has stays as it is. A refused row undoes everything unless
    `parcial`. `clave` is given to the customers of the file that have no password yet, never to staff.
    Raises ArchivoInvalidoError, and then nothing is kept, `parcial` or not.
    """
    informe = Informe()
    # Hashed once: it is one password for all of them, and each hash costs a good part of a second.
    cifrada = make_password(clave) if clave else None
    with transaction.atomic():
        for fila in leer_csv(fuente, columnas=COLUMNAS, opcionales=OPCIONALES, codificacion=codificacion):
            informe.filas += 1
            try:
                with transaction.atomic():
                    usuario, creado = _cargar(fila)
            except ValorInvalidoError as error:
                informe.rechazar(fila.linea, error)
                continue
            informe.creados += creado
            informe.usuarios.add(usuario.pk)
            if cifrada and not usuario.is_staff and not usuario.has_usable_password():
                servicios.poner_clave_cifrada(usuario, cifrada)
        if informe.rechazadas and not parcial:
            transaction.set_rollback(True)
            informe.cargado = False
        else:
            cuenta = {"de": "usuarios", "filas": informe.filas, "rechazadas": informe.rechazadas}
            auditar(Clase.IMPORTACION, detalle={**cuenta, "nuevos": informe.creados})
    return informe


def sin_clave(informe):
    """Yield the users of an import who still have to set their first password, by e-mail."""
    ids = sorted(informe.usuarios)
    for inicio in range(0, len(ids), _TANDA):
        tanda = Usuario.objects.filter(pk__in=ids[inicio : inicio + _TANDA], is_active=True).order_by("email")
        yield from (usuario for usuario in tanda if not usuario.has_usable_password())


def _cargar(fila):
    """(Usuario, created) of one row; ValorInvalidoError with the reason in words."""
    email = fila.leer("email", _leer_email)
    nombres = {columna: fila.leer(columna, leer_texto, maximo=100) for columna in ("nombre", "apellido")}
    tercero = fila.leer("tercero_numero", _leer_tercero, tipo_id=fila["tercero_tipo"])
    organizacion = fila.leer(
        "organizacion_numero",
        lambda numero: leer_organizacion(tercero, numero, fila["organizacion_tipo"]),
    )
    if tercero is None and organizacion is None:
        raise ValorInvalidoError(_t("falta el NIT o la cédula del cliente: tercero_numero y organizacion_numero"))
    usuario, creado = servicios.obtener_cliente(email=email, **nombres)
    servicios.asociar(
        usuario=usuario,
        tercero=servicios.obtener_tercero(tercero) if tercero else None,
        organizacion=servicios.obtener_organizacion(organizacion) if organizacion else None,
    )
    return usuario, creado


def _leer_email(texto):
    email = leer_texto(texto, maximo=254, obligatorio=True)
    try:
        validate_email(email)
    except ValidationError as error:
        raise ValorInvalidoError(_t("«%s» no es un correo electrónico") % email[:60]) from error
    return email


def _leer_tercero(numero, *, tipo_id):
    return leer_identificacion(tipo_id, numero) if numero.strip() else None
