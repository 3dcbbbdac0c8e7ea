"""`manage.py importar_usuarios FILE.csv`: the door of operators to `usuarios.importacion`."""

import csv
import os
import tempfile
from contextlib import contextmanager, nullcontext
from pathlib import Path

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from usuarios.correos import enlace_clave, invitar
from usuarios.errores import ArchivoInvalidoError, ValorInvalidoError, razon_de
from usuarios.importacion import COLUMNAS, OPCIONALES, importar, sin_clave
from usuarios.valores import secreto_de


class Command(BaseCommand):
    """Exit code 1 when a row was refused or a mail could not be sent."""

    help = (
        "Crea usuarios del portal y los asocia a sus clientes desde un CSV con las columnas "
        f"{', '.join(COLUMNAS)} y, si se quiere, {', '.join(OPCIONALES)}. Envía a cada usuario nuevo un enlace para "
        "crear su contraseña. Repetirlo no cambia nada."
    )

    def add_arguments(self, parser):
        parser.add_argument("archivo", help="CSV separado por «,» o «;», en UTF-8 salvo --codificacion")
        parser.add_argument("--codificacion", help="codificación del archivo, por ejemplo cp1252")
        parser.add_argument("--parcial", action="store_true", help="carga las filas buenas aunque haya malas")
        salida = parser.add_mutually_exclusive_group()
        salida.add_argument(
            "--enlaces",
            metavar="ARCHIVO",
            help="escribe los enlaces (CSV email,enlace; solo legible por usted) en vez de enviar correos",
        )
        salida.add_argument(
            "--clave",
            metavar="ORIGEN",
            help="@ARCHIVO o env:NOMBRE: una contraseña para todos los que aún no tienen, sin correos",
        )

    def handle(self, *, archivo, codificacion, parcial, enlaces, clave, **_opciones):
        clave = self._leer_clave(clave) if clave is not None else None
        with _archivo_privado(enlaces) if enlaces else nullcontext() as destino:
            try:
                informe = importar(archivo, codificacion=codificacion, parcial=parcial, clave=clave)
            except ArchivoInvalidoError as error:
                raise CommandError(f"{archivo}: {error}") from error
            self._decir_errores(informe)
            if destino:
                _escribir_enlaces(destino, sin_clave(informe))
        fallidos = [] if destino or clave else self._invitar(informe)
        self.stdout.write(
            f"{informe.filas} filas leídas, {informe.rechazadas} rechazadas; "
            f"{len(informe.usuarios)} usuarios, {informe.creados} nuevos."
        )
        if informe.rechazadas:
            raise CommandError("Se cargaron las demás filas (--parcial). Corrija las rechazadas y repita la orden.")
        if fallidos:
            raise CommandError(
                "Algunos correos no salieron. Revise EMAIL_URL y repita la orden: solo irán los que faltan."
            )

    def _leer_clave(self, origen):
        try:
            clave = secreto_de(origen)
            validate_password(clave)
        except ValorInvalidoError as error:
            raise CommandError(f"--clave: {error}") from error
        except ValidationError as error:
            raise CommandError(f"--clave: {' '.join(error.messages)}") from error
        return clave

    def _decir_errores(self, informe):
        for linea, razon in informe.errores:
            self.stderr.write(f"Línea {linea}: {razon}")
        callados = informe.rechazadas - len(informe.errores)
        if callados:
            self.stderr.write(f"... y {callados} filas más.")
        if not informe.cargado:
            raise CommandError(
                f"No se cargó nada: {informe.rechazadas} de {informe.filas} filas tienen errores. "
                "Corríjalas y repita la orden, o use --parcial para cargar las demás."
            )

    def _invitar(self, informe):
        """Mail whoever was never invited; returns the e-mails that could not be sent to."""
        fallidos = []
        for usuario in sin_clave(informe):
            if usuario.invitado_en:
                continue
            try:
                invitar(usuario)
            except OSError as error:
                fallidos.append(usuario.email)
                self.stderr.write(f"{usuario.email}: el correo no salió ({razon_de(error)})")
        return fallidos


@contextmanager
def _archivo_privado(ruta):
    """A text file that only its owner can read, and that appears under its name whole or not at all."""
    destino = Path(ruta)
    if destino.is_dir():
        raise CommandError(f"--enlaces: {ruta} es una carpeta")
    try:
        descriptor, temporal = tempfile.mkstemp(dir=destino.parent, prefix=f".{destino.name}.")
    except OSError as error:
        raise CommandError(f"--enlaces: no se puede escribir en {destino.parent}: {razon_de(error)}") from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as archivo:
            yield archivo
        os.replace(temporal, destino)
    except BaseException:
        os.unlink(temporal)
        raise


def _escribir_enlaces(destino, usuarios):
    escritor = csv.writer(destino)
    escritor.writerow(["email", "enlace"])
    escritor.writerows([usuario.email, enlace_clave(usuario)] for usuario in usuarios)
