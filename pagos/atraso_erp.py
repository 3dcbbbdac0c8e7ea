"""An ERP figure below the money that it has not acknowledged is for a person to look at (diseno.md 4.11).

Asked of the balances as they stand, not told by the import: `cartera` knows nothing of novedades, and whichever door
the figure came through, it is found.
"""

from cartera.consultas import con_erp_por_debajo
from pagos import novedades
from pagos.estados import TipoNovedad


def revisar():
    """Raise one Novedad for each saldo whose ERP figure is below the unacknowledged money; returns how many are new."""
    nuevas = 0
    for saldo in con_erp_por_debajo().select_related("empresa").iterator():
        evidencia = {"saldo_erp": str(saldo.saldo_erp), "por_acusar": str(saldo.por_acusar)}
        nuevas += novedades.registrar(TipoNovedad.ERP_POR_DEBAJO, saldo=saldo, evidencia=evidencia)[1]
    return nuevas
