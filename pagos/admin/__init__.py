"""Payments in the administration: agreements and buttons to keep, everything else to read."""

from pagos.admin import acuerdos, hechos

__all__ = ["acuerdos", "hechos"]
