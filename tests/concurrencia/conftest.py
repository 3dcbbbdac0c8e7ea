"""One customer who owes three documents, four threads that keep their connections, and a way to take the locks away."""

from dataclasses import dataclass

import pytest
from django.db.models import QuerySet

from cartera.models import Saldo
from cartera.sentencias import Preparada
from pagos import conciliacion, servicios
from pagos.models import FormaPago
from tests.arnes.hilos import corredores
from tests.fabricas import crear_cliente, crear_tercero
from tests.fabricas_cartera import archivo_de_saldos, crear_empresa, crear_saldo
from tests.fabricas_pagos import aceptacion, crear_acuerdo, crear_forma, crear_pago, foto_de
from usuarios.models import Usuario


@dataclass
class Mesa:
    """What one round is about: an empresa of its own, so that its books are judged alone; `saldos` by primary key."""

    usuario: Usuario
    forma: FormaPago
    saldos: list[Saldo]

    @property
    def empresa_id(self):
        return self.saldos[0].empresa_id

    def pago(self, *lugares, **campos):
        """A pago of the saldos at these places, as the checkout leaves it."""
        return crear_pago(*(self.saldos[i] for i in lugares), usuario=self.usuario, forma=self.forma, **campos)

    def comprar(self, *lugares):
        """Open a page of these saldos now; returns what sends it: the pago, before any gateway is called."""
        foto = foto_de(self.usuario, [self.saldos[i] for i in lugares])
        return lambda: servicios._registrar(
            foto=foto, forma=self.forma, usuario=self.usuario, aceptacion=aceptacion(), idioma="es-co"
        )

    def archivo(self, *cifras, al_reves=False):
        """The ERP's file (bytes) with these figures, in the order of the saldos or backwards."""
        filas = list(zip(self.saldos, cifras, strict=True))
        return archivo_de_saldos(filas[::-1] if al_reves else filas)

    def actuales(self):
        """The saldos as they stand now."""
        return list(Saldo.objects.filter(empresa_id=self.empresa_id).order_by("pk"))

    def diferencias(self):
        """What the product's own judge finds in the books of this round."""
        return [uno.regla for uno in conciliacion.conciliar(conciliacion.Libro(), empresa_id=self.empresa_id)]


@pytest.fixture
def poner_mesa(transactional_db):
    """`poner_mesa()`: the Mesa of a new round."""
    tercero = crear_tercero()
    usuario = crear_cliente(tercero=tercero)

    def poner():
        empresa = crear_empresa()
        forma = crear_forma(crear_acuerdo(empresa))
        return Mesa(usuario, forma, [crear_saldo(empresa=empresa, tercero=tercero) for _uno in range(3)])

    return poner


@pytest.fixture
def correr(transactional_db):
    """`correr(four functions, tolerar=())`: they start at the same instant; their results, in that order."""
    with corredores(4) as correr:
        yield correr


@pytest.fixture
def sin_bloqueos(monkeypatch):
    """Every row lock of the portal is taken away: what remains is what the locks are for."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_como: self.all())
    # A text that was made with its lock is not used, and none is kept without it.
    monkeypatch.setattr(Preparada, "__call__", lambda self, *ids: list(self._consulta(*ids)))
