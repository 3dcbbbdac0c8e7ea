"""`usuarios.models`: what the database itself refuses, past the ORM."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from tests.arnes import marcas
from tests.fabricas import asociar, crear_organizacion, crear_tercero, crear_usuario
from usuarios import disparadores
from usuarios.auditoria import auditar
from usuarios.models import Asociacion, Clase, Organizacion, Tercero, Usuario

pytestmark = pytest.mark.django_db

UNICO, NUMERO_VACIO = "UNIQUE", "numero = ''"

# constraint -> (table, what an UPDATE of one valid row writes to break it)
CHECKS = {
    "usuario_clave_dias_positivo": ("usuarios_usuario", "clave_dias = 0"),
    "auditoria_clase_conocida": ("usuarios_registroauditoria", "clase = 'X'"),
    "asociacion_con_algun_lado": ("usuarios_asociacion", "tercero_id = NULL, organizacion_id = NULL"),
    **{
        f"{nombre}_{regla}": (f"usuarios_{nombre}", cambio)
        for nombre in ("tercero", "organizacion")
        for regla, cambio in {
            "tipo_id_conocido": "tipo_id = 'XX', dv = ''",
            "numero_presente": NUMERO_VACIO,
            "numero_limpio": "numero = '900.123-4 5'",
            "dv_solo_en_nit": "dv = ''",
        }.items()
    },
}
# constraint -> (table, what makes its second row equal to its first)
UNICAS = {
    "usuario_email_unico": ("usuarios_usuario", "email = (SELECT upper(email) FROM usuarios_usuario WHERE id = %s)"),
    "tercero_identificacion_unica": (
        "usuarios_tercero",
        "numero = (SELECT numero FROM usuarios_tercero WHERE id = %s)",
    ),
    "organizacion_identificacion_unica": (
        "usuarios_organizacion",
        "numero = (SELECT numero FROM usuarios_organizacion WHERE id = %s)",
    ),
    "asociacion_unica": (
        "usuarios_asociacion",
        "tercero_id = (SELECT tercero_id FROM usuarios_asociacion WHERE id = %s)",
    ),
    "asociacion_una_sin_organizacion": (
        "usuarios_asociacion",
        "tercero_id = (SELECT tercero_id FROM usuarios_asociacion WHERE id = %s)",
    ),
    "asociacion_una_sin_tercero": (
        "usuarios_asociacion",
        "organizacion_id = (SELECT organizacion_id FROM usuarios_asociacion WHERE id = %s)",
    ),
}


def ejecutar(sql, *valores):
    """Run one statement in a savepoint, so that the test goes on after a refusal."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, valores)
        assert cursor.rowcount > 0


def borrar_y_comprobar(tabla):
    """Delete every row; foreign keys are checked at once instead of at the commit that a test never reaches."""
    with transaction.atomic():
        ejecutar(f"DELETE FROM {tabla}")  # noqa: S608
        connection.check_constraints()


def dos_filas(restriccion):
    """Primary keys of two valid rows of the constraint's table that differ in one thing."""
    usuario = crear_usuario()
    if restriccion == "usuario_email_unico":
        return usuario.pk, crear_usuario().pk
    uno, otro = crear_tercero(), crear_tercero()
    org, otra = crear_organizacion(), crear_organizacion()
    crear = Asociacion.objects.create
    filas = {
        "tercero_identificacion_unica": lambda: (uno, otro),
        "organizacion_identificacion_unica": lambda: (org, otra),
        "asociacion_unica": lambda: (asociar(usuario, uno, org), asociar(usuario, otro, org)),
        "asociacion_una_sin_organizacion": lambda: (
            crear(usuario=usuario, tercero=uno),
            crear(usuario=usuario, tercero=otro),
        ),
        "asociacion_una_sin_tercero": lambda: (
            crear(usuario=usuario, organizacion=org),
            crear(usuario=usuario, organizacion=otra),
        ),
    }
    return tuple(fila.pk for fila in filas[restriccion]())


def test_toda_restriccion_de_usuarios_tiene_su_intento_de_romperla():
    """A new constraint without a test of its own fails here."""
    declaradas = {c.name for modelo in apps.get_app_config("usuarios").get_models() for c in modelo._meta.constraints}
    assert declaradas == CHECKS.keys() | UNICAS.keys()


@pytest.mark.parametrize("restriccion", CHECKS)
def test_la_base_rechaza_por_si_misma_un_valor_prohibido(restriccion):
    """Every check constraint holds against SQL written by hand."""
    asociar(crear_usuario())
    auditar(Clase.ENTRADA)
    disparadores.quitar()  # until the test rolls back: they refuse any change, before the constraint is looked at
    tabla, cambio = CHECKS[restriccion]
    with pytest.raises(IntegrityError, match=restriccion):
        ejecutar(f"UPDATE {tabla} SET {cambio}")  # noqa: S608


