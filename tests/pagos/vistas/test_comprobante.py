"""The receipt on paper and the page that says whether it is authentic."""

from decimal import Decimal

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from django.core.cache import cache

from cartera.models import Empresa
from pagos import transiciones
from pagos.comprobante_pdf import NO_ES_FACTURA
from pagos.pasarelas.base import Metodo
from tests.fabricas import carla
from tests.fabricas_cartera import crear_logo
from tests.fabricas_pagos import aprobada, crear_pago

pytestmark = pytest.mark.django_db


@pytest.fixture
def pago(mostrador):
    """Approved, of two documents with awkward characters."""
    pago = crear_pago(*mostrador.elegir(2), usuario=mostrador.usuario, forma=mostrador.forma())
    return transiciones.aplicar(pago.pk, aprobada(pago, banco="Bañcolombia <&>"), origen="sonda").pago


def texto_de(contenido):
    papel = pypdfium2.PdfDocument(contenido)
    return "\n".join(pagina.get_textpage().get_text_range() for pagina in papel).replace("\r", "")


def test_el_papel_dice_todo_lo_que_debe(mostrador, pago):
    """Number, Empresa, payer, reference, method, CUS, documents, total in figures and words, that it is no invoice."""
    respuesta = mostrador.cliente.get(f"/pagos/{pago.referencia}/comprobante.pdf")
    assert respuesta["Content-Type"] == "application/pdf"
    texto = " ".join(texto_de(respuesta.content).split())
    esperados = [
        f"Comprobante de pago en línea {pago.recibo.numero}",
        mostrador.empresa.nombre,
        mostrador.empresa.identificacion,
        mostrador.tercero.identificacion,
        pago.referencia,
        "PSE, Bañcolombia <&>",
        pago.cus,
        "200.000",
        "doscientos mil pesos",
        NO_ES_FACTURA,
        "PRUEBA",
        *(detalle.saldo.etiqueta for detalle in pago.detalles.all()),
    ]
    assert [uno for uno in esperados if uno not in texto] == []


def test_en_ingles_el_papel_sigue_en_espanol_con_la_traduccion_al_lado(mostrador, pago):
    """One paper for Colombia: figures, words and dates as in Spanish, and each label's English after a bar."""
    direccion = f"/pagos/{pago.referencia}/comprobante.pdf"
    espanol, ingles = (
        " ".join(texto_de(mostrador.cliente.get(direccion, headers={"accept-language": idioma}).content).split())
        for idioma in ("es-CO", "en")
    )
    for texto in ("Pagado por / Paid by", "Total pagado / Total paid: $ 200.000", "not a sales invoice"):
        assert texto in ingles
        assert texto not in espanol
    for texto in (NO_ES_FACTURA, "doscientos mil pesos", "Comprobante de pago en línea"):
        assert texto in ingles
        assert texto in espanol


def test_lo_que_la_pasarela_dice_del_medio_se_muestra_en_todas_partes(mostrador):
    """Franchise, last four digits and approval code: on the page of the pago, on Tesorería's and on the receipt."""
    pago = crear_pago(*mostrador.elegir(), usuario=mostrador.usuario, forma=mostrador.forma())
    medio = {"metodo": Metodo.TARJETA, "franquicia": "DINERS", "ultimos4": "0003", "aprobacion": "A12345", "banco": ""}
    transiciones.aplicar(pago.pk, aprobada(pago, **medio), origen="sonda")
    de_ana = mostrador.cliente.get(f"/pagos/{pago.referencia}/").content.decode()
    papel = texto_de(mostrador.cliente.get(f"/pagos/{pago.referencia}/comprobante.pdf").content)
    mostrador.cliente.force_login(carla())
    de_carla = mostrador.cliente.get(f"/pagos/tablero/{pago.referencia}/").content.decode()
    for texto in (de_ana, de_carla, " ".join(papel.split())):
        assert "Tarjeta DINERS terminada en 0003" in texto
        assert "A12345" in texto


def test_de_un_pago_parcial_todos_ven_lo_que_se_debia_lo_pagado_y_lo_que_queda(mostrador):
    """On the page of the pago, on Tesorería's with the comment, and on the receipt."""
    saldo = mostrador.elegir_parte("60000.50", nota="Reteica 2025")
    pago = crear_pago(
        saldo,
        usuario=mostrador.usuario,
        forma=mostrador.forma(),
        paga=Decimal("60000.50"),
        razon="RETENCION",
        nota="Reteica 2025",
    )
    transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda")
    de_ana = mostrador.cliente.get(f"/pagos/{pago.referencia}/").content.decode()
    papel = " ".join(texto_de(mostrador.cliente.get(f"/pagos/{pago.referencia}/comprobante.pdf").content).split())
    mostrador.cliente.force_login(carla())
    de_carla = mostrador.cliente.get(f"/pagos/tablero/{pago.referencia}/").content.decode()
    for html in (de_ana, de_carla):
        assert "$\xa060.000,50</span> <small>" in html
        assert "de $\xa0100.000</span> · Retención: Reteica 2025" in html
        assert "$\xa039.999,50" in html
    assert "Pago parcial: se debía $ 100.000. Retención." in papel
    assert f"{saldo.etiqueta} Pago parcial" in papel
    assert "$ 60.000,50 $ 39.999,50" in papel
    assert "sesenta mil pesos" in papel


