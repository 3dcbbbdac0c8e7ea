"""`usuarios.importacion`: users and mappings from a file, all of it or nothing."""

import pytest

from tests.arnes import marcas
from tests.fabricas import CLAVE, asociar, crear_usuario
from usuarios import importacion, roles
from usuarios.consultas import alcance
from usuarios.errores import ArchivoInvalidoError
from usuarios.importacion import importar, sin_clave
from usuarios.models import Asociacion, Organizacion, Tercero, Usuario

pytestmark = pytest.mark.django_db

ENCABEZADO = "email,nombre,apellido,tercero_tipo,tercero_numero,organizacion_numero"


def csv(*filas, encabezado=ENCABEZADO):
    """A file of those rows, as bytes."""
    return "\n".join([encabezado, *filas, ""]).encode()


def cuentas():
    """How many rows of each kind there are."""
    return tuple(modelo.objects.count() for modelo in (Usuario, Tercero, Organizacion, Asociacion))


BUENA = "ana@ejemplo.co,Ana,Ríos,NIT,900.123.456-8,900123456"


def test_una_fila_crea_usuario_tercero_organizacion_y_asociacion():
    """What was unknown exists afterwards, in the role Portal de Clientes and without a password."""
    informe = importar(csv(BUENA))
    usuario = Usuario.objects.get()
    asociacion = usuario.asociaciones.get()
    assert (informe.filas, informe.rechazadas, informe.creados, informe.cargado) == (1, 0, 1, True)
    assert (usuario.email, usuario.nombre, usuario.apellido) == ("ana@ejemplo.co", "Ana", "Ríos")
    assert [grupo.name for grupo in usuario.groups.all()] == [roles.PORTAL_DE_CLIENTES]
    assert asociacion.tercero.identificacion == asociacion.organizacion.identificacion == "NIT 900.123.456-8"
    assert list(sin_clave(informe)) == [usuario]


def test_repetir_el_archivo_no_cambia_nada():
    """Idempotent: users, people, mappings and history stay as they are."""
    archivo = csv(BUENA, "ana@ejemplo.co,Ana,Ríos,CC,52123456,52123456", "beto@ejemplo.co,Beto,,CC,79123456,")
    importar(archivo)
    antes = cuentas(), Usuario.history.count(), Asociacion.history.count()
    informe = importar(archivo)
    assert (cuentas(), Usuario.history.count(), Asociacion.history.count()) == antes
    assert (informe.creados, len(informe.usuarios)) == (0, 2)


def test_varias_lineas_por_correo_son_varias_asociaciones():
    """An accountant is one user with several customers, whatever the case of the e-mail."""
    importar(csv(BUENA, "ANA@ejemplo.co,Ana,Ríos,CC,52123456,52123456", BUENA))
    assert cuentas() == (1, 2, 2, 2)
    assert len(alcance(Usuario.objects.get()).terceros) == 2


@pytest.mark.parametrize(
    ("fila", "organizacion"),
    [
        ("a@ejemplo.co,A,B,CC,52123456,52.123.456", ("CC", "52123456")),
        ("a@ejemplo.co,A,B,CC,52123456,900123456-8", ("NIT", "900123456")),
        ("a@ejemplo.co,A,B,PA,AB12345,ab12345", ("PA", "AB12345")),
    ],
)
def test_la_organizacion_toma_el_tipo_del_tercero_o_es_un_nit(fila, organizacion):
    """The reading rule of diseno.md 2.1 for organizacion_numero."""
    importar(csv(fila))
    assert Organizacion.objects.values_list("tipo_id", "numero").get() == organizacion


def test_la_columna_opcional_dice_el_tipo_de_la_organizacion():
    """`organizacion_tipo` says otherwise where the number is another one."""
    importar(csv("a@ejemplo.co,A,B,CC,52123456,79123456,CC", encabezado=f"{ENCABEZADO},organizacion_tipo"))
    assert Organizacion.objects.values_list("tipo_id", "numero").get() == ("CC", "79123456")


@pytest.mark.parametrize("fila", ["a@ejemplo.co,A,B,CC,52123456,", "a@ejemplo.co,A,B,,,900123456"])
def test_un_lado_vacio_deja_la_asociacion_incompleta(fila):
    """With one side missing the user sees nothing until somebody completes it."""
    informe = importar(csv(fila))
    assert informe.rechazadas == 0
    assert Asociacion.objects.get().incompleta
    assert alcance(Usuario.objects.get()).vacio


MALAS = {
    ",A,B,NIT,900123456,900123456": "email: falta el valor",
    "correo-malo,A,B,NIT,900123456,900123456": "«correo-malo» no es un correo electrónico",
    f"{'x' * 250}@ejemplo.co,A,B,NIT,900123456,900123456": "email: tiene 261 caracteres",
    f"a@ejemplo.co,{'x' * 101},B,NIT,900123456,900123456": "nombre: tiene 101 caracteres",
    "a@ejemplo.co,=1+1,B,NIT,900123456,900123456": "nombre: «=1+1» parece una fórmula",
    "a@ejemplo.co,A,B\x07,NIT,900123456,900123456": "apellido: contiene caracteres de control",
    "a@ejemplo.co,A,B,NIT,900123456-1,900123456": "tercero_numero: El dígito de verificación de 900123456 es 8, no 1",
    "a@ejemplo.co,A,B,XX,900123456,900123456": "tercero_numero: Tipo de identificación desconocido: «XX»",
    "a@ejemplo.co,A,B,,900123456,900123456": "Tipo de identificación desconocido",
    "a@ejemplo.co,A,B,NIT,9.0E+08,900123456": "tercero_numero: «9.0E+08» no es un número",
    "a@ejemplo.co,A,B,NIT,900123456,AB1": "organizacion_numero: «AB1» no es un número",
    "a@ejemplo.co,A,B,NIT,,": "falta el NIT o la cédula del cliente",
    "a@ejemplo.co,A,B,NIT,900123456,900123456,de más": "la fila tiene 7 valores",
}


