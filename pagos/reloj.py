"""The clock that leases are measured by: the database's own, which every worker shares (diseno.md 4.7)."""

from django.db import connection
from django.utils import timezone


def ahora():
    """Now, aware: PostgreSQL's clock; on SQLite the machine's, because there the database is on this machine."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
