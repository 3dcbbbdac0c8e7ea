"""The certifier's seven scenarios (pasarelas.md 1.5), in the order in which they are walked."""

import time
from dataclasses import dataclass

from certificacion.acta import Acta
from certificacion.escena import Pagador
from certificacion.escenarios import desenlaces, repeticiones


@dataclass(frozen=True)
class Escenario:
    """One scenario: its title, what the certifier asks to see, and the function that walks it."""

    titulo: str
    pide: str
    recorrer: object


TODOS = (
    Escenario(
        "Aprobada",
        "Un pago aprobado: datos obligatorios en la solicitud, CUS guardado, resultado a la vista, saldo pagado.",
        desenlaces.aprobada,
    ),
    Escenario(
        "Rechazada, y nuevo intento con otro identificador",
        "Un pago rechazado se explica en palabras, no cobra nada y se puede repetir con un identificador nuevo.",
        desenlaces.rechazada,
    ),
    Escenario(
        "Pendiente, con el texto obligatorio",
        "Mientras el banco no responde se muestra el texto de ACH con el CUS; la sonda averigua el resultado.",
        desenlaces.pendiente,
    ),
    Escenario(
        "Abandonada a los 30 minutos",
        "Un pago que nadie abrió en la pasarela se cierra a los 30 minutos, ni antes ni por falta de respuesta.",
        desenlaces.abandonada,
    ),
    Escenario(
        "Reintento",
        "El pagador sale y vuelve, o repite en la página de la pasarela, bajo el mismo identificador: se paga una vez.",
        repeticiones.reintento,
    ),
    Escenario(
        "Página de retorno recargada",
        "Abrir de nuevo la dirección de retorno, con sesión, sin ella o alterada, no repite ningún efecto.",
        repeticiones.recarga,
    ),
    Escenario(
        "Credenciales erradas (int_codigo 2)",
        "Con credenciales que la pasarela no acepta el portal no falla ni muestra el texto de la pasarela.",
        repeticiones.credenciales,
    ),
)


def recorrer(escena, escenarios=TODOS, *, avisar=lambda _acta: None):
    """Walk the scenarios; returns their Actas. One that fails does not stop the others. `avisar(acta)` after each."""
    actas = []
    for numero, escenario in enumerate(escenarios, start=1):
        acta = Acta(numero, escenario.titulo, escenario.pide)
        inicio = time.monotonic()
        with acta.hasta_donde_llegue(), Pagador(escena, acta) as pagador:
            escenario.recorrer(pagador)
        acta.intercambios = escena.testigo.de(*acta.referencias)
        acta.segundos = time.monotonic() - inicio
        actas.append(acta)
        avisar(acta)
    return actas
