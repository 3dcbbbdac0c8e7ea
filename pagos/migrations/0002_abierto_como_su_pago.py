"""PostgreSQL refuses a commit where a detail's `abierto` and its pago's `estado` disagree (diseno.md 4.2).

A deferred constraint trigger, because no constraint can look through the join and both rows change in one transaction.
SQLite has no deferred triggers: there `conciliar` and the tests look for the same disagreement.
"""

from django.db import migrations

CREAR = """
CREATE FUNCTION pagos_abierto_como_su_pago() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    este bigint;
BEGIN
    IF TG_TABLE_NAME = 'pagos_pago' THEN este := NEW.id; ELSE este := NEW.pago_id; END IF;
    IF EXISTS (
        SELECT 1 FROM pagos_detallepago d JOIN pagos_pago p ON p.id = d.pago_id
        WHERE p.id = este AND d.abierto <> (p.estado IN ('CREADA', 'PENDIENTE'))
    ) THEN
        RAISE EXCEPTION 'detalle_abierto_como_su_pago: pago %', este
            USING ERRCODE = 'check_violation', CONSTRAINT = 'detalle_abierto_como_su_pago';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER detalle_abierto_como_su_pago AFTER INSERT OR UPDATE OF abierto, pago_id
    ON pagos_detallepago DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pagos_abierto_como_su_pago();
CREATE CONSTRAINT TRIGGER pago_abierto_como_sus_detalles AFTER UPDATE OF estado
    ON pagos_pago DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pagos_abierto_como_su_pago();
"""

QUITAR = """
DROP TRIGGER detalle_abierto_como_su_pago ON pagos_detallepago;
DROP TRIGGER pago_abierto_como_sus_detalles ON pagos_pago;
DROP FUNCTION pagos_abierto_como_su_pago();
"""


def _en_postgresql(sql):
    def ejecutar(_apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql, params=None)

    return ejecutar


class Migration(migrations.Migration):
    dependencies = [("pagos", "0001_initial")]

    operations = [migrations.RunPython(_en_postgresql(CREAR), _en_postgresql(QUITAR))]
