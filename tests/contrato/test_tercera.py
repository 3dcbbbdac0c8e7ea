"""A third gateway by the steps of docs/pasarelas.md: the contract suite and a whole payment, with nothing else changed.

The gateway is `tests.contrato.tercera`, and its stand-in, in a process of its own, `tests.contrato.tercera_simulada`.
"""

import re
import subprocess
import sys
import tempfile
from decimal import Decimal
from types import FunctionType

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from cartera.models import Saldo
from herramientas.variables import RAIZ
from pagos import agenda, servicios, sonda
from pagos.models import Abono, AcuerdoComercial, FormaPago, Pago
from pagos.pasarelas import registro
from pagos.pasarelas.base import EstadoIntento, Metodo
from tests.contrato import test_pasarelas as suite
from tests.contrato.tercera import BANCO, INSCRIPCION, NOMBRE, leer_cobro
from tests.fabricas import crear_cliente
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import aceptacion, foto_de
from tests.pagos.comandos.ordenes import ejecutar
from tests.simulador.apoyo import Pagador, Proceso


class Sustituto(Proceso):
    """The stand-in's process, told as the simulator's is."""

    def __init__(self):
        self._errores = tempfile.TemporaryFile("w+")  # noqa: SIM115 (parar closes it)
        self.proceso = subprocess.Popen(
            [sys.executable, "-m", "tests.contrato.tercera_simulada", "--puerto", "0", "--demora", "30"],
            cwd=RAIZ,
            stdout=subprocess.PIPE,
            stderr=self._errores,
            text=True,
        )
        self.anuncio = self._primera_linea()
        self.urls = re.findall(r"http://[^\s)]+", self.anuncio)
        self.sesion = requests.Session()


@pytest.fixture(autouse=True)
def inscrita(monkeypatch):
    """The one entry of the registry, for as long as a test lasts."""
    monkeypatch.setitem(registro._INSCRITAS, NOMBRE, INSCRIPCION)


@pytest.fixture(params=[NOMBRE])
def banco(inscrita):
    """The driver of the third gateway, in the place of those of the product."""
    return BANCO


@pytest.fixture(scope="module")
def _sustituto():
    proceso = Sustituto()
    yield proceso
    proceso.parar()


@pytest.fixture
def simulador(_sustituto):
    """The stand-in, emptied."""
    _sustituto.control("reiniciar", {})
    return _sustituto


def _para_la_tercera(prueba):
    """The same test for this module's gateway: only the choice of one among the product's own is left out."""
    copia = FunctionType(prueba.__code__, prueba.__globals__, prueba.__name__, prueba.__defaults__, prueba.__closure__)
    copia.__doc__, copia.__kwdefaults__ = prueba.__doc__, prueba.__kwdefaults__
    copia.pytestmark = [marca for marca in getattr(prueba, "pytestmark", []) if marca.args[:1] != ("banco",)]
    return copia


# Every test of the contract suite but the one that counts the product's gateways.
DE_LA_SUITE = {
    nombre: _para_la_tercera(prueba)
    for nombre, prueba in vars(suite).items()
    if nombre.startswith("test_") and nombre != "test_cada_pasarela_inscrita_esta_en_esta_prueba"
}
globals().update(DE_LA_SUITE)


@pytest.fixture
def por_la_tercera(db, simulador, settings):
    """`por_la_tercera()`: a pago started by the button of an agreement made as operators do; gives it and its saldo."""
    settings.PASARELA_ORIGENES = [simulador.url]

    def iniciar():
        saldo = crear_saldo()
        orden = ["--empresa", saldo.empresa.nit, "--pasarela", NOMBRE, "--prueba", "--boton", "La tercera"]
        orden += ["--url", f"api={simulador.url}/tercera"]
        orden += ["--credencial", "tienda=7", "--credencial", "llave=llave-de-la-tienda-7"]
        hecho = ejecutar("configurar_acuerdo", *orden)
        assert hecho.codigo == 0, hecho.todo
        usuario = crear_cliente(tercero=saldo.tercero)
        pago = servicios.iniciar_pago(
            foto=foto_de(usuario, [saldo]),
            forma=FormaPago.objects.get(etiqueta="La tercera"),
            usuario=usuario,
            aceptacion=aceptacion(),
            idioma="es-co",
        )
        return pago, saldo

    return iniciar


