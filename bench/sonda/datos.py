"""The payments that are asked about: rows of ours, and the same transactions at the simulated gateway.

Needs Django set up on a database made by `Montaje.estrenar`.
"""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice

from django.db import connection
from django.utils import timezone

from cartera.models import Saldo
from cartera.servicios import nuevo_saldo
from pagos.estados import Estado, Origen
from pagos.models import AcuerdoComercial, DetallePago, EventoPago, Pago
from tests import fabricas, fabricas_cartera, fabricas_pagos

VALOR = Decimal("100000.00")
_LOTE = 5000
_TERCEROS = 20
# More than anything that is measured: the worker's own bound counts.
SIN_LIMITE = 10_000
_EDAD = timedelta(minutes=20)
# The simulator's own merchants: public, nothing of them is secret (simulador/README.md).
_SECRETOS = {
    "678": {"usuario": "demo678", "clave": "clave-demo-678", "codigo_servicio": "2701"},
    "679": {"usuario": "demo679", "clave": "clave-demo-679", "codigo_servicio": "2702"},
}
# Seconds until the gateway resolves an attempt: its clock is moved there when the measurement wants it.
_AL_RESOLVER = 30 * 86400


@dataclass(frozen=True, kw_only=True)
class Pasarela:
    """An agreement and the simulated gateway behind it."""

    acuerdo: object
    forma: object
    simulador: object
    usuarios: tuple

    @property
    def url(self):
        """Where it is asked."""
        return f"{self.acuerdo.urls['api']}/VerificacionPago"

    @property
    def cuerpo(self):
        """What a question carries besides the reference."""
        secretos = _SECRETOS[self.acuerdo.comercio]
        return {
            "int_id_comercio": int(self.acuerdo.comercio),
            "str_usr_comercio": secretos["usuario"],
            "str_pwd_Comercio": secretos["clave"],
            "int_no_pago": -1,
        }


def crear_pasarela(simulador, *, comercio="678"):
    """An empresa that collects through this simulator without limits, and the customers who pay it."""
    acuerdo = fabricas_pagos.crear_acuerdo(
        fabricas_cartera.crear_empresa(),
        comercio=comercio,
        secretos=_SECRETOS[comercio],
        urls={"api": f"{simulador.url}/Apis_CicloPago/api"},
        prueba=True,
        limite_en_vuelo=SIN_LIMITE,
        limite_por_segundo=SIN_LIMITE,
    )
    usuarios = tuple(fabricas.crear_cliente(clave=None) for _uno in range(_TERCEROS))
    return Pasarela(acuerdo=acuerdo, forma=fabricas_pagos.crear_forma(acuerdo), simulador=simulador, usuarios=usuarios)


def sembrar(pasarela, cuantos, *, aprobables=0):
    """So many pending payments, here and at the gateway; returns the references of the `aprobables` first ones.

    These are approved when `resolver` is called, and like the others pending until then.
    """
    personas = [(usuario, usuario.asociaciones.get()) for usuario in pasarela.usuarios]
    inicio = timezone.now() - _EDAD
    referencias = []
    for desde in range(0, cuantos, _LOTE):
        numeros = range(desde, min(desde + _LOTE, cuantos))
        saldos = Saldo.objects.bulk_create(_saldo(pasarela, *personas[n % _TERCEROS], n) for n in numeros)
        pagos = Pago.objects.bulk_create(
            _pago(pasarela, personas[n % _TERCEROS], n, inicio + timedelta(microseconds=n)) for n in numeros
        )
        pares = list(zip(pagos, saldos, strict=True))
        DetallePago.objects.bulk_create(
            DetallePago(pago=pago, saldo=saldo, valor=VALOR, iva=saldo.iva, debia=VALOR) for pago, saldo in pares
        )
        EventoPago.objects.bulk_create(
            EventoPago(pago=pago, de=Estado.CREADA, a=Estado.PENDIENTE, origen=Origen.CHECKOUT, cuando=inicio)
            for pago in pagos
        )
        referencias += [pago.referencia for pago in pagos]
    _en_la_pasarela(pasarela, iter(referencias[:aprobables]), inicio, estado_final="aprobada")
    _en_la_pasarela(pasarela, iter(referencias[aprobables:]), inicio)
    _aspirar()
    return referencias[:aprobables]


