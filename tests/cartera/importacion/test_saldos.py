"""The file of balances: loaded whole or not at all, upserted by its natural key (diseno.md 4.11)."""

import os
import re
import tracemalloc
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cartera import servicios
from cartera.importacion import proceso
from cartera.importacion.informe import MAXIMO_DETALLE, TipoAviso
from cartera.importacion.saldos import importar_saldos
from cartera.models import Saldo
from tests.fabricas import crear_tercero
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import crear_pago
from usuarios.errores import ArchivoInvalidoError
from usuarios.models import Organizacion, Tercero

pytestmark = pytest.mark.django_db


def _todo():
    """Everything that an import may write, to prove that nothing changed."""
    return [list(modelo.objects.order_by("pk").values()) for modelo in (Saldo, Tercero, Organizacion)]


def _pagar(saldo, valor):
    with transaction.atomic():
        (fila,) = servicios.bloquear_saldos([saldo.pk])
        servicios.aplicar_dinero(fila, Decimal(valor))


def _razones(informe):
    return {error.linea: error.razon for error in informe.errores}


# --- Good files ---------------------------------------------------------------------------------------------------
def test_una_fila_nueva_crea_el_saldo_y_su_gente(empresa, csv_saldos):
    """Every column reaches its field; the unknown tercero and its own organización are created, with their history."""
    informe = importar_saldos(csv_saldos())
    assert (informe.creados, informe.actualizados, informe.sin_cambios, informe.cargado) == (1, 0, 0, True)
    saldo = Saldo.objects.get()
    assert saldo.clave == (empresa.pk, "FV", "10234", "", 1)
    assert (saldo.fecha, saldo.vencimiento) == (date(2026, 1, 15), date(2026, 2, 15))
    assert (saldo.valor, saldo.iva, saldo.saldo_erp, saldo.saldo) == tuple(
        map(Decimal, ("119000", "19000", "119000", "119000"))
    )
    assert (saldo.tercero.tipo_id, saldo.tercero.numero, saldo.tercero.nombre) == (
        "NIT",
        "811222333",
        "Ferretería Ñandú & Cía.",
    )
    assert (saldo.organizacion.numero, saldo.organizacion.nombre) == ("811222333", "Ferretería Ñandú & Cía.")
    assert saldo.tercero.history.count() == 1


@pytest.mark.parametrize(
    ("separador", "codificacion", "opcion"),
    [(",", "utf-8", None), (";", "utf-8-sig", None), (";", "cp1252", "cp1252")],
)
def test_se_lee_como_lo_escribe_excel(empresa, csv_saldos, separador, codificacion, opcion):
    """Comma or semicolon, with or without BOM, another encoding when it is named, decimal comma with semicolon."""
    coma = {"valor": "119000,50"} if separador == ";" else {"valor": "119000.50"}
    archivo = csv_saldos({**coma, "fecha": "15/01/2026"}, separador=separador, codificacion=codificacion)
    assert importar_saldos(archivo, codificacion=opcion).creados == 1
    saldo = Saldo.objects.get()
    assert (saldo.valor, saldo.fecha) == (Decimal("119000.50"), date(2026, 1, 15))
    assert saldo.tercero.nombre == "Ferretería Ñandú & Cía."


def test_el_mismo_archivo_otra_vez_no_cambia_nada(empresa, csv_saldos):
    """Importing twice leaves every row, its timestamp too, as it was."""
    archivo = csv_saldos({}, {"numero": "2"})
    importar_saldos(archivo)
    antes = _todo()
    informe = importar_saldos(archivo)
    assert (informe.creados, informe.actualizados, informe.sin_cambios) == (0, 0, 2)
    assert _todo() == antes


def test_lo_que_cambia_se_actualiza_y_lo_demas_queda(empresa, csv_saldos):
    """The natural key finds the row; its other columns and the ERP's figure are replaced."""
    importar_saldos(csv_saldos({}, {"numero": "2"}))
    informe = importar_saldos(csv_saldos({"saldo": "50000", "vencimiento": "2026-03-01"}, {"numero": "3"}))
    assert (informe.creados, informe.actualizados, informe.sin_cambios) == (1, 1, 0)
    cambiado = Saldo.objects.get(numero="10234")
    assert (cambiado.saldo, cambiado.vencimiento) == (Decimal("50000.00"), date(2026, 3, 1))
    assert Saldo.objects.count() == 3


