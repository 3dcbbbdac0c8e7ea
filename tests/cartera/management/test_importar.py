"""The import commands: what operators read and the exit code their scripts see."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from cartera import servicios
from cartera.importacion.informe import Aviso, Informe, TipoAviso
from cartera.importacion.orden import OrdenImportar
from cartera.models import Movimiento, Saldo
from tests.fabricas_cartera import crear_empresa

_SALDOS = (
    "empresa_nit;tercero_tipo;tercero_numero;tercero_nombre;organizacion_numero;documento;numero;ubicacion;cuota;"
    "fecha;vencimiento;moneda;valor;iva;saldo\n"
)
_MOVIMIENTOS = (
    "empresa_nit,tercero_tipo,tercero_numero,organizacion_numero,documento,numero,ubicacion,cuota,fecha,tipo,"
    "referencia,moneda,debito,credito,id_erp\n"
)


def _fila(numero, valor="1000,50"):
    return f"900123456;CC;52123456;Ana Ríos;;FV;{numero};;1;15/01/2026;15/02/2026;COP;{valor};0;{valor}\n"


def _correr(*args):
    salida, errores = StringIO(), StringIO()
    try:
        call_command(*args, stdout=salida, stderr=errores)
        falla = ""
    except CommandError as error:
        falla = str(error)
    return salida.getvalue(), errores.getvalue(), falla


@pytest.fixture
def archivo(db, tmp_path):
    """`archivo(text, codificacion="utf-8")` writes a file and gives its path; the Empresa of the rows exists."""
    crear_empresa(nit="900123456")

    def escribir(texto, codificacion="utf-8"):
        ruta = tmp_path / "archivo.csv"
        ruta.write_bytes(texto.encode(codificacion))
        return str(ruta)

    return escribir


def test_un_archivo_bueno_dice_cuanto_hizo(archivo):
    """Counts of rows on standard output, nothing on standard error, no failure; again: no changes."""
    ruta = archivo(_SALDOS + _fila(1) + _fila(2))
    assert _correr("importar_saldos", ruta) == ("2 creados, 0 actualizados, 0 sin cambios\n", "", "")
    assert _correr("importar_saldos", ruta)[0] == "0 creados, 0 actualizados, 2 sin cambios\n"


def test_las_filas_malas_se_listan_y_no_carga_nada(archivo):
    """Each bad row with its line and reason; the command fails and says what to do."""
    salida, errores, falla = _correr("importar_saldos", archivo(_SALDOS + _fila(1, "x") + _fila(2) + _fila(3, "-1")))
    assert salida == ""
    assert [linea.split(":")[0] for linea in errores.splitlines()] == ["línea 2", "línea 4"]
    assert falla == "2 filas con error: no se cargó nada. Corríjalas, o cargue las demás con --parcial."
    assert not Saldo.objects.exists()


def test_con_parcial_carga_lo_bueno_y_tambien_falla(archivo):
    """With --parcial the good rows are in; the exit code still tells that some were not."""
    salida, _errores, falla = _correr("importar_saldos", archivo(_SALDOS + _fila(1, "x") + _fila(2)), "--parcial")
    assert salida == "1 creados, 0 actualizados, 0 sin cambios\n"
    assert falla == "1 fila con error: esas no se cargaron, las demás sí."


def test_la_codificacion_se_nombra(archivo):
    """A file of old Excel loads with --codificacion, and says so without it."""
    ruta = archivo(_SALDOS + _fila(1), "cp1252")
    assert "--codificacion cp1252" in _correr("importar_saldos", ruta)[2]
    assert _correr("importar_saldos", ruta, "--codificacion", "cp1252")[2] == ""
    assert Saldo.objects.get().tercero.nombre == "Ana Ríos"


def test_los_avisos_se_dicen_sin_fallar(archivo):
    """A warning names the document and the line, on standard error, and does not fail the script."""
    ruta = archivo(_SALDOS + _fila(1))
    _correr("importar_saldos", ruta)
    with transaction.atomic():
        (saldo,) = servicios.bloquear_saldos([Saldo.objects.get().pk])
        servicios.aplicar_dinero(saldo, saldo.saldo)
    _salida, errores, falla = _correr("importar_saldos", archivo(_SALDOS + _fila(1).replace(";1000,50\n", ";1\n")))
    assert errores.startswith("aviso: línea 2: FV 1: el ERP dice que se deben $\u00a01 ")
    assert falla == ""


def test_lo_que_no_cabe_en_pantalla_se_cuenta():
    """Errors and warnings past the limit are counted in one line."""
    orden = OrdenImportar(stderr=StringIO(), stdout=StringIO())
    informe = Informe(cargado=True, cuantos_avisos=7, avisos=[Aviso(TipoAviso.SIN_ACUSAR, 1, "FV 1: ...")])
    orden._informar(informe)
    assert orden.stderr.getvalue() == "aviso: FV 1: ...\ny 6 errores y avisos más\n"


def test_los_movimientos_tienen_la_misma_orden(archivo):
    """importar_movimientos loads, reports and fails alike."""
    fila = "900123456,CC,52123456,,FV,1,,1,2026-01-15,FV,,COP,%s,,A1\n"
    assert _correr("importar_movimientos", archivo(_MOVIMIENTOS + fila % "5"))[0].startswith("1 creados")
    assert "1 fila con error" in _correr("importar_movimientos", archivo(_MOVIMIENTOS + fila % "cinco"))[2]
    assert Movimiento.objects.count() == 1


@pytest.mark.parametrize("orden", ["importar_saldos", "importar_movimientos"])
def test_un_archivo_que_no_existe_es_una_frase(db, orden):
    """No traceback: the name of the file and the reason."""
    assert _correr(orden, "/no/existe.csv")[2] == "No se pudo abrir /no/existe.csv: no existe."
