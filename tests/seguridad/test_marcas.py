"""Gateways that answer with what nobody may see, from the call to every page that tells of it.

The tests look where something should be kept or shown; that none of it comes out anywhere is what the guard of the
suite's output (`tests.arnes.vigia`) checks in these tests as in all.
"""

import logging
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.views.debug import ExceptionReporter

from cartera import seleccion
from pagos import consulta
from pagos.cifrado import descifrar
from pagos.models import AcuerdoComercial, Pago, RespuestaCruda
from pagos.pasarelas.base import PasarelaNoRespondeError
from tests.arnes import marcas
from tests.fabricas import CLAVE, ana, carla, superusuario
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import SECRETOS, crear_acuerdo, crear_forma, crear_pago
from tests.pagos.comandos.ordenes import ejecutar
from tests.pagos.pasarelas.servidor_crudo import ServidorCrudo, cortar, objeto, respuesta
from usuarios.consultas import alcance
from usuarios.models import Tercero

pytestmark = pytest.mark.django_db

_ERRORES = (marcas.ERROR_CRUDO, marcas.SIN_OBJETO, marcas.CREDENCIALES_INVALIDAS, marcas.ID_REPETIDO)
_PAYU = {
    "api_key": marcas.API_KEY_PAYU,
    "api_login": marcas.API_LOGIN_PAYU,
    "algoritmo": "HMAC-SHA256",
    "secreto": marcas.SECRETO_HMAC_PAYU,
}
_ROTAS = [
    respuesta(f"<h1>{marcas.ERROR_CRUDO}</h1>", tipo="text/html"),
    respuesta(f"<h1>{marcas.ERROR_CRUDO}</h1>", tipo="text/html", estado="500 Server Error"),
    respuesta(f'{{"str_detalle": "{marcas.ERROR_CRUDO}'),
    respuesta(marcas.ERROR_CRUDO, estado=f"503 {marcas.ERROR_CRUDO}", X_Error=marcas.ERROR_CRUDO),
    respuesta("", estado="302 Found", Location=f"https://otra.ejemplo/{marcas.CLAVE_ZONA}"),
    respuesta("{}", estado="429 Too Many", Retry_After=marcas.ERROR_CRUDO),
    objeto([marcas.ERROR_CRUDO]),
    cortar,
]


class Portal:
    """Ana, Carla and an administrator in front of a portal whose gateway says what a test writes."""

    def __init__(self, servidor):
        self.servidor = servidor
        self.ana = ana()
        self.saldo = crear_saldo(tercero=Tercero.objects.get(pk__in=alcance(self.ana).terceros))
        self.navegadores = []
        for quien in (self.ana, carla(), superusuario()):
            self.navegadores.append(Client(raise_request_exception=False))
            self.navegadores[-1].post("/cuenta/entrar/", {"username": quien.email, "password": CLAVE})

    def forma(self, pasarela):
        origen = self.servidor.origen
        campos = {
            "zonapagos": {"urls": {"api": f"{origen}/api"}, "secretos": SECRETOS},
            "payu": {
                "urls": {"checkout": f"{origen}/pagar/", "consultas": f"{origen}/consultas"},
                "comercio": "508029",
                "cuenta": "512321",
                "secretos": _PAYU,
            },
        }[pasarela]
        return crear_forma(crear_acuerdo(self.saldo.empresa, pasarela=pasarela, prueba=True, **campos))

    def pagar(self):
        """Through *Forma de pago*, as a person."""
        seleccion.agregar(self.ana, [self.saldo.pk])
        forma, cliente = self.forma("zonapagos"), self.navegadores[0]
        foto = cliente.get(f"/pagos/pagar/{self.saldo.empresa_id}/{self.saldo.tercero_id}/COP/").context["foto"]
        datos = {"foto": foto, "terminos": "on", "datos": "on", "forma": forma.pk}
        cliente.post("/pagos/iniciar/", datos, follow=True)
        return Pago.objects.get()

    def pendiente(self, pasarela):
        """A pago of hers that waits at the gateway."""
        return crear_pago(self.saldo, usuario=self.ana, forma=self.forma(pasarela))

    def recorrer(self, pago):
        """Ask again by every door, then open every page that tells of the pago."""
        de_ana, de_carla, de_admin = self.navegadores
        de_ana.post(f"/pagos/{pago.referencia}/consultar/", follow=True)
        de_carla.post(f"/pagos/tablero/{pago.referencia}/consultar/", follow=True)
        for orden in ("sondear", "conciliar"):
            assert marcas.buscar(ejecutar(orden).todo) == []
        for camino in ("/", "/pagos/", f"/pagos/{pago.referencia}/", f"/pagos/{pago.referencia}/comprobante.pdf"):
            de_ana.get(camino)
        Client().get(f"/pagos/retorno/{pago.codigo_retorno}/")
        for camino in ("", f"{pago.referencia}/", "novedades/"):
            assert de_carla.get(f"/pagos/tablero/{camino}").status_code == 200
        for novedad in pago.novedades.all():
            assert de_carla.get(f"/pagos/tablero/novedades/{novedad.pk}/").status_code == 200
        for fila in (pago, pago.acuerdo, *pago.eventos.all(), *pago.novedades.all()):
            de_admin.get(reverse(f"admin:{fila._meta.app_label}_{fila._meta.model_name}_change", args=[fila.pk]))