def test_lo_opcional_que_no_viene_no_se_borra(empresa, csv_saldos):
    """Without the column, or with an empty cell, corte, CUFE and link stay as they were."""
    dicho = {"corte": "2026-11-20", "cufe": "ab12", "enlace": "https://factura.example/1"}
    importar_saldos(csv_saldos(dicho))
    assert importar_saldos(csv_saldos()).sin_cambios == 1
    assert importar_saldos(csv_saldos({**dicho, "cufe": "", "enlace": ""})).sin_cambios == 1
    saldo = Saldo.objects.get()
    assert (saldo.corte, saldo.cufe, saldo.enlace) == (date(2026, 11, 20), "ab12", "https://factura.example/1")


@pytest.mark.parametrize(
    ("columnas", "organizacion"),
    [
        ({}, ("NIT", "811222333")),
        ({"organizacion_numero": "811.222.333"}, ("NIT", "811222333")),
        ({"tercero_tipo": "CC", "tercero_numero": "52123456", "organizacion_numero": "52123456"}, ("CC", "52123456")),
        ({"organizacion_numero": "900123456-8"}, ("NIT", "900123456")),
        ({"organizacion_numero": "52123456", "organizacion_tipo": "CC"}, ("CC", "52123456")),
    ],
)
def test_la_organizacion_se_lee_como_dice_el_contrato(empresa, csv_saldos, columnas, organizacion):
    """Empty is the tercero's own; the tercero's number has its type; else a NIT, unless organizacion_tipo says so."""
    importar_saldos(csv_saldos(columnas))
    saldo = Saldo.objects.get()
    assert (saldo.organizacion.tipo_id, saldo.organizacion.numero) == organizacion


def test_un_tercero_sin_nombre_lo_recibe_y_uno_con_nombre_lo_conserva(empresa, csv_saldos):
    """The file fills what was empty; it never renames anybody."""
    sin, con = crear_tercero(numero="811222333", nombre=""), crear_tercero(numero="811222334", nombre="Así se llama")
    importar_saldos(csv_saldos({}, {"tercero_numero": "811222334", "numero": "2"}))
    sin.refresh_from_db()
    con.refresh_from_db()
    assert (sin.nombre, con.nombre) == ("Ferretería Ñandú & Cía.", "Así se llama")


def test_importar_pagar_e_importar_lo_mismo_deja_el_saldo_en_cero(empresa, csv_saldos):
    """Import, pay, import the same file again: the balance stays 0, and nothing is said to have changed."""
    importar_saldos(csv_saldos())
    _pagar(Saldo.objects.get(), "119000")
    assert importar_saldos(csv_saldos()).sin_cambios == 1
    assert Saldo.objects.get().saldo == 0


# --- Warnings -----------------------------------------------------------------------------------------------------
def test_una_cifra_por_debajo_de_lo_pagado_deja_cero_y_avisa(empresa, csv_saldos):
    """The ERP's figure below the unacknowledged money: 0, and a warning that names the document and the line."""
    importar_saldos(csv_saldos())
    _pagar(Saldo.objects.get(), "119000")
    informe = importar_saldos(csv_saldos({"saldo": "19000"}))
    saldo = Saldo.objects.get()
    assert (saldo.saldo, saldo.saldo_erp) == (0, Decimal("19000.00"))
    (aviso,) = informe.avisos
    assert (aviso.tipo, aviso.saldo_id, aviso.linea) == (TipoAviso.ERP_POR_DEBAJO, saldo.pk, 2)
    assert "FV 10234" in aviso.texto


