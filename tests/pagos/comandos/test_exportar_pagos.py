"""`exportar_pagos`: a whole file or none, and a sentence for whatever is wrong."""

from datetime import timedelta

import pytest

from cartera.vencimientos import hoy
from pagos import contabilizacion, transiciones
from pagos.models import LineaErp
from tests.fabricas_cartera import crear_empresa
from tests.fabricas_pagos import aprobada, crear_pago
from tests.pagos.comandos.ordenes import ejecutar

pytestmark = pytest.mark.django_db


@pytest.fixture
def pago():
    nuevo = crear_pago()
    return transiciones.aplicar(nuevo.pk, aprobada(nuevo), origen="sonda").pago


def exportar(empresa, desde=None, hasta=None, *mas):
    desde, hasta = (str(dia or hoy()) for dia in (desde, hasta))
    return ejecutar("exportar_pagos", f"--empresa={empresa}", f"--desde={desde}", f"--hasta={hasta}", *mas)


def test_sale_por_la_salida_estandar(pago):
    """The rows alone on the standard output; how many they were, and that today is not over, beside it."""
    hecho = exportar(pago.empresa.identificacion.removeprefix("NIT "))
    assert hecho.codigo == 0
    assert hecho.salida.startswith("\ufefflinea;tipo;empresa_nit;referencia;")
    assert [linea.split(";")[3] for linea in hecho.salida.splitlines()[1:]] == [pago.referencia]
    assert hecho.avisos.startswith("1 fila\nEl último día no ha terminado")


def test_sale_a_un_archivo_entero(pago, tmp_path):
    """The file has the same rows and its BOM, and nothing is left beside it."""
    archivo = tmp_path / "pagos.csv"
    hecho = exportar(pago.empresa.nit, None, None, f"--salida={archivo}", "--formato=csv")
    assert (hecho.codigo, hecho.salida) == (0, "")
    assert archivo.read_bytes() == exportar(pago.empresa.nit).salida.encode("utf-8")
    assert list(tmp_path.iterdir()) == [archivo]


def test_un_dia_sin_pagos_es_un_archivo_sin_filas(pago):
    """The header alone, and a day that is over says nothing more."""
    ayer = hoy() - timedelta(days=1)
    hecho = exportar(pago.empresa.nit, ayer, ayer)
    assert (hecho.codigo, hecho.avisos) == (0, "0 filas\n")
    assert len(hecho.salida.splitlines()) == 1


@pytest.mark.parametrize(
    ("opciones", "razon"),
    [
        (("900123456-1",), "--empresa: El dígito de verificación de 900123456 es 8, no 1"),
        (("900555777",), "--empresa: no hay una empresa con NIT 900555777."),
        (("900123456", "ayer"), "--desde: «ayer» no es una fecha"),
        (("900123456", None, "2026-02-30"), "--hasta: la fecha «2026-02-30» no existe"),
        (("900123456", "2026-02-02", "2026-02-01"), "--hasta: termina antes de empezar."),
        (("900123456", None, None, "--salida=/no/existe/x.csv"), "--salida: no se pudo escribir /no/existe/x.csv"),
    ],
)
def test_lo_que_esta_mal_se_dice(opciones, razon):
    """Which option and why; nothing is written."""
    crear_empresa(nit="900123456")
    hecho = exportar(*opciones)
    assert hecho.codigo == 1
    assert razon in hecho.error
    assert hecho.salida == ""


def test_si_algo_falla_a_mitad_queda_el_archivo_que_habia(pago, tmp_path, monkeypatch):
    """The ERP never finds half a file under the name that it reads."""
    archivo = tmp_path / "pagos.csv"
    archivo.write_text("el de ayer", encoding="utf-8")

    def lleno(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pagos.management.commands.exportar_pagos.os.replace", lleno)
    hecho = exportar(pago.empresa.nit, None, None, f"--salida={archivo}")
    assert hecho.codigo == 1
    assert "No space left on device" in hecho.error
    assert archivo.read_text(encoding="utf-8") == "el de ayer"
    assert list(tmp_path.iterdir()) == [archivo]


def test_solo_lo_que_falta_por_entregar_sale_una_vez(pago, tmp_path):
    """What was written is marked as delivered once the file is in its place; it may be asked for by day again."""
    archivo = tmp_path / "pagos.csv"
    orden = ("exportar_pagos", f"--empresa={pago.empresa.nit}", "--solo=sin-entregar", f"--salida={archivo}")
    assert ejecutar(*orden).avisos == "1 fila\n"
    assert ejecutar(*orden).avisos == "0 filas\n"
    assert len(exportar(pago.empresa.nit).salida.splitlines()) == 2
    assert LineaErp.objects.get().acusada_en is None


def test_solo_lo_que_falta_por_contabilizar_no_marca_nada(pago):
    """Until the ERP acknowledges it, it is there each time."""
    orden = ("exportar_pagos", f"--empresa={pago.empresa.nit}", "--solo=sin-contabilizar")
    for _vez in range(2):
        assert len(ejecutar(*orden).salida.splitlines()) == 2
    assert LineaErp.objects.get().entregada_en is None
    contabilizacion.acusar(pago.pk)
    assert len(ejecutar(*orden).salida.splitlines()) == 1


def test_sin_dias_ni_solo_no_se_sabe_que_exportar(pago):
    """One of the two must be said."""
    assert "Diga --desde y --hasta, o --solo." in ejecutar("exportar_pagos", f"--empresa={pago.empresa.nit}").error
