"""`usuarios.doble_factor`: who needs it, enrolment, codes that serve once."""

import re

import pytest
import time_machine
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.fabricas import administradora, ana, beto, carla, crear_usuario, superusuario
from tests.usuarios.apoyo import Telefono, con_telefono
from usuarios import doble_factor, roles
from usuarios.errores import CodigoInvalidoError

pytestmark = pytest.mark.django_db


@pytest.fixture
def reloj():
    """A clock that stands still until it is moved."""
    with time_machine.travel("2026-11-23T15:00:00Z", tick=False) as parado:
        yield parado


# --- Who ----------------------------------------------------------------------------------------------------------
def test_lo_necesita_el_personal_y_quien_tenga_un_papel_suyo(settings):
    """Staff, superusers and whoever is in a role of the staff; customers choose."""
    settings.DOBLE_FACTOR = True
    del_personal = [carla(), administradora(), superusuario(), crear_usuario(rol=None, is_staff=True)]
    del_personal += [crear_usuario(rol=rol) for rol in roles.DEL_PERSONAL]
    assert [doble_factor.exige(usuario) for usuario in (*del_personal, ana())] == [True] * 7 + [False]


def test_apagado_no_lo_necesita_nadie(settings):
    """The demonstration's switch."""
    settings.DOBLE_FACTOR = False
    assert not doble_factor.exige(superusuario())


# --- Enrolment ----------------------------------------------------------------------------------------------------
def test_se_activa_con_el_codigo_que_muestra_la_aplicacion(reloj):
    """The app's first code proves that it holds the secret; ten recovery codes come with it."""
    usuario = ana()
    telefono = Telefono(doble_factor.clave_nueva())
    dispositivo, codigos = doble_factor.activar(usuario, clave=telefono.clave, codigo=telefono.codigo())
    assert doble_factor.dispositivo_de(usuario) == dispositivo
    assert len(set(codigos)) == doble_factor.codigos_restantes(usuario) == 10
    assert all(re.fullmatch(r"[a-z2-7]{5}-[a-z2-7]{5}", codigo) for codigo in codigos)


@pytest.mark.parametrize("codigo", ["000000", "", "12345", "abcdef", "٣٤٥٦٧٨", "1234567"])
def test_con_un_codigo_que_no_es_no_cambia_nada(reloj, codigo):
    """Neither the device that is tried, nor the one that was there, nor its recovery codes."""
    usuario = ana()
    con_telefono(usuario)
    antes = doble_factor.dispositivo_de(usuario)
    with pytest.raises(CodigoInvalidoError, match="no es el de ahora"):
        doble_factor.activar(usuario, clave="0" * 39 + "1", codigo=codigo)
    assert doble_factor.dispositivo_de(usuario) == antes
    assert doble_factor.codigos_restantes(usuario) == 10


def test_otro_telefono_reemplaza_al_anterior(reloj):
    """The old phone and the old recovery codes open nothing any more."""
    usuario = ana()
    viejo, codigos = con_telefono(usuario)
    con_telefono(usuario)
    reloj.shift(60)
    for codigo in (viejo.codigo(), codigos[0]):
        with pytest.raises(CodigoInvalidoError):
            doble_factor.verificar(usuario, codigo)
    assert TOTPDevice.objects.filter(user=usuario).count() == 1


def test_el_secreto_se_muestra_como_qr_y_como_texto():
    """An SVG that any camera reads, without style or script, and the same secret in groups of four letters."""
    clave = "00" * 20
    svg = doble_factor.qr(doble_factor.enlace(ana(), clave))
    assert svg.startswith("<svg")
    assert not re.search(r"style=|<script|\son\w+=", svg)
    assert 'fill="#fff"' in svg
    assert doble_factor.clave_en_texto(clave) == " ".join(["AAAA"] * 8)


def test_el_qr_dice_de_que_portal_y_de_quien_es():
    """The app lists it by the portal's name and the e-mail."""
    direccion = doble_factor.enlace(ana(), "00" * 20)
    assert direccion.startswith("otpauth://totp/Portal%20de%20pagos%20OASIS%3Aana%40ejemplo.co?secret=AAAA")


