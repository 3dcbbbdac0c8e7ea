"""The receipt on paper: *Comprobante de pago en línea*. In Spanish whatever the reader's language: it is for Colombia.
Who reads the portal in another language finds the translation of each label beside it.

It is not an invoice and says so. The QR leads to the public page that says whether it is authentic (diseno.md 7).
"""

from functools import partial
from io import BytesIO
from xml.sax.saxutils import escape

from django.utils import translation
from django.utils.translation import gettext, gettext_noop
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table

from cartera.dinero import CERO, sumar
from cartera.formato import dinero, fecha_hora
from cartera.papel import GRIS, LETRA, LINEA, NEGRITA, logo_de, tinta_de
from pagos.letras import en_letras
from pagos.presentacion import medio_de_pago

NO_ES_FACTURA = gettext_noop("No es factura de venta ni documento equivalente.")

_TEXTO = ParagraphStyle("texto", fontName=LETRA, fontSize=9, leading=13)
_FUERTE = ParagraphStyle("fuerte", parent=_TEXTO, fontName=NEGRITA)
_TITULO = ParagraphStyle("titulo", parent=_FUERTE, fontSize=15, leading=20)
_TOTAL = ParagraphStyle("total", parent=_FUERTE, fontSize=13, leading=17, alignment=TA_RIGHT)
_DERECHA = ParagraphStyle("derecha", parent=_TEXTO, alignment=TA_RIGHT)
_TENUE = ParagraphStyle("tenue", parent=_TEXTO, fontSize=8, leading=11, textColor=GRIS)
_TENUE_DERECHA = ParagraphStyle("tenue-derecha", parent=_TENUE, alignment=TA_RIGHT)


class _Papel(SimpleDocTemplate):
    """Each page after the first says at its foot, after everything else, which paper it belongs to."""

    def __init__(self, salida, al_pie, **opciones):
        super().__init__(salida, **opciones)
        self._al_pie = al_pie

    def afterPage(self):
        if self.page == 1:
            return
        ancho, _alto = self.pagesize
        self.canv.setFont(LETRA, 7)
        self.canv.setFillColor(GRIS)
        self.canv.drawRightString(ancho - self.rightMargin, 10 * mm, self._al_pie.replace("%s", str(self.page)))


def dibujar(pago, *, detalles, favores, verificacion, ahora):
    """The PDF (bytes) of an approved pago.

    `detalles` and `favores` come from `pagos.consultas`; `verificacion` is the absolute address of the authenticity
    page; `ahora` (aware) dates what remains of each document, which changes after the payment.
    """
    rotulo = partial(_rotulo, idioma=translation.get_language())
    with translation.override("es-co"):
        salida = BytesIO()
        papel = _Papel(
            salida,
            _al_pie(pago, rotulo),
            pagesize=letter,
            leftMargin=18 * mm,
            rightMargin=18 * mm,
            topMargin=16 * mm,
            bottomMargin=18 * mm,
            title=f"Comprobante de pago en línea {pago.recibo.numero}",
            author=pago.empresa.nombre,
            subject=f"Referencia {pago.referencia}",
            lang="es-CO",
        )
        partes = [
            *_encabezado(pago, rotulo),
            _datos(pago, rotulo),
            Spacer(1, 6 * mm),
            _documentos(pago, detalles, rotulo),
            # The total, its words and what proves it are one thing: never on two pages.
            KeepTogether(
                [*_totales(pago, favores, rotulo), Spacer(1, 6 * mm), _pie(pago, verificacion, ahora, rotulo)]
            ),
        ]
        fondo = _sello if pago.acuerdo.prueba else _sin_sello
        papel.build(partes, onFirstPage=fondo, onLaterPages=fondo)
    return salida.getvalue()


def _rotulo(texto, *, idioma):
    """`texto`, a label that was marked, and after a bar what it is called in `idioma` when that is not Spanish."""
    with translation.override(idioma):
        traducido = gettext(texto)
    return texto if traducido == texto else f"{texto} / {traducido}"


def _al_pie(pago, rotulo):
    """The foot of a page, with room for its number."""
    pagina = rotulo(gettext_noop("Página %s"))
    return f"{pago.recibo.numero} · {pago.referencia} · {pagina}"


def _p(texto, estilo=_TEXTO):
    return Paragraph(escape(str(texto)), estilo)


def _encabezado(pago, rotulo):
    empresa, titulo = pago.empresa, rotulo(gettext_noop("Comprobante de pago en línea"))
    logo, tinta = logo_de(empresa), tinta_de(empresa)
    return [
        *([logo, Spacer(1, 2 * mm)] if logo else []),
        _p(empresa.nombre, _FUERTE),
        _p(f"{empresa.identificacion} · {empresa.direccion}", _TENUE),
        _p(f"{empresa.telefono} · {empresa.correo}", _TENUE),
        Spacer(1, 5 * mm),
        _p(f"{titulo} {pago.recibo.numero}", ParagraphStyle("titulo", parent=_TITULO, textColor=tinta)),
        Spacer(1, 3 * mm),
    ]


