"""`cuelga`: one of two gateways answers nothing; the other one's payments are asked as soon as ever."""

import time
from statistics import mean

from bench.sonda import comprobar, datos
from bench.sonda.rondas import EN_VUELO, ideal, preguntar_sin_demora, trabajador

# Questions at a time that each agreement allows: as it comes, and more than the worker has.
LIMITES = {"8 en vuelo cada una": 8, "sin límite acordado": datos.SIN_LIMITE}
_CUELGUE = {"reglas": [{"punto": "VerificacionPago", "tipo": "cuelgue", "parametros": {"segundos": 60}}]}


def medir(montaje, informe, *, pagos):
    """The lag of a gateway that answers, with a sane and with a hanging neighbour, under two limits."""
    cuantos = max(64, pagos // 10)
    for nombre, en_vuelo in LIMITES.items():
        sana = _atrasos(montaje, cuantos, en_vuelo=en_vuelo, colgada=False)
        colgada = _atrasos(montaje, cuantos, en_vuelo=en_vuelo, colgada=True)
        medida = f"cuelga: {nombre}"
        informe.texto(
            medida,
            f"{medida}: último {max(sana):.2f} s y medio {mean(sana):.2f} s con la otra sana; "
            f"{max(colgada):.2f} s y {mean(colgada):.2f} s con la otra colgada ({cuantos} pagos cada una)",
        )
        informe.cifra("cuelga", f"{nombre}: mayor atraso / normal", max(colgada) / max(sana), maximo=1.2)
        informe.cifra("cuelga", f"{nombre}: atraso medio / normal", mean(colgada) / mean(sana), maximo=1.2)


def _atrasos(montaje, cuantos, *, en_vuelo, colgada):
    """Seconds from the ring to the question of each payment of the first gateway."""
    montaje.estrenar("cuelga")
    una, otra = pasarelas = [
        datos.crear_pasarela(simulador, comercio=comercio)
        for simulador, comercio in zip(montaje.simuladores, ("678", "679"), strict=True)
    ]
    for pasarela in pasarelas:
        datos.sembrar(pasarela, cuantos)
    preguntar_sin_demora(montaje, *pasarelas)
    for pasarela in pasarelas:
        datos.limitar(pasarela, en_vuelo=en_vuelo)
    datos.vencer()
    una_vez = comprobar.UnaVez(una)
    una.simulador.control("estadisticas", {"registrar_marcas": True})
    if colgada:
        otra.simulador.control("fallas", _CUELGUE)
    with trabajador(montaje) as obrero:
        inicio = time.time()
        obrero.hacer("ronda", duracion=60 + 5 * ideal(2 * cuantos, min(2 * en_vuelo, EN_VUELO)))
        fin = time.time()
    atrasos = [momento - inicio for de_uno in comprobar.marcas(una).values() for momento in de_uno]
    if len(atrasos) == cuantos:
        una_vez.exigir()
    # Who was not asked at all is at least as late as the round was long.
    return atrasos + [fin - inicio] * (cuantos - len(atrasos))