def _saldo(pasarela, _usuario, asociacion, n):
    return nuevo_saldo(
        VALOR,
        empresa_id=pasarela.acuerdo.empresa_id,
        tercero_id=asociacion.tercero_id,
        organizacion_id=asociacion.organizacion_id,
        documento="FV",
        numero=str(n),
        fecha=date(2026, 1, 15),
        vencimiento=date(2026, 2, 15),
        valor=VALOR,
        iva=Decimal("15966.39"),
    )


def _pago(pasarela, persona, n, creada_en):
    usuario, asociacion = persona
    return Pago(
        referencia=f"B{pasarela.acuerdo.empresa_id}N{n:07d}",
        codigo_retorno=uuid.uuid4().hex,
        clave_envio=uuid.uuid4().hex,
        empresa_id=pasarela.acuerdo.empresa_id,
        tercero_id=asociacion.tercero_id,
        usuario=usuario,
        acuerdo=pasarela.acuerdo,
        forma_pago=pasarela.forma,
        moneda="COP",
        total=VALOR,
        iva=Decimal("15966.39"),
        estado=Estado.PENDIENTE,
        creada_en=creada_en,
        pendiente_en=creada_en,
        url_pasarela=f"{pasarela.simulador.url}/Ciclo_Pago/Pago.aspx?rut={n}",
        proxima_consulta=creada_en,
        acepto_version="1",
        acepto_en=creada_en,
        acepto_ip="127.0.0.1",
    )


def _en_la_pasarela(pasarela, referencias, inicio, **final):
    """A PSE attempt that waits for the bank, for each reference."""
    datos = {"str_codigo_transaccion": "1468228", "int_codigo_banco": 1022, "str_nombre_banco": "BANCO UNION"}
    segundos = inicio.timestamp()
    intento = {"estado": "pendiente", "metodo": 29, "creado": segundos, "fecha": segundos + 60, "datos": datos}
    if final:
        intento |= {"en_segundos": _AL_RESOLVER, **final}
    comun = {"comercio": int(pasarela.acuerdo.comercio), "valor": str(VALOR), "intento": intento}
    while lote := list(islice(referencias, 4 * _LOTE)):
        pasarela.simulador.control("sembrar", {**comun, "referencias": lote})


def resolver(pasarela):
    """The gateway has approved what was to be approved."""
    pasarela.simulador.control("reloj", {"adelantar": _AL_RESOLVER + 1})


def limitar(pasarela, *, en_vuelo=SIN_LIMITE, por_segundo=SIN_LIMITE):
    """What the agreement allows from now on, all workers together."""
    acuerdo = AcuerdoComercial.objects.filter(pk=pasarela.acuerdo.pk)
    acuerdo.update(limite_en_vuelo=en_vuelo, limite_por_segundo=por_segundo)


def vencer():
    """Make every open payment due, those of all gateways mixed, and forget what the last round left.

    Returns how many they are.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pagos_pago SET proxima_consulta = now() - interval '1 second'"
            " - abs(hashtext(referencia)::bigint) * interval '1 microsecond' / 1000"
            " WHERE estado IN ('CREADA', 'PENDIENTE')"
        )
        vencidos = cursor.rowcount
        for tabla in ("rondasonda", "cupoenvuelo", "turnoacuerdo", "cortacircuito"):
            cursor.execute(f"DELETE FROM pagos_{tabla}")  # noqa: S608 (our own names)
    _aspirar()
    return vencidos


def _aspirar():
    """What autovacuum would do some time during the measurement is done before it."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
