import django.db.models.deletion
from django.db import migrations, models

from cartera.roles import PERMISOS
from usuarios.roles import sincronizar_roles


def crear_roles(apps, _schema_editor):
    sincronizar_roles(apps, PERMISOS)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("cartera", "0011_alcance_personal"),
    ]

    operations = [
        migrations.CreateModel(
            name="LlaveErp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "nombre",
                    models.CharField(
                        help_text="Para reconocerla: qué programa la usa y dónde.", max_length=60, verbose_name="nombre"
                    ),
                ),
                ("prefijo", models.CharField(max_length=12, verbose_name="prefijo")),
                ("huella", models.CharField(max_length=64, verbose_name="huella")),
                (
                    "leer",
                    models.BooleanField(
                        default=False,
                        help_text="Recoger lo que el ERP debe contabilizar.",
                        verbose_name="puede leer",
                    ),
                ),
                (
                    "escribir",
                    models.BooleanField(
                        default=False,
                        help_text="Entregar saldos y decir qué contabilizó.",
                        verbose_name="puede escribir",
                    ),
                ),
                ("creada_en", models.DateTimeField(verbose_name="creada en")),
                ("usada_en", models.DateTimeField(blank=True, null=True, verbose_name="usada por última vez")),
                ("revocada_en", models.DateTimeField(blank=True, null=True, verbose_name="revocada en")),
                (
                    "empresa",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="llaves_erp",
                        to="cartera.empresa",
                        verbose_name="empresa",
                    ),
                ),
            ],
            options={
                "verbose_name": "llave del ERP",
                "verbose_name_plural": "llaves del ERP",
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("prefijo",),
                        name="llave_prefijo_unico",
                        violation_error_message="Ese prefijo ya es de otra llave.",
                    ),
                    models.UniqueConstraint(
                        fields=("huella",), name="llave_huella_unica", violation_error_message="Esa llave ya existe."
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("leer", True), ("escribir", True), _connector="OR"),
                        name="llave_con_algun_permiso",
                        violation_error_message="Una llave sirve para leer, para escribir, o para ambas cosas.",
                    ),
                ],
            },
        ),
        migrations.RunPython(crear_roles, migrations.RunPython.noop),
    ]
