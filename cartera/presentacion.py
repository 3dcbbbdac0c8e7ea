"""What the list of balances shows, ready to print: texts are made once per row here, not by filters in the template."""

from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from urllib.parse import quote

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _t

from cartera.formato import dinero, fecha_corta, vence
from cartera.vencimientos import dias_de_mora, grupos_de_vencimiento

# Where the DIAN shows an electronic invoice by its CUFE (Anexo técnico de factura electrónica, section 11.7, QR code).
_CATALOGO_DIAN = "https://catalogo-vpfe.dian.gov.co/document/searchqr?documentkey="


@dataclass(slots=True)
class Fila:
    """One row of the list. `proceso` is the address of the open pago that holds the document, '' when it is free.

    `aviso`: that the user told of having paid it elsewhere, or the offer to; '' when an open pago holds it and nothing
    was told. `ya_pague`: the address of both.
    """

    pk: int
    etiqueta: str
    de_quien: str
    fecha: str
    vencimiento: str
    plazo: str
    vencido: bool
    saldo: str
    factura: str
    elegida: bool
    proceso: str
    aviso: str
    ya_pague: str


@dataclass(slots=True)
class GrupoDeFilas:
    """Rows of one group; without `clave` they are the whole page, in another order. `totales` are texts."""

    clave: str | int
    nombre: str | Promise
    filas: list[Fila]
    cuantos: int = 0
    totales: list[str] = field(default_factory=list)


def grupo_de_vencimiento(hoy):
    """Function that gives (clave, name) of the due group of a saldo on the day `hoy` (date)."""
    grupos = grupos_de_vencimiento(hoy)

    def de(saldo):
        dias = dias_de_mora(saldo.vencimiento, hoy)
        return next((tramo.clave, tramo.nombre) for tramo in grupos if tramo.contiene(dias))

    return de


def agrupar(saldos, *, hoy, elegidos, nombres, totales=(), por=None):
    """The saldos of a page (`consultas.con_proceso`, `avisos.con_aviso`) as a list of GrupoDeFilas.

    `elegidos`: ids in the selection. `nombres`: (empresa id, tercero id) -> whose document it is, '' where the page has
    only one. `totales`: what `consultas.totales_por_*` returned. `por`: gives (clave, name) of the group of a saldo;
    None = the page is in an order without groups.
    """
    filas = [(por(saldo) if por else ("", ""), _fila(saldo, hoy, elegidos, nombres)) for saldo in saldos]
    return [
        _grupo(clave, nombre, [fila for _clave, fila in pares], totales)
        for (clave, nombre), pares in groupby(filas, key=itemgetter(0))
    ]


def _grupo(clave, nombre, filas, totales):
    suyos = [total for total in totales if total["grupo"] == clave]
    return GrupoDeFilas(
        clave,
        nombre,
        filas,
        cuantos=sum(total["cuantos"] for total in suyos),
        totales=[dinero(total["total"], total["moneda"]) for total in suyos],
    )


def _dias(saldo, hoy):
    return dias_de_mora(saldo.vencimiento, hoy)


def _fila(saldo, hoy, elegidos, nombres):
    dias, referencia = _dias(saldo, hoy), saldo.en_proceso_referencia
    return Fila(
        pk=saldo.pk,
        etiqueta=saldo.etiqueta,
        de_quien=nombres.get((saldo.empresa_id, saldo.tercero_id), ""),
        fecha=fecha_corta(saldo.fecha),
        vencimiento=fecha_corta(saldo.vencimiento),
        plazo=vence(dias),
        vencido=dias > 0,
        saldo=dinero(saldo.saldo, saldo.moneda),
        factura=enlace_de_factura(saldo),
        elegida=saldo.pk in elegidos and not referencia,
        proceso=reverse("pagos:detalle", args=[referencia]) if referencia else "",
        aviso=_aviso(saldo),
        ya_pague=reverse("cartera:ya_pague", args=[saldo.pk]),
    )


def _aviso(saldo):
    """What the row says of the user's note about it (`avisos.con_aviso`), or of leaving one."""
    if saldo.avisado_en is None:
        return "" if saldo.en_proceso_referencia else _t("¿Ya lo pagó?")
    frase = _t("Avisó que ya pagó, %s: visto") if saldo.aviso_visto_en else _t("Avisó que ya pagó, %s")
    return frase % fecha_corta(saldo.avisado_en)


def enlace_de_factura(saldo):
    """Address of the invoice: the ERP's link, else the DIAN's page of its CUFE, else ''."""
    if saldo.enlace or not saldo.cufe:
        return saldo.enlace
    return _CATALOGO_DIAN + quote(saldo.cufe)
