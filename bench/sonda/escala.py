"""`escala`: a hundred times more payments cost a hundred times more time and no more memory."""

from bench.sonda import datos
from bench.sonda.maquina import memoria_maxima
from bench.sonda.rondas import ideal, preguntar_sin_demora, ronda, sin_ruido, trabajador

# A ring of the sonda, in seconds: what the largest must fit in.
TIMBRE_S = 420


def medir(montaje, informe, *, pagos):
    """A round of a fifth, twice and twenty times as many payments, each in a process of its own."""
    tamanos = (max(1, pagos // 5), pagos * 2, pagos * 20)
    medidos = [_medir_uno(montaje, informe, cuantos) for cuantos in tamanos]
    por_pago = [1000 * uso.segundos / cuantos for (uso, _memoria), cuantos in zip(medidos, tamanos, strict=True)]
    memorias = [memoria for _uso, memoria in medidos]
    for cuantos, ms, memoria in zip(tamanos, por_pago, memorias, strict=True):
        informe.cifra("escala", f"{cuantos} pagos: reloj por pago (ms)", ms)
        informe.cifra("escala", f"{cuantos} pagos: memoria máxima (MiB)", memoria)
    informe.cifra("escala", "reloj por pago, el mayor / el mediano", por_pago[2] / por_pago[1], maximo=1.1)
    informe.cifra("escala", "memoria, la mayor / la menor", max(memorias) / min(memorias), maximo=1.2)
    informe.cifra("escala", f"{tamanos[2]} pagos en una ronda (s)", medidos[2][0].segundos, maximo=TIMBRE_S)


def _medir_uno(montaje, informe, cuantos):
    """(Uso, peak of memory in MiB) of the steady round over so many payments."""
    montaje.estrenar("escala")
    pasarela = datos.crear_pasarela(montaje.simulador)
    datos.sembrar(pasarela, cuantos)
    preguntar_sin_demora(montaje, pasarela)
    memorias = []

    def una_vez():
        with trabajador(montaje) as obrero:
            uso = ronda(montaje, obrero, pasarela)
            memorias.append(memoria_maxima(obrero.pid))
        return uso

    uso = sin_ruido(una_vez)
    informe.uso(f"escala: {cuantos}", uso, cuantos, ideal=ideal(cuantos))
    return uso, max(memorias)