def test_lo_que_el_erp_no_acusa_en_tres_dias_se_avisa(empresa, csv_saldos):
    """Money unacknowledged for three days is reported by every import of that empresa, until it is acknowledged."""
    importar_saldos(csv_saldos({}, {"numero": "2"}))
    viejo, nuevo = Saldo.objects.order_by("numero")
    for saldo in (viejo, nuevo):
        _pagar(saldo, "1000")
    Saldo.objects.filter(pk=viejo.pk).update(por_acusar_desde=timezone.now() - timedelta(days=3))
    informe = importar_saldos(csv_saldos({"numero": "77"}))
    assert [(aviso.tipo, aviso.saldo_id) for aviso in informe.avisos] == [(TipoAviso.SIN_ACUSAR, viejo.pk)]
    ajeno = crear_saldo()
    _pagar(ajeno, "1000")
    Saldo.objects.filter(pk=ajeno.pk).update(por_acusar_desde=timezone.now() - timedelta(days=9))
    assert len(importar_saldos(csv_saldos()).avisos) == 1


@pytest.mark.parametrize(("cifra", "ahora"), [("100000", "$ 100.000"), ("0", "$ 0"), ("119000", None)])
def test_lo_que_cambia_mientras_se_paga_se_avisa_con_la_referencia(empresa, csv_saldos, cifra, ahora):
    """A figure that lowers or removes a balance in an open payment says so: document, payment and line."""
    importar_saldos(csv_saldos())
    pago = crear_pago(Saldo.objects.get())
    informe = importar_saldos(csv_saldos({"saldo": cifra}))
    if ahora is None:
        assert informe.avisos == []
        return
    (aviso,) = informe.avisos
    assert (aviso.tipo, aviso.linea) == (TipoAviso.EN_PAGO, 2)
    for parte in ("FV 10234", pago.referencia, ahora.replace(" ", "\xa0")):
        assert parte in aviso.texto


def test_si_el_erp_insiste_en_una_cifra_ya_acusada_se_le_cree_y_se_avisa(empresa, csv_saldos):
    """Acknowledged, and days later the file still says the old figure: the debt is back, and the report tells it."""
    importar_saldos(csv_saldos())
    _pagar(Saldo.objects.get(), "40000")
    with transaction.atomic():
        (fila,) = servicios.bloquear_saldos([Saldo.objects.get().pk])
        servicios.acusar_dinero(fila, Decimal("40000"))
    assert importar_saldos(csv_saldos()).avisos == []
    assert Saldo.objects.get().saldo == Decimal("79000.00")
    Saldo.objects.update(actualizado_en=timezone.now() - servicios.PLAZO_ERP)
    (aviso,) = importar_saldos(csv_saldos()).avisos
    assert (aviso.tipo, Saldo.objects.get().saldo) == (TipoAviso.CIFRA_CREIDA, Decimal("119000.00"))
    assert "$\xa040.000" in aviso.texto


# --- Bad rows -----------------------------------------------------------------------------------------------------
_MALAS = {
    "empresa desconocida": ({"empresa_nit": "800999888"}, "empresa_nit: no hay una empresa con NIT 800999888"),
    "dígito de verificación": ({"empresa_nit": "900123456-1"}, "empresa_nit: El dígito de verificación"),
    "tipo desconocido": ({"tercero_tipo": "XX"}, "tercero_numero: Tipo de identificación desconocido"),
    "cédula con letras": ({"tercero_tipo": "CC", "tercero_numero": "5A"}, "tercero_numero: "),
    "sin documento": ({"documento": " "}, "documento: falta el valor"),
    "sin número": ({"numero": ""}, "numero: falta el valor"),
    "número largo": ({"numero": "9" * 41}, "numero: tiene 41 caracteres"),
    "cuota no entera": ({"cuota": "1.5"}, "cuota: "),
    "cuota negativa": ({"cuota": "-1"}, "cuota: "),
    "fecha imposible": ({"fecha": "2026-02-30"}, "fecha: la fecha «2026-02-30» no existe"),
    "fecha a la gringa": ({"fecha": "12/31/2026"}, "fecha: "),
    "vence antes": ({"vencimiento": "2026-01-14"}, "vencimiento: es anterior a la fecha del documento"),
    "moneda en minúsculas": ({"moneda": "cop"}, "moneda: «cop» no es una moneda"),
    "moneda inventada": ({"moneda": "XQZ"}, "moneda: "),
    "valor cero": ({"valor": "0", "iva": "0", "saldo": "0"}, "valor: debe ser mayor que cero"),
    "valor en letras": ({"valor": "mil"}, "valor: "),
    "valor infinito": ({"valor": "NaN"}, "valor: "),
    "valor ambiguo": ({"valor": "119.000"}, "valor: «119.000» se puede leer de dos maneras"),
    "valor negativo": ({"valor": "-5"}, "valor: «-5» es negativo"),
    "valor enorme": ({"valor": "1234567890123"}, "valor: "),
    "iva mayor": ({"iva": "119000.01"}, "iva: es mayor que el valor"),
    "saldo mayor": ({"saldo": "119000.01"}, "saldo: es mayor que el valor"),
    "saldo a favor": ({"saldo": "-1"}, "saldo: «-1» es negativo: los saldos a favor del cliente no se cargan"),
    "saldo contable": ({"saldo": "(1)"}, "saldo: «(1)» es negativo: los saldos a favor del cliente no se cargan"),
    "saldo con el signo atrás": ({"saldo": "1-"}, "saldo: «1-» es negativo"),
    "corte ilegible": ({"corte": "ayer"}, "corte: "),
    "enlace peligroso": ({"enlace": "javascript:alert(1)"}, "enlace: "),
    "fórmula": ({"numero": "=CMD(1)"}, "numero: "),
    "invisible": ({"numero": "10\u200b234"}, "numero: contiene caracteres de control o invisibles"),
}


