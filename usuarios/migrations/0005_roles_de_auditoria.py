from django.db import migrations

from usuarios import disparadores
from usuarios.roles import sincronizar_roles


def crear_roles(apps, _schema_editor):
    sincronizar_roles(apps)


def instalar(_apps, schema_editor):
    disparadores.instalar(schema_editor.connection)


def quitar(_apps, schema_editor):
    disparadores.quitar(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("usuarios", "0004_auditoria"),
    ]

    operations = [
        # Backwards the permission stays: somebody may hold it.
        migrations.RunPython(crear_roles, migrations.RunPython.noop),
        migrations.RunPython(instalar, quitar),
    ]