def test_el_papel_lleva_idioma_titulo_y_letra_incrustada(mostrador, pago):
    """/Lang and title for those who listen to it; the font travels inside."""
    contenido = mostrador.cliente.get(f"/pagos/{pago.referencia}/comprobante.pdf").content
    assert b"/Lang (es-CO)" in contenido
    assert b"/FontFile2" in contenido
    assert pypdfium2.PdfDocument(contenido).get_metadata_value("Title").endswith(pago.recibo.numero)


def test_cien_documentos_caben_en_varias_paginas(mostrador):
    """The greatest pago prints every document."""
    pago = crear_pago(*mostrador.elegir(100), usuario=mostrador.usuario, forma=mostrador.forma())
    transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda")
    contenido = mostrador.cliente.get(f"/pagos/{pago.referencia}/comprobante.pdf").content
    assert len(pypdfium2.PdfDocument(contenido)) > 1
    texto = texto_de(contenido)
    assert all(detalle.saldo.numero in texto for detalle in pago.detalles.select_related("saldo"))


def test_sin_aprobar_no_hay_comprobante(mostrador):
    """A pago that is not approved has no paper."""
    pago = crear_pago(*mostrador.elegir(), usuario=mostrador.usuario, forma=mostrador.forma())
    assert mostrador.cliente.get(f"/pagos/{pago.referencia}/comprobante.pdf").status_code == 404


def test_cualquiera_puede_saber_si_es_autentico(client, mostrador, pago):
    """The public page says what the paper says, to whoever holds its code, and no document."""
    client.logout()
    html = client.get(f"/pagos/comprobante/{pago.recibo.codigo_verificacion}/").content.decode()
    assert "El comprobante es auténtico" in html
    for texto in (pago.referencia, "$\xa0200.000", mostrador.empresa.identificacion, "noindex"):
        assert texto in html
    assert all(detalle.saldo.numero not in html for detalle in pago.detalles.all())


def test_un_codigo_inventado_no_es_autentico(client):
    """An unknown code: 404 and a warning."""
    respuesta = client.get("/pagos/comprobante/0123456789abcdef0123456789abcdef/")
    assert respuesta.status_code == 404
    assert "No conocemos ese comprobante" in respuesta.content.decode()


def test_quien_prueba_muchos_codigos_espera(client):
    """More than 60 a minute from one address: 429 with Retry-After; another address is not disturbed."""
    for _ in range(60):
        client.get(f"/pagos/comprobante/{'0' * 32}/")
    respuesta = client.get(f"/pagos/comprobante/{'0' * 32}/")
    assert (respuesta.status_code, respuesta["Retry-After"]) == (429, "60")
    assert client.get(f"/pagos/comprobante/{'0' * 32}/", REMOTE_ADDR="203.0.113.9").status_code == 404


def test_sin_cache_nadie_queda_fuera(client, monkeypatch):
    """The cache does not answer: the page does."""

    def caida(*_args, **_kwargs):
        raise ConnectionError

    monkeypatch.setattr(cache, "add", caida)
    assert client.get(f"/pagos/comprobante/{'0' * 32}/").status_code == 404


def test_el_comprobante_lleva_el_logo_de_la_empresa(mostrador, pago):
    """Drawn once, above its name; without one, or with a colour that paper swallows, the paper is whole."""
    direccion = f"/pagos/{pago.referencia}/comprobante.pdf"
    assert imagenes_de(mostrador.cliente.get(direccion).content) == 0
    Empresa.objects.filter(pk=pago.empresa_id).update(logo=crear_logo(), color="#ffd400")
    contenido = mostrador.cliente.get(direccion).content
    assert imagenes_de(contenido) == 1
    assert mostrador.empresa.nombre in texto_de(contenido)


def imagenes_de(contenido):
    """How many pictures the paper has."""
    objetos = (pagina.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]) for pagina in pypdfium2.PdfDocument(contenido))
    return sum(len(list(uno)) for uno in objetos)


def test_cada_hoja_que_sigue_dice_de_que_comprobante_es(mostrador):
    """Many documents take several pages: each after the first ends with the number of the paper and its own; the total
    is not cut off from what proves it."""
    pago = crear_pago(*mostrador.elegir(30), usuario=mostrador.usuario, forma=mostrador.forma())
    pago = transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda").pago
    papel = pypdfium2.PdfDocument(mostrador.cliente.get(f"/pagos/{pago.referencia}/comprobante.pdf").content)
    hojas = [pagina.get_textpage().get_text_range().split("\r\n") for pagina in papel]
    assert len(hojas) > 1
    for numero, renglones in enumerate(hojas[1:], start=2):
        assert renglones[-1] == f"{pago.recibo.numero} · {pago.referencia} · Página {numero}"
    ultima = " ".join(hojas[-1])
    assert "Total pagado" in ultima
    assert NO_ES_FACTURA in ultima
