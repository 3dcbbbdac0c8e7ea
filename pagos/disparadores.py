"""The history and the money are append-only in the database too (diseno.md 2 and 4.1): see `usuarios.disparadores`."""

from django.db import connection

from usuarios import disparadores

# Table -> its only column that may be filled, once; "" = none.
TABLAS = {
    "pagos_eventopago": "",
    "pagos_saldoafavor": "",
    "pagos_abono": "aplicado_erp_en",
    "pagos_aplicacionsaldoafavor": "aplicado_erp_en",
}
NOMBRE = disparadores.NOMBRE


def instalar(conexion=connection):
    """Create the triggers that are missing and replace the ones that are there, in this database."""
    disparadores.instalar(conexion, TABLAS)


def quitar(conexion=connection):
    """Take the triggers away; only for a migration that goes back, and for emptying a test's database."""
    disparadores.quitar(conexion, TABLAS)


def nombres(vendor):
    """Names of the triggers that a database of this vendor must have, sorted."""
    return disparadores.nombres(vendor, TABLAS)
