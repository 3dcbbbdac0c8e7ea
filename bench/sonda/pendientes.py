"""`pendientes`: what a round costs when nobody has paid, one in ten has, or all have; against the floor."""

from statistics import median

from bench.sonda import comprobar, datos
from bench.sonda.maquina import Cronometro
from bench.sonda.rondas import EN_VUELO, ideal, preguntar_sin_demora, ronda, sin_ruido, trabajador

VECES = 3
SECUENCIALES = 100


def medir(montaje, informe, *, pagos):
    """Every figure of the first line of the benchmark, with so many payments."""
    _pendientes(montaje, informe, pagos)
    _aprobadas(montaje, informe, pagos, nombre="10 %", aprobables=pagos // 10, reloj=1.15)
    _aprobadas(montaje, informe, pagos, nombre="todas", aprobables=pagos, cpu=5.0)


def _pendientes(montaje, informe, cuantos):
    montaje.estrenar("pendientes")
    pasarela = datos.crear_pasarela(montaje.simulador)
    datos.sembrar(pasarela, cuantos)
    usos = {"ronda": [], "hilos": [], "secuencial": []}
    with trabajador(montaje) as obrero, montaje.obrero("suelo") as suelo:
        primera = ronda(montaje, obrero, pasarela)
        informe.uso("pendientes: primera ronda", primera, cuantos, ideal=ideal(cuantos))
        for vez in range(1, VECES + 1):
            usos["hilos"].append(sin_ruido(_suelo, montaje, suelo, pasarela, "hilos", cuantos, en_vuelo=EN_VUELO))
            informe.uso(f"pendientes: suelo de 64 hilos {vez}", usos["hilos"][-1], cuantos, ideal=ideal(cuantos))
            usos["ronda"].append(sin_ruido(ronda, montaje, obrero, pasarela))
            informe.uso(f"pendientes: ronda {vez}", usos["ronda"][-1], cuantos, ideal=ideal(cuantos))
        unos = min(SECUENCIALES, cuantos)
        de_a_uno = sin_ruido(_suelo, montaje, suelo, pasarela, "secuencial", unos)
        informe.uso("pendientes: de a uno", de_a_uno, unos, ideal=ideal(unos, 1))
    informe.cifra("pendientes", "primera ronda: reloj / ideal", primera.segundos / ideal(cuantos))
    informe.cifra("pendientes", "primera ronda: CPU por pago (ms)", 1000 * primera.cpu / cuantos)
    _comparar(informe, usos, cuantos, por_uno=(de_a_uno.segundos / unos, 1000 * de_a_uno.cpu / unos))


def _comparar(informe, usos, cuantos, *, por_uno):
    """Medians of the rounds against the medians of the floor; `por_uno`: seconds and CPU ms of one, one by one."""
    reloj, reloj_suelo = (median(uso.segundos for uso in usos[cual]) for cual in ("ronda", "hilos"))
    cpu, cpu_suelo = (1000 * median(uso.cpu for uso in usos[cual]) / cuantos for cual in ("ronda", "hilos"))
    postgresql = 1000 * median(uso.cpu_postgresql for uso in usos["ronda"]) / cuantos
    informe.cifra("pendientes", "reloj / ideal", reloj / ideal(cuantos), maximo=1.10)
    informe.cifra("pendientes", "CPU del trabajador por pago (ms)", cpu, maximo=1.6)
    informe.cifra("pendientes", "CPU de PostgreSQL por pago (ms)", postgresql)
    informe.cifra("pendientes", "reloj / suelo de 64 hilos", reloj / reloj_suelo)
    informe.cifra("pendientes", "CPU / suelo de 64 hilos", cpu / cpu_suelo)
    informe.cifra("pendientes", "veces más rápido que de a uno", por_uno[0] * cuantos / reloj)
    informe.cifra("pendientes", "CPU / de a uno", cpu / por_uno[1])


def _aprobadas(montaje, informe, cuantos, *, nombre, aprobables, reloj=None, cpu=None):
    def una_vez():
        montaje.estrenar("aprobadas")
        pasarela = datos.crear_pasarela(montaje.simulador)
        referencias = datos.sembrar(pasarela, cuantos, aprobables=aprobables)
        preguntar_sin_demora(montaje, pasarela)
        datos.resolver(pasarela)
        with trabajador(montaje) as obrero:
            uso = ronda(montaje, obrero, pasarela)
        comprobar.exigir_aprobados(referencias)
        return uso

    uso, medida = sin_ruido(una_vez), f"aprobadas: {nombre}"
    informe.uso(medida, uso, cuantos, ideal=ideal(cuantos))
    informe.cifra(medida, "reloj / ideal", uso.segundos / ideal(cuantos), maximo=reloj)
    informe.cifra(medida, "CPU del trabajador por pago (ms)", 1000 * uso.cpu / cuantos, maximo=cpu)
    informe.cifra(medida, "CPU de PostgreSQL por pago (ms)", 1000 * uso.cpu_postgresql / cuantos)


def _suelo(montaje, suelo, pasarela, cual, cuantos, **opciones):
    datos.vencer()
    with Cronometro(montaje, suelo.pid) as cronometro:
        suelo.hacer(cual, url=pasarela.url, cuerpo=pasarela.cuerpo, cuantos=cuantos, **opciones)
    return cronometro.uso
