"""What was written stays written: triggers that keep the tables of an app append-only.

A table is named with its only column that may be filled, once ('' = none). Every migration that touches one of them
calls `instalar` last: on SQLite, altering a field makes the table anew and drops its triggers without a word. Each
trigger names its own table alone, for the same reason.
"""

from django.db import connection

# Of this app.
TABLAS = {"usuarios_registroauditoria": ""}
# The name of the error, in the constraint's place.
NOMBRE = "solo_se_agrega"

_FUNCION = f"""
CREATE OR REPLACE FUNCTION {NOMBRE}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{NOMBRE}: % en %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'check_violation', CONSTRAINT = '{NOMBRE}';
END $$
"""


def instalar(conexion=connection, tablas=TABLAS):
    """Create the triggers that are missing and replace the ones that are there, in this database."""
    quitar(conexion, tablas)
    with conexion.cursor() as cursor:
        if conexion.vendor == "postgresql":
            cursor.execute(_FUNCION)
        for nombre, tabla, cuando, condicion in _todos(conexion, cursor, tablas):
            cursor.execute(_crear(conexion.vendor, nombre, tabla, cuando, condicion))


def quitar(conexion=connection, tablas=TABLAS):
    """Take the triggers away; only for a migration that goes back, and for emptying a test's database."""
    with conexion.cursor() as cursor:
        for nombre, tabla, _cuando, _condicion in _todos(conexion, cursor, tablas):
            donde = f" ON {tabla}" if conexion.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {nombre}{donde}")


def nombres(vendor, tablas=TABLAS):
    """Names of the triggers that a database of this vendor must have, sorted."""
    sufijos = {tabla: ["no_cambia", "no_se_borra"] for tabla in tablas}
    for tabla, columna in tablas.items():
        sufijos[tabla] += ["no_se_vacia"] * (vendor == "postgresql") + ["una_vez"] * bool(columna)
    return sorted(f"{tabla}_{sufijo}" for tabla, propios in sufijos.items() for sufijo in propios)


def _todos(conexion, cursor, tablas):
    """(name, table, event, condition) of each trigger; tables and columns as they are at this migration."""
    hay = set(conexion.introspection.table_names(cursor))
    for tabla, unica in tablas.items():
        if tabla not in hay:
            continue
        fijas = [c.name for c in conexion.introspection.get_table_description(cursor, tabla) if c.name != unica]
        yield f"{tabla}_no_cambia", tabla, f"UPDATE OF {', '.join(fijas)}", ""
        yield f"{tabla}_no_se_borra", tabla, "DELETE", ""
        if unica:
            yield f"{tabla}_una_vez", tabla, f"UPDATE OF {unica}", f"OLD.{unica} IS NOT NULL"
        if conexion.vendor == "postgresql":
            yield f"{tabla}_no_se_vacia", tabla, "TRUNCATE", ""


def _crear(vendor, nombre, tabla, cuando, condicion):
    solo_si = f"WHEN ({condicion})" if condicion else ""
    if vendor == "postgresql":
        cada = "STATEMENT" if cuando == "TRUNCATE" else "ROW"
        accion = f"EXECUTE FUNCTION {NOMBRE}()"
    else:
        cada, accion = "ROW", f"BEGIN SELECT RAISE(ABORT, '{NOMBRE}: {nombre}'); END"
    return f"CREATE TRIGGER {nombre} BEFORE {cuando} ON {tabla} FOR EACH {cada} {solo_si} {accion}"
