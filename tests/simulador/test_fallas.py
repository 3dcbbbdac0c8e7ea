import pytest

from tests.simulador.apoyo import verificacion

VERIFICACION = "/Apis_CicloPago/api/VerificacionPago"


def poner(simulador, *reglas, semilla=1):
    return simulador.control("fallas", {"semilla": semilla, "reglas": list(reglas)})


def codigos(simulador, veces, **cambios):
    """Status of so many VerificacionPago in a row."""
    cuerpo = verificacion() | cambios
    return [simulador.post(VERIFICACION, json=cuerpo).status_code for _ in range(veces)]


def test_la_misma_semilla_falla_igual(simulador):
    """With a probability some requests fail; the same seed fails the same ones, another seed others."""
    regla = {"punto": "VerificacionPago", "tipo": "error", "probabilidad": 0.3}
    series = []
    for semilla in (1, 1, 2):
        poner(simulador, regla, semilla=semilla)
        series.append(codigos(simulador, 60))
    assert series[0] == series[1]
    assert series[0] != series[2]
    fallaron = series[0].count(503)
    assert 5 < fallaron < 35
    poner(simulador, regla, semilla=1)
    simulador.control("estadisticas", {"reiniciar": True})
    codigos(simulador, 60)
    assert simulador.control("estadisticas")["fallas"] == {"VerificacionPago:error": fallaron}
    assert simulador.control("fallas")["reglas"][0]["ocurridas"] == fallaron


def test_por_cuenta(simulador):
    """A fault limited to so many times happens exactly those."""
    poner(simulador, {"punto": "VerificacionPago", "tipo": "error", "veces": 2})
    assert codigos(simulador, 5) == [503, 503, 200, 200, 200]


def test_por_comercio_y_por_punto(simulador):
    """A fault of one merchant or endpoint leaves the others alone."""
    poner(simulador, {"punto": "zonapagos", "tipo": "error", "comercio": 679})
    assert codigos(simulador, 1) == [200]
    assert codigos(simulador, 1, int_id_comercio=679) == [503]
    poner(simulador, {"punto": "InicioPago", "tipo": "error"})
    assert codigos(simulador, 1) == [200]
    assert simulador.iniciar().status_code == 503
    poner(simulador, {"punto": "payu", "tipo": "error"})
    assert codigos(simulador, 1) == [200]


def test_por_tiempo(simulador):
    """A fault that lasts some seconds ends with them, by the simulator's clock."""
    poner(simulador, {"punto": "*", "tipo": "error", "durante": 60})
    assert codigos(simulador, 1) == [503]
    simulador.control("reloj", {"adelantar": 61})
    assert codigos(simulador, 1) == [200]


def test_gana_la_primera_y_la_latencia_se_suma(simulador):
    """Of several faults the first one happens; latency goes with it."""
    poner(
        simulador,
        {"punto": "*", "tipo": "latencia", "parametros": {"ms": 20}},
        {"punto": "*", "tipo": "error", "parametros": {"codigo": 500}},
        {"punto": "*", "tipo": "error", "parametros": {"codigo": 502}},
    )
    assert codigos(simulador, 1) == [500]
    assert [regla["ocurridas"] for regla in simulador.control("fallas")["reglas"]] == [1, 1, 0]


def test_quitarlas(simulador):
    """An empty list switches every fault off."""
    poner(simulador, {"punto": "*", "tipo": "error"})
    assert poner(simulador) == {"semilla": 1, "reglas": []}
    assert codigos(simulador, 1) == [200]


@pytest.mark.parametrize(
    "regla",
    [
        "corte",
        {},
        {"punto": "*"},
        {"punto": "luna", "tipo": "error"},
        {"punto": "*", "tipo": "eclipse"},
        {"punto": "*", "tipo": "error", "color": 1},
        {"punto": "*", "tipo": "error", "ocurridas": 5},
        {"punto": "*", "tipo": "error", "probabilidad": 2},
        {"punto": "*", "tipo": "error", "probabilidad": "1"},
        {"punto": "*", "tipo": "error", "veces": 0},
        {"punto": "*", "tipo": "error", "veces": 1.5},
        {"punto": "*", "tipo": "error", "parametros": {"color": 1}},
        {"punto": "*", "tipo": "error", "parametros": {"procesar": 1}},
        {"punto": "*", "tipo": "error", "parametros": []},
        {"punto": "*", "tipo": "cuelgue", "parametros": {"segundos": 100000}},
        {"punto": "*", "tipo": "duplicada"},
        {"punto": "confirmacion", "tipo": "error"},
    ],
)
def test_una_regla_mala_se_explica_y_no_cambia_nada(simulador, regla):
    """A rule that cannot be is refused with a text, and the rules in force stay."""
    poner(simulador, {"punto": "*", "tipo": "error"})
    cuerpo = {"reglas": [{"punto": "*", "tipo": "html"}, regla]}
    assert simulador.control("fallas", cuerpo, estado=400)["error"]
    assert [una["tipo"] for una in simulador.control("fallas")["reglas"]] == ["error"]


def test_los_limites_de_un_codigo_de_error(simulador):
    """A 5xx fault takes only codes that are 5xx."""
    for codigo in (200, 700, 99):
        regla = {"punto": "*", "tipo": "error", "parametros": {"codigo": codigo}}
        assert simulador.control("fallas", {"reglas": [regla]}, estado=400)["error"]
