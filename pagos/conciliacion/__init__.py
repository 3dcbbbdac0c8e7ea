"""The books against themselves (diseno.md 4.1): every peso that a gateway approved is somewhere, and once.

Reads in lots, so that millions of rows fit. Payments go on meanwhile: what looks wrong is read again under the locks
that its writers take, and only what is still wrong then is a difference.
"""

from pagos.conciliacion import pagos, recibos, saldos
from pagos.conciliacion.tipos import Diferencia, Libro, Totales

__all__ = ["Diferencia", "Libro", "Totales", "conciliar"]


def conciliar(libro, *, empresa_id=None):
    """Yield every Diferencia of the books (of one empresa, or of all); when exhausted, `libro` (a Libro) is full."""
    yield from pagos.diferencias(libro, empresa_id=empresa_id)
    yield from saldos.diferencias(empresa_id=empresa_id)
    yield from recibos.diferencias(empresa_id=empresa_id)