def _datos(pago, rotulo):
    filas = [
        (gettext_noop("Pagado por"), f"{pago.tercero.nombre_completo}, {pago.tercero.identificacion}"),
        (gettext_noop("Referencia"), pago.referencia),
        (gettext_noop("Fecha del pago"), fecha_hora(pago.fecha_pago)),
        (gettext_noop("Medio de pago"), medio_de_pago(pago) or pago.forma_pago.etiqueta),
        (gettext_noop("CUS"), pago.cus),
        (gettext_noop("Aprobación"), pago.aprobacion),
    ]
    tabla = Table(
        [(_p(rotulo(nombre), _TENUE), _p(valor)) for nombre, valor in filas if valor], colWidths=[38 * mm, None]
    )
    tabla.setStyle([*_APRETADA, ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINEA)])
    return tabla


_APRETADA = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("TOPPADDING", (0, 0), (-1, -1), 3),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ("LEFTPADDING", (0, 0), (-1, -1), 2),
]


def _documento(pago, detalle, rotulo):
    """Name of a document and, when it was not paid whole, what was owed then and why."""
    if not detalle.razon:
        return _p(detalle.saldo.etiqueta)
    parcial, razon = rotulo(gettext_noop("Pago parcial: se debía")), rotulo(detalle.get_razon_display())
    debia = f"{parcial} {dinero(detalle.debia, pago.moneda)}. {razon}."
    return [_p(detalle.saldo.etiqueta), _p(debia, _TENUE)]


def _documentos(pago, detalles, rotulo):
    titulos = gettext_noop("Documento"), gettext_noop("Valor pagado"), gettext_noop("Queda por pagar")
    estilos = _TENUE, _TENUE_DERECHA, _TENUE_DERECHA
    filas = [tuple(_p(rotulo(titulo), estilo) for titulo, estilo in zip(titulos, estilos, strict=True))]
    filas += [
        (
            _documento(pago, detalle, rotulo),
            _p(dinero(detalle.valor, pago.moneda), _DERECHA),
            _p(dinero(detalle.saldo.saldo, pago.moneda), _DERECHA),
        )
        for detalle in detalles
    ]
    tabla = Table(filas, colWidths=[None, 45 * mm, 45 * mm], repeatRows=1)
    tabla.setStyle([*_APRETADA, ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINEA), ("LINEBELOW", (0, 0), (-1, 0), 1, GRIS)])
    return tabla


def _totales(pago, favores, rotulo):
    iva, total = rotulo(gettext_noop("IVA incluido")), rotulo(gettext_noop("Total pagado"))
    yield Spacer(1, 4 * mm)
    yield _p(f"{iva}: {dinero(pago.iva, pago.moneda)}", _DERECHA)
    yield _p(f"{total}: {dinero(pago.total, pago.moneda)}", _TOTAL)
    yield _p(f"Son: {en_letras(pago.total, pago.moneda)}.", _DERECHA)
    favor = sumar(favor.valor for favor in favores)
    if favor > CERO:
        quedo = rotulo(gettext_noop("Quedó como saldo a favor"))
        yield _p(f"{quedo}: {dinero(favor, pago.moneda)}", _DERECHA)


def _pie(pago, verificacion, ahora, rotulo):
    lado = 30 * mm
    qr = QrCodeWidget(verificacion, barLevel="M")
    x0, y0, x1, y1 = qr.getBounds()
    dibujo = Drawing(lado, lado, transform=[lado / (x1 - x0), 0, 0, lado / (y1 - y0), 0, 0])
    dibujo.add(qr)
    queda = rotulo(gettext_noop("«Queda por pagar» es lo que se debía el"))
    textos = [
        _p(rotulo(NO_ES_FACTURA), _FUERTE),
        _p(rotulo(gettext_noop("Para saber si este comprobante es auténtico, lea el código o abra:")), _TENUE),
        _p(verificacion, _TENUE),
        _p(f"{queda} {fecha_hora(ahora)}.", _TENUE),
    ]
    if pago.acuerdo.prueba:
        textos.insert(0, _p(rotulo(gettext_noop("PRUEBA: este pago es de prueba, no se movió dinero.")), _FUERTE))
    tabla = Table([(dibujo, textos)], colWidths=[lado + 4 * mm, None])
    tabla.setStyle([("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("LEFTPADDING", (0, 0), (0, 0), 0)])
    return tabla


def _sin_sello(_lienzo, _papel):
    """Real payments carry no stamp."""


def _sello(lienzo, papel):
    """PRUEBA across the page, behind the text."""
    ancho, alto = papel.pagesize
    lienzo.saveState()
    lienzo.setFont(NEGRITA, 96)
    lienzo.setFillColor(colors.HexColor("#f0d9d9"))
    lienzo.translate(ancho / 2, alto / 2)
    lienzo.rotate(45)
    lienzo.drawCentredString(0, 0, "PRUEBA")
    lienzo.restoreState()
