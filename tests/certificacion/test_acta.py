"""What is written down of a scenario: nothing passes that was not compared, and no failure is lost."""

import pytest

from certificacion.acta import Acta, como_texto


def acta():
    return Acta(1, "Aprobada", "Un pago aprobado.")


def test_pasa_solo_con_comprobaciones_y_todas_buenas():
    """Nothing compared is not a success; one difference is a failure and the walk goes on."""
    una = acta()
    assert not una.bien
    una.comprobar("estado", esperado="APROBADA", visto="APROBADA")
    assert una.bien
    una.comprobar("abonos", esperado=1, visto=2)
    una.comprobar("título", esperado="a", visto="a")
    assert not una.bien
    assert [(c.que, c.esperado, c.visto) for c in una.comprobaciones if not c.bien] == [("abonos", "1", "2")]


def test_lo_que_no_se_ve_se_dice():
    """A text that the page does not have is a failure that says so."""
    una = acta()
    una.se_ve("CUS", "1468228", en="nada")
    una.se_ve("CUS", "1468228", en="su CUS es 1468228")
    una.comprobar_que("ancho", False, esperado="360 px o menos", visto="400 px")
    assert [(c.visto, c.bien) for c in una.comprobaciones] == [("no está", False), ("1468228", True), ("400 px", False)]


def test_un_recorrido_que_se_detiene_es_una_falla_con_su_razon():
    """Whatever is raised stays in the acta, and nothing is raised further."""
    una = acta()
    una.comprobar("algo", esperado=1, visto=1)
    with una.hasta_donde_llegue():
        raise TimeoutError("no apareció el botón")
    assert una.error == "TimeoutError: no apareció el botón"
    assert not una.bien


@pytest.mark.parametrize(
    ("valor", "texto"),
    [
        (True, "sí"),
        ([], "(nada)"),
        ("", "(nada)"),
        (None, "(nada)"),
        (["a", 1], "a, 1"),
        ({"a": False}, "a: no"),
        (0, "0"),
    ],
)
def test_un_valor_se_lee(valor, texto):
    """Compared values are shown as people read them; nothing is never an empty hole."""
    assert como_texto(valor) == texto
