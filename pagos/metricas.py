"""What the portal counts of itself while it asks the gateways, for Prometheus (docs/metricas.md lists each metric).

Kept in the memory of the process, or in PROMETHEUS_MULTIPROC_DIR when several processes answer as one: no function
here touches the database or the network, and threads may call them at will. What the database knows is read when
somebody scrapes (`oasis_portal.metricas`). Labels are the names of gateways and of results alone: nobody's name.
"""

from prometheus_client import Counter, Gauge, Histogram

# What a question that the gateway answered is counted as; else the class of its error (`pagos.consulta.Respuesta`).
RESPONDIDA = "respondida"
# Seconds. A call takes 20 at most (`pagos.pasarelas.http`); a healthy gateway answers in tenths.
_CUBETAS_PASARELA = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 7.5, 10.0, 15.0, 20.0)
# Seconds. A round is seven minutes, nobody waits for more than eight, and half an hour is an alert.
_CUBETAS_ATRASO = (1.0, 5.0, 15.0, 30.0, 60.0, 120.0, 240.0, 420.0, 480.0, 900.0, 1800.0, 3600.0)

_PREGUNTAS = Counter(
    "oasis_sonda_preguntas", "Questions asked to the gateways, by what came of them.", ["pasarela", "resultado"]
)
_SEGUNDOS = Histogram(
    "oasis_pasarela_segundos", "How long a gateway took to answer, or to fail.", ["pasarela"], buckets=_CUBETAS_PASARELA
)
_RESULTADOS = Counter("oasis_sonda_resultados", "Answers written down, by the state that they left.", ["estado"])
_ATRASO = Histogram(
    "oasis_sonda_espera_segundos",
    "How long after it was due a payment was asked about.",
    buckets=_CUBETAS_ATRASO,
)
# `with EN_VUELO.labels(pasarela).track_inprogress(): ...`, or .inc() and .dec(). Of the processes that still live.
EN_VUELO = Gauge(
    "oasis_sonda_en_vuelo",
    "Questions that a gateway has not answered yet.",
    ["pasarela"],
    multiprocess_mode="livesum",
)


def preguntada(pasarela, resultado, segundos):
    """One question to `pasarela` (its name) came to `resultado` (RESPONDIDA, or the class of the error) in `segundos`.

    An empty `resultado` means RESPONDIDA: `Respuesta.error` can be handed over as it is.
    """
    _PREGUNTAS.labels(pasarela, resultado or RESPONDIDA).inc()
    _SEGUNDOS.labels(pasarela).observe(segundos)


def resultado(estado):
    """One answer was written down and left its pago in `estado` (a value of `pagos.estados.Estado`)."""
    _RESULTADOS.labels(estado.lower()).inc()


def atraso(segundos):
    """One pago was asked about `segundos` after it was due; what was asked before its time counts as 0."""
    _ATRASO.observe(max(0.0, segundos))
