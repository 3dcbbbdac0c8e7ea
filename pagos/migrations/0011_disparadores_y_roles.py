"""Comments of Novedades are append-only too, a credit is not spent twice, and who may do what with all of it."""

from django.db import migrations

from pagos import disparadores
from pagos.roles import PERMISOS
from usuarios.roles import sincronizar_roles


def _instalar(_apps, schema_editor):
    disparadores.instalar(schema_editor.connection)


def _crear_roles(apps, _schema_editor):
    sincronizar_roles(apps, PERMISOS)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("pagos", "0010_favores_y_erp"),
    ]

    # Backwards the roles stay: somebody may hold them. The triggers go with the tables that they are on.
    operations = [
        migrations.RunPython(_instalar, migrations.RunPython.noop),
        migrations.RunPython(_crear_roles, migrations.RunPython.noop),
    ]
