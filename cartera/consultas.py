"""Reads: which saldos a user may see, and how the pages search, sort and add them up (diseno.md 4.8)."""

from cartera.models import CLAVE_NATURAL, Saldo


# --- For the importer ---------------------------------------------------------------------------------------------
def _con_claves(claves):
    # A superset that the unique index answers; a thousand ORs of five conditions would take the planner longer.
    return Saldo.objects.order_by().filter(
        empresa_id__in={clave[0] for clave in claves},
        documento__in={clave[1] for clave in claves},
        numero__in={clave[2] for clave in claves},
    )


def ids_por_clave(claves):
    """Primary key of each saldo whose natural key is in `claves` (a set), by that key."""
    filas = _con_claves(claves).values_list("pk", *CLAVE_NATURAL)
    return {tuple(clave): pk for pk, *clave in filas if tuple(clave) in claves}


def fijos_por_clave(claves):
    """The saldos of `claves` (a set of natural keys), by that key, with only what an import may not change."""
    filas = _con_claves(claves).only(*CLAVE_NATURAL, "tercero_id", "organizacion_id", "moneda", "corte")
    return {saldo.clave: saldo for saldo in filas if saldo.clave in claves}


def con_pagos(ids):
    """Those of `ids` (set) that some detail of a payment names: their tercero, organizacion and moneda are frozen."""
    # The relation belongs to `pagos`, which this app may not import: by name.
    return set(Saldo.objects.filter(pk__in=ids, detalles__isnull=False).order_by().values_list("pk", flat=True))


def sin_acusar_desde(momento):
    """Queryset of the saldos with money that the ERP has not acknowledged since `momento` (datetime) or before."""
    return Saldo.objects.filter(por_acusar_desde__lte=momento).order_by("por_acusar_desde", "pk")
