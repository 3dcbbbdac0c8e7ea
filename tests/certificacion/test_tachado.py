"""What is handed over opens nothing: credentials and secret addresses are struck out, and the last door is shut."""

import pytest

from certificacion.tachado import TACHADO, SecretoALaVistaError, exigir_sin_secretos, tachar, tachar_texto

SECRETOS = ("clave-de-verdad", "usuario-de-verdad", "")


@pytest.mark.parametrize("campo", ["str_usuario", "str_clave", "str_usr_comercio", "str_pwd_Comercio"])
def test_cada_campo_de_credenciales_se_tacha_valga_lo_que_valga(campo):
    """By the field's name, at any depth, though its value is no known secret."""
    assert tachar({"a": [{campo: "nadie lo conoce"}]}) == {"a": [{campo: TACHADO}]}


def test_un_secreto_se_tacha_donde_aparezca():
    """By its value: in a text, in a list, in a field that should not have it; the rest stays as it was."""
    dato = {"str_opcional1": "x clave-de-verdad y", "lista": ["usuario-de-verdad"], "flt_total_con_iva": 12500}
    esperado = {"str_opcional1": f"x {TACHADO} y", "lista": [TACHADO], "flt_total_con_iva": 12500}
    assert tachar(dato, secretos=SECRETOS) == esperado


def test_las_direcciones_que_abren_algo_pierden_su_codigo():
    """The code of the return address and the token of the gateway's page go; what is around them stays."""
    retorno = "http://127.0.0.1:8000/pagos/retorno/0f3a9c/?id_comercio=678&id_pago=A1"
    assert tachar_texto(retorno) == f"http://127.0.0.1:8000/pagos/retorno/{TACHADO}/?id_comercio=678&id_pago=A1"
    assert tachar_texto("Pago.aspx?rut=abc-123 fin") == f"Pago.aspx?rut={TACHADO} fin"


def test_la_ultima_puerta_no_deja_pasar_un_secreto_ni_lo_repite():
    """A text with a secret is refused, and the error does not tell it; an empty secret is none."""
    exigir_sin_secretos("nada que ver", secretos=SECRETOS)
    with pytest.raises(SecretoALaVistaError) as error:
        exigir_sin_secretos("… clave-de-verdad …", secretos=SECRETOS)
    assert "clave-de-verdad" not in str(error.value)