@pytest.mark.parametrize(("columnas", "razon"), _MALAS.values(), ids=_MALAS)
def test_una_fila_mala_se_dice_con_su_linea_y_no_carga_nada(empresa, csv_saldos, columnas, razon):
    """Line and reason, in Spanish; the good rows around it are not loaded either, and nothing was created."""
    archivo = csv_saldos(
        {"numero": "1", **dict.fromkeys(columnas.keys() & {"corte", "enlace"}, "")}, columnas, {"numero": "3"}
    )
    antes = _todo()
    informe = importar_saldos(archivo)
    assert not informe.cargado
    assert list(_razones(informe)) == [3]
    assert razon in _razones(informe)[3]
    assert _todo() == antes


@pytest.mark.parametrize(("columnas", "razon"), list(_MALAS.values())[:3])
def test_con_parcial_se_cargan_las_demas(empresa, csv_saldos, columnas, razon):
    """`parcial` loads the good rows and still reports the bad one."""
    informe = importar_saldos(csv_saldos({"numero": "1"}, columnas, {"numero": "3"}), parcial=True)
    assert informe.cargado
    assert (informe.creados, informe.cuantos_errores) == (2, 1)
    assert sorted(Saldo.objects.values_list("numero", flat=True)) == ["1", "3"]


def test_la_clave_repetida_en_el_archivo_es_error_de_la_segunda(empresa, csv_saldos):
    """The later line is refused, naming the earlier one; spelling the NIT otherwise does not hide it."""
    informe = importar_saldos(csv_saldos({}, {"numero": "2"}, {"empresa_nit": "900123456", "saldo": "1"}))
    assert _razones(informe) == {4: "repite la clave de la línea 2"}
    assert not Saldo.objects.exists()


def test_un_archivo_mas_viejo_que_lo_cargado_se_rechaza(empresa, csv_saldos):
    """A row whose corte is before the one already loaded is old: it would bring back what was owed then."""
    importar_saldos(csv_saldos({"corte": "2026-11-20", "saldo": "50000"}))
    informe = importar_saldos(csv_saldos({"corte": "2026-11-19"}))
    assert "es anterior al ya cargado (2026-11-20)" in _razones(informe)[2]
    assert Saldo.objects.get().saldo == Decimal("50000.00")
    assert importar_saldos(csv_saldos({"corte": "2026-11-20"})).actualizados == 1


