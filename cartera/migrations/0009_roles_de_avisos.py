from django.db import migrations

from cartera.roles import PERMISOS
from usuarios.roles import sincronizar_roles


def crear_roles(apps, _schema_editor):
    sincronizar_roles(apps, PERMISOS)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("cartera", "0008_aviso_de_pago"),
    ]

    # Backwards the roles stay: somebody may hold them.
    operations = [migrations.RunPython(crear_roles, migrations.RunPython.noop)]
