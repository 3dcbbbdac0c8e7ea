"""The rules for whoever changes an Empresa: administration and command are doors to these functions."""

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _t
from simple_history.models import HistoricalChanges

from cartera import logos
from cartera.errores import EmpresaInvalidaError
from cartera.models import Empresa
from cartera.parcial import ReglaAbono
from usuarios.auditoria import auditar
from usuarios.identificacion import TipoId, leer_identificacion
from usuarios.models import Clase

OBLIGATORIOS = ("nombre", "direccion", "telefono", "correo", "url_terminos", "url_datos", "url_reembolsos")


def configurar_empresa(*, nit, **campos):
    """Create the Empresa of that NIT, or change the `campos` (field -> value) of the one there is.

    `logo` is a Logo that `cartera.logos.leer` made, or None. Returns (Empresa, created, names of the fields that
    changed); repeating it changes nothing. Taking no partial payments takes their minimum away. Raises
    EmpresaInvalidaError with every reason, nothing is written.
    """
    identificacion = leer_identificacion(TipoId.NIT, nit)
    empresa = Empresa.objects.filter(nit=identificacion.numero).first()
    creada = empresa is None
    if creada:
        faltan = [campo for campo in OBLIGATORIOS if not campos.get(campo)]
        if faltan:
            raise EmpresaInvalidaError(
                _t("la empresa %(nit)s no existe; para crearla faltan: %(faltan)s")
                % {"nit": identificacion.numero, "faltan": ", ".join(nombres_de(faltan))}
            )
        empresa = Empresa(nit=identificacion.numero, dv=identificacion.dv)
    if campos.get("abono_parcial") == ReglaAbono.NO:
        campos.setdefault("abono_minimo", None)
    cambios = [campo for campo, valor in campos.items() if getattr(empresa, campo) != valor]
    for campo in cambios:
        setattr(empresa, campo, campos[campo])
    if creada or cambios:
        with transaction.atomic():
            if "logo" in cambios and empresa.logo:
                logos.guardar(empresa.logo)
            _validar(empresa)
            empresa.save(**({"force_insert": True} if creada else {"update_fields": cambios}))
            auditar(Clase.CREACION if creada else Clase.CAMBIO, objeto=empresa, detalle={"campos": cambios})
    return empresa, creada, tuple(cambios)


def empresa_de_nit(texto):
    """The Empresa of a NIT, with or without its check digit.

    Raises IdentificacionInvalidaError when it is no NIT, EmpresaInvalidaError when there is none.
    """
    nit = leer_identificacion(TipoId.NIT, texto).numero
    empresa = Empresa.objects.filter(nit=nit).first()
    if empresa is None:
        raise EmpresaInvalidaError(_t("no hay una empresa con NIT %s.") % nit)
    return empresa


def _validar(empresa):
    try:
        empresa.full_clean()
    except ValidationError as error:
        raise EmpresaInvalidaError(
            "; ".join(f"{_donde(campo)}{' '.join(razones)}" for campo, razones in error.message_dict.items())
        ) from error


def _donde(campo):
    return "" if campo == NON_FIELD_ERRORS else f"{nombres_de([campo])[0]}: "


def nombres_de(campos):
    """What people call those fields of Empresa."""
    return [str(Empresa._meta.get_field(campo).verbose_name) for campo in campos]


def esta_en_uso(empresa):
    """True once anything but its own history names this Empresa: its NIT is then frozen."""
    if empresa.pk is None:
        return False
    relaciones = [rel for rel in Empresa._meta.related_objects if not issubclass(rel.related_model, HistoricalChanges)]
    return any(rel.related_model._base_manager.filter(**{rel.field.name: empresa}).exists() for rel in relaciones)
