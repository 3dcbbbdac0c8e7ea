"""`usuarios.servicios`: the rules behind every door."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from tests.arnes import marcas
from tests.fabricas import (
    CLAVE,
    ana,
    asociar,
    beto,
    crear_organizacion,
    crear_tercero,
    crear_usuario,
    organizacion_de,
)
from tests.fabricas_cartera import crear_saldo
from usuarios import roles, servicios
from usuarios.consultas import alcance
from usuarios.errores import DesactivadoError, IdentificacionInvalidaError, ValorInvalidoError
from usuarios.identificacion import Identificacion
from usuarios.models import Asociacion, Organizacion, Sesion, Tercero, Usuario

pytestmark = pytest.mark.django_db

NIT = Identificacion("NIT", "900123456", "8")


# --- People -------------------------------------------------------------------------------------------------------
def test_obtener_crea_lo_desconocido_y_devuelve_lo_conocido():
    """The first call creates with the check digit, the second returns the same row."""
    tercero = servicios.obtener_tercero(NIT, nombre="El Tornillo")
    assert (tercero.tipo_id, tercero.numero, tercero.dv, tercero.nombre) == ("NIT", "900123456", "8", "El Tornillo")
    assert servicios.obtener_tercero(NIT) == tercero
    assert servicios.obtener_organizacion(NIT) == servicios.obtener_organizacion(NIT, nombre="El Tornillo")


def test_obtener_llena_lo_vacio_y_no_pisa_lo_escrito():
    """A name that was missing is filled; one that a person wrote stays."""
    servicios.obtener_tercero(NIT, nombre="Escrito a mano")
    tercero = servicios.obtener_tercero(NIT, nombre="Del archivo", correo="pagos@tornillo.example")
    assert (tercero.nombre, tercero.correo) == ("Escrito a mano", "pagos@tornillo.example")
    tercero.refresh_from_db()
    assert tercero.correo == "pagos@tornillo.example"


@pytest.mark.django_db(transaction=True)
def test_obtener_a_la_vez_da_una_sola_fila(en_paralelo):
    """Four imports that meet the same unknown customer at the same instant share one row."""
    filas = en_paralelo(4, lambda: servicios.obtener_tercero(NIT).pk)
    assert len(set(filas)) == Tercero.objects.count() == 1


def test_un_numero_esta_en_uso_cuando_algo_mas_que_una_asociacion_lo_nombra():
    """Mappings and history alone do not freeze a number; a balance does, on both sides."""
    tercero = crear_tercero()
    organizacion = asociar(crear_usuario(), tercero).organizacion
    assert not servicios.esta_en_uso(tercero)
    assert not servicios.esta_en_uso(organizacion)
    assert not servicios.esta_en_uso(Tercero())
    crear_saldo(tercero=tercero, organizacion=organizacion)
    assert servicios.esta_en_uso(tercero)
    assert servicios.esta_en_uso(organizacion)
    assert not servicios.esta_en_uso(crear_tercero())


# --- Mappings -----------------------------------------------------------------------------------------------------
def test_un_numero_escrito_una_vez_llena_los_dos_lados():
    """The customer unknown until now exists on both sides, and the user sees it."""
    usuario = crear_usuario()
    asociacion = servicios.asociar_por_identificacion(
        usuario=usuario, tipo_id="nit", numero="900.123.456-8", nombre="El Tornillo"
    )
    assert not asociacion.incompleta
    assert asociacion.tercero.identificacion == asociacion.organizacion.identificacion == "NIT 900.123.456-8"
    assert asociacion.organizacion.nombre == "El Tornillo"
    assert alcance(usuario).terceros == {asociacion.tercero_id}


def test_un_numero_malo_no_deja_nada_a_medias():
    """A wrong check digit creates neither people nor mapping."""
    with pytest.raises(IdentificacionInvalidaError):
        servicios.asociar_por_identificacion(usuario=crear_usuario(), tipo_id="NIT", numero="900123456-1")
    assert (Tercero.objects.count(), Organizacion.objects.count(), Asociacion.objects.count()) == (0, 0, 0)


def test_asociar_dos_veces_es_lo_mismo_que_una():
    """Complete or not, repeating a mapping returns the one there is."""
    usuario, tercero = crear_usuario(), crear_tercero()
    organizacion = organizacion_de(tercero)
    a_medias = servicios.asociar(usuario=usuario, tercero=tercero)
    assert a_medias.incompleta
    assert servicios.asociar(usuario=usuario, tercero=tercero) == a_medias
    completa = servicios.asociar(usuario=usuario, tercero=tercero, organizacion=organizacion)
    assert completa == servicios.asociar(usuario=usuario, tercero=tercero, organizacion=organizacion)
    assert Asociacion.objects.count() == 1


@pytest.mark.parametrize("lado", ["tercero", "organizacion"])
def test_la_completa_llena_a_la_incompleta_que_habia(lado):
    """The file corrected and loaded again completes the mapping instead of adding a second one."""
    usuario, tercero = crear_usuario(), crear_tercero()
    lados = {"tercero": tercero, "organizacion": organizacion_de(tercero)}
    a_medias = servicios.asociar(usuario=usuario, **{lado: lados[lado]})
    completa = servicios.asociar(usuario=usuario, **lados)
    completa.refresh_from_db()
    assert (completa.pk, completa.incompleta) == (a_medias.pk, False)
    assert not alcance(usuario).incompletas


def test_una_incompleta_no_agrega_nada_a_una_completa():
    """The old file loaded after the mapping was completed by hand does not mark it incomplete again."""
    usuario = crear_usuario()
    completa = asociar(usuario)
    assert servicios.asociar(usuario=usuario, tercero=completa.tercero) == completa
    assert servicios.asociar(usuario=usuario, organizacion=completa.organizacion) == completa
    assert not alcance(usuario).incompletas


def test_otra_organizacion_del_mismo_tercero_es_otra_asociacion():
    """The same customer through two organisations is two mappings."""
    usuario, tercero = crear_usuario(), crear_tercero()
    servicios.asociar(usuario=usuario, tercero=tercero, organizacion=crear_organizacion())
    servicios.asociar(usuario=usuario, tercero=tercero, organizacion=crear_organizacion())
    assert usuario.asociaciones.count() == 2


def test_una_asociacion_necesita_algun_lado_y_una_quitada_no_vuelve_sola():
    """Nothing to map is refused; what an administrator took away, only an administrator gives back."""
    usuario = crear_usuario()
    with pytest.raises(ValorInvalidoError, match="NIT o la cédula"):
        servicios.asociar(usuario=usuario)
    quitada = asociar(usuario, activa=False)
    with pytest.raises(DesactivadoError, match="actívela en la administración"):
        servicios.asociar(usuario=usuario, tercero=quitada.tercero, organizacion=quitada.organizacion)
    assert alcance(usuario).vacio


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("completa", [True, False])
def test_asociar_a_la_vez_da_una_sola_asociacion(en_paralelo, completa):
    """Four doors at the same instant make one mapping, with NULL on one side too."""
    usuario, tercero = crear_usuario(rol=None), crear_tercero()
    lados = {"tercero": tercero, "organizacion": organizacion_de(tercero) if completa else None}
    en_paralelo(4, lambda: servicios.asociar(usuario=usuario, **lados))
    assert Asociacion.objects.count() == 1


# --- Logins -------------------------------------------------------------------------------------------------------
def test_obtener_cliente_crea_sin_clave_y_con_su_rol():
    """A new customer cannot log in until the password is set, and has the role Portal de Clientes."""
    usuario, creado = servicios.obtener_cliente(email=" Ana@EJEMPLO.co", nombre="Ana", apellido="Ríos")
    assert creado
    assert (usuario.email, usuario.has_usable_password()) == ("Ana@ejemplo.co", False)
    assert [grupo.name for grupo in usuario.groups.all()] == [roles.PORTAL_DE_CLIENTES]


def test_obtener_cliente_respeta_al_que_ya_existe():
    """The same e-mail in another case is the same login; names and password stay, empty names are filled."""
    usuario = crear_usuario(email="ana@ejemplo.co", nombre="Anita", rol=None)
    mismo, creado = servicios.obtener_cliente(email="ANA@ejemplo.co", nombre="Ana", apellido="Ríos")
    assert (mismo, creado) == (usuario, False)
    mismo.refresh_from_db()
    assert (mismo.nombre, mismo.apellido, mismo.check_password(CLAVE)) == ("Anita", "Ríos", True)
    assert mismo.groups.filter(name=roles.PORTAL_DE_CLIENTES).exists()


def test_obtener_cliente_no_revive_a_un_desactivado():
    """A file does not give access back to a login that was taken away."""
    crear_usuario(email="ana@ejemplo.co", is_active=False)
    with pytest.raises(DesactivadoError, match=r"ana@ejemplo\.co está desactivado"):
        servicios.obtener_cliente(email="ana@ejemplo.co")


@pytest.mark.django_db(transaction=True)
def test_obtener_cliente_a_la_vez_da_un_solo_usuario(en_paralelo):
    """Four imports of the same new e-mail at the same instant make one login."""
    Group.objects.get_or_create(name=roles.PORTAL_DE_CLIENTES)
    resultados = en_paralelo(4, lambda: servicios.obtener_cliente(email="ana@ejemplo.co"))
    assert len({usuario.pk for usuario, _ in resultados}) == Usuario.objects.count() == 1
    assert sum(creado for _, creado in resultados) == 1


def sesiones_de(usuario):
    return set(Sesion.objects.filter(usuario=usuario).values_list("session_key", flat=True))


def entrar(usuario):
    """A browser with an open session of the user."""
    navegador = Client()
    navegador.force_login(usuario)
    return navegador


def test_desactivar_cierra_sus_sesiones_y_las_de_nadie_mas():
    """A deactivated user is out at once, on every device; the others notice nothing."""
    de_ana, de_beto = ana(), beto()
    telefono, computador, otro = entrar(de_ana), entrar(de_ana), entrar(de_beto)
    servicios.desactivar(de_ana)
    assert sesiones_de(de_ana) == set()
    assert alcance(de_ana).vacio
    for navegador in (telefono, computador):
        assert navegador.get("/cuenta/perfil/").status_code == 302
    assert otro.session.session_key in sesiones_de(de_beto)
    servicios.activar(de_ana)
    assert Usuario.objects.get(pk=de_ana.pk).is_active


def test_cerrar_sesiones_puede_dejar_una():
    """`salvo` keeps the session in use; the number that ended is told."""
    usuario = ana()
    actual = entrar(usuario).session.session_key
    entrar(usuario)
    entrar(usuario)
    assert servicios.cerrar_sesiones(usuario, salvo=actual) == 2
    assert sesiones_de(usuario) == {actual}


def test_una_sesion_ajena_no_se_puede_cerrar():
    """A session key of somebody else is out of reach."""
    ajena = entrar(beto()).session.session_key
    servicios.cerrar_sesion(ana(), ajena)
    assert Sesion.objects.filter(session_key=ajena).exists()


# --- Passwords ----------------------------------------------------------------------------------------------------
def test_cambiar_la_clave_cierra_las_demas_sesiones_y_empieza_sus_dias():
    """The new password works, its age starts, and every other session ends."""
    usuario = ana(clave_expira=True, clave_dias=30)
    Usuario.objects.filter(pk=usuario.pk).update(clave_cambiada_en=timezone.now() - timedelta(days=31))
    usuario.refresh_from_db()
    assert servicios.clave_vencida(usuario)
    actual = entrar(usuario).session.session_key
    entrar(usuario)
    servicios.cambiar_clave(usuario, marcas.OTRA_CLAVE, sesion=actual)
    usuario.refresh_from_db()
    assert usuario.check_password(marcas.OTRA_CLAVE)
    assert not servicios.clave_vencida(usuario)
    assert sesiones_de(usuario) == {actual}


@pytest.mark.parametrize(
    ("expira", "edad", "vencida"),
    [
        (True, timedelta(days=90), True),
        (True, timedelta(days=90) - timedelta(minutes=1), False),
        (False, timedelta(days=900), False),
    ],
)
def test_una_clave_vence_a_los_dias_dichos_y_solo_si_expira(expira, edad, vencida):
    """SUSU's PasswordExpire and PasswordExpireDays."""
    usuario = crear_usuario(clave_expira=expira)
    usuario.clave_cambiada_en = timezone.now() - edad
    assert servicios.clave_vencida(usuario) is vencida


def test_sin_fecha_de_cambio_la_clave_cuenta_desde_que_existe_el_usuario():
    """A password of unknown age is as old as its user."""
    usuario = crear_usuario(clave_expira=True, date_joined=timezone.now() - timedelta(days=91))
    usuario.clave_cambiada_en = None
    assert servicios.clave_vencida(usuario)
