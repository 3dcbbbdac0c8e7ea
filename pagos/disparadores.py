"""What was written stays written: triggers that keep the history and the money append-only (diseno.md 2 and 4.1).

Every migration that touches one of these tables calls `instalar` last: on SQLite, altering a field makes the table anew
and drops its triggers without a word. Each trigger names its own table alone, for the same reason; the one that looks
at another table (a credit is not spent twice) is for PostgreSQL, and on SQLite `conciliar` looks for the same.
"""

from django.db import connection

# Table -> its only column that may be filled, once; "" = none.
TABLAS = {
    "pagos_eventopago": "",
    "pagos_saldoafavor": "",
    "pagos_abono": "aplicado_erp_en",
    "pagos_aplicacionsaldoafavor": "aplicado_erp_en",
    "pagos_comentarionovedad": "",
}
# The name of the error, in the constraint's place.
NOMBRE = "solo_se_agrega"
# An application fits its credit, and goes to a saldo of the same empresa, tercero and currency.
CABE = "pagos_aplicacionsaldoafavor_cabe"

_FUNCION = f"""
CREATE OR REPLACE FUNCTION pagos_{NOMBRE}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{NOMBRE}: % en %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'check_violation', CONSTRAINT = '{NOMBRE}';
END $$
"""

# The credit's own lock makes the sum of two writers one after the other, whoever they are.
_FUNCION_CABE = """
CREATE OR REPLACE FUNCTION pagos_aplicacionsaldoafavor_cabe() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    favor pagos_saldoafavor%ROWTYPE;
BEGIN
    SELECT * INTO favor FROM pagos_saldoafavor WHERE id = NEW.favor_id FOR NO KEY UPDATE;
    IF (SELECT sum(valor) FROM pagos_aplicacionsaldoafavor WHERE favor_id = NEW.favor_id) > favor.valor
        OR EXISTS (
            SELECT 1 FROM cartera_saldo WHERE id = NEW.saldo_id
            AND (empresa_id, tercero_id, moneda) IS DISTINCT FROM (favor.empresa_id, favor.tercero_id, favor.moneda)
        )
    THEN
        RAISE EXCEPTION 'pagos_aplicacionsaldoafavor_cabe: favor %', NEW.favor_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'pagos_aplicacionsaldoafavor_cabe';
    END IF;
    RETURN NULL;
END $$
"""
_DISPARADOR_CABE = """
CREATE TRIGGER pagos_aplicacionsaldoafavor_cabe AFTER INSERT ON pagos_aplicacionsaldoafavor
    FOR EACH ROW EXECUTE FUNCTION pagos_aplicacionsaldoafavor_cabe()
"""


def instalar(conexion=connection):
    """Create the triggers that are missing and replace the ones that are there, in this database."""
    quitar(conexion)
    with conexion.cursor() as cursor:
        if conexion.vendor == "postgresql":
            cursor.execute(_FUNCION)
            cursor.execute(_FUNCION_CABE)
            cursor.execute(_DISPARADOR_CABE)
        for nombre, tabla, cuando, condicion in _todos(conexion, cursor):
            cursor.execute(_crear(conexion.vendor, nombre, tabla, cuando, condicion))


def quitar(conexion=connection):
    """Take the triggers away; only for a migration that goes back, and for emptying a test's database."""
    with conexion.cursor() as cursor:
        for nombre, tabla, _cuando, _condicion in _todos(conexion, cursor):
            donde = f" ON {tabla}" if conexion.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {nombre}{donde}")
        if conexion.vendor == "postgresql":
            cursor.execute(f"DROP TRIGGER IF EXISTS {CABE} ON pagos_aplicacionsaldoafavor")


def nombres(vendor):
    """Names of the triggers that a database of this vendor must have, sorted."""
    sufijos = {tabla: ["no_cambia", "no_se_borra"] for tabla in TABLAS}
    for tabla, columna in TABLAS.items():
        sufijos[tabla] += ["no_se_vacia"] * (vendor == "postgresql") + ["una_vez"] * bool(columna)
    propios = [f"{tabla}_{sufijo}" for tabla, propios in sufijos.items() for sufijo in propios]
    return sorted([*propios, CABE] if vendor == "postgresql" else propios)


def _todos(conexion, cursor):
    """(name, table, event, condition) of each trigger; tables and columns as they are at this migration."""
    hay = set(conexion.introspection.table_names(cursor))
    for tabla, unica in TABLAS.items():
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
        accion = f"EXECUTE FUNCTION pagos_{NOMBRE}()"
    else:
        cada, accion = "ROW", f"BEGIN SELECT RAISE(ABORT, '{NOMBRE}: {nombre}'); END"
    return f"CREATE TRIGGER {nombre} BEFORE {cuando} ON {tabla} FOR EACH {cada} {solo_si} {accion}"
