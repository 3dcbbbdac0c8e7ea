"""`acusar_pagos`: the ERP has booked it, said once or ten times."""

from decimal import Decimal

import pytest

from cartera.models import Saldo
from pagos import lineas_erp, transiciones
from pagos.estados import Origen
from pagos.models import Abono, LineaErp
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import aprobada, crear_pago
from tests.pagos.comandos.ordenes import ejecutar

pytestmark = pytest.mark.django_db


@pytest.fixture
def acusar(tmp_path):
    """`acusar(*references, mas=())`: run the command on a file with them."""

    def ejecutar_con(*referencias, mas=()):
        archivo = tmp_path / "acuse.csv"
        archivo.write_text("\n".join(("referencia", *referencias)) + "\n", encoding="utf-8")
        return ejecutar("acusar_pagos", str(archivo), *mas)

    return ejecutar_con


def pagado(*saldos):
    pago = crear_pago(*saldos)
    return transiciones.aplicar(pago.pk, aprobada(pago), origen=Origen.SONDA).pago


def test_acusa_cada_abono_una_vez_y_el_saldo_sigue_en_cero(acusar):
    """Every abono of the pago gets its time, the saldos stop waiting for the ERP, and nothing is owed again."""
    uno = crear_saldo()
    otro = crear_saldo(empresa=uno.empresa, tercero=uno.tercero)
    pago = pagado(uno, otro)
    hecho = acusar(pago.referencia)
    assert hecho.salida == "1 filas contabilizadas (2 líneas), 0 ya lo estaban\n"
    assert not Abono.objects.filter(aplicado_erp_en__isnull=True).exists()
    for saldo in Saldo.objects.all():
        assert (saldo.saldo, saldo.por_acusar, saldo.por_acusar_desde) == (Decimal("0.00"), Decimal("0.00"), None)


def test_repetirlo_no_cambia_nada_y_lo_dice(acusar):
    """The same file again, or the same reference twice in it."""
    pago = pagado()
    acusar(pago.referencia)
    antes = Abono.objects.values_list("aplicado_erp_en", flat=True).get()
    hecho = acusar(pago.referencia, pago.referencia.lower())
    assert (hecho.codigo, hecho.salida) == (0, "0 filas contabilizadas (0 líneas), 2 ya lo estaban\n")
    assert Abono.objects.values_list("aplicado_erp_en", flat=True).get() == antes


def test_una_fila_mala_no_deja_cargar_ninguna(acusar):
    """Unknown, not approved, empty: each is told with its line, and nothing is written."""
    bueno, pendiente = pagado(), crear_pago()
    hecho = acusar(bueno.referencia, "NOEXISTE", pendiente.referencia, '"="')
    assert hecho.codigo == 1
    assert "línea 3: no hay un pago con la referencia «NOEXISTE»" in hecho.avisos
    assert f"línea 4: el pago {pendiente.referencia} no está aprobado" in hecho.avisos
    assert "línea 5: referencia:" in hecho.avisos
    assert "3 filas con error: no se registró nada" in hecho.error
    assert Abono.objects.get().aplicado_erp_en is None


def test_con_parcial_se_cargan_las_buenas_y_termina_con_codigo_1(acusar):
    """--parcial loads what is right and still says that something was not."""
    bueno = pagado()
    hecho = acusar("NOEXISTE", bueno.referencia, mas=("--parcial",))
    assert (hecho.codigo, hecho.salida) == (1, "1 filas contabilizadas (1 líneas), 0 ya lo estaban\n")
    assert Abono.objects.get().aplicado_erp_en is not None


@pytest.mark.parametrize(
    ("contenido", "dice"),
    [
        (b"otra\nX\n", "faltan las columnas: referencia"),
        (b"", "vac"),
        (b"referencia\n\xff\xfe\n", "UTF-8"),
        (b"PK\x03\x04", "Excel"),
    ],
)
def test_un_archivo_que_no_se_puede_leer_se_explica(tmp_path, contenido, dice):
    """What is wrong with the file as a whole, and nothing written."""
    archivo = tmp_path / "malo.csv"
    archivo.write_bytes(contenido)
    hecho = ejecutar("acusar_pagos", str(archivo))
    assert (hecho.codigo, dice in hecho.error) == (1, True)


def test_un_archivo_que_no_existe_se_explica(tmp_path):
    """By its name."""
    assert "no existe" in ejecutar("acusar_pagos", str(tmp_path / "nada.csv")).error


def test_un_saldo_que_no_espera_ese_dinero_es_error_de_la_fila(acusar):
    """Broken books: that payment is refused whole, the others are booked."""
    roto, bueno = pagado(), pagado()
    Saldo.objects.filter(pk=roto.detalles.get().saldo_id).update(por_acusar=0, por_acusar_desde=None)
    hecho = acusar(roto.referencia, bueno.referencia)
    assert "línea 2: el saldo no tiene esperando ese dinero: ejecute conciliar" in hecho.avisos
    assert hecho.codigo == 1
    assert list(Abono.objects.filter(aplicado_erp_en__isnull=True)) == [Abono.objects.get(detalle__pago=roto)]


def test_el_dinero_que_quedo_a_favor_se_acusa_sin_tocar_ningun_saldo(acusar):
    """A pago whose documents were already paid moved no saldo: its credit is booked, once."""
    pago = crear_pago()
    saldo = pago.detalles.get().saldo
    Saldo.objects.filter(pk=saldo.pk).update(saldo_erp=0, saldo=0)
    transiciones.aplicar(pago.pk, aprobada(pago), origen=Origen.SONDA)
    assert acusar(pago.referencia).salida == "1 filas contabilizadas (1 líneas), 0 ya lo estaban\n"
    assert acusar(pago.referencia).salida == "0 filas contabilizadas (0 líneas), 1 ya lo estaban\n"


def test_una_fila_puede_acusar_una_sola_linea(tmp_path):
    """The optional column names it; one of another payment, or that is no number, is an error of its row."""
    uno = crear_saldo()
    pago = pagado(uno, crear_saldo(empresa=uno.empresa, tercero=uno.tercero))
    ajeno = pagado()
    for cual in (pago, ajeno):
        lineas_erp.numerar(cual.empresa_id)
    primera, _segunda = LineaErp.objects.filter(pago=pago)
    archivo = tmp_path / "acuse.csv"
    filas = [f"{pago.referencia};{primera.pk}", f"{ajeno.referencia};{primera.pk}", f"{pago.referencia};x"]
    archivo.write_text("\n".join(("referencia;linea", *filas)), encoding="utf-8")
    hecho = ejecutar("acusar_pagos", str(archivo), "--parcial")
    assert hecho.salida == "1 filas contabilizadas (1 líneas), 0 ya lo estaban\n"
    assert f"línea 3: el pago {ajeno.referencia} no tiene una línea {primera.pk}" in hecho.avisos
    assert "línea 4: linea:" in hecho.avisos
    assert list(Abono.objects.filter(aplicado_erp_en__isnull=False)) == [primera.abono]
