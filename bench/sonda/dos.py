"""`dos`: two workers take half the time of one, and together they keep the gateway's limits."""

from bench.sonda import comprobar, datos
from bench.sonda.maquina import Cronometro
from bench.sonda.montaje import LATENCIA_MS
from bench.sonda.rondas import ideal, preguntar_sin_demora, sin_ruido
from bench.sonda.timbre import esperar, tocar, trabajadores

EN_VUELO = 16
# What the gateway allows while limits are measured, and how many payments show it.
EN_VUELO_ACORDADO, POR_SEGUNDO_ACORDADO = 8, 10
PAGOS_CON_LIMITE = 150


def medir(montaje, informe, *, pagos):
    """Speed-up with limits raised; then what the gateway itself saw under each limit."""
    cuantos = max(100, pagos // 2)
    pasarela = _preparar(montaje, cuantos)
    usos = {}
    for trabajan in (1, 2):
        usos[trabajan] = sin_ruido(_tanda, montaje, pasarela, trabajan)
        perfecto = ideal(cuantos, EN_VUELO * trabajan)
        informe.uso(f"dos: {trabajan} de {EN_VUELO} en vuelo", usos[trabajan], cuantos, ideal=perfecto)
    informe.cifra("dos", "aceleración con dos trabajadores", usos[1].segundos / usos[2].segundos, minimo=1.8)
    visto = _con_limite(montaje, en_vuelo=EN_VUELO_ACORDADO)
    informe.cifra("dos", "límite de 8 en vuelo: lo más que vio la pasarela", visto[0], maximo=EN_VUELO_ACORDADO)
    visto = _con_limite(montaje, por_segundo=POR_SEGUNDO_ACORDADO)
    # A question that waited on its way may arrive in the next one's second.
    informe.cifra("dos", "límite de 10 por segundo: lo más que vio", visto[1], maximo=POR_SEGUNDO_ACORDADO + 1)


def _preparar(montaje, cuantos, **limites):
    montaje.estrenar("dos")
    pasarela = datos.crear_pasarela(montaje.simulador)
    datos.sembrar(pasarela, cuantos)
    preguntar_sin_demora(montaje, pasarela)
    datos.limitar(pasarela, **limites)
    return pasarela


def _con_limite(montaje, **limites):
    """(most in flight, most within one second) that the gateway saw of two workers."""
    pasarela = _preparar(montaje, PAGOS_CON_LIMITE, **limites)
    _tanda(montaje, pasarela, 2)
    visto = montaje.simulador.control("estadisticas")
    return tuple(max(visto[cual].values()) for cual in ("max_en_vuelo_por_comercio", "max_por_segundo_por_comercio"))


def _tanda(montaje, pasarela, trabajan):
    """The Uso of a round of so many workers, its seconds from the first question to the last answer."""
    cuantos = datos.vencer()
    with trabajadores(montaje, trabajan, SONDA_EN_VUELO=EN_VUELO) as vivos:
        una_vez = comprobar.UnaVez(pasarela)
        pasarela.simulador.control("estadisticas", {"registrar_marcas": True})
        with Cronometro(montaje, *(uno.proceso.pid for uno in vivos)) as cronometro:
            tocar(trabajan)
            esperar(
                lambda: comprobar.preguntas_en(pasarela) >= cuantos and una_vez.anotados(),
                f"{trabajan} trabajadores no preguntaron por {cuantos} pagos",
                segundos=60 + 20 * ideal(cuantos),
            )
        una_vez.exigir()
        marcas = comprobar.marcas(pasarela)
    momentos = [marca for de_uno in marcas.values() for marca in de_uno]
    return cronometro.uso_de(max(momentos) - min(momentos) + LATENCIA_MS / 1000)
