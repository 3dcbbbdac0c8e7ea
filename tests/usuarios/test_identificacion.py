"""`usuarios.identificacion`: NIT and cédula, one way to read them (diseno.md 2.1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.co import nit as oraculo

from usuarios.errores import IdentificacionInvalidaError
from usuarios.identificacion import (
    Identificacion,
    TipoId,
    digito_verificacion,
    es_numero_de_empresa,
    formatear,
    leer_identificacion,
    leer_organizacion,
)

NUMEROS = st.integers(100, 9_999_999_999).map(str)


@given(NUMEROS)
def test_el_digito_de_verificacion_es_el_del_oraculo(numero):
    """Our check digit is python-stdnum's for every number."""
    assert digito_verificacion(numero) == oraculo.calc_check_digit(numero)


@given(st.integers(10_000_000, 999_999_999).map(str), st.sampled_from("0123456789"))
def test_un_nit_con_guion_se_acepta_solo_con_su_digito(numero, digito):
    """With a hyphen the digit after it is checked, as python-stdnum checks it."""
    escrito = f"{numero}-{digito}"
    if oraculo.is_valid(escrito):
        assert leer_identificacion("NIT", escrito) == Identificacion("NIT", numero, digito)
    else:
        with pytest.raises(IdentificacionInvalidaError, match="dígito de verificación"):
            leer_identificacion("NIT", escrito)


@pytest.mark.parametrize(
    ("tipo", "texto", "esperado"),
    [
        ("NIT", "900123456", ("NIT", "900123456", "8")),
        ("NIT", "900123456-8", ("NIT", "900123456", "8")),
        ("nit", " 900.123.456-8 ", ("NIT", "900123456", "8")),
        ("NIT", "9001234568", ("NIT", "900123456", "8")),
        ("NIT", "8999990681", ("NIT", "899999068", "1")),
        ("NIT", "1020304050", ("NIT", "1020304050", digito_verificacion("1020304050"))),
        ("NIT", "1020304050" + digito_verificacion("1020304050"), ("NIT", "1020304050", None)),
        ("NIT", "52123456", ("NIT", "52123456", digito_verificacion("52123456"))),
        ("NIT", "0900123456", ("NIT", "900123456", "8")),
        ("CC", "52.123.456", ("CC", "52123456", "")),
        ("CC", "0052123456", ("CC", "52123456", "")),
        ("CC", f"52123456-{digito_verificacion('52123456')}", ("CC", "52123456", "")),
        ("PA", "ab-12 345", ("PA", "AB12345", "")),
        ("CE", "e123456", ("CE", "E123456", "")),
    ],
)
def test_las_formas_usuales_de_escribir_un_numero(tipo, texto, esperado):
    """Dots, spaces, leading zeros and check digit, typed or left out, lead to the same stored number."""
    leida = leer_identificacion(tipo, texto)
    assert (leida.tipo_id, leida.numero) == esperado[:2]
    assert esperado[2] in (None, leida.dv)


@pytest.mark.parametrize(
    ("tipo", "texto", "razon"),
    [
        ("NIT", "900123456-1", "es 8, no 1"),
        ("NIT", "9001234561", "es 8, no 1"),
        ("NIT", "90012345678", "dígito de verificación"),
        ("NIT", "", "no es un número"),
        ("NIT", "900123456-", "no es un número"),
        ("NIT", "900123456-88", "no es un número"),
        ("NIT", "NIT 900123456", "no es un número"),
        ("NIT", "9.0E+08", "no es un número"),
        ("NIT", "٩٠٠١٢٣٤٥٦", "no es un número"),
        ("NIT", "12", "de 3 a 10"),
        ("NIT", "000", "de 3 a 10"),
        ("CC", "12345678901", "de 3 a 10"),
        ("CC", "52123456-0", "dígito de verificación"),
        ("CC", "AB123", "no es un número"),
        ("PA", "x", "no es un número"),
        ("PA", "A" * 21, "no es un número"),
        ("PA", "<script>", "no es un número"),
        ("XX", "900123456", "desconocido"),
        ("", "900123456", "desconocido"),
        (None, None, "desconocido"),
    ],
)
def test_lo_que_no_se_puede_leer_de_una_sola_manera_se_rechaza(tipo, texto, razon):
    """Wrong check digits, other kinds, letters in numbers: a sentence that says why."""
    with pytest.raises(IdentificacionInvalidaError, match=razon):
        leer_identificacion(tipo, texto)


@given(st.sampled_from(TipoId.values), st.text(max_size=25))
def test_ningun_texto_da_un_numero_sucio(tipo, texto):
    """Any text is a clean number that reads back to itself, or an IdentificacionInvalidaError: nothing else."""
    try:
        leida = leer_identificacion(tipo, texto)
    except IdentificacionInvalidaError:
        return
    assert leida.numero.isascii()
    assert leida.numero.isalnum()
    assert bool(leida.dv) == (tipo == "NIT")
    con_dv = f"{leida.numero}-{leida.dv}" if leida.dv else leida.numero
    assert leer_identificacion(tipo, con_dv) == leida


def test_solo_los_nueve_digitos_que_empiezan_por_8_o_9_son_de_empresa():
    """Companies are told from people by the number alone."""
    assert [es_numero_de_empresa(n) for n in ("900123456", "800123456", "700123456", "90012345", "9001234567")] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_la_gente_lee_los_numeros_con_puntos():
    """`NIT 900.123.456-8`, `CC 52.123.456`, `PA AB12345`."""
    assert formatear("NIT", "900123456", "8") == "NIT 900.123.456-8"
    assert formatear("CC", "52123456") == "CC 52.123.456"
    assert formatear("PA", "AB12345") == "PA AB12345"


# --- organizacion_numero in files ---------------------------------------------------------------------------------
CEDULA, PASAPORTE = Identificacion("CC", "52123456"), Identificacion("PA", "AB12345")


@pytest.mark.parametrize(
    ("tercero", "numero", "tipo", "esperado"),
    [
        (CEDULA, "52123456", "", ("CC", "52123456")),
        (CEDULA, "52.123.456", "", ("CC", "52123456")),
        (CEDULA, "52123456", "NIT", ("CC", "52123456")),
        (PASAPORTE, "ab12345", "", ("PA", "AB12345")),
        (CEDULA, "900123456", "", ("NIT", "900123456")),
        (CEDULA, "900123456-8", "", ("NIT", "900123456")),
        (CEDULA, "79123456", "CC", ("CC", "79123456")),
        (CEDULA, "79123456", "", ("NIT", "79123456")),
        (None, "900123456", "", ("NIT", "900123456")),
        (None, "79123456", "cc", ("CC", "79123456")),
    ],
)
def test_el_numero_de_la_organizacion_toma_el_tipo_del_tercero_o_es_un_nit(tercero, numero, tipo, esperado):
    """Equal to the tercero's number: its type. Else a NIT, unless organizacion_tipo says otherwise."""
    leida = leer_organizacion(tercero, numero, tipo)
    assert (leida.tipo_id, leida.numero) == esperado


def test_sin_numero_no_hay_organizacion_y_uno_malo_se_rechaza():
    """Empty is None: what that means is the file's rule; a wrong number or type is an error."""
    assert leer_organizacion(CEDULA, "  ") is None
    assert leer_organizacion(CEDULA, None) is None
    for numero, tipo in (("900123456-1", ""), ("AB1", ""), ("79123456", "XX")):
        with pytest.raises(IdentificacionInvalidaError):
            leer_organizacion(CEDULA, numero, tipo)
