"""One of everything that a page can show, and the address of each page: for the tests that walk the whole portal."""

import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from types import SimpleNamespace

from django.urls import URLPattern, get_resolver
from django.utils import timezone

from cartera import avisos, llaves, seleccion
from cartera.models import SALDO_INICIAL, MedioAjeno
from pagos import favores, lineas_erp, novedades, transiciones
from pagos.estados import TipoAlerta, TipoNovedad
from pagos.pasarelas.base import EstadoIntento
from tests.fabricas import ana, carla, crear_usuario, superusuario
from tests.fabricas_cartera import crear_empresa, crear_logo, crear_movimiento, crear_saldo
from tests.fabricas_pagos import (
    aprobada,
    crear_acuerdo,
    crear_forma,
    crear_pago,
    envejecer,
    esperando,
    intento,
    lectura,
    nada,
    permitir_parcial,
    rechazada,
)
from tests.fabricas_sonda import crear_alerta, crear_corta, crear_cupo, crear_pulso, crear_ronda, hace
from usuarios.consultas import alcance
from usuarios.models import Tercero

MUDA = "http://127.0.0.1:1"  # nobody listens there


def crear_mundo():
    """Ana's pagos in every state, a Novedad waiting and one proposed, balances of every age, one selected, a statement,
    notes of payments made elsewhere, rounds of the sonda.

    Their gateway is MUDA, which must be a known door: it does not answer, so that the pages tell that too.
    """
    duena = ana()
    tercero = Tercero.objects.get(pk__in=alcance(duena).terceros)
    empresa = permitir_parcial(
        crear_empresa(nombre="Comercial Andina S.A.S.", color="#7a2e6b", logo=crear_logo()), minimo="1000"
    )
    forma = crear_forma(crear_acuerdo(empresa, urls={"api": f"{MUDA}/api"}), etiqueta="PSE")
    suyo = {"tercero": tercero, "empresa": empresa, "cuota": 2}

    def pago(leido=None, **campos):
        nuevo = crear_pago(crear_saldo(**suyo), usuario=duena, forma=forma, **campos)
        return transiciones.aplicar(nuevo.pk, leido(nuevo), origen="sonda").pago if leido else nuevo

    def en_revision(pago):
        return lectura(pago, intento(pago, EstadoIntento.EN_REVISION, metodo=None), cerrada=False)

    aprobado = pago(aprobada, paga=Decimal(5000), razon="RETENCION", nota="RTE-9")
    pagos = [aprobado, pago(rechazada), pago(esperando), pago(en_revision), pago(), pago(estado="CREADA")]
    viejo = envejecer(pago(), minutes=45)
    pagos.append(transiciones.aplicar(viejo.pk, nada(viejo), origen="sonda").pago)
    tarde = pago(rechazada)
    pagos.append(transiciones.aplicar(tarde.pk, aprobada(tarde), origen="sonda").pago)
    abierta, _nueva = novedades.registrar(TipoNovedad.OTRO_VALOR, pago=pagos[2], evidencia={"valor": "1"})
    cerrada, _nueva = novedades.registrar(TipoNovedad.REVERSADA, pago=aprobado, evidencia={})
    staff = carla()
    novedades.proponer(abierta.pk, valor=None, usuario=staff)
    novedades.comentar(abierta.pk, autor=staff, texto="RTE-9")
    novedades.asignar(abierta.pk, a=staff, quien=staff)
    hoy = timezone.localdate()
    saldos = [crear_saldo(**suyo, vencimiento=hoy + timedelta(days=dias)) for dias in (-40, 0, 1, 90)]
    seleccion.agregar(duena, [saldos[0].pk])
    _mover(tercero, empresa, hoy)
    personas = {"ana": duena, "carla": staff, "admin": superusuario()}
    dejados = _avisar(duena, staff, saldos)
    acreditados = _acreditar(pago(aprobada), saldos[-1], staff)
    vistas = {**acreditados, "pagos": pagos, "novedades": [abierta, cerrada], "saldos": saldos, "avisos": dejados}
    return SimpleNamespace(**personas, **vistas, rondas=_sondear(pagos[0].acuerdo))


def _sondear(acuerdo):
    """Rounds of the sonda with every class of error, with none and without an answer; a breaker that stopped asking."""
    clases = (*("red", "tiempo", "http_5xx", "ilegible", "limite"), *("negada", "inesperada", "acuerdo", "interno"))
    errores = {f"error_{clase}": cuantos for cuantos, clase in enumerate(clases, 1)}
    crear_corta(acuerdo, abierto_hasta=hace(seconds=-20))
    crear_cupo(acuerdo, 3)
    crear_pulso(acuerdo, preguntas=12345, errores_red=678)
    for tipo, de_quien in ((TipoAlerta.CORTADO, acuerdo), (TipoAlerta.SIN_RONDA, None)):
        crear_alerta(tipo, acuerdo=de_quien)
    return [
        crear_ronda(hace(minutes=40), cuenta={}, duracion=None),
        crear_ronda(hace(minutes=33), cuenta={"preguntados": 98765, "aprobada": 98765}, atraso_maximo=4000),
        crear_ronda(hace(minutes=20), cuenta={"preguntados": 45, **errores}),
    ]