@pytest.fixture
def portal(settings, caplog):
    """Logs at the level of an operator who looks for a fault: everything that anybody writes."""
    caplog.set_level(logging.DEBUG)
    with ServidorCrudo() as servidor:
        settings.PASARELA_ORIGENES = [servidor.origen]
        yield Portal(servidor)


def _dicho_a(servidor):
    """Everything that the gateway was told."""
    return b"".join(peticion.cuerpo for peticion in servidor.peticiones).decode()


@pytest.mark.parametrize(
    "guion",
    [
        *(objeto({"int_codigo": 2, "str_descripcion_error": error, "str_url": None}) for error in _ERRORES),
        objeto({"int_codigo": 1, "str_url": f"https://otra.ejemplo/?rut={marcas.ERROR_CRUDO}"}),
        objeto({"int_codigo": marcas.ERROR_CRUDO, "str_cod_error": marcas.ERROR_CRUDO}),
        *_ROTAS,
    ],
)
def test_zonapagos_que_no_inicia(portal, guion):
    """A refusal, an address of another origin, a broken answer: the payer reads our words and may go on."""
    portal.servidor.responder(guion)
    pago = portal.pagar()
    assert marcas.CLAVE_ZONA in _dicho_a(portal.servidor)
    assert pago.estado in ("CREADA", "RECHAZADA")
    portal.recorrer(pago)


@pytest.mark.parametrize("pasarela", ["zonapagos", "payu"])
@pytest.mark.parametrize(
    "guion",
    [
        *(objeto({"int_estado": 2, "int_error": -1, "str_detalle": error, "str_res_pago": None}) for error in _ERRORES),
        objeto({"int_estado": 1, "int_error": 0, "str_res_pago": marcas.ERROR_CRUDO, "int_cantidad_pagos": 1}),
        objeto({"code": "ERROR", "error": marcas.CREDENCIALES_NEGADAS, "result": None}),
        objeto({"code": "SUCCESS", "error": marcas.ERROR_CRUDO, "result": {"payload": marcas.ERROR_CRUDO}}),
        objeto({"code": "SUCCESS", "result": {"payload": [{"referenceCode": marcas.ERROR_CRUDO}, marcas.ERROR_CRUDO]}}),
        *_ROTAS,
    ],
)
def test_una_consulta_que_falla(portal, guion, pasarela):
    """Whatever the gateway says is wrong, the pago stays pending and nobody reads it."""
    portal.servidor.responder(guion)
    pago = portal.pendiente(pasarela)
    portal.recorrer(pago)
    assert {"zonapagos": marcas.CLAVE_ZONA, "payu": marcas.API_KEY_PAYU}[pasarela] in _dicho_a(portal.servidor)
    assert Pago.objects.get().estado == "PENDIENTE"


