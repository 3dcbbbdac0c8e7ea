"""`usuarios.valores`: text to value, refusing what can be read two ways."""

import stat
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usuarios.errores import ValorInvalidoError
from usuarios.valores import leer_dinero, leer_entero, leer_fecha, leer_texto, secreto_de


# --- Dates --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("texto", ["2026-03-05", "05/03/2026", "5/3/2026", " 5/03/2026 "])
def test_las_dos_formas_de_fecha_dan_el_mismo_dia(texto):
    """AAAA-MM-DD and DD/MM/AAAA, as Colombian Excel writes it, day first."""
    assert leer_fecha(texto) == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("texto", "razon"),
    [
        ("", "no es una fecha"),
        ("2026-3-5", "no es una fecha"),
        ("05-03-2026", "no es una fecha"),
        ("05/03/26", "no es una fecha"),
        ("2026-03-05 00:00", "no es una fecha"),
        ("٠٥/٠٣/٢٠٢٦", "no es una fecha"),
        ("46086", "no es una fecha"),
        ("2026-02-29", "no existe"),
        ("31/04/2026", "no existe"),
        ("03/25/2026", "el día va antes del mes"),
        ("00/01/2026", "no existe"),
        ("0026-01-01", "1900 a 2199"),
        ("2200-01-01", "1900 a 2199"),
    ],
)
def test_lo_que_no_es_una_fecha_real_se_rechaza(texto, razon):
    """Other spellings, days that do not exist and years that are typing errors are refused."""
    with pytest.raises(ValorInvalidoError, match=razon):
        leer_fecha(texto)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_toda_fecha_escrita_de_las_dos_formas_vuelve_a_ser_la_misma(dia):
    """Every day survives both spellings."""
    assert leer_fecha(dia.isoformat()) == dia == leer_fecha(dia.strftime("%d/%m/") + f"{dia.year:04d}")


# --- Money --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("texto", "separador", "valor"),
    [
        ("1254300", ",", "1254300.00"),
        ("1254300.5", ",", "1254300.50"),
        ("1254300.50", ";", "1254300.50"),
        ("1254300,5", ";", "1254300.50"),
        ("1254300,50", ";", "1254300.50"),
        (" 0 ", ",", "0.00"),
        ("0,00", ";", "0.00"),
        ("007", ",", "7.00"),
        ("999999999999.99", ",", "999999999999.99"),
    ],
)
def test_los_montos_se_leen_con_punto_y_con_coma_solo_en_archivos_de_punto_y_coma(texto, separador, valor):
    """A decimal point always; a decimal comma where the columns are separated by semicolons."""
    leido = leer_dinero(texto, separador=separador)
    assert (leido, leido.as_tuple().exponent) == (Decimal(valor), -2)


@pytest.mark.parametrize(
    ("texto", "separador", "razon"),
    [
        ("1.234", ";", "dos maneras"),
        ("1.234", ",", "dos maneras"),
        ("1,234", ";", "dos maneras"),
        ("1,234", ",", "dos maneras"),
        ("999.000", ";", "dos maneras"),
        ("12,50", ",", "coma decimal"),
        ("1.254.300", ";", "separador de miles"),
        ("1.254.300,50", ";", "separador de miles"),
        ("1,254,300.50", ",", "separador de miles"),
        ("1234.567", ",", "más de dos decimales"),
        ("0.125", ",", "más de dos decimales"),
        ("1.5000", ",", "más de dos decimales"),
        ("1000000000000", ",", "máximo 14 dígitos"),
        ("1000000000000.00", ",", "máximo 14 dígitos"),
        ("-1", ",", "negativo"),
        ("- 1.50", ",", "negativo"),
        ("1-", ",", "negativo"),
        ("(500)", ";", "negativo"),
        ("1e5", ",", "notación científica"),
        ("1,2E+06", ";", "notación científica"),
        ("NaN", ",", "no es una cantidad"),
        ("sNaN", ",", "no es una cantidad"),
        ("-inf", ",", "no es una cantidad"),
        ("Infinity", ",", "no es una cantidad"),
        ("", ",", "falta el valor"),
        ("  ", ";", "falta el valor"),
        ("$ 500", ",", "no es un número"),
        ("1 254 300", ",", "no es un número"),
        ("1'254", ",", "no es un número"),
        (".5", ",", "no es un número"),
        ("5.", ",", "no es un número"),
        ("1_000", ",", "no es un número"),
        ("٣", ",", "no es un número"),
        ("0x10", ",", "no es un número"),
        ("=1+1", ",", "no es un número"),
    ],
)
def test_un_monto_dudoso_es_un_error_con_su_propia_frase(texto, separador, razon):
    """Ambiguous, negative, not finite, too large, too fine: each has its own sentence and none becomes an amount."""
    with pytest.raises(ValorInvalidoError, match=razon):
        leer_dinero(texto, separador=separador)


@given(st.decimals("0", "999999999999.99", places=2), st.sampled_from([",", ";"]))
def test_todo_monto_escrito_con_dos_decimales_se_lee_exacto(monto, separador):
    """Whatever amount, written with two decimals, is read to the centavo."""
    assert leer_dinero(f"{monto:.2f}", separador=separador) == monto
    assert leer_dinero(f"{monto:.2f}".replace(".", ","), separador=";") == monto