# --- Codes --------------------------------------------------------------------------------------------------------
def test_un_codigo_sirve_una_sola_vez(reloj):
    """Whoever reads it over a shoulder, or from the wire, comes too late."""
    usuario = ana()
    telefono, _codigos = con_telefono(usuario)
    reloj.shift(30)
    codigo = telefono.codigo()
    assert doble_factor.verificar(usuario, codigo) == doble_factor.dispositivo_de(usuario)
    with pytest.raises(CodigoInvalidoError, match="ya se usó"):
        doble_factor.verificar(usuario, codigo)


def test_el_codigo_con_que_se_activo_ya_esta_usado(reloj):
    """Enrolment uses it up as a login does."""
    usuario = ana()
    telefono, _codigos = con_telefono(usuario)
    with pytest.raises(CodigoInvalidoError):
        doble_factor.verificar(usuario, telefono.codigo())


@pytest.mark.parametrize(("pasos", "vale"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_un_reloj_medio_minuto_corrido_todavia_sirve(reloj, pasos, vale):
    """One step of half a minute before or after, no more."""
    usuario = ana()
    telefono, _codigos = con_telefono(usuario)
    reloj.shift(600)
    if vale:
        doble_factor.verificar(usuario, telefono.codigo(pasos))
    else:
        with pytest.raises(CodigoInvalidoError):
            doble_factor.verificar(usuario, telefono.codigo(pasos))


def test_equivocarse_hace_esperar_cada_vez_mas_y_se_dice_cuanto(reloj):
    """1, 2, 4 seconds: the right code too, until then; after a right one everything starts anew."""
    usuario = ana()
    telefono, _codigos = con_telefono(usuario)
    reloj.shift(60)
    for segundos in (1, 2, 4):
        with pytest.raises(CodigoInvalidoError, match="no es correcto"):
            doble_factor.verificar(usuario, "000000")
        with pytest.raises(CodigoInvalidoError, match=f"espere {segundos} segundo"):
            doble_factor.verificar(usuario, telefono.codigo())
        reloj.shift(segundos)
    doble_factor.verificar(usuario, telefono.codigo())
    reloj.shift(30)
    doble_factor.verificar(usuario, telefono.codigo())


def test_un_codigo_de_recuperacion_sirve_una_vez_y_como_se_escriba(reloj):
    """Capitals, spaces and hyphens are how people copy; used, it is gone."""
    usuario = ana()
    _telefono, codigos = con_telefono(usuario)
    doble_factor.verificar(usuario, f" {codigos[0].upper().replace('-', ' - ')} ")
    assert doble_factor.codigos_restantes(usuario) == 9
    with pytest.raises(CodigoInvalidoError):
        doble_factor.verificar(usuario, codigos[0])
    reloj.shift(1)
    doble_factor.verificar(usuario, codigos[1])


def test_los_codigos_de_recuperacion_no_se_guardan(reloj):
    """The database holds digests: whoever reads it cannot log in with them, nor with the digests."""
    usuario = ana()
    _telefono, codigos = con_telefono(usuario)
    guardados = set(StaticToken.objects.values_list("token", flat=True))
    assert not guardados & {codigo.replace("-", "") for codigo in codigos}
    with pytest.raises(CodigoInvalidoError):
        doble_factor.verificar(usuario, guardados.pop())


def test_los_codigos_de_otro_no_sirven(reloj):
    """Neither the app's nor the recovery ones."""
    telefono, codigos = con_telefono(ana())
    otro = beto()
    con_telefono(otro)
    reloj.shift(60)
    for codigo in (telefono.codigo(), codigos[0]):
        with pytest.raises(CodigoInvalidoError):
            doble_factor.verificar(otro, codigo)


def test_codigos_nuevos_reemplazan_a_los_viejos(reloj):
    """Ten again, and the old ones are worth nothing."""
    usuario = ana()
    _telefono, viejos = con_telefono(usuario)
    nuevos = doble_factor.codigos_nuevos(usuario)
    with pytest.raises(CodigoInvalidoError):
        doble_factor.verificar(usuario, viejos[0])
    reloj.shift(1)
    doble_factor.verificar(usuario, nuevos[0])
    assert doble_factor.codigos_restantes(usuario) == 9


def test_quitar_no_deja_nada():
    """Device and codes are gone; a second time there is nothing to take."""
    usuario = ana()
    con_telefono(usuario)
    assert doble_factor.quitar(usuario)
    assert not doble_factor.activo(usuario)
    assert doble_factor.codigos_restantes(usuario) == 0
    assert not doble_factor.quitar(usuario)
    with pytest.raises(CodigoInvalidoError):
        doble_factor.verificar(usuario, "123456")
