"""Money: Decimal, at most 14 digits with 2 places, and the only room where SQL may add it (diseno.md 4.10).

SQLite computes decimals as floats, so amounts are computed in Python and written as values; sums add whole centavos.
"""

from decimal import ROUND_HALF_UP, Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import BigIntegerField, Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Cast, Coalesce, Round

CENTAVO = Decimal("0.01")
CERO = Decimal("0.00")
MAXIMO = Decimal("999999999999.99")

# Currencies that a document may be in (ISO 4217): those in which Colombian companies invoice.
MONEDAS = (
    "COP",
    "USD",
    "EUR",
    "GBP",
    "CAD",
    "MXN",
    "BRL",
    "PEN",
    "ARS",
    "BOB",
    "CRC",
    "DOP",
    "GTQ",
    "PAB",
    "UYU",
    "CNY",
)


class DineroField(models.DecimalField):
    """A non-negative amount of at most 14 digits with 2 places; its currency stands beside it in the row."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("validators", [MinValueValidator(CERO)])
        super().__init__(*args, **{**kwargs, "max_digits": 14, "decimal_places": 2})

    def deconstruct(self):
        nombre, ruta, args, kwargs = super().deconstruct()
        del kwargs["max_digits"], kwargs["decimal_places"]
        return nombre, ruta, args, kwargs


def redondear(valor):
    """`valor` (Decimal) to whole centavos, half up."""
    return valor.quantize(CENTAVO, rounding=ROUND_HALF_UP)


def sumar(valores):
    """Exact sum of Decimals, `0.00` for none."""
    return sum(valores, CERO)


def proporcion(total, parte, entero):
    """`total × parte / entero` in centavos, half up: the share of `total` that goes with `parte` of `entero`."""
    return redondear(total * parte / entero) if entero else CERO


def centavos(campo):
    """SQL expression: the exact sum of a money column in whole centavos (int), NULL for no rows."""
    return Sum(_en_centavos(campo))


def _en_centavos(campo):
    return Cast(Round(F(campo) * 100), BigIntegerField())


def resto(campo, usos, otro, *, de):
    """SQL expression: the money column `campo` less the sum of `otro` over the rows of `usos` (queryset) whose field
    `de` is this row, exact, in whole centavos (int): `de_centavos` makes it money."""
    suyos = usos.order_by().filter(**{de: OuterRef("pk")}).values(de).annotate(_usado=centavos(otro)).values("_usado")
    return _en_centavos(campo) - Coalesce(Subquery(suyos, output_field=BigIntegerField()), 0)


def supera(campo, otro):
    """Q: the money column `campo` is greater than `otro` of the same row; stored values, nothing computed."""
    return Q(**{f"{campo}__gt": F(otro)})


def de_centavos(suma):
    """What `centavos` returned, as Decimal with two places."""
    return (Decimal(suma or 0) / 100).quantize(CENTAVO)


def total(consulta, campo):
    """Exact total (Decimal) of a money column over a queryset."""
    return de_centavos(consulta.aggregate(suma=centavos(campo))["suma"])


def neto(consulta):
    """Exact `debito - credito` (Decimal, of either sign) over a queryset of movements."""
    sumas = consulta.aggregate(debe=centavos("debito"), haber=centavos("credito"))
    return de_centavos((sumas["debe"] or 0) - (sumas["haber"] or 0))


def netos_por(consulta, claves):
    """Exact `debito - credito` of movements by `claves`, where it is not zero: dict of key (tuple) -> Decimal."""
    netos = consulta.order_by().values_list(*claves).annotate(neto=centavos("debito") - centavos("credito"))
    return {tuple(clave): de_centavos(suma) for *clave, suma in netos.exclude(neto=0).order_by(*claves)}


def totales_por(consulta, claves, campo):
    """Exact totals grouped by `claves` (tuple of field names): list of dicts with the keys, `cuantos` and `total`."""
    filas = consulta.order_by().values(*claves).annotate(suma=centavos(campo), cuantos=Count("pk")).order_by(*claves)
    return [
        {**{clave: fila[clave] for clave in claves}, "cuantos": fila["cuantos"], "total": de_centavos(fila["suma"])}
        for fila in filas
    ]
