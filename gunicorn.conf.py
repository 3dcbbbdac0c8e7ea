"""gunicorn reads this by itself. Only what the metrics of several web processes need (docs/metricas.md)."""

import os
from pathlib import Path

from prometheus_client.multiprocess import mark_process_dead

_CARPETA = os.environ.get("PROMETHEUS_MULTIPROC_DIR")


def on_starting(_server):
    """What the processes of the last start counted is over: counters begin at 0 again, as Prometheus expects."""
    if _CARPETA:
        Path(_CARPETA).mkdir(parents=True, exist_ok=True)
        for archivo in Path(_CARPETA).glob("*.db"):
            archivo.unlink()


def child_exit(_server, worker):
    """A process that ended has nothing in flight."""
    if _CARPETA:
        mark_process_dead(worker.pid)