def _de_zonapagos(pago):
    """Approved with a card that comes whole."""
    ahora = datetime.now(ZoneInfo("America/Bogota")).strftime("%d/%m/%Y %H:%M:%S")
    comunes = f"31|1|0|1|1|{pago.total}|{pago.total}|0|x|1|Ana|Ríos|300|a@ejemplo.co|{pago.referencia}|||||{ahora}|32"
    extras = f"180|{marcas.TARJETA}|VISA|{marcas.OTRA_TARJETA}|77"
    return {"int_estado": 1, "int_error": 0, "int_cantidad_pagos": 1, "str_res_pago": f"{comunes}|{extras}|;|"}


def _de_payu(pago, **cambios):
    """The same: `maskedNumber` unmasked, and the bank's error told in words."""
    dicho = {"state": "APPROVED", "responseCode": "APPROVED", "responseMessage": marcas.ERROR_CRUDO}
    dicho |= {"authorizationCode": marcas.OTRA_TARJETA, "trazabilityCode": marcas.OTRA_TARJETA} | cambios
    transaccion = {
        "id": "t-1",
        "type": "AUTHORIZATION_AND_CAPTURE",
        "paymentMethod": "VISA",
        "creditCard": {"maskedNumber": marcas.TARJETA, "name": "Ana"},
        "transactionResponse": dicho | {"paymentNetworkResponseErrorMessage": marcas.ERROR_CRUDO},
        "extraParameters": {"ERROR": marcas.ERROR_CRUDO},
    }
    orden = {
        "referenceCode": pago.referencia,
        "accountId": 512321,
        "isTest": True,
        "additionalValues": {"TX_VALUE": {"value": float(pago.total), "currency": "COP"}},
        "transactions": [transaccion],
    }
    return {"code": "SUCCESS", "error": None, "result": {"payload": [orden]}}


@pytest.mark.parametrize(("pasarela", "decir"), [("zonapagos", _de_zonapagos), ("payu", _de_payu)])
def test_una_tarjeta_que_llega_entera(portal, pasarela, decir):
    """Approved with the whole number in the answer: four digits are kept and shown; the rest stays encrypted."""
    pago = portal.pendiente(pasarela)
    portal.servidor.responder(objeto(decir(pago)))
    portal.recorrer(pago)
    pago.refresh_from_db()
    assert (pago.estado, pago.ultimos4) == ("APROBADA", marcas.TARJETA[-4:])
    assert marcas.TARJETA in descifrar(RespuestaCruda.objects.get().cifrada, de=pago.pk)
    assert marcas.TARJETA[-4:] in portal.navegadores[0].get(f"/pagos/{pago.referencia}/").content.decode()


@pytest.mark.parametrize("campo", ["state", "responseCode"])
def test_un_error_en_el_lugar_de_un_codigo(portal, campo):
    """PayU tells its error where a code should be: a person must look, and reads our words."""
    pago = portal.pendiente("payu")
    portal.servidor.responder(objeto(_de_payu(pago, **{"state": "DECLINED", campo: marcas.ERROR_CRUDO})))
    portal.recorrer(pago)
    assert Pago.objects.get().estado in ("PENDIENTE", "RECHAZADA")


@pytest.mark.parametrize("depuracion", [False, True])
def test_el_informe_de_un_defecto_nuestro_no_lleva_secretos(portal, settings, rf, depuracion):
    """Django's report of an error inside a call to the gateway, in text and HTML, and the page of a 500."""
    settings.DEBUG = depuracion
    portal.servidor.responder(cortar)
    pago = portal.pendiente("zonapagos")
    peticion = rf.post("/cuenta/entrar/", {"username": "ana@ejemplo.co", "password": CLAVE})
    with pytest.raises(PasarelaNoRespondeError) as error:
        consulta.pasarela_de(AcuerdoComercial.objects.get()).consultar(pago.referencia)
    informe = ExceptionReporter(peticion, error.type, error.value, error.tb)
    assert marcas.buscar(informe.get_traceback_text() + informe.get_traceback_html()) == []
