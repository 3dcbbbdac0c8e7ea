"""`usuarios.archivos`: CSV files as Colombian Excel writes them."""

import resource
from io import BytesIO

import pytest

from usuarios.archivos import MAXIMO_LINEA, leer_csv
from usuarios.errores import ArchivoInvalidoError, ValorInvalidoError
from usuarios.valores import leer_entero

COLUMNAS = ("nombre", "valor")


def leer(contenido, **opciones):
    """Rows of the content as a list."""
    return list(leer_csv(contenido, **{"columnas": COLUMNAS, "opcionales": ("nota",), **opciones}))


@pytest.mark.parametrize("separador", [",", ";"])
@pytest.mark.parametrize("marca", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("fin", ["\n", "\r\n"])
def test_el_separador_y_la_marca_de_utf8_se_detectan_solos(separador, marca, fin):
    """Comma or semicolon, with or without BOM, with either line ending: the rows come out the same."""
    texto = fin.join([f"nombre{separador}valor", f"Peña{separador}10", ""])
    (fila,) = leer(marca + texto.encode())
    assert (fila.linea, fila.separador, fila.valores) == (2, separador, {"nombre": "Peña", "valor": "10", "nota": ""})


def test_las_columnas_van_en_cualquier_orden_y_mayusculas():
    """The header is matched by name: order, case and surrounding spaces do not matter."""
    (fila,) = leer(b" VALOR ;Nota; Nombre\n5;hola;Ana\n")
    assert fila.valores == {"nombre": "Ana", "valor": "5", "nota": "hola"}


def test_se_lee_de_una_ruta_de_bytes_y_de_un_flujo_que_queda_abierto(tmp_path):
    """A path, bytes and a binary stream give the same rows; the stream stays its owner's."""
    contenido = b"nombre,valor\nAna,1\n"
    ruta = tmp_path / "archivo.csv"
    ruta.write_bytes(contenido)
    flujo = BytesIO(contenido)
    assert leer(ruta) == leer(str(ruta)) == leer(contenido) == leer(flujo)
    assert not flujo.closed


def test_las_filas_vacias_no_cuentan_pero_si_para_el_numero_de_linea():
    """Blank rows and rows of separators alone are left out; the line number is that of the file."""
    assert [fila.linea for fila in leer(b"nombre,valor\n\nAna,1\n,\n\n  , \nBeto,2\n")] == [3, 7]


def test_un_valor_entre_comillas_puede_llevar_separador_y_saltos_de_linea():
    """Quoted cells keep commas, quotes and line breaks, and the next row still knows its line."""
    filas = leer(b'nombre,valor\n"Tornillos, ""El 5""\nS.A.S.",1\nBeto,2\n')
    assert [(fila.linea, fila["nombre"]) for fila in filas] == [(2, 'Tornillos, "El 5"\nS.A.S.'), (4, "Beto")]


def test_excel_puede_omitir_o_agregar_celdas_vacias_al_final():
    """Missing cells at the end are empty, empty ones too many are ignored."""
    filas = leer(b"nombre,valor,nota\nAna\nBeto,2,,,\n")
    assert [fila.valores for fila in filas] == [
        {"nombre": "Ana", "valor": "", "nota": ""},
        {"nombre": "Beto", "valor": "2", "nota": ""},
    ]


def test_una_fila_con_valores_de_mas_es_un_error_de_esa_fila_y_las_demas_se_leen():
    """An unquoted comma in an amount makes a cell too many: the row cannot be read by mistake, the next one can."""
    mala, buena = leer(b"nombre,valor\nAna,1.000,50\nBeto,2\n")
    with pytest.raises(ValorInvalidoError, match="3 valores y las columnas son 2"):
        mala["nombre"]
    with pytest.raises(ValorInvalidoError):
        _ = mala.valores
    assert buena["nombre"] == "Beto"


def test_el_error_de_un_valor_nombra_su_columna():
    """What a field reader refuses comes back with the name of the column."""
    (fila,) = leer(b"nombre,valor\nAna,x\n")
    with pytest.raises(ValorInvalidoError, match=r"^valor: «x» no es un número entero$"):
        fila.leer("valor", leer_entero)


@pytest.mark.parametrize(
    ("contenido", "razon"),
    [
        (b"", "vac"),
        (b"\n\n", "vac"),
        (b"\xef\xbb\xbf", "vac"),
        (b"nombre\nAna\n", "faltan las columnas: valor"),
        (b"nombre\tvalor\nAna\t1\n", "faltan las columnas: nombre, valor"),
        (b"nombre,valor,valor\nAna,1,2\n", "columnas repetidas: valor"),
        (b"nombre,valor,sorpresa\nAna,1,2\n", "columnas desconocidas: sorpresa"),
        (b"nombre,,valor\nAna,,2\n", "columnas desconocidas: «»"),
        (b"nombre,valor\nAna,\x001\n", "línea 2 contiene bytes nulos"),
        ("nombre,valor\nPeña,1\n".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04\x14\x00\x06\x00", r"Excel \(.xlsx\)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", r"Excel \(.xls\)"),
        (b"%PDF-1.7\n", "PDF"),
        (b'nombre,valor\n"Ana,1\nBeto,2\n', "línea 2 no se puede separar"),
        (b'nombre,valor\nBeto,2\n"Ana" S.A.,1\n', "línea 3 no se puede separar"),
        (b"nombre,valor\rAna,1\r", "línea 1 no se puede separar"),
        (b'"nombre,valor\nAna,1\n', "línea 1 no se puede separar"),
        (b"nombre,valor\n" + b"x" * (MAXIMO_LINEA + 1), "línea 2 es demasiado larga"),
        (b"x" * (MAXIMO_LINEA + 1), "línea 1 es demasiado larga"),
    ],
)
def test_lo_que_no_es_un_csv_se_rechaza_diciendo_por_que(contenido, razon):
    """Empty, other formats, wrong columns, broken quotes: one sentence that says what and where."""
    with pytest.raises(ArchivoInvalidoError, match=razon):
        leer(contenido)


def test_unos_bytes_que_no_son_utf8_dicen_la_linea_y_la_opcion_que_lo_arregla():
    """A Windows-1252 file is refused with the line and the hint, and read once its encoding is named."""
    contenido = "nombre,valor\nAna,1\nPeña,2\n".encode("cp1252")
    with pytest.raises(ArchivoInvalidoError, match=r"línea 3 .*UTF-8.*--codificacion cp1252"):
        leer(contenido)
    assert [fila["nombre"] for fila in leer(contenido, codificacion="cp1252")] == ["Ana", "Peña"]


def test_la_marca_de_utf8_manda_sobre_la_codificacion_pedida():
    """A file that carries the UTF-8 mark is UTF-8, also for an operator who always passes cp1252."""
    (fila,) = leer("\ufeffnombre,valor\nPeña,1\n".encode(), codificacion="cp1252")
    assert fila["nombre"] == "Peña"


def test_un_byte_que_la_codificacion_pedida_no_tiene_tambien_dice_su_linea():
    """The hole 0x81 of cp1252 is an error with its line, not a question mark."""
    with pytest.raises(ArchivoInvalidoError, match=r"línea 2 .*CP1252"):
        leer(b"nombre,valor\n\x81,1\n", codificacion="cp1252")


@pytest.mark.parametrize("codificacion", ["utf-16", "rot13", "base64", "inventada", "cp037", "unicode_escape", "\x00"])
def test_una_codificacion_que_no_sirve_para_csv_se_rechaza(codificacion):
    """Unknown encodings and those that change ASCII are refused by name."""
    with pytest.raises(ArchivoInvalidoError, match="no sirve para leer CSV"):
        leer(b"nombre,valor\nAna,1\n", codificacion=codificacion)


def test_un_archivo_que_no_existe_o_es_una_carpeta_lo_dice(tmp_path):
    """A path that cannot be opened is a sentence, not an exception of the system."""
    with pytest.raises(ArchivoInvalidoError, match=r"nada\.csv: no existe"):
        leer(tmp_path / "nada.csv")
    with pytest.raises(ArchivoInvalidoError, match="No se pudo abrir"):
        leer(tmp_path)


def test_un_archivo_de_50_megas_se_lee_sin_llenar_la_memoria(tmp_path):
    """Memory does not grow with the file: 50 MB pass through a few."""
    ruta = tmp_path / "grande.csv"
    linea = b"Ferreteria El Tornillo S.A.S. con un nombre largo para llenar,1234567.89\n"
    with ruta.open("wb") as archivo:
        archivo.write(b"nombre,valor\n")
        for _ in range(50):
            archivo.write(linea * (1024 * 1024 // len(linea)))
    antes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    filas = sum(1 for _fila in leer_csv(ruta, columnas=COLUMNAS))
    crecio_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - antes) / 1024
    assert filas == 50 * (1024 * 1024 // len(linea))
    assert crecio_mb < 20
