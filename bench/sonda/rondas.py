"""Measured rounds of one worker process, and what they are compared with."""

from bench.sonda import comprobar, datos
from bench.sonda.maquina import Cronometro
from bench.sonda.montaje import LATENCIA_MS

# Questions that one worker may have in flight.
EN_VUELO = 64
# Seconds that a round may take: it ends by itself long before.
DURACION = 3600
# Between two questions, in the rounds that prepare: nobody is asked twice however long they take.
SIN_REPETIR_MINUTOS = 600


def ideal(cuantos, en_vuelo=EN_VUELO):
    """Seconds that so many questions take if the gateway's latency is all there is."""
    return cuantos * LATENCIA_MS / 1000 / en_vuelo


def trabajador(montaje, **variables):
    """A worker of the sonda, as an Obrero; `variables` change its environment."""
    return montaje.obrero("trabajador", SONDA_EN_VUELO=EN_VUELO, **variables)


def ronda(montaje, obrero, *pasarelas):
    """The Uso of a round over every open payment, each asked once: NoConfiable otherwise."""
    datos.vencer()
    una_vez = comprobar.UnaVez(*pasarelas)
    with Cronometro(montaje, obrero.pid) as cronometro:
        hecho = obrero.hacer("ronda", duracion=DURACION)
    una_vez.exigir(hecho["cuenta"])
    return cronometro.uso


def preguntar_sin_demora(montaje, *pasarelas):
    """The first question of each payment, which nobody measures: what follows is the steady state."""
    for pasarela in pasarelas:
        pasarela.simulador.control("ajustes", {"latencia_ms": 0})
    with trabajador(montaje, SONDA_MINUTOS=SIN_REPETIR_MINUTOS) as obrero:
        ronda(montaje, obrero, *pasarelas)
    for pasarela in pasarelas:
        pasarela.simulador.control("ajustes", {"latencia_ms": LATENCIA_MS})


def sin_ruido(hacer, *argumentos, **opciones):
    """The Uso that `hacer` returns; once more when others kept the machine busy, and then the quieter of both."""
    uso = hacer(*argumentos, **opciones)
    return uso if not uso.ruidosa else min(uso, hacer(*argumentos, **opciones), key=lambda uno: uno.ajena)
