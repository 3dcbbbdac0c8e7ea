"""The history and the money are append-only in the database too (diseno.md 2 and 4.1): see `usuarios.disparadores`.

One more looks at another table (a credit is not spent twice): it is for PostgreSQL, and on SQLite `conciliar` looks for
the same.
"""

from django.db import connection

from usuarios import disparadores

# Table -> the column that may be filled, once.
TABLAS = {
    "pagos_eventopago": "",
    "pagos_saldoafavor": "",
    "pagos_abono": "aplicado_erp_en",
    "pagos_aplicacionsaldoafavor": "aplicado_erp_en",
    "pagos_comentarionovedad": "",
}
NOMBRE = disparadores.NOMBRE
# An application fits its credit, and goes to a saldo of the same empresa, tercero and currency.
CABE = "pagos_aplicacionsaldoafavor_cabe"

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
    disparadores.instalar(conexion, TABLAS)
    if conexion.vendor == "postgresql":
        with conexion.cursor() as cursor:
            cursor.execute(_FUNCION_CABE)
            cursor.execute(_DISPARADOR_CABE)


def quitar(conexion=connection):
    """Take the triggers away; only for a migration that goes back, and for emptying a test's database."""
    disparadores.quitar(conexion, TABLAS)
    if conexion.vendor == "postgresql":
        with conexion.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER IF EXISTS {CABE} ON pagos_aplicacionsaldoafavor")


def nombres(vendor):
    """Names of the triggers that a database of this vendor must have, sorted."""
    propios = disparadores.nombres(vendor, TABLAS)
    return sorted([*propios, CABE] if vendor == "postgresql" else propios)
