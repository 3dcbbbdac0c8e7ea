"""The statement as people get it: a page, a PDF and a spreadsheet that say the same."""

import re
from datetime import date
from decimal import Decimal
from io import BytesIO

import pypdfium2
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from cartera import estado_cuenta
from cartera.formato import NBSP
from cartera.models import SALDO_INICIAL
from pagos import transiciones
from tests.fabricas import ana, crear_usuario
from tests.fabricas_cartera import crear_empresa, crear_logo, crear_movimiento, crear_saldo
from tests.fabricas_pagos import aprobada, crear_pago

pytestmark = pytest.mark.django_db
PAGINA, PDF, XLSX = (
    reverse(f"cartera:{nombre}") for nombre in ("estado_cuenta", "estado_cuenta_pdf", "estado_cuenta_xlsx")
)


@pytest.fixture(autouse=True)
def hoy():
    """It is noon of 23 November 2026 in Bogotá."""
    with time_machine.travel("2026-11-23T17:00:00Z", tick=False):
        yield


@pytest.fixture
def usuaria(client):
    """Ana, logged in."""
    usuaria = ana()
    client.force_login(usuaria)
    return usuaria


@pytest.fixture
def libros(usuaria):
    """A year of Ana's: opening balance, invoice, receipt, an older open document, a balance and a payment made here."""
    suyos = {"tercero": usuaria.asociaciones.get().tercero, "empresa": crear_empresa(nombre="Distribuidora La Sabana")}
    inicial = {"tipo": SALDO_INICIAL, "documento": "", "numero": ""}
    crear_movimiento(**suyos, fecha=date(2025, 1, 1), debito=Decimal("500.00"), **inicial)
    crear_movimiento(**suyos, fecha=date(2025, 12, 1), numero="900", debito=Decimal("250.00"))
    crear_movimiento(**suyos, fecha=date(2026, 3, 1), numero="901", debito=Decimal("1000.50"))
    pagado = {"debito": Decimal(0), "credito": Decimal("50.00")}
    crear_movimiento(**suyos, fecha=date(2026, 4, 1), numero="900", tipo="RC", referencia="=1+1", **pagado)
    crear_saldo(**suyos, numero="901", valor="1000.50")
    pago = crear_pago(crear_saldo(**suyos, numero="902", valor="77.00"), usuario=usuaria)
    transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda")
    return suyos


def _texto(respuesta):
    visible = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", respuesta.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", visible.replace(NBSP, " "))


def _bytes(respuesta):
    return b"".join(respuesta.streaming_content)


def test_la_pagina_dice_las_cifras_los_movimientos_y_lo_que_queda(client, libros):
    """The four figures, each movement with its balance, older documents, what is owed and what is unbooked."""
    texto = _texto(client.get(PAGINA))
    for frase in (
        "Distribuidora La Sabana",
        "Saldo inicial, al 1 ene 2026 $ 750",
        "Débitos: lo que le cobraron $ 1.000,50",
        "Créditos: lo que pagó y sus notas $ 50",
        "Saldo final, al 31 dic 2026 $ 1.700,50",
        "No incluye $ 77 que pagó en línea",
        "FV 900 debía $ 250 ; al final, $ 200",
        "Pagos en línea por contabilizar",
        "Total pendiente $ 1.000,50",
    ):
        assert frase in texto


def test_lo_que_no_se_sabe_se_dice_y_no_es_cero(client, usuaria):
    """Without an opening balance the page says that nobody told it."""
    crear_movimiento(tercero=usuaria.asociaciones.get().tercero)
    texto = _texto(client.get(PAGINA))
    assert "Saldo inicial, al 1 ene 2026 No informado" in texto
    assert "Saldo final, al 31 dic 2026 No informado" in texto


def test_un_mes_sin_movimientos_lo_dice(client, libros):
    """An empty month is told, with its figures."""
    texto = _texto(client.get(PAGINA, {"ano": "2026", "mes": "2"}))
    assert "Sin movimientos en febrero de 2026." in texto
    assert "Saldo inicial, al 1 feb 2026 $ 750" in texto


def test_sin_nada_que_mostrar_se_explica(client, usuaria):
    """A customer without movements reads why; one without a mapping reads what to ask for."""
    assert "Todavía no hay movimientos" in _texto(client.get(PAGINA))
    client.force_login(crear_usuario())
    assert "aún no está asociado" in _texto(client.get(PAGINA))
    assert "el correo con el que entra, " in _texto(client.get(PAGINA))


@pytest.mark.parametrize("direccion", [PAGINA, PDF, XLSX])
def test_la_cuenta_de_otro_no_existe(client, libros, direccion):
    """An account out of reach, made up or malformed is a 404 on every road."""
    ajeno = crear_movimiento()
    for clave in (f"{ajeno.empresa_id}-{ajeno.tercero_id}-COP", "x", "0-0-COP", "1-1-USD\0"):
        assert client.get(direccion, {"cuenta": clave}).status_code == 404


@pytest.mark.parametrize("direccion", [PDF, XLSX])
def test_sin_cuentas_no_hay_archivo(client, usuaria, direccion):
    """A user with nothing to be stated gets a 404, not an empty file."""
    assert client.get(direccion).status_code == 404


