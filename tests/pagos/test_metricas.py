"""What the portal counts of itself: names, labels and sums, from many threads at once."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from prometheus_client import REGISTRY

from pagos import metricas


@pytest.fixture
def cambio():
    """`cambio(name, **labels)`: how much a sample of this process has grown since the test began."""
    antes = {}
    for familia in REGISTRY.collect():
        for muestra in familia.samples:
            antes[muestra.name, *sorted(muestra.labels.items())] = muestra.value

    def crecio(nombre, **etiquetas):
        ahora = REGISTRY.get_sample_value(nombre, etiquetas) or 0
        return ahora - antes.get((nombre, *sorted(etiquetas.items())), 0)

    return crecio


def test_una_pregunta_se_cuenta_con_su_resultado_y_su_tiempo(cambio):
    """Answered, or the class of its error; a question of 0.25 s falls into the buckets from 0.3 s on."""
    metricas.preguntada("zonapagos", "", 0.25)
    metricas.preguntada("zonapagos", metricas.RESPONDIDA, 19.5)
    metricas.preguntada("zonapagos", "http_5xx", 25)
    assert cambio("oasis_sonda_preguntas_total", pasarela="zonapagos", resultado="respondida") == 2
    assert cambio("oasis_sonda_preguntas_total", pasarela="zonapagos", resultado="http_5xx") == 1
    assert cambio("oasis_pasarela_segundos_count", pasarela="zonapagos") == 3
    assert cambio("oasis_pasarela_segundos_sum", pasarela="zonapagos") == 44.75
    cubetas = {cota: cambio("oasis_pasarela_segundos_bucket", pasarela="zonapagos", le=cota) for cota in _COTAS}
    assert cubetas == {"0.2": 0, "0.3": 1, "15.0": 1, "20.0": 2, "+Inf": 3}


_COTAS = ("0.2", "0.3", "15.0", "20.0", "+Inf")


def test_lo_que_se_anota_se_cuenta_por_estado(cambio):
    """By the state as the database writes it, in small letters."""
    metricas.resultado("APROBADA")
    metricas.resultado("aprobada")
    assert cambio("oasis_sonda_resultados_total", estado="aprobada") == 2


def test_la_espera_nunca_es_negativa(cambio):
    """What was asked before its time waited for nothing."""
    metricas.atraso(-30)
    metricas.atraso(100)
    assert cambio("oasis_sonda_espera_segundos_count") == 2
    assert cambio("oasis_sonda_espera_segundos_sum") == 100


def test_lo_que_esta_en_vuelo_sube_y_baja(cambio):
    """One while the question lasts, none after it, whatever happened to it."""
    visto = []

    @metricas.EN_VUELO.labels("payu").track_inprogress()
    def preguntar():
        visto.append(cambio("oasis_sonda_en_vuelo", pasarela="payu"))
        raise TimeoutError

    with pytest.raises(TimeoutError):
        preguntar()
    assert visto == [1]
    assert cambio("oasis_sonda_en_vuelo", pasarela="payu") == 0


def test_muchos_hilos_cuentan_sin_perder_ninguna_ni_estorbar(cambio):
    """Eight threads count 8,000 questions: all are there, in far less than a millisecond each."""
    inicio = time.perf_counter()
    with ThreadPoolExecutor(8) as hilos:
        list(hilos.map(lambda _n: metricas.preguntada("payu", "red", 0.1), range(8000)))
    assert cambio("oasis_sonda_preguntas_total", pasarela="payu", resultado="red") == 8000
    assert time.perf_counter() - inicio < 8