def _avisar(duena, staff, saldos):
    """A note about each balance but the last, of a different way to pay; the second one is seen."""
    hoy = timezone.localdate()
    dejados = [
        avisos.dejar(duena, saldo, fecha=hoy, medio=medio, referencia="88-1", comentario="RTE-9")
        for saldo, medio in zip(saldos[:-1], MedioAjeno, strict=False)
    ]
    avisos.marcar_visto(dejados[1].pk, usuario=staff, escrito_en=dejados[1].escrito_en)
    return dejados


def _acreditar(pago, saldo, staff):
    """Three more approvals of one pago: a credit used in part, one with a proposal, one that waits."""
    mas = [intento(pago, id=f"{pago.referencia}-{n}") for n in (1, 2, 3, 4)]
    pago = transiciones.aplicar(pago.pk, lectura(pago, *mas), origen="sonda").pago
    usado, propuesto, libre = pago.saldos_a_favor.order_by("pk")
    otra = crear_usuario(email="otra@ejemplo.co")
    comun = {"por_que": "RTE-9", "quien": otra}
    al_cliente = {"fecha": timezone.localdate(), "prueba": "88-1"}
    primera = favores.proponer_aplicacion(usado.pk, saldo_id=saldo.pk, valor=Decimal(1000), **comun)
    favores.confirmar(primera.pk, confirmo=staff)
    segunda = favores.proponer_devolucion(usado.pk, valor=Decimal(500), **al_cliente, **comun)
    favores.confirmar(segunda.pk, confirmo=staff)
    abierta = favores.proponer_devolucion(propuesto.pk, valor=Decimal(500), **al_cliente, **comun)
    lineas_erp.numerar(pago.empresa_id)
    llaves.crear(pago.empresa, nombre="RTE-9", permisos=["leer"])
    return {"favores": [usado, propuesto, libre], "propuestas": [abierta]}


def _mover(tercero, empresa, hoy):
    """An opening balance, an old document still open and two movements of this year."""
    suyo = {"tercero": tercero, "empresa": empresa}
    inicio = date(hoy.year - 1, 12, 1)
    crear_movimiento(**suyo, tipo=SALDO_INICIAL, documento="", numero="", fecha=inicio, debito=Decimal(900000))
    crear_movimiento(**suyo, numero="77", fecha=inicio, debito=Decimal(250000))
    crear_movimiento(**suyo, numero="77", fecha=hoy, tipo="RC", debito=Decimal(0), credito=Decimal(50000))
    crear_movimiento(**suyo, numero="78", fecha=hoy)


def _rutas(resolver, camino=""):
    """(address, names of its arguments) of each pattern, the administration's apart."""
    for patron in resolver.url_patterns:
        suyo = camino + str(patron.pattern)
        if isinstance(patron, URLPattern):
            yield suyo, list(patron.pattern.converters)
        elif patron.namespace != "admin":
            yield from _rutas(patron, suyo)


def direcciones(mundo):
    """Each address of the portal with each argument of this test's world."""
    saldo = mundo.saldos[0]
    valores = {
        "referencia": [pago.referencia for pago in mundo.pagos],
        "codigo_retorno": [pago.codigo_retorno for pago in mundo.pagos],
        "codigo_verificacion": [mundo.pagos[0].recibo.codigo_verificacion, "0" * 32],
        "novedad_id": [novedad.pk for novedad in mundo.novedades],
        "favor_id": [favor.pk for favor in mundo.favores],
        "propuesta_id": [propuesta.pk for propuesta in mundo.propuestas],
        "empresa_id": [saldo.empresa_id],
        "tercero_id": [saldo.tercero_id],
        "moneda": [saldo.moneda],
        "pk": [saldo.pk for saldo in mundo.saldos[:2]],
        "aviso_id": [mundo.avisos[0].pk],
        "ronda_id": [ronda.pk for ronda in mundo.rondas],
        "acuerdo_id": [mundo.pagos[0].acuerdo_id],
        "uidb64": ["MQ"],
        "token": ["inventado"],
        "huella": [saldo.empresa.logo_id, "0" * 32],
        "cifras": ["0a4d8c"],
        "version": ["0" * 8],
    }
    for camino, nombres in _rutas(get_resolver()):
        for elegidos in product(*(valores[nombre] for nombre in nombres)):
            llenas = iter(elegidos)
            yield "/" + re.sub(r"<[^>]*>", lambda _hueco, llenas=llenas: str(next(llenas)), camino)
