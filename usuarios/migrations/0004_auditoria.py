import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

CLASES = [
    ("ENTRADA", "Entró"),
    ("SALIDA", "Salió"),
    ("FALLO", "Intento fallido de entrar"),
    ("BLOQUEO", "Ingreso bloqueado"),
    ("CLAVE", "Contraseña"),
    ("DOBLE_FACTOR", "Verificación en dos pasos"),
    ("SESION", "Sesiones cerradas"),
    ("ROLES", "Roles"),
    ("CREACION", "Creación"),
    ("CAMBIO", "Cambio"),
    ("BORRADO", "Borrado"),
    ("IMPORTACION", "Importación"),
    ("EXPORTACION", "Exportación"),
    ("VISTA_PREVIA", "Vista previa"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("usuarios", "0003_roles"),
    ]

    operations = [
        migrations.CreateModel(
            name="RegistroAuditoria",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "cuando",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="cuándo"),
                ),
                ("clase", models.CharField(choices=CLASES, max_length=15, verbose_name="qué")),
                ("correo", models.CharField(blank=True, max_length=254, verbose_name="correo")),
                ("direccion", models.GenericIPAddressField(blank=True, null=True, verbose_name="desde dónde")),
                ("tipo", models.CharField(blank=True, max_length=60, verbose_name="tipo de objeto")),
                ("objeto_id", models.CharField(blank=True, max_length=40, verbose_name="número del objeto")),
                ("objeto", models.CharField(blank=True, max_length=200, verbose_name="sobre qué")),
                (
                    "detalle",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="detalle",
                    ),
                ),
                (
                    "quien",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="quién",
                    ),
                ),
            ],
            options={
                "verbose_name": "registro de auditoría",
                "verbose_name_plural": "auditoría",
                "ordering": ["-cuando", "-pk"],
                "indexes": [
                    models.Index(fields=["-cuando", "-id"], name="auditoria_por_fecha"),
                    models.Index(fields=["correo", "-cuando", "-id"], name="auditoria_por_correo"),
                    models.Index(fields=["clase", "-cuando", "-id"], name="auditoria_por_clase"),
                    models.Index(fields=["objeto_id", "tipo", "-cuando", "-id"], name="auditoria_por_objeto"),
                    models.Index(fields=["direccion", "-cuando", "-id"], name="auditoria_por_direccion"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("clase__in", [clase for clase, _nombre in CLASES])),
                        name="auditoria_clase_conocida",
                        violation_error_message="Esa clase de registro no existe.",
                    )
                ],
            },
        ),
    ]
