"""The rules for whoever changes people, mappings and passwords: admin, commands and pages are doors to them."""

from datetime import timedelta

from axes import utils as intentos
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _t
from simple_history.models import HistoricalChanges

from usuarios import doble_factor
from usuarios.auditoria import auditar
from usuarios.errores import DesactivadoError, ValorInvalidoError
from usuarios.identificacion import leer_identificacion
from usuarios.models import Asociacion, Clase, Organizacion, Sesion, Tercero, Usuario
from usuarios.roles import PORTAL_DE_CLIENTES


# --- People -------------------------------------------------------------------------------------------------------
def obtener_tercero(identificacion, *, nombre="", apellido="", correo="", telefono=""):
    """The Tercero with that Identificacion, created if unknown; what was empty in it is filled, nothing overwritten.

    Two callers at the same time get the same row.
    """
    datos = {"nombre": nombre, "apellido": apellido, "correo": correo, "telefono": telefono}
    return _obtener(Tercero, identificacion, datos)


def obtener_organizacion(identificacion, *, nombre=""):
    """The Organizacion with that Identificacion, as `obtener_tercero`."""
    return _obtener(Organizacion, identificacion, {"nombre": nombre})


def _obtener(modelo, identificacion, datos):
    persona, _creada = modelo.objects.get_or_create(
        tipo_id=identificacion.tipo_id, numero=identificacion.numero, defaults={"dv": identificacion.dv, **datos}
    )
    faltan = {campo: valor for campo, valor in datos.items() if valor and not getattr(persona, campo)}
    if faltan:
        for campo, valor in faltan.items():
            setattr(persona, campo, valor)
        persona.save(update_fields=list(faltan))
    return persona


def esta_en_uso(persona):
    """True once anything but a mapping names this Tercero or Organizacion: its type and number are then frozen."""
    if persona.pk is None:
        return False
    relaciones = (
        campo
        for campo in persona._meta.get_fields(include_hidden=True)
        if (campo.one_to_many or campo.one_to_one)
        and campo.auto_created
        and campo.related_model is not Asociacion
        and not issubclass(campo.related_model, HistoricalChanges)
    )
    return any(rel.related_model._base_manager.filter(**{rel.field.name: persona}).exists() for rel in relaciones)


# --- Mappings -----------------------------------------------------------------------------------------------------
def asociar_por_identificacion(*, usuario, tipo_id, numero, nombre="", apellido=""):
    """Map a user to the customer with that NIT or cédula: typed once, both sides filled, the unknown created.

    Returns the Asociacion. Raises IdentificacionInvalidaError, or what `asociar` raises.
    """
    identificacion = leer_identificacion(tipo_id, numero)
    with transaction.atomic():
        return asociar(
            usuario=usuario,
            tercero=obtener_tercero(identificacion, nombre=nombre, apellido=apellido),
            organizacion=obtener_organizacion(identificacion, nombre=f"{nombre} {apellido}".strip()),
        )


@transaction.atomic
def asociar(*, usuario, tercero=None, organizacion=None):
    """The Asociacion of that user, tercero and organizacion, created if there is none; one side None = incompleta.

    A complete one fills the incomplete one that stood for it; an incomplete one adds nothing to what already names its
    side. Raises ValorInvalidoError without any side, DesactivadoError when somebody had taken the mapping away.
    """
    if tercero is None and organizacion is None:
        raise ValorInvalidoError(_t("Indique el NIT o la cédula del cliente."))
    actual = _asociacion_que_ya_dice(usuario, tercero, organizacion)
    if actual is None:
        actual, creada = Asociacion.objects.get_or_create(usuario=usuario, tercero=tercero, organizacion=organizacion)
        if creada:
            auditar(Clase.CREACION, objeto=actual)
    if not actual.activa:
        raise DesactivadoError(_t("La asociación está desactivada; actívela en la administración."))
    if actual.incompleta and tercero and organizacion:
        actual.tercero, actual.organizacion = tercero, organizacion
        actual.save(update_fields=["tercero", "organizacion"])
        auditar(Clase.CAMBIO, objeto=actual, detalle={"campos": ["tercero", "organizacion"]})
    return actual


def _asociacion_que_ya_dice(usuario, tercero, organizacion):
    propias = Asociacion.objects.filter(usuario=usuario).order_by("-activa", "pk")
    if tercero is None or organizacion is None:
        return propias.filter(Q(tercero=tercero) if tercero else Q(organizacion=organizacion)).first()
    exacta = Q(tercero=tercero, organizacion=organizacion)
    a_medias = Q(tercero=tercero, organizacion=None) | Q(tercero=None, organizacion=organizacion)
    return propias.filter(exacta).first() or propias.filter(a_medias).first()