@pytest.mark.parametrize(
    ("columnas", "que"),
    [
        ({"tercero_numero": "811222334", "organizacion_numero": "811222333"}, "tercero"),
        ({"organizacion_numero": "900123456"}, "organización"),
        ({"moneda": "USD"}, "moneda"),
        ({"tercero_tipo": "CC", "tercero_numero": "52123456", "moneda": "USD"}, "tercero, organización, moneda"),
    ],
)
def test_de_un_saldo_con_pagos_no_cambian_tercero_organizacion_ni_moneda(empresa, csv_saldos, columnas, que):
    """Once a payment names the saldo these are frozen; the rest of the row may still change."""
    importar_saldos(csv_saldos())
    crear_pago(Saldo.objects.get())
    antes = _todo()
    informe = importar_saldos(csv_saldos(columnas))
    assert _razones(informe) == {2: f"el documento ya tiene pagos en línea: no se puede cambiar su {que}"}
    assert _todo() == antes
    assert importar_saldos(csv_saldos({"vencimiento": "2026-04-01"})).actualizados == 1


def test_sin_pagos_el_erp_corrige_de_quien_es(empresa, csv_saldos):
    """Before any payment the ERP may move a document to another customer or currency."""
    importar_saldos(csv_saldos())
    assert importar_saldos(csv_saldos({"tercero_numero": "811222334", "moneda": "USD"})).actualizados == 1
    saldo = Saldo.objects.get()
    assert (saldo.tercero.numero, saldo.organizacion.numero, saldo.moneda) == ("811222334", "811222334", "USD")


def test_el_informe_cuenta_todo_y_guarda_lo_primero(empresa, csv_saldos):
    """A file with every row wrong is counted whole, and only its first errors are kept."""
    informe = importar_saldos(csv_saldos(*[{"valor": "x"}] * (MAXIMO_DETALLE + 5)))
    assert informe.cuantos_errores == MAXIMO_DETALLE + 5
    assert len(informe.errores) == MAXIMO_DETALLE


# --- Bad files ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("contenido", "razon"),
    [
        (b"", "está vacío"),
        (b"empresa_nit,tercero_tipo\n1,2\n", "faltan las columnas: tercero_numero"),
        (b"PK\x03\x04lo que sea", "no CSV"),
    ],
)
def test_un_archivo_que_no_sirve_se_rechaza_entero(empresa, contenido, razon):
    """Empty, without its columns or of another kind: one clear sentence, nothing changed."""
    with pytest.raises(ArchivoInvalidoError, match=razon):
        importar_saldos(contenido)
    assert not Saldo.objects.exists()


def test_otra_codificacion_se_dice_y_no_carga_nada(empresa, csv_saldos):
    """A file that is not UTF-8 names the line and the way out, and loads not even the rows before it."""
    archivo = csv_saldos({"tercero_nombre": "Sin tildes"}, {"numero": "2"}, codificacion="cp1252")
    with pytest.raises(ArchivoInvalidoError, match=re.escape("--codificacion cp1252")):
        importar_saldos(archivo)
    assert not Saldo.objects.exists()


def test_un_archivo_que_no_existe_se_dice(empresa, tmp_path):
    """A wrong path is a sentence, in Spanish."""
    with pytest.raises(ArchivoInvalidoError, match="no existe"):
        importar_saldos(tmp_path / "no.csv")


def test_se_lee_una_sola_vez_y_sirve_una_tuberia(empresa, csv_saldos):
    """What cannot be read twice, such as the output of another program, loads too."""
    lectura, escritura = os.pipe()
    with os.fdopen(escritura, "wb") as entrada:
        entrada.write(csv_saldos({}, {"numero": "2"}))
    with os.fdopen(lectura, "rb") as salida:
        assert importar_saldos(salida).creados == 2


def test_cincuenta_megabytes_se_revisan_sin_crecer_en_memoria(empresa, tmp_path):
    """50 MB of bad rows end in a report: nothing is loaded, and the file is never in memory as a whole."""
    ruta = tmp_path / "grande.csv"
    cabeza = "empresa_nit,tercero_tipo,tercero_numero,tercero_nombre,organizacion_numero,documento,numero,ubicacion,"
    cabeza += "cuota,fecha,vencimiento,moneda,valor,iva,saldo\n"
    fila = f"800999888,NIT,811222333,{'x' * 20_000},,FV,%d,,1,2026-01-15,2026-02-15,COP,1,0,1\n"
    with ruta.open("w") as archivo:
        archivo.write(cabeza)
        archivo.writelines(fila % numero for numero in range(2700))
    assert ruta.stat().st_size > 50 * 1024 * 1024
    tracemalloc.start()
    try:
        informe = importar_saldos(ruta)
        _ahora, maximo = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # The name is longer than its column: every row is wrong.
    assert informe.cuantos_errores == 2700
    assert maximo < 20 * 1024 * 1024
    assert not Saldo.objects.exists()


