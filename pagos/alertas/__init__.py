"""What an operator must hear of, once when it begins and once when it is over (`docs/alertas.md`).

`sintomas` reads what is wrong now, `vigilancia` opens and closes, `correo` tells, `vista` is what people read.
"""

from pagos.alertas.vigilancia import purgar_alertas, vigilar
from pagos.alertas.vista import AlertaVista, abiertas

__all__ = ["AlertaVista", "abiertas", "purgar_alertas", "vigilar"]