@pytest.mark.parametrize("restriccion", UNICAS)
def test_la_base_rechaza_por_si_misma_una_segunda_fila_igual(restriccion):
    """Every unique constraint holds against SQL written by hand, NULLs and the case of e-mails included."""
    primera, segunda = dos_filas(restriccion)
    tabla, cambio = UNICAS[restriccion]
    with pytest.raises(IntegrityError, match=restriccion if connection.vendor == "postgresql" else UNICO):
        ejecutar(f"UPDATE {tabla} SET {cambio} WHERE id = %s", primera, segunda)  # noqa: S608


@pytest.mark.parametrize("tabla", ["usuarios_tercero", "usuarios_organizacion", "usuarios_usuario"])
def test_la_base_no_deja_borrar_a_quien_esta_asociado(tabla):
    """Foreign keys to people hold against a DELETE by hand."""
    asociar(crear_usuario(rol=None))
    with pytest.raises(IntegrityError):
        borrar_y_comprobar(tabla)


def test_nadie_borra_a_quien_esta_asociado_por_el_orm():
    """PROTECT: people in use are deactivated, never deleted."""
    asociacion = asociar(crear_usuario())
    for persona in (asociacion.tercero, asociacion.organizacion, asociacion.usuario):
        with pytest.raises(ProtectedError):
            persona.delete()


def test_un_mensaje_que_la_gente_entiende_acompana_a_cada_restriccion():
    """Validation says it in words before the database has to."""
    with pytest.raises(ValidationError, match="Ya existe alguien con ese tipo y número"):
        Tercero(tipo_id="NIT", numero=crear_tercero().numero, dv="1").full_clean()
    with pytest.raises(ValidationError, match="Indique el NIT o la cédula"):
        Asociacion(usuario=crear_usuario()).full_clean()
    crear_usuario(email="ana@ejemplo.co")
    with pytest.raises(ValidationError, match="Ya existe un usuario con ese correo"):
        Usuario(email="ANA@ejemplo.co", password="x").full_clean()


@pytest.mark.parametrize(
    ("una", "otra", "misma"),
    [
        (("CC", "52123456"), ("NIT", "52123456"), True),
        (("CC", "1020304050"), ("NIT", "1020304050"), True),
        (("CC", "900123456"), ("NIT", "900123456"), False),
        (("CC", "800123456"), ("NIT", "800123456"), False),
        (("CC", "700123456"), ("NIT", "700123456"), True),
        (("CC", "52123456"), ("CE", "52123456"), False),
        (("CC", "52123456"), ("TI", "52123456"), False),
        (("NIT", "52123456"), ("PA", "52123456"), False),
        (("CC", "52123456"), ("CC", "52123457"), False),
    ],
)
@pytest.mark.parametrize("modelo", [Tercero, Organizacion])
def test_la_identidad_junta_cedula_y_nit_de_una_persona_y_nada_mas(modelo, una, otra, misma):
    """CC and NIT of the same number are one person, except numbers of companies; no other types ever match."""
    crear = crear_tercero if modelo is Tercero else crear_organizacion
    a, b = (modelo.objects.get(pk=crear(tipo_id=tipo, numero=numero).pk) for tipo, numero in (una, otra))
    assert (a.identidad == b.identidad) is misma


def test_la_identidad_no_se_puede_escribir_a_mano():
    """The column is generated by the database: nobody can claim to be somebody else."""
    tercero = crear_tercero()
    with pytest.raises(Exception, match="identidad"):
        ejecutar("UPDATE usuarios_tercero SET identidad = 'PN:1' WHERE id = %s", tercero.pk)


def test_el_correo_es_el_mismo_en_mayusculas_para_entrar():
    """The e-mail is found whatever its case."""
    usuario = crear_usuario(email="Ana.Rios@Ejemplo.CO")
    assert Usuario.objects.get_by_natural_key("ana.rios@EJEMPLO.co") == usuario


def test_la_busqueda_por_correo_usa_el_indice():
    """The lookup of the login is the expression of the unique index, not a scan of all users."""
    crear_usuario(email="ana@ejemplo.co")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Usuario.objects.con_email("ana@ejemplo.co").order_by().explain()
    assert "usuario_email_unico" in plan


def test_toda_forma_de_poner_la_clave_le_pone_fecha():
    """The password's age starts when it is set, whoever sets it."""
    usuario = crear_usuario(clave=None)
    usuario.clave_cambiada_en = None
    usuario.set_password(marcas.OTRA_CLAVE)
    assert usuario.clave_cambiada_en is not None


def test_la_orden_de_django_crea_un_superusuario(monkeypatch):
    """`createsuperuser` asks for an e-mail and a password, nothing else."""
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", marcas.OTRA_CLAVE)
    call_command("createsuperuser", email="jefa@ejemplo.co", interactive=False, verbosity=0)
    jefa = Usuario.objects.get()
    assert (jefa.is_superuser, jefa.is_staff, jefa.check_password(marcas.OTRA_CLAVE)) == (True, True, True)


def test_el_historial_no_guarda_la_clave():
    """The change history has no column for passwords."""
    assert "password" not in {campo.name for campo in Usuario.history.model._meta.get_fields()}
