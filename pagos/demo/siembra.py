"""Puts the demo's data into the database; what is already there stays as it is, paid balances included."""

import hashlib
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from cartera import logos
from cartera.empresas import configurar_empresa
from cartera.importacion.directorio import Directorio
from cartera.models import Empresa, Movimiento
from cartera.servicios import crear_saldos, nuevo_saldo
from pagos.acuerdos import hoy
from pagos.configuracion import Descripcion, configurar
from pagos.demo import documentos, movimientos, personas
from pagos.demo.catalogo import EMPRESAS, terceros
from pagos.demo.logos import dibujar
from usuarios.identificacion import Identificacion
from usuarios.models import Tercero

BOTONES = ("Tarjeta de crédito", "PSE")
_RUTA_API = "/Apis_CicloPago/api"


@dataclass(frozen=True)
class Tamano:
    """How much of it: customers and balances."""

    terceros: int
    saldos: int


COMPLETA = Tamano(terceros=200, saldos=3000)
PEQUENA = Tamano(terceros=20, saldos=150)


@transaction.atomic
def sembrar(*, simulador, tamano=COMPLETA):
    """Seed the demo; `simulador`: its base URL. Repeating it adds what is missing and nothing else.

    When the simulator has moved, agreements that already have pagos are renewed and their buttons moved. Raises
    AcuerdoInvalidoError when PASARELA_ORIGENES does not list it.
    """
    empresas = [_empresa(descrita) for descrita in EMPRESAS]
    for empresa, descrita in zip(empresas, EMPRESAS, strict=True):
        _acuerdo(empresa, descrita, simulador)
    clientes = _terceros(tamano.terceros)
    generados = documentos.generar(EMPRESAS, terceros=tamano.terceros, cuantos=tamano.saldos, hoy=hoy())
    _saldos(generados, empresas, clientes)
    _movimientos(generados, empresas, clientes)
    personas.sembrar([cliente.tercero for cliente in clientes])


@dataclass(frozen=True)
class _Cliente:
    tercero: Tercero
    organizacion_id: int


def _empresa(descrita):
    empresa = Empresa.objects.filter(nit=descrita.nit).first()
    if empresa is None:
        sitio = f"https://www.{descrita.dominio}"
        regla, minimo = descrita.abono
        empresa, *_hecho = configurar_empresa(
            nit=descrita.nit,
            nombre=descrita.nombre,
            direccion=descrita.direccion,
            telefono=descrita.telefono,
            correo=f"cartera@{descrita.dominio}",
            correo_avisos=f"tesoreria@{descrita.dominio}",
            url_terminos=f"{sitio}/terminos",
            url_datos=f"{sitio}/datos-personales",
            url_reembolsos=f"{sitio}/reembolsos",
            prefijo_comprobante=descrita.prefijo,
            color=descrita.color,
            logo=logos.leer(dibujar(descrita.nombre, color=descrita.color)),
            abono_parcial=regla,
            abono_minimo=minimo and Decimal(minimo),
        )
    return empresa


def _acuerdo(empresa, descrita, simulador):
    configurar(
        Descripcion(
            empresa=empresa,
            pasarela="zonapagos",
            urls={"api": simulador.rstrip("/") + _RUTA_API},
            credenciales=descrita.credenciales,
            opciones={"moneda_117": "1"} if "USD" in descrita.monedas else {},
            monedas=descrita.monedas,
            prueba=True,
            botones=BOTONES,
        ),
        renovando=True,
    )


def _terceros(cuantos):
    """The demo's customers in order, created if they are missing."""
    nombres = {Identificacion(uno.tipo_id, uno.numero, uno.dv): uno.nombre for uno in terceros(cuantos)}
    directorio = Directorio()
    for registro in (directorio.terceros, directorio.organizaciones):
        registro.conocer(nombres)
        registro.completar(nombres)
    por_id = Tercero.objects.in_bulk([directorio.terceros.id_de(uno) for uno in nombres])
    return [_Cliente(por_id[directorio.terceros.id_de(uno)], directorio.organizaciones.id_de(uno)) for uno in nombres]


def _saldos(generados, empresas, clientes):
    dia = hoy()
    crear_saldos(
        [
            nuevo_saldo(
                uno.saldo,
                empresa=empresas[uno.empresa],
                tercero=clientes[uno.tercero].tercero,
                organizacion_id=clientes[uno.tercero].organizacion_id,
                documento=uno.documento,
                numero=uno.numero,
                cuota=uno.cuota,
                fecha=uno.fecha,
                vencimiento=uno.vencimiento,
                moneda=uno.moneda,
                valor=uno.valor,
                iva=uno.iva,
                corte=dia,
                cufe=_cufe(empresas[uno.empresa], uno) if uno.documento == "FV" else "",
            )
            for uno in generados
        ]
    )


def _cufe(empresa, documento):
    """As long as the DIAN's (SHA-384 in hexadecimal), of an invoice that nobody issued."""
    return hashlib.sha384(f"{empresa.nit}{documento.numero}".encode()).hexdigest()


def _movimientos(generados, empresas, clientes):
    filas = []
    for datos in movimientos.de(generados, hoy=hoy()):
        empresa, cliente = empresas[datos.pop("empresa")], clientes[datos.pop("tercero")]
        filas.append(
            Movimiento(empresa=empresa, tercero=cliente.tercero, organizacion_id=cliente.organizacion_id, **datos)
        )
    Movimiento.objects.bulk_create(filas, ignore_conflicts=True)
