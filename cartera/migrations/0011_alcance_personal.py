import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cartera.roles import PERMISOS
from usuarios.roles import sincronizar_roles


def crear_roles(apps, _schema_editor):
    sincronizar_roles(apps, PERMISOS)


class Migration(migrations.Migration):
    dependencies = [
        ("cartera", "0009_roles_de_avisos"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AlcancePersonal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "empresa",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cartera.empresa",
                        verbose_name="empresa",
                    ),
                ),
                (
                    "usuario",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="empresas_a_la_vista",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="persona",
                    ),
                ),
            ],
            options={
                "verbose_name": "empresa a la vista del personal",
                "verbose_name_plural": "empresas a la vista del personal",
                "ordering": ["usuario", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("usuario", "empresa"),
                        name="alcance_personal_unico",
                        violation_error_message="Esa persona ya ve esa empresa.",
                    )
                ],
            },
        ),
        # Backwards the permissions stay: somebody may hold them.
        migrations.RunPython(crear_roles, migrations.RunPython.noop),
    ]
