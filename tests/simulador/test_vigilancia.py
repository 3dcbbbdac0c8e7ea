from simulador.vigilancia import Cadencia


def test_la_cadencia_es_la_del_segundo_mas_lleno():
    """The maximum is over any second, wherever it begins, and stays when the requests become few."""
    cadencia = Cadencia()
    for momento in (0.0, 0.9, 1.0, 1.5, 1.85, 3.0):
        cadencia.anotar(momento)
    assert cadencia.maximo == 4


def test_lo_que_llega_justo_un_segundo_despues_no_es_del_mismo_segundo():
    """Ten a second, evenly spaced, are ten and not eleven."""
    cadencia = Cadencia()
    for numero in range(100):
        cadencia.anotar(numero * 0.125)
    assert cadencia.maximo == 8