@given(st.text(max_size=20), st.sampled_from([",", ";"]))
def test_ningun_texto_da_un_monto_fuera_de_rango_ni_otra_excepcion(texto, separador):
    """Any text is a valid amount or a ValorInvalidoError: nothing else."""
    try:
        monto = leer_dinero(texto, separador=separador)
    except ValorInvalidoError:
        return
    assert Decimal(0) <= monto <= Decimal("999999999999.99")


# --- Whole numbers and text ---------------------------------------------------------------------------------------
def test_los_enteros_van_sin_adornos_y_dentro_de_sus_limites():
    """Digits alone, between the limits."""
    assert leer_entero(" 12 ", minimo=1) == 12
    for texto in ("", "1.0", "1e3", "+1", "uno", "1_0", "٣", "9" * 30):
        with pytest.raises(ValorInvalidoError, match="no es un número entero"):
            leer_entero(texto)
    for texto in ("0", "-1", "2147483648"):
        with pytest.raises(ValorInvalidoError, match="entre 1 y 2147483647"):
            leer_entero(texto, minimo=1)


def test_el_texto_se_recorta_y_se_normaliza():
    """Spaces around go, and two spellings of the same accent become one."""
    assert leer_texto("  Peña \u00a0", maximo=10) == "Peña"
    assert leer_texto("Pen\u0303a", maximo=4) == "Peña"
    assert leer_texto("", maximo=4) == ""


@pytest.mark.parametrize(
    ("texto", "razon"),
    [
        ("a\nb", "control"),
        ("a\x00b", "control"),
        ("a\x1bb", "control"),
        ("a\u202eb", "invisibles"),
        ("a\u200bb", "invisibles"),
        ("a\u2028b", "invisibles"),
        ("=1+1", "fórmula"),
        ('="00123"', "fórmula"),
        ("+cmd|' /C calc'!A0", "fórmula"),
        ("-2+3+cmd|x", "fórmula"),
        ("@SUM(A1)", "fórmula"),
        ("x" * 21, "tiene 21 caracteres y el máximo es 20"),
    ],
)
def test_el_texto_que_hace_dano_se_rechaza(texto, razon):
    """Control and invisible characters, formulas and too much text are refused."""
    with pytest.raises(ValorInvalidoError, match=razon):
        leer_texto(texto, maximo=20)


@pytest.mark.parametrize("texto", ["@Hogar S.A.S.", "-", "+57 601 555 0100", "A=B", "Calle 5 # 3-2 (esquina)"])
def test_los_nombres_raros_pero_reales_pasan(texto):
    """A leading sign alone does not make a formula."""
    assert leer_texto(texto, maximo=50) == texto


def test_un_texto_obligatorio_no_puede_faltar():
    """Blank is an error only where the value is needed."""
    with pytest.raises(ValorInvalidoError, match="falta el valor"):
        leer_texto("  ", maximo=5, obligatorio=True)


# --- Secrets ------------------------------------------------------------------------------------------------------
def test_un_secreto_se_lee_de_un_archivo_o_del_ambiente(tmp_path, monkeypatch):
    """`@FILE` loses only its final newline (and a BOM); `env:NAME` is taken as it is."""
    archivo = tmp_path / "clave"
    archivo.write_bytes(b"\xef\xbb\xbf clave con espacio \r\n")
    monkeypatch.setenv("CLAVE_DE_PRUEBA", "otra clave")
    assert secreto_de(f"@{archivo}") == " clave con espacio "
    assert secreto_de("env:CLAVE_DE_PRUEBA") == "otra clave"


def test_un_secreto_literal_se_rechaza_sin_repetirlo():
    """On the command line a secret would stay in the history: it is refused, and the message does not carry it."""
    with pytest.raises(ValorInvalidoError, match="@ARCHIVO o env:NOMBRE") as error:
        secreto_de("MiSecreto123")
    assert "MiSecreto123" not in str(error.value)
    assert secreto_de("MiSecreto123", admitir_literal=True) == "MiSecreto123"


def test_un_secreto_que_no_se_puede_leer_dice_por_que(tmp_path, monkeypatch):
    """Missing, empty, binary, huge or many-lined: a sentence each, without the content."""
    monkeypatch.delenv("NO_EXISTE", raising=False)
    casos = {b"": "vacío", b"una\ndos": "control", b"\xff\xfe\x00": "texto UTF-8", b"x" * 9000: "demasiado grande"}
    for contenido, razon in casos.items():
        archivo = tmp_path / "clave"
        archivo.write_bytes(contenido)
        with pytest.raises(ValorInvalidoError, match=razon):
            secreto_de(f"@{archivo}")
    for origen, razon in {"env:NO_EXISTE": "vacío", f"@{tmp_path}/nada": "no existe", "@": "no existe"}.items():
        with pytest.raises(ValorInvalidoError, match=razon):
            secreto_de(origen)


def test_un_archivo_sin_permiso_de_lectura_lo_dice(tmp_path, monkeypatch):
    """A file that may not be read is told apart from one that is not there."""
    archivo = tmp_path / "clave"
    archivo.touch()
    archivo.chmod(stat.S_IWUSR)

    def negado(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    # The suite may run as root, whom no mode stops.
    monkeypatch.setattr("builtins.open", negado)
    with pytest.raises(ValorInvalidoError, match="no hay permiso"):
        secreto_de(f"@{archivo}")
