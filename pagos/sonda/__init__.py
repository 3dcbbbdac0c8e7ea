"""The sonda: asks the gateways about every pago that is due, whatever the load (diseno.md 2 and 4.7).

The database is the queue. `rondas` opens a round at each ring; `sondeo` is one asker, of which each worker process runs
one; `reclamo` takes due rows by lease, inside the limits that `cupos` keeps across all workers; `carriles` are an
asker's lanes, one for each agreement, and `reparto` says which goes next; `bitacora` counts.
"""

from pagos.sonda.sondeo import ayudar, ejecutar_ronda

__all__ = ["ayudar", "ejecutar_ronda"]