@pytest.mark.parametrize(("fila", "razon"), MALAS.items())
def test_una_fila_mala_se_reporta_con_su_linea_y_no_carga_nada(fila, razon):
    """The reason and the line are told, and not even the good rows are kept."""
    informe = importar(csv(BUENA, fila))
    ((linea, dicha),) = informe.errores
    assert (linea, informe.filas, informe.rechazadas, informe.cargado) == (3, 2, 1, False)
    assert razon in dicha
    assert cuentas() == (0, 0, 0, 0)


def test_parcial_carga_las_buenas_y_reporta_todas_las_malas():
    """With `parcial` a bad row leaves nothing of itself behind, and the rest is kept."""
    malas = list(MALAS)
    informe = importar(csv(BUENA, *malas, "beto@ejemplo.co,Beto,,CC,79123456,79123456"), parcial=True)
    assert informe.rechazadas == len(malas)
    assert [linea for linea, _ in informe.errores] == list(range(3, 3 + len(malas)))
    assert cuentas() == (2, 2, 2, 2)


def test_lo_que_un_administrador_quito_no_vuelve_por_un_archivo():
    """Deactivated users and mappings are row errors, not given back in silence."""
    crear_usuario(email="inactiva@ejemplo.co", is_active=False)
    importar(csv(BUENA))
    Asociacion.objects.update(activa=False)
    informe = importar(csv(BUENA, "inactiva@ejemplo.co,I,N,NIT,900123456,900123456"))
    assert [linea for linea, _ in informe.errores] == [2, 3]
    assert "está desactivad" in informe.errores[0][1]
    assert not Asociacion.objects.filter(activa=True).exists()


@pytest.mark.parametrize("parcial", [False, True])
@pytest.mark.parametrize(
    "archivo",
    [
        b"",
        b"email,nombre\n",
        csv(BUENA, encabezado=f"{ENCABEZADO},sobra"),
        csv(BUENA) + "peña@ejemplo.co,A,B,NIT,900123456,900123456\n".encode("cp1252"),
        csv(BUENA) + b'"sin cerrar\n',
        csv(BUENA) + b"\x00",
        b"PK\x03\x04",
    ],
)
def test_un_archivo_que_no_se_puede_leer_no_carga_nada(archivo, parcial):
    """A file broken anywhere loads nothing, `parcial` or not: what follows the break is not known."""
    with pytest.raises(ArchivoInvalidoError):
        importar(archivo, parcial=parcial)
    assert cuentas() == (0, 0, 0, 0)


def test_la_codificacion_de_windows_se_lee_si_se_dice():
    """`codificacion` reaches the reader."""
    importar("\n".join([ENCABEZADO.replace(",", ";"), BUENA.replace(",", ";")]).encode("cp1252"), codificacion="cp1252")
    assert Usuario.objects.get().apellido == "Ríos"


def test_la_clave_va_a_los_clientes_sin_clave_y_a_nadie_mas():
    """Nobody's own password is replaced by a file, and staff never gets one from it."""
    crear_usuario(email="beto@ejemplo.co")
    crear_usuario(email="carla@ejemplo.co", clave=None, is_staff=True)
    filas = [BUENA, *(f"{quien}@ejemplo.co,X,Y,NIT,900123456,900123456" for quien in ("beto", "carla"))]
    informe = importar(csv(*filas), clave=marcas.OTRA_CLAVE)
    ana, beto, carla = Usuario.objects.order_by("email")
    assert ana.check_password(marcas.OTRA_CLAVE)
    assert ana.clave_cambiada_en is not None
    assert beto.check_password(CLAVE)
    assert not carla.has_usable_password()
    assert list(sin_clave(informe)) == [carla]


def test_los_errores_guardados_tienen_un_limite_y_la_cuenta_no(monkeypatch):
    """A file wrong on every line is explained by its first lines, and counted whole."""
    monkeypatch.setattr(importacion, "_ERRORES_GUARDADOS", 2)
    informe = importar(csv(*["malo,,,,,"] * 5))
    assert (informe.rechazadas, [linea for linea, _ in informe.errores]) == (5, [2, 3])


def test_a_los_usuarios_se_les_busca_por_tandas(monkeypatch, django_assert_num_queries):
    """However many users a file names, no query holds more ids than a database takes."""
    monkeypatch.setattr(importacion, "_TANDA", 2)
    informe = importar(csv(*[f"u{n}@ejemplo.co,U,,CC,5212345{n},5212345{n}" for n in range(5)]))
    with django_assert_num_queries(3):
        assert len(list(sin_clave(informe))) == 5


def test_una_asociacion_ajena_no_se_toca():
    """Loading Ana's file leaves Beto's mapping as it was."""
    de_beto = asociar(crear_usuario(email="beto@ejemplo.co"))
    importar(csv(BUENA))
    de_beto.refresh_from_db()
    assert not de_beto.incompleta
    assert alcance(de_beto.usuario).terceros == {de_beto.tercero_id}
