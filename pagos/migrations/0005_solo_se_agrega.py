"""History and money are append-only in the database too: `pagos.disparadores`."""

from django.db import migrations

from pagos import disparadores


def _instalar(_apps, schema_editor):
    disparadores.instalar(schema_editor.connection)


def _quitar(_apps, schema_editor):
    disparadores.quitar(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("pagos", "0004_espera_pedida")]

    operations = [migrations.RunPython(_instalar, _quitar)]
