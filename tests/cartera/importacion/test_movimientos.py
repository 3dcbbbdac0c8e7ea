"""The file of movements: debits and credits, upserted by empresa and id_erp."""

from datetime import date
from decimal import Decimal

import pytest

from cartera.importacion.movimientos import importar_movimientos
from cartera.models import Movimiento
from tests.fabricas_cartera import crear_empresa
from usuarios.models import Tercero

pytestmark = pytest.mark.django_db


def test_una_fila_nueva_crea_el_movimiento(empresa, csv_movimientos):
    """Every column reaches its field; an empty debit or credit is zero; unknown people are created."""
    informe = importar_movimientos(csv_movimientos({"credito": "500.50", "debito": "", "referencia": "RC-7"}))
    assert (informe.creados, informe.cargado) == (1, True)
    movimiento = Movimiento.objects.get()
    assert (movimiento.empresa, movimiento.id_erp, movimiento.referencia) == (empresa, "A-1", "RC-7")
    assert (movimiento.fecha, movimiento.tipo) == (date(2026, 1, 15), "FV")
    assert (movimiento.debito, movimiento.credito) == (Decimal("0.00"), Decimal("500.50"))
    assert (movimiento.tercero.tipo_id, movimiento.tercero.numero) == ("CC", "52123456")
    assert movimiento.organizacion.numero == "52123456"


def test_el_mismo_id_reemplaza_y_lo_igual_no_se_escribe(empresa, csv_movimientos):
    """The same id_erp with other data replaces the former; the same data again changes nothing."""
    importar_movimientos(csv_movimientos({}, {"id_erp": "A-2"}))
    informe = importar_movimientos(csv_movimientos({"debito": "7"}, {"id_erp": "A-2"}, {"id_erp": "A-3"}))
    assert (informe.creados, informe.actualizados, informe.sin_cambios) == (1, 1, 1)
    assert Movimiento.objects.get(id_erp="A-1").debito == Decimal("7.00")
    assert Movimiento.objects.count() == 3


def test_el_id_del_erp_es_de_cada_empresa(empresa, csv_movimientos):
    """Two companies may number their movements alike."""
    otra = crear_empresa()
    importar_movimientos(csv_movimientos({}, {"empresa_nit": otra.nit}))
    assert set(Movimiento.objects.values_list("empresa_id", flat=True)) == {empresa.pk, otra.pk}


def test_el_saldo_inicial_no_es_de_ningun_documento_y_puede_ser_cero(empresa, csv_movimientos):
    """A row SI says what was owed before, without a document; zero is not the same as not knowing it."""
    fila = {"tipo": "SI", "documento": "", "numero": "", "debito": "0"}
    assert importar_movimientos(csv_movimientos(fila)).creados == 1
    assert importar_movimientos(csv_movimientos(fila)).sin_cambios == 1


_MALAS = {
    "empresa desconocida": ({"empresa_nit": "800999888"}, "empresa_nit: no hay una empresa"),
    "sin id": ({"id_erp": " "}, "id_erp: falta el valor"),
    "sin tipo": ({"tipo": ""}, "tipo: falta el valor"),
    "sin documento": ({"documento": ""}, "documento: falta el valor"),
    "las dos cosas": ({"credito": "1"}, "es una cosa o la otra"),
    "ninguna": ({"debito": ""}, "uno de los dos debe ser mayor que cero"),
    "débito negativo": ({"debito": "-1"}, "debito: «-1» es negativo"),
    "moneda": ({"moneda": "PESOS"}, "moneda: "),
    "fecha": ({"fecha": "31/02/2026"}, "fecha: "),
}


@pytest.mark.parametrize(("columnas", "razon"), _MALAS.values(), ids=_MALAS)
def test_una_fila_mala_se_dice_con_su_linea_y_no_carga_nada(empresa, csv_movimientos, columnas, razon):
    """Line and reason; neither the movement nor its people are created unless `parcial`."""
    archivo = csv_movimientos({"id_erp": "A-0"}, columnas)
    informe = importar_movimientos(archivo)
    (error,) = informe.errores
    assert error.linea == 3
    assert razon in error.razon
    assert not Movimiento.objects.exists()
    assert not Tercero.objects.exists()
    assert importar_movimientos(archivo, parcial=True).creados == 1


def test_el_id_repetido_en_el_archivo_es_error_de_la_segunda(empresa, csv_movimientos):
    """The later line is refused, naming the earlier one."""
    (error,) = importar_movimientos(csv_movimientos({}, {"debito": "9"})).errores
    assert (error.linea, error.razon) == (3, "repite la clave de la línea 2")


@pytest.mark.django_db(transaction=True)
def test_cuatro_importaciones_a_la_vez_no_duplican_ni_fallan(empresa, csv_movimientos, en_paralelo):
    """The same movements from four processes, in other orders: each once."""
    filas = [{"id_erp": f"A-{n}"} for n in range(40)]
    ordenes = [filas, filas[::-1], filas[20:] + filas[:20], filas[::2] + filas[1::2]]
    informes = en_paralelo(4, lambda: importar_movimientos(csv_movimientos(*ordenes.pop())))
    assert Movimiento.objects.count() == 40
    assert all(informe.filas == 40 for informe in informes)