# --- Logins -------------------------------------------------------------------------------------------------------
def obtener_cliente(*, email, nombre="", apellido=""):
    """(Usuario, created): the login with that e-mail in the role Portal de Clientes, without a password if new.

    Empty names are filled, nothing else is overwritten. Raises DesactivadoError for a deactivated login.
    """
    try:
        usuario, creado = Usuario.objects.get_by_natural_key(email), False
    except Usuario.DoesNotExist:
        usuario, creado = _crear_cliente(email, nombre, apellido)
    if not usuario.is_active:
        raise DesactivadoError(_t("El usuario %s está desactivado; actívelo en la administración.") % usuario.email)
    faltan = {
        campo: valor
        for campo, valor in {"nombre": nombre, "apellido": apellido}.items()
        if valor and not getattr(usuario, campo)
    }
    if faltan:
        guardar_perfil(usuario, **faltan)
    grupo, _creado = Group.objects.get_or_create(name=PORTAL_DE_CLIENTES)
    usuario.groups.add(grupo)
    return usuario, creado


def _crear_cliente(email, nombre, apellido):
    try:
        with transaction.atomic():
            return Usuario.objects.create_user(email, nombre=nombre, apellido=apellido), True
    except IntegrityError:
        # Somebody else created it meanwhile.
        return Usuario.objects.get_by_natural_key(email), False


def guardar_perfil(usuario, **campos):
    """Change what people may change of themselves: nombre, apellido, idioma."""
    for campo, valor in campos.items():
        setattr(usuario, campo, valor)
    usuario.save(update_fields=list(campos))


@transaction.atomic
def desactivar(usuario):
    """Take a login out of service and end its sessions; what it did stays."""
    usuario.is_active = False
    usuario.save(update_fields=["is_active"])
    cerrar_sesiones(usuario)
    auditar(Clase.CAMBIO, objeto=usuario, detalle={"activo": False})


@transaction.atomic
def activar(usuario):
    """Put a login back into service, with the password it had."""
    usuario.is_active = True
    usuario.save(update_fields=["is_active"])
    auditar(Clase.CAMBIO, objeto=usuario, detalle={"activo": True})


# --- Sessions -----------------------------------------------------------------------------------------------------
@transaction.atomic
def cerrar_sesion(usuario, clave):
    """End the session of this user with that key; nothing happens if it is another's or has ended."""
    cerradas, _por_modelo = Sesion.objects.filter(usuario=usuario, session_key=clave).delete()
    _anotar_cierre(usuario, cerradas)


@transaction.atomic
def cerrar_sesiones(usuario, *, salvo=None):
    """End the sessions of a user but the one with key `salvo`; returns how many ended."""
    cerradas, _por_modelo = Sesion.objects.filter(usuario=usuario).exclude(session_key=salvo or "").delete()
    _anotar_cierre(usuario, cerradas)
    return cerradas


def _anotar_cierre(usuario, cerradas):
    if cerradas:
        auditar(Clase.SESION, objeto=usuario, detalle={"cerradas": cerradas})


@transaction.atomic
def roles_cambiados(usuario, *, antes, ahora, salvo=None):
    """After another role or another standing: write it down and end the sessions, but the one with key `salvo`.

    What they were opened with was enough for the old one. `antes`, `ahora`: `usuarios.consultas.roles_de`.
    """
    auditar(Clase.ROLES, objeto=usuario, detalle={"antes": antes, "despues": ahora})
    cerrar_sesiones(usuario, salvo=salvo)


@transaction.atomic
def restablecer_doble_factor(usuario):
    """Take the second factor of somebody who lost it away and end the sessions; True if there was one."""
    habia = doble_factor.quitar(usuario)
    if habia:
        cerrar_sesiones(usuario)
        auditar(Clase.DOBLE_FACTOR, objeto=usuario, detalle={"hecho": "restablecido"})
    return habia


# --- Passwords ----------------------------------------------------------------------------------------------------
@transaction.atomic
def cambiar_clave(usuario, clave, *, sesion=None):
    """Set a password already validated and end every session but the one with key `sesion`."""
    usuario.set_password(clave)
    usuario.save(update_fields=["password", "clave_cambiada_en"])
    cerrar_sesiones(usuario, salvo=sesion)
    auditar(Clase.CLAVE, objeto=usuario, detalle={"hecho": "puesta" if clave else "quitada"})
    # Whoever mistyped the old password and has just proved who they are need not wait the lockout out.
    intentos.reset(username=usuario.email.lower())


def poner_clave_cifrada(usuario, cifrada):
    """Give a user without sessions a password already hashed, as `make_password` returns it."""
    usuario.password, usuario.clave_cambiada_en = cifrada, timezone.now()
    usuario.save(update_fields=["password", "clave_cambiada_en"])


def clave_vencida(usuario):
    """True when the password of this user expires and its days are over."""
    if not usuario.clave_expira:
        return False
    desde = usuario.clave_cambiada_en or usuario.date_joined
    return timezone.now() >= desde + timedelta(days=usuario.clave_dias)