def test_un_pago_va_de_su_inicio_a_aprobado(por_la_tercera, simulador, client):
    """Started, opened, pending, approved: through the services, the sonda and the return page that the others use."""
    pago, saldo = por_la_tercera()
    assert (pago.estado, pago.url_pasarela.startswith(simulador.url)) == ("PENDIENTE", True)
    sonda.ejecutar_ronda(todos=True)
    assert Pago.objects.get().sin_abrir
    pagador = Pagador(pago.url_pasarela).pagar_con_tarjeta("0003")
    sonda.ejecutar_ronda(todos=True)
    pago = Pago.objects.get()
    assert (pago.estado, pago.codigo_pasarela, pago.sin_abrir) == ("PENDIENTE", "30", False)
    simulador.control(f"pagos/{pago.referencia}/estado", {"estado": "aprobada"})
    Pago.objects.update(preguntada_en=None)
    regreso = "/" + pagador.enlace("Regresar al comercio").split("/", 3)[3]
    assert client.get(regreso).status_code == 200
    pago = Pago.objects.get()
    assert (pago.estado, pago.metodo, pago.ultimos4, pago.aprobacion) == ("APROBADA", Metodo.TARJETA, "0003", "A1")
    assert Abono.objects.get().valor == pago.total
    assert Saldo.objects.get(pk=saldo.pk).saldo == 0
    assert sonda.ejecutar_ronda()["preguntados"] == 0


def test_un_pago_rechazado_libera_su_documento(por_la_tercera):
    """Rejected at the gateway: the sonda closes it, and its document may be paid again."""
    pago, saldo = por_la_tercera()
    Pagador(pago.url_pasarela).pagar_con_tarjeta("0002")
    sonda.ejecutar_ronda(todos=True)
    pago = Pago.objects.get()
    assert (pago.estado, pago.motivo) == ("RECHAZADA", "PASARELA")
    assert not pago.detalles.filter(abierto=True).exists()
    assert Saldo.objects.get(pk=saldo.pk).saldo == pago.total


@pytest.mark.parametrize(
    ("parametros", "estado"), [({"tienda": "8"}, 403), ({"cobro": "OTRA"}, 404), ({"tienda": "7"}, 200)]
)
def test_su_retorno_se_lee_con_sus_nombres(por_la_tercera, client, parametros, estado):
    """Another merchant is 403, another reference 404, by the names that this gateway gives them."""
    pago, _saldo = por_la_tercera()
    assert client.get(f"/pagos/retorno/{pago.codigo_retorno}/", parametros).status_code == estado


def test_un_retorno_sin_codigo_encuentra_el_pago(por_la_tercera, client, simulador):
    """A bare return that names the reference as this gateway does makes the portal ask."""
    pago, _saldo = por_la_tercera()
    antes = simulador.control("estadisticas")["peticiones"].get("estado", 0)
    assert client.get("/pagos/retorno/", {"cobro": pago.referencia}).status_code == 200
    assert simulador.control("estadisticas")["peticiones"]["estado"] == antes + 1


def test_lo_que_tarda_en_persona_lo_dice_su_inscripcion(por_la_tercera):
    """How long its payers have to go to the shop comes from the registration."""
    pago, _saldo = por_la_tercera()
    pago.metodo = Metodo.PRESENCIAL
    assert agenda.limite_pendiente(pago) == INSCRIPCION.limite_presencial


def test_sin_su_inscripcion_no_hay_tal_pasarela(monkeypatch, por_la_tercera):
    """The entry of the registry is all that makes it exist: without it, no agreement with it can be made."""
    monkeypatch.delitem(registro._INSCRITAS, NOMBRE)
    with pytest.raises(AssertionError, match=NOMBRE):
        por_la_tercera()
    assert not AcuerdoComercial.objects.exists()


hojas = st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.sampled_from([10, "1.00", "R1"])
filas = st.dictionaries(st.sampled_from(["codigo", "situacion", "monto", "hecho", "medio", "cus"]), hojas)
cobros = st.dictionaries(
    st.sampled_from(["referencia", "comercio", "monto", "moneda", "intentos"]), hojas | st.lists(filas | hojas)
)


@settings(max_examples=200)
@given(cobros)
def test_ningun_cobro_hace_caer_al_lector(cobro):
    """Whatever comes, the reader answers, and approves nothing without a code 10 under our reference."""
    lectura = leer_cobro(cobro, referencia="R1", cruda="")
    for intento in lectura.intentos:
        assert cobro["referencia"] == "R1"
        assert (intento.estado is EstadoIntento.APROBADO) == (intento.codigo == "10")
        assert intento.valor >= Decimal(0)