def test_el_pdf_dice_lo_mismo_en_orden_con_titulo_e_idioma(client, libros):
    """Its text follows the order in which it is read; it has a title and a language."""
    respuesta = client.get(PDF)
    documento = pypdfium2.PdfDocument(_bytes(respuesta))
    texto = " ".join(pagina.get_textpage().get_text_range() for pagina in documento).replace(NBSP, " ")
    texto = re.sub(r"\s+", " ", texto)
    partes = ["Distribuidora La Sabana", "Estado de cuenta, 2026", "Saldo inicial, al 1 ene 2026 $ 750"]
    partes += ["Saldo final, al 31 dic 2026 $ 1.700,50", "FV 901 1 mar 2026 FV", "$ 1.750,50", "FV 900 $ 250"]
    partes += ["Total por contabilizar $ 77", "Total pendiente 1 $ 1.000,50", "Página 1"]
    posiciones = [texto.find(parte) for parte in partes]
    assert -1 not in posiciones
    assert posiciones[:-1] == sorted(posiciones[:-1])
    assert documento.get_metadata_value("Title").startswith("Estado de cuenta, 2026")
    assert b"/Lang" in _bytes(client.get(PDF))
    assert respuesta["Content-Disposition"].startswith('attachment; filename="estado-de-cuenta-')


def test_el_excel_tiene_numeros_fechas_y_ninguna_formula(client, libros):
    """Amounts are numbers, dates are dates, and what begins with = is a text."""
    libro = load_workbook(BytesIO(_bytes(client.get(XLSX))))
    assert libro.sheetnames == ["Resumen", "Movimientos", "Documentos anteriores", "Por contabilizar", "Pendientes"]
    resumen = dict(libro["Resumen"].iter_rows(values_only=True))
    assert (resumen["Saldo inicial"], resumen["Saldo final"]) == (750, 1700.5)
    filas = list(libro["Movimientos"].iter_rows(min_row=2))
    assert [fila[0].value for fila in filas] == ["FV 901", "FV 900"]
    assert (filas[1][3].value, filas[1][3].data_type) == ("=1+1", "s")
    assert filas[0][1].is_date
    assert [fila[6].value for fila in filas] == [1750.5, 1700.5]
    assert [fila[3].value for fila in libro["Por contabilizar"].iter_rows(min_row=2)] == [77]
    assert "f" not in {celda.data_type for hoja in libro for fila in hoja.iter_rows() for celda in fila}


@pytest.mark.parametrize("direccion", [PDF, XLSX])
def test_demasiados_movimientos_piden_un_mes(client, libros, monkeypatch, direccion):
    """More movements than a file is drawn with in time: the page comes back and says to choose a month."""
    monkeypatch.setattr(estado_cuenta, "MAXIMO_RENGLONES", 1)
    respuesta = client.get(direccion, {"ano": "2026"}, follow=True)
    assert respuesta.redirect_chain == [(f"{PAGINA}?ano=2026", 302)]
    assert "elija un mes para descargarlo" in _texto(respuesta)
    assert PDF not in respuesta.content.decode()
    assert _bytes(client.get(direccion, {"ano": "2026", "mes": "3"}))


@pytest.mark.parametrize("direccion", [PAGINA, PDF, XLSX])
def test_las_consultas_no_crecen_con_las_filas(client, libros, direccion):
    """The same queries with one row of each kind and with three."""

    def consultas():
        with CaptureQueriesContext(connection) as capturadas:
            respuesta = client.get(direccion)
            assert respuesta.status_code == 200
            if respuesta.streaming:
                assert _bytes(respuesta)
        return len(capturadas)

    con_una = consultas()
    for numero in ("910", "911"):
        crear_movimiento(**libros, fecha=date(2025, 12, 2), numero=numero)
        crear_movimiento(**libros, fecha=date(2026, 5, 2), numero=numero)
        crear_saldo(**libros, numero=numero)
        pago = crear_pago(crear_saldo(**libros, numero=f"{numero}1"))
        transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda")
    assert consultas() == con_una


def test_lo_vencido_dice_cuantos_dias_lleva(client, usuaria):
    """On the page with its icon, on paper in words; what is not due yet says so."""
    suyos = {"tercero": usuaria.asociaciones.get().tercero, "empresa": crear_empresa()}
    crear_movimiento(**suyos)
    crear_saldo(**suyos, vencimiento=date(2026, 10, 22))
    crear_saldo(**suyos, vencimiento=date(2026, 11, 23))
    html = client.get(PAGINA).content.decode()
    assert re.findall(r'estado--vencido"><svg.*?#alerta"></use></svg>([^<]+)</b>', html) == ["32 días de mora"]
    papel = pypdfium2.PdfDocument(b"".join(client.get(PDF).streaming_content))
    texto = papel.get_page(0).get_textpage().get_text_range()
    assert texto.count("32 días de mora") == 1
    assert texto.count("Por vencer") == 2  # the row, and the ageing


def test_la_pagina_lleva_el_color_y_el_logo_de_la_empresa(client, usuaria):
    """Those of the account that is shown, and of no other."""
    propia = crear_empresa(color="#0a4d8c", logo=crear_logo())
    crear_movimiento(tercero=usuaria.asociaciones.get().tercero, empresa=propia)
    html = client.get(PAGINA).content.decode()
    assert html.count(f"/empresas/logo-{propia.logo_id}.png") == 1
    assert html.count("/empresas/color-0a4d8c-") == 1
