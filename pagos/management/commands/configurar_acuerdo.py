"""`manage.py configurar_acuerdo`: the door of operators to `pagos.configuracion`."""

import argparse

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cartera.models import Empresa
from pagos.configuracion import Descripcion, configurar
from pagos.errores import AcuerdoInvalidoError, CifradoInvalidoError
from pagos.pasarelas.registro import PASARELAS
from usuarios.errores import ValorInvalidoError
from usuarios.identificacion import leer_identificacion
from usuarios.valores import leer_dinero, leer_entero, leer_fecha, leer_texto, secreto_de


def _nombres():
    """What `--url` and `--credencial` may name, per gateway, for the help."""
    for pasarela, uno in PASARELAS.items():
        credenciales = (uno.comercio, uno.cuenta, *uno.secretos)
        yield f"{pasarela}: url {' '.join(uno.urls)}; credencial {' '.join(filter(None, credenciales))}"


class Command(BaseCommand):
    """Exit code 1, nothing written, when anything is wrong."""

    help = (
        "Crea o actualiza el acuerdo con el que una empresa recauda por una pasarela, y sus botones. Lo que no se "
        "menciona queda como está; repetir la orden no cambia nada. " + ". ".join(_nombres()) + "."
    )

    def add_arguments(self, parser):
        parser.add_argument("--empresa", required=True, metavar="NIT")
        parser.add_argument("--pasarela", required=True, choices=list(PASARELAS))
        parser.add_argument("--url", action="append", default=[], metavar="NOMBRE=URL")
        parser.add_argument(
            "--credencial",
            action="append",
            default=[],
            metavar="NOMBRE=VALOR",
            help="el valor puede ser @ARCHIVO o env:NOMBRE, para que no quede en el historial",
        )
        parser.add_argument("--opcion", action="append", default=[], metavar="NOMBRE=VALOR")
        parser.add_argument("--desde", metavar="AAAA-MM-DD", help="primer día; sin él, hoy o el acuerdo ya vigente")
        parser.add_argument("--hasta", metavar="AAAA-MM-DD", help="último día, incluido; sin él, un año")
        parser.add_argument("--boton", action="append", default=[], metavar="ETIQUETA", help="se puede repetir")
        parser.add_argument("--prueba", action=argparse.BooleanOptionalAction, help="acuerdo de prueba")
        parser.add_argument("--moneda", action="append", default=[], metavar="COP", help="se puede repetir")
        parser.add_argument("--minimo", metavar="VALOR")
        parser.add_argument("--maximo", metavar="VALOR")
        parser.add_argument("--a-la-vez", metavar="N", help="preguntas a la pasarela al mismo tiempo (8)")
        parser.add_argument("--por-segundo", metavar="N", help="preguntas a la pasarela cada segundo (10)")
        parser.add_argument(
            "--renovar",
            action="store_true",
            help="si el acuerdo ya tiene pagos y cambian sus direcciones o el modo de prueba, crea uno nuevo desde hoy",
        )

    def handle(self, **opciones):
        try:
            descripcion = _leer(opciones)
            resultado = configurar(descripcion, renovando=opciones["renovar"])
        except (ValorInvalidoError, AcuerdoInvalidoError, CifradoInvalidoError) as error:
            raise CommandError(error) from error
        self._informar(resultado)

    def _informar(self, resultado):
        acuerdo = resultado.acuerdo
        hecho = _("Sin cambios: %s") % acuerdo
        if resultado.creado:
            hecho = self.style.SUCCESS(_("Acuerdo creado: %s") % acuerdo)
        elif resultado.cambios:
            hecho = self.style.SUCCESS(_("Acuerdo actualizado: %s") % acuerdo)
        self.stdout.write(hecho)
        if resultado.cambios:
            self.stdout.write(_("Cambió: %s") % ", ".join(resultado.cambios))


def _leer(opciones):
    """The Descripcion behind the options; ValorInvalidoError naming the option that cannot be read."""
    return Descripcion(
        empresa=_con_nombre("--empresa", _empresa, opciones["empresa"]),
        pasarela=opciones["pasarela"],
        urls=_pares("--url", opciones["url"], str.strip),
        credenciales=_pares("--credencial", opciones["credencial"], _credencial),
        opciones=_pares("--opcion", opciones["opcion"], str.strip),
        desde=_con_nombre("--desde", leer_fecha, opciones["desde"]),
        hasta=_con_nombre("--hasta", leer_fecha, opciones["hasta"]),
        prueba=opciones["prueba"],
        monedas=tuple(dict.fromkeys(opciones["moneda"])),
        monto_minimo=_con_nombre("--minimo", _dinero, opciones["minimo"]),
        monto_maximo=_con_nombre("--maximo", _dinero, opciones["maximo"]),
        limite_en_vuelo=_con_nombre("--a-la-vez", _limite, opciones["a_la_vez"]),
        limite_por_segundo=_con_nombre("--por-segundo", _limite, opciones["por_segundo"]),
        botones=tuple(_con_nombre("--boton", _etiqueta, etiqueta) for etiqueta in opciones["boton"]),
    )


def _con_nombre(opcion, lector, texto):
    """`lector(texto)`, None for None; its error names the option."""
    try:
        return None if texto is None else lector(texto)
    except ValorInvalidoError as error:
        raise ValorInvalidoError(f"{opcion}: {error}") from error


def _empresa(texto):
    nit = leer_identificacion("NIT", texto).numero
    empresa = Empresa.objects.filter(nit=nit).first()
    if empresa is None:
        raise ValorInvalidoError(_("no hay una empresa con NIT %s: créela con configurar_empresa") % nit)
    return empresa


def _pares(opcion, textos, lector):
    """Dict of NOMBRE=VALOR; what is wrong is told by the name alone, the value may be a secret."""
    pares = {}
    for texto in textos:
        nombre, igual, valor = texto.partition("=")
        nombre = nombre.strip()
        if not igual or not nombre:
            raise ValorInvalidoError(_("%s: se escribe NOMBRE=VALOR") % opcion)
        if nombre in pares:
            raise ValorInvalidoError(_("%(opcion)s: «%(nombre)s» está repetido") % {"opcion": opcion, "nombre": nombre})
        pares[nombre] = _con_nombre(f"{opcion} {nombre}", lector, valor)
    return pares


def _credencial(valor):
    return secreto_de(valor, admitir_literal=True) if valor else ""


def _dinero(texto):
    return leer_dinero(texto, separador=",")


def _limite(texto):
    return leer_entero(texto, minimo=1, maximo=10_000)


def _etiqueta(texto):
    return leer_texto(texto, maximo=60, obligatorio=True)