# --- Lots, locks and races ----------------------------------------------------------------------------------------
def _consultas(csv_saldos, desde, cuantas):
    archivo = csv_saldos(*({"numero": str(n), "tercero_numero": str(811300000 + n)} for n in range(desde, cuantas)))
    with CaptureQueriesContext(connection) as contadas:
        assert importar_saldos(archivo).creados == cuantas - desde
    # SQLite splits an INSERT of many rows by its parameters: statements, not questions.
    return sum(not consulta["sql"].startswith("INSERT") for consulta in contadas)


def test_las_consultas_no_crecen_con_las_filas_de_un_lote(empresa, csv_saldos):
    """One lot asks the database the same questions for 3 rows as for 300, all of them about other people."""
    assert _consultas(csv_saldos, 0, 3) == _consultas(csv_saldos, 1000, 1300)


def test_cada_lote_bloquea_en_orden_de_clave_primaria(empresa, csv_saldos, monkeypatch):
    """Whatever the order of the file, rows are locked by primary key, lot by lot, each in its own transaction."""
    monkeypatch.setattr(proceso, "LOTE", 2)
    importar_saldos(csv_saldos(*({"numero": str(n)} for n in range(4))))
    bloqueados = []
    original = servicios.bloquear_saldos

    def espia(ids):
        saldos = original(ids)
        bloqueados.append([saldo.pk for saldo in saldos])
        return saldos

    monkeypatch.setattr(servicios, "bloquear_saldos", espia)
    importar_saldos(csv_saldos(*({"numero": str(n), "saldo": "1"} for n in (3, 0, 2, 1))))
    assert len(bloqueados) == 2
    assert all(lote == sorted(lote) and len(lote) == 2 for lote in bloqueados)
    assert set(Saldo.objects.values_list("saldo", flat=True)) == {Decimal("1.00")}


@pytest.mark.django_db(transaction=True)
def test_cuatro_importaciones_a_la_vez_crean_cada_saldo_una_vez(empresa, csv_saldos, en_paralelo):
    """The same new rows and people from four processes, in other orders: each is created once, nobody fails."""
    filas = [{"numero": str(n), "tercero_numero": str(811300000 + n % 7)} for n in range(40)]
    ordenes = [filas, filas[::-1], filas[20:] + filas[:20], filas[::2] + filas[1::2]]
    informes = en_paralelo(4, lambda: importar_saldos(csv_saldos(*ordenes.pop())))
    assert Saldo.objects.count() == 40
    assert Tercero.objects.filter(numero__startswith="8113").count() == 7
    assert all(informe.filas == 40 and not informe.errores for informe in informes)


@pytest.mark.django_db(transaction=True)
def test_importar_mientras_se_paga_no_pierde_el_pago(empresa, csv_saldos, en_paralelo):
    """Payments applied while files are imported are never overwritten by the figures of the file."""
    importar_saldos(csv_saldos(*({"numero": str(n)} for n in range(20))))
    saldos = list(Saldo.objects.order_by("pk"))
    archivos = [csv_saldos(*({"numero": str(n), "vencimiento": f"2026-03-{v:02}"} for n in range(20))) for v in (1, 2)]
    tareas = [
        lambda: importar_saldos(archivos[0]),
        lambda: [_pagar(saldo, "19000") for saldo in saldos],
        lambda: importar_saldos(archivos[1]),
        lambda: [_pagar(saldo, "100000") for saldo in reversed(saldos)],
    ]
    en_paralelo(4, lambda: tareas.pop()())
    assert {(saldo.saldo, saldo.por_acusar) for saldo in Saldo.objects.all()} == {(0, Decimal("119000.00"))}
