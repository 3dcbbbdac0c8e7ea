"""Files for the import tests: one good row, changed a column at a time."""

import pytest

from tests.fabricas_cartera import crear_empresa

NIT = "900123456"
_SALDO = {
    "empresa_nit": "900.123.456-8",
    "tercero_tipo": "NIT",
    "tercero_numero": "811222333",
    "tercero_nombre": "Ferretería Ñandú & Cía.",
    "organizacion_numero": "",
    "documento": "FV",
    "numero": "10234",
    "ubicacion": "",
    "cuota": "1",
    "fecha": "2026-01-15",
    "vencimiento": "2026-02-15",
    "moneda": "COP",
    "valor": "119000.00",
    "iva": "19000.00",
    "saldo": "119000.00",
}
_MOVIMIENTO = {
    "empresa_nit": NIT,
    "tercero_tipo": "CC",
    "tercero_numero": "52123456",
    "organizacion_numero": "",
    "documento": "FV",
    "numero": "10234",
    "ubicacion": "",
    "cuota": "1",
    "fecha": "15/01/2026",
    "tipo": "FV",
    "referencia": "",
    "moneda": "COP",
    "debito": "119000",
    "credito": "",
    "id_erp": "A-1",
}


def _csv(filas, separador, codificacion):
    columnas = dict.fromkeys(columna for fila in filas for columna in fila)
    lineas = [separador.join(columnas)]
    lineas += [separador.join(fila.get(columna, "") for columna in columnas) for fila in filas]
    return "\r\n".join([*lineas, ""]).encode(codificacion)


@pytest.fixture
def empresa(db):
    """The Empresa that the files name."""
    return crear_empresa(nit=NIT)


@pytest.fixture
def csv_saldos():
    """`csv_saldos({column: text}, ..., separador=",", codificacion="utf-8")`: a file with one row for each dict."""

    def crear(*cambios, separador=",", codificacion="utf-8"):
        return _csv([{**_SALDO, **cambio} for cambio in cambios or ({},)], separador, codificacion)

    return crear


@pytest.fixture
def csv_movimientos():
    """As `csv_saldos`, of movements."""

    def crear(*cambios, separador=",", codificacion="utf-8"):
        return _csv([{**_MOVIMIENTO, **cambio} for cambio in cambios or ({},)], separador, codificacion)

    return crear
