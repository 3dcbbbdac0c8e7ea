"""`manage.py conciliar`: the books against themselves."""

import csv
from collections import Counter
from dataclasses import asdict, fields

import simplejson
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext as _n

from cartera.models import Empresa
from pagos.conciliacion import Diferencia, Libro, conciliar
from usuarios.errores import ValorInvalidoError
from usuarios.identificacion import leer_identificacion

_COLUMNAS = {
    "recibido": "recibido",
    "abonos": "abonos",
    "favores": "saldos a favor",
    "aplicado": "a favor, usado",
    "por_revisar": "por revisar",
    "diferencia": "diferencia",
}
_TOTAL = "total"


class Command(BaseCommand):
    """Exit code 1 on any difference, with the rows that differ."""

    help = (
        "Revisa los libros contra sí mismos: lo que aprobaron las pasarelas = abonos + saldos a favor, por empresa y "
        "moneda, y cada pago, saldo y comprobante por dentro. Termina con código 1 si algo no cuadra."
    )

    def add_arguments(self, parser):
        parser.add_argument("--empresa", metavar="NIT", help="solo esta empresa")
        parser.add_argument("--formato", choices=list(_FORMATOS), default="tabla")

    def handle(self, *, empresa, formato, **_opciones):
        empresa_id = None if empresa is None else _empresa(empresa)
        libro, cuenta = Libro(), Counter()
        _FORMATOS[formato](self.stdout, libro, _contadas(conciliar(libro, empresa_id=empresa_id), cuenta))
        cuantas = cuenta.total()
        if cuantas:
            raise CommandError(_n("%d diferencia en los libros.", "%d diferencias en los libros.", cuantas) % cuantas)
        if formato == "tabla":
            self.stdout.write(_("Los libros cuadran."))


def _contadas(diferencias, cuenta):
    for una in diferencias:
        cuenta[una.regla] += 1
        yield una


def _empresa(texto):
    try:
        nit = leer_identificacion("NIT", texto).numero
    except ValorInvalidoError as error:
        raise CommandError(f"--empresa: {error}") from error
    empresa_id = Empresa.objects.filter(nit=nit).values_list("pk", flat=True).first()
    if empresa_id is None:
        raise CommandError(_("--empresa: no hay una empresa con NIT %s.") % nit)
    return empresa_id


# Each takes (output, Libro, iterator of Diferencia) and writes both: the differences as they are found, because broken
# books may hold more of them than the memory.
def _tabla(salida, libro, diferencias):
    for una in diferencias:
        donde = " ".join(filter(None, (una.empresa, una.moneda, una.sujeto, una.detalle and f"({una.detalle})")))
        salida.write(
            _("%(regla)s: %(donde)s: debe ser %(esperado)s y es %(encontrado)s")
            % {"regla": una.regla, "donde": donde, "esperado": una.esperado, "encontrado": una.encontrado}
        )
    filas = [("empresa", "moneda", *_COLUMNAS.values())]
    filas += [(nit, moneda, *(f"{cifra:,.2f}" for cifra in _cifras(suma))) for nit, moneda, suma in _sumas(libro)]
    anchos = [max(map(len, columna)) for columna in zip(*filas, strict=True)]
    for nit, moneda, *cifras in filas:
        derecha = (f"{cifra:>{ancho}}" for cifra, ancho in zip(cifras, anchos[2:], strict=True))
        salida.write("  ".join((f"{nit:<{anchos[0]}}", f"{moneda:<{anchos[1]}}", *derecha)))


def _csv(salida, libro, diferencias):
    """Differences, then one row `total` per empresa and currency: received and found."""
    escritor = csv.DictWriter(salida, [campo.name for campo in fields(Diferencia)], lineterminator="\n")
    escritor.writeheader()
    for una in diferencias:
        escritor.writerow(asdict(una))
    for nit, moneda, suma in _sumas(libro):
        esta = suma.abonos + suma.favores
        total = Diferencia(regla=_TOTAL, empresa=nit, moneda=moneda, sujeto="", esperado=suma.recibido, encontrado=esta)
        escritor.writerow(asdict(total))


def _json(salida, libro, diferencias):
    salida.write('{"diferencias": [')
    for indice, una in enumerate(diferencias):
        salida.write(("," if indice else "") + _a_json(asdict(una)))
    totales = [
        {"empresa": nit, "moneda": moneda, **dict(zip(_COLUMNAS, _cifras(suma), strict=True))}
        for nit, moneda, suma in _sumas(libro)
    ]
    salida.write(f'], "totales": {_a_json(totales)}}}')


def _a_json(dato):
    return simplejson.dumps(dato, use_decimal=True, ensure_ascii=False)


def _sumas(libro):
    return [(nit, moneda, suma) for (nit, moneda), suma in sorted(libro.totales.items())]


def _cifras(suma):
    return [getattr(suma, columna) for columna in _COLUMNAS]


_FORMATOS = {"tabla": _tabla, "csv": _csv, "json": _json}
