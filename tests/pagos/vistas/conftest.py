"""Somebody in front of the pages: Ana logged in, with documents in her selection and a gateway that answers."""

from decimal import Decimal

import pytest

from cartera import seleccion
from cartera.parcial import Eleccion
from pagos.models import Pago
from tests.fabricas import ana
from tests.fabricas_cartera import crear_empresa, crear_saldo
from tests.fabricas_pagos import permitir_parcial
from tests.simulador.apoyo import Pagador
from usuarios.consultas import alcance
from usuarios.models import Tercero


class Mostrador:
    """Ana's browser (`cliente`), her documents, and the shortest way through the checkout."""

    def __init__(self, cliente, crear_forma):
        self.usuario = ana()
        self.cliente = cliente
        self.cliente.force_login(self.usuario)
        self.tercero = Tercero.objects.get(pk__in=alcance(self.usuario).terceros)
        self.empresa = crear_empresa(nombre="Distribuidora <b>Andina</b> S.A.S.")
        self._crear_forma = crear_forma

    def forma(self, **campos):
        """A button of her Empresa that leads to the simulator."""
        return self._crear_forma(self.empresa, **campos)

    def forma_ajena(self):
        """A button of another Empresa."""
        return self._crear_forma(None)

    def elegir(self, cuantos=1, **campos):
        """New documents of hers, already in the selection."""
        saldos = [crear_saldo(tercero=self.tercero, empresa=self.empresa, **campos) for _ in range(cuantos)]
        seleccion.agregar(self.usuario, [saldo.pk for saldo in saldos])
        return saldos

    def elegir_parte(self, paga, *, razon="RETENCION", nota="", **campos):
        """A new document of hers, selected to be paid only in part; returns the Saldo."""
        permitir_parcial(self.empresa)
        saldo = crear_saldo(tercero=self.tercero, empresa=self.empresa, **campos)
        seleccion.elegir_valor(self.usuario, saldo, Eleccion(paga=Decimal(paga), razon=razon, nota=nota))
        return saldo

    @property
    def url_forma(self):
        return f"/pagos/pagar/{self.empresa.pk}/{self.tercero.pk}/COP/"

    def foto(self):
        """The signed snapshot that the page carries now."""
        return self.cliente.get(self.url_forma).context["foto"]

    def pagar(self, forma, *, foto=None, **cambios):
        """Press a button of *Forma de pago* with both boxes ticked; the response."""
        datos = {"foto": foto or self.foto(), "terminos": "on", "datos": "on", "forma": forma.pk} | cambios
        return self.cliente.post("/pagos/iniciar/", {k: v for k, v in datos.items() if v is not None})

    def pago_iniciado(self):
        """A pago that waits at the gateway."""
        self.elegir()
        assert self.pagar(self.forma()).status_code == 303
        return Pago.objects.get()


@pytest.fixture
def mostrador(client, forma_del_simulador, settings, db):
    # Other pagos of a test are at the real gateway, which nobody calls.
    settings.PASARELA_ORIGENES = [*settings.PASARELA_ORIGENES, "https://www.zonapagos.com"]
    return Mostrador(client, forma_del_simulador)


@pytest.fixture
def pagador():
    """`pagador(pago)`: a payer on the gateway's page of that pago."""
    return lambda pago: Pagador(pago.url_pasarela)
