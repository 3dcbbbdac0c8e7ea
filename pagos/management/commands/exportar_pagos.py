"""`manage.py exportar_pagos --empresa NIT`: the door of operators to `pagos.exportacion`."""

import os
from contextlib import contextmanager, suppress

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext as _n

from cartera.empresas import empresa_de_nit
from cartera.errores import EmpresaInvalidaError
from cartera.vencimientos import hoy
from pagos import lineas_erp
from pagos.exportacion import escribir_csv, filas
from usuarios.auditoria import auditar
from usuarios.errores import ValorInvalidoError, razon_de
from usuarios.models import Clase
from usuarios.valores import leer_fecha

_FORMATOS = {"csv": escribir_csv}
# Each takes a queryset of lines and leaves some of it.
_SOLO = {"sin-entregar": lineas_erp.sin_entregar, "sin-contabilizar": lineas_erp.sin_contabilizar}


class Command(BaseCommand):
    """Exit code 1 when anything is wrong; then there is no file, or the one that there was."""

    help = (
        "Exporta para el ERP lo que debe contabilizar de una empresa, una fila por cada abono, saldo a favor, "
        "aplicación, devolución y reversión: lo registrado en el portal entre dos días (inclusive, hora de Bogotá), o "
        "lo que el ERP no ha recibido (--solo sin-entregar, que lo marca como entregado) o no ha contabilizado (--solo "
        "sin-contabilizar). CSV separado por «;», con coma decimal y en UTF-8 con BOM, como lo abre Excel."
    )

    def add_arguments(self, parser):
        parser.add_argument("--empresa", metavar="NIT", required=True, help="con o sin dígito de verificación")
        parser.add_argument("--desde", metavar="DIA", help="AAAA-MM-DD o DD/MM/AAAA")
        parser.add_argument("--hasta", metavar="DIA", help="AAAA-MM-DD o DD/MM/AAAA")
        parser.add_argument("--solo", choices=list(_SOLO), help="sin días: todo lo que falte")
        parser.add_argument("--formato", choices=list(_FORMATOS), default="csv")
        parser.add_argument("--salida", metavar="ARCHIVO", help="si no se dice, la salida estándar")

    def handle(self, *, empresa, desde, hasta, solo, formato, salida, **_opciones):
        dias = {"desde": _dia("desde", desde), "hasta": _dia("hasta", hasta)}
        if solo is None and None in dias.values():
            raise CommandError(_("Diga --desde y --hasta, o --solo."))
        if None not in dias.values() and dias["hasta"] < dias["desde"]:
            raise CommandError(_("--hasta: termina antes de empezar."))
        try:
            acreedora = empresa_de_nit(empresa)
        except (ValorInvalidoError, EmpresaInvalidaError) as error:
            raise CommandError(f"--empresa: {error}") from error
        entregadas = []
        with _archivo(salida) if salida else _estandar(self.stdout) as destino:
            contadas = _anotar(filas(acreedora.pk, **dias, solo=_SOLO.get(solo)), entregadas)
            cuantas = _FORMATOS[formato](destino, contadas)
        if solo == "sin-entregar":  # the file is whole and in its place
            lineas_erp.marcar_entregadas(acreedora.pk, lineas=entregadas)
        auditar(
            Clase.EXPORTACION, objeto=acreedora, detalle={"de": "pagos", "filas": cuantas, "solo": solo or "", **dias}
        )
        self.stderr.write(_n("%d fila", "%d filas", cuantas) % cuantas)
        if dias["hasta"] and dias["hasta"] >= hoy():
            self.stderr.write(_("El último día no ha terminado: lo que se apruebe después no está en este archivo."))


def _anotar(filas, lineas):
    """The same rows, their lines appended to `lineas` as they go by."""
    for fila in filas:
        lineas.append(fila["linea"])
        yield fila


def _dia(opcion, texto):
    try:
        return leer_fecha(texto) if texto else None
    except ValorInvalidoError as error:
        raise CommandError(f"--{opcion}: {error}") from error


@contextmanager
def _estandar(salida):
    # Its own `write` adds line ends where it thinks that one is missing.
    anterior, salida.ending = salida.ending, ""
    try:
        yield salida
    finally:
        salida.ending = anterior


@contextmanager
def _archivo(ruta):
    """A file that appears under its name when it is whole: nobody loads half of it into the ERP."""
    provisional = f"{ruta}.incompleto"
    try:
        with open(provisional, "w", encoding="utf-8", newline="") as destino:
            yield destino
        os.replace(provisional, ruta)
    except OSError as error:
        raise CommandError(
            _("--salida: no se pudo escribir %(archivo)s: %(razon)s.") % {"archivo": ruta, "razon": razon_de(error)}
        ) from error
    finally:
        with suppress(OSError):
            os.remove(provisional)
