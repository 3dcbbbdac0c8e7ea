"""`manage.py conciliar`: the books against themselves and, with `--pasarela`, against the gateways."""

import csv
from collections import Counter
from dataclasses import asdict, fields
from datetime import date, datetime, time, timedelta
from itertools import chain

import simplejson
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext as _n

from cartera.empresas import empresa_de_nit
from cartera.errores import EmpresaInvalidaError
from pagos.conciliacion import Diferencia, Libro, conciliar
from pagos.conciliacion.pasarela import diferencias as con_pasarelas
from pagos.repaso import DIAS
from usuarios.errores import ValorInvalidoError

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
        "moneda, y cada pago, saldo y comprobante por dentro. Con --pasarela, además pregunta a las pasarelas por los "
        "pagos iniciados en esos días y compara. Termina con código 1 si algo no cuadra."
    )

    def add_arguments(self, parser):
        parser.add_argument("--empresa", metavar="NIT", help="solo esta empresa")
        parser.add_argument("--formato", choices=list(_FORMATOS), default="tabla")
        parser.add_argument("--pasarela", action="store_true", help="además compara con lo que dicen las pasarelas")
        parser.add_argument("--desde", metavar="AAAA-MM-DD", help=f"con --pasarela: desde este día (hace {DIAS} días)")
        parser.add_argument("--hasta", metavar="AAAA-MM-DD", help="con --pasarela: hasta este día, inclusive (hoy)")

    def handle(self, *, empresa, formato, pasarela, desde, hasta, **_opciones):
        empresa_id = None if empresa is None else _empresa(empresa)
        if (desde or hasta) and not pasarela:
            raise CommandError(_("--desde y --hasta solo tienen sentido con --pasarela."))
        libro, cuenta = Libro(), Counter()
        todas = conciliar(libro, empresa_id=empresa_id)
        if pasarela:
            primero, ultimo = _intervalo(desde, hasta)
            todas = chain(todas, con_pasarelas(desde=primero, hasta=ultimo, empresa_id=empresa_id, avisar=self._avisar))
        _FORMATOS[formato](self.stdout, libro, _contadas(todas, cuenta))
        cuantas = cuenta.total()
        if cuantas:
            raise CommandError(_n("%d diferencia en los libros.", "%d diferencias en los libros.", cuantas) % cuantas)
        if formato == "tabla":
            self.stdout.write(_("Los libros cuadran."))

    def _avisar(self, avance):
        """How far the questions have come, on the error output: the report stays clean."""
        self.stderr.write(
            _("Preguntados %(preguntados)d de %(total)d; en camino todavía: %(en_camino)d") % asdict(avance)
        )


def _intervalo(desde, hasta):
    """Two moments: the Bogotá beginning of the first day and the end of the last one."""
    ultimo = _dia("--hasta", hasta) or timezone.localdate()
    primero = _dia("--desde", desde) or ultimo - timedelta(days=DIAS)
    if primero > ultimo:
        raise CommandError(_("--desde no puede ser posterior a --hasta."))
    zona = timezone.get_current_timezone()
    return tuple(datetime.combine(dia, time.min, tzinfo=zona) for dia in (primero, ultimo + timedelta(days=1)))


def _dia(opcion, texto):
    try:
        return texto and date.fromisoformat(texto)
    except ValueError as error:
        raise CommandError(_("%s: escriba el día como 2026-01-31.") % opcion) from error


def _contadas(diferencias, cuenta):
    for una in diferencias:
        cuenta[una.regla] += 1
        yield una


def _empresa(texto):
    try:
        return empresa_de_nit(texto).pk
    except (ValorInvalidoError, EmpresaInvalidaError) as error:
        raise CommandError(f"--empresa: {error}") from error


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
