"""What customers and gateway do with a payment once it exists: each conduct is a function of a Visita."""

import threading
import time
from dataclasses import dataclass, field

import requests

from caos.montaje import DEMORA_S


@dataclass
class Raras:
    """References of which the gateway tells what nobody may book: they must end open, with a Novedad and no money."""

    _candado: threading.Lock = field(default_factory=threading.Lock)
    _referencias: set[str] = field(default_factory=set)

    def anotar(self, referencia):
        """One more."""
        with self._candado:
            self._referencias.add(referencia)

    def todas(self):
        """A copy of them."""
        with self._candado:
            return set(self._referencias)


@dataclass
class Visita:
    """One payment on its way: who pays, under which reference, and how to pay the same documents again."""

    pagador: object
    simulador: object  # its control never fails
    raras: Raras
    referencia: str
    repetir: object  # () -> reference of a new payment of the same documents, '' when it cannot be

    def intento(self, referencia=None, **campos):
        """An attempt at the gateway."""
        self._control(f"pagos/{referencia or self.referencia}/intentos", campos)

    def cambiar(self, **campos):
        """What the gateway answers about the payment."""
        self._control(f"pagos/{self.referencia}", campos)

    def ficha(self, referencia=None):
        """The payment as the gateway knows it (dict), None when it does not."""
        respuesta = requests.get(self._url(f"pagos/{referencia or self.referencia}"), timeout=15)
        return respuesta.json() if respuesta.status_code == 200 else None

    def volver(self, referencia=None):
        """Where the gateway sends the payer back to."""
        ficha = self.ficha(referencia)
        return f"{ficha['url_retorno']}?id_comercio={ficha['comercio']}&id_pago={ficha['referencia']}"

    def regresar(self):
        """Come back once, twice at once, or never."""
        suerte = self.pagador.azar.random()
        if suerte < 0.2:
            self.pagador.volver_dos_veces([self.volver()] * 2)
        elif suerte < 0.7:
            self.pagador.volver(self.volver())

    def _control(self, camino, cuerpo):
        # A connection of its own: the simulator's session is not for many threads.
        respuesta = requests.post(self._url(camino), json=cuerpo, timeout=15)
        if respuesta.status_code != 200:
            raise RuntimeError(f"{camino}: {respuesta.text}")

    def _url(self, camino):
        return f"{self.simulador.url}/control/api/{camino}"


def aprobada(visita):
    """Paid at once."""
    visita.intento(estado="aprobada")
    visita.regresar()


def aprobada_despues(visita):
    """The bank thinks it over, and approves."""
    visita.intento(estado="pendiente", estado_final="aprobada", en_segundos=DEMORA_S)
    visita.regresar()


def rechazada(visita):
    """The bank says no."""
    visita.intento(estado="rechazada")
    visita.regresar()


def rechazada_despues(visita):
    """The bank thinks it over, and says no."""
    visita.intento(estado="pendiente", estado_final="rechazada", en_segundos=DEMORA_S)
    visita.regresar()


def rechazada_y_aprobada(visita):
    """Refused, and paid with another card on the same page of the gateway."""
    visita.intento(estado="rechazada")
    visita.regresar()
    visita.intento(estado="aprobada")
    visita.regresar()


def sin_abrir(_visita):
    """The window is closed before anything happens."""


def abandonada_y_aprobada(visita):
    """Left with *Cambiar medio*, and paid all the same in the window that was still open."""
    visita.pagador.pulsar(visita.referencia, "cambiar")
    visita.intento(estado="aprobada")
    visita.regresar()


def dos_veces(visita):
    """Two attempts under one reference are approved: the second is credit."""
    for _vez in range(2):
        visita.intento(estado="pendiente", estado_final="aprobada", en_segundos=1)
    visita.regresar()


def dos_pagos_a_la_vez(visita):
    """Refused, paid again as a new payment, and the bank approves both at once: one of them is credit."""
    visita.intento(estado="rechazada")
    visita.pagador.volver(visita.volver())
    segunda = visita.repetir()
    if not segunda or not visita.pagador.salir(segunda) or visita.ficha(segunda) is None:
        return
    for referencia in (visita.referencia, segunda):
        visita.intento(referencia, estado="aprobada")
    visita.pagador.volver_dos_veces([visita.volver(), visita.volver(segunda)])


def otro_valor(visita):
    """The gateway tells of another amount: at PayU the order's, because its transactions carry none."""
    visita.raras.anotar(visita.referencia)
    if visita.ficha()["pasarela"] == "payu":
        visita.cambiar(pedido="1234.00")
    visita.intento(estado="aprobada", valor="1234.00")
    visita.regresar()


def codigo_desconocido(visita):
    """A code that no document names."""
    visita.raras.anotar(visita.referencia)
    visita.intento(estado="obsoleta")
    visita.regresar()


def en_partes(visita):
    """A mixed payment whose parts add up."""
    ficha = visita.ficha()
    if ficha["pasarela"] != "zonapagos":
        return aprobada(visita)
    centavos = round(float(ficha["valor"]) * 100)
    for parte in (centavos // 2, centavos - centavos // 2):
        visita.intento(estado="aprobada", valor=f"{parte / 100:.2f}", parcial=True)
    return visita.regresar()


def en_parte_rechazada(visita):
    """A mixed payment of which one part was refused: money that only people can place."""
    ficha = visita.ficha()
    if ficha["pasarela"] != "zonapagos":
        return rechazada(visita)
    visita.raras.anotar(visita.referencia)
    visita.intento(estado="aprobada", valor="500.00", parcial=True)
    # Closed: while it is told as incomplete, the payer may still bring the rest.
    visita.intento(estado="rechazada", valor=f"{float(ficha['valor']) - 500:.2f}", parcial=True, terminado=1)
    return visita.regresar()


def mentira_pasajera(visita):
    """The gateway answers rubbish for a while; the payment was approved."""
    visita.cambiar(respuesta_cruda="31|1|basura|;|", cantidad=1)
    visita.intento(estado="aprobada", avisar=False)
    visita.regresar()
    time.sleep(visita.pagador.azar.uniform(0, 3))
    visita.cambiar(respuesta_cruda=None, cantidad=None)
    visita.regresar()


# Conduct -> weight.
CONDUCTAS = {
    aprobada: 30,
    aprobada_despues: 14,
    rechazada: 8,
    rechazada_despues: 6,
    rechazada_y_aprobada: 8,
    sin_abrir: 5,
    abandonada_y_aprobada: 5,
    dos_veces: 4,
    dos_pagos_a_la_vez: 10,
    otro_valor: 3,
    codigo_desconocido: 2,
    en_partes: 2,
    en_parte_rechazada: 1,
    mentira_pasajera: 2,
}
