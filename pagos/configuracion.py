"""An agreement as operators describe it, in words that may be repeated: what is already so is left as it is."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from cartera.models import Empresa
from pagos.acuerdos import guardar, hoy, renovar
from pagos.errores import AcuerdoInvalidoError
from pagos.models import AcuerdoComercial, FormaPago
from pagos.pasarelas.registro import PASARELAS
from usuarios.auditoria import auditar
from usuarios.models import Clase

# How long a new agreement is in force when nobody says until when.
VIGENCIA = timedelta(days=365)
_PALABRAS_DE_ICONO = (("tarjeta", "tarjeta"), ("efectivo", "efectivo"))


@dataclass(frozen=True, kw_only=True)
class Descripcion:
    """What is wanted. None or empty = as it is; on a new agreement, the default.

    `credenciales` holds every name of the gateway's registration, merchant and account among them. What identifies the
    agreement is empresa, pasarela, merchant, account and `desde`; without `desde`, the one in force or next to be.
    """

    empresa: Empresa
    pasarela: str
    urls: dict[str, str] = field(default_factory=dict)
    credenciales: dict[str, str] = field(default_factory=dict, repr=False)
    opciones: dict[str, str] = field(default_factory=dict)
    desde: date | None = None
    hasta: date | None = None
    prueba: bool | None = None
    monedas: tuple[str, ...] = ()
    monto_minimo: Decimal | None = None
    monto_maximo: Decimal | None = None
    # Questions to its gateway, by all workers together: at the same time, each second.
    limite_en_vuelo: int | None = None
    limite_por_segundo: int | None = None
    botones: tuple[str, ...] = ()


@dataclass(frozen=True)
class Resultado:
    """The agreement, whether it was created (or renewed), and the names of what changed, buttons included."""

    acuerdo: AcuerdoComercial
    creado: bool
    cambios: tuple[str, ...]


@transaction.atomic
def configurar(descripcion, *, renovando=False):
    """Make the agreement be as described; returns a Resultado. Repeating it changes nothing.

    `renovando`: when something immutable differs and pagos use the agreement, make a new one from today and move the
    buttons to it. Raises AcuerdoInvalidoError with every reason, nothing is written.
    """
    # Two of these commands at once must not create the agreement twice.
    Empresa.objects.select_for_update(of=("self",), no_key=True).get(pk=descripcion.empresa.pk)
    _exigir_nombres(descripcion)
    acuerdo = _buscar(descripcion)
    if acuerdo is None:
        acuerdo, cambios, creado = _crear(descripcion), [], True
    else:
        acuerdo, cambios, creado = _actualizar(acuerdo, descripcion, renovando=renovando)
    cambios += [_("botón «%s»") % boton for boton in _asegurar_botones(acuerdo, descripcion)]
    if creado or cambios:
        auditar(Clase.CREACION if creado else Clase.CAMBIO, objeto=acuerdo, detalle={"campos": [*map(str, cambios)]})
    return Resultado(acuerdo, creado, tuple(cambios))


def _exigir_nombres(descripcion):
    """Names that the gateway does not have, and the merchant, without which nothing is identified."""
    if descripcion.pasarela not in PASARELAS:
        raise AcuerdoInvalidoError(
            _("Pasarela desconocida: «%(una)s». Las que hay: %(todas)s.")
            % {"una": descripcion.pasarela, "todas": ", ".join(PASARELAS)}
        )
    inscripcion = PASARELAS[descripcion.pasarela]
    identidad = tuple(nombre for nombre in (inscripcion.comercio, inscripcion.cuenta) if nombre)
    grupos = (
        ("--url", descripcion.urls, inscripcion.urls),
        ("--credencial", descripcion.credenciales, identidad + inscripcion.secretos),
        ("--opcion", descripcion.opciones, inscripcion.opciones),
    )
    razones = [
        _("%(opcion)s: %(pasarela)s no tiene «%(ajenos)s»; tiene: %(son)s.")
        % {"opcion": opcion, "pasarela": descripcion.pasarela, "ajenos": "», «".join(ajenos), "son": ", ".join(son)}
        for opcion, dados, son in grupos
        if (ajenos := [nombre for nombre in dados if nombre not in son])
    ]
    faltan = [nombre for nombre in identidad if not descripcion.credenciales.get(nombre)]
    if faltan:
        razones.append(
            _("--credencial: falta «%(faltan)s»; %(pasarela)s lleva: %(son)s.")
            % {"faltan": "», «".join(faltan), "pasarela": descripcion.pasarela, "son": ", ".join(grupos[1][2])}
        )
    if razones:
        raise AcuerdoInvalidoError(" ".join(razones))


def _identidad(descripcion):
    inscripcion = PASARELAS[descripcion.pasarela]
    return {
        "empresa_id": descripcion.empresa.pk,
        "pasarela": descripcion.pasarela,
        "comercio": descripcion.credenciales[inscripcion.comercio],
        "cuenta": descripcion.credenciales.get(inscripcion.cuenta, ""),
    }


def _buscar(descripcion):
    """The agreement that is described, or None; one switched off by hand is never revived in silence."""
    acuerdos = AcuerdoComercial.objects.filter(**_identidad(descripcion))
    if descripcion.desde is None:
        acuerdos = acuerdos.filter(hasta__gte=hoy())
    else:
        acuerdos = acuerdos.filter(desde=descripcion.desde)
    acuerdo = acuerdos.order_by("-activo", "desde", "-creado_en").first()
    if acuerdo is not None and not acuerdo.activo:
        raise AcuerdoInvalidoError(_("El acuerdo está desactivado: actívelo en la administración o use otra vigencia."))
    return acuerdo


def _secretos(descripcion, previos):
    secretos = previos | {
        nombre: descripcion.credenciales[nombre]
        for nombre in PASARELAS[descripcion.pasarela].secretos
        if nombre in descripcion.credenciales
    }
    return {nombre: valor for nombre, valor in secretos.items() if valor}


def _valores(descripcion, actual):
    """Field -> value of what is described, over the agreement `actual`."""
    valores = {
        "urls": {**actual.urls, **descripcion.urls},
        "opciones": {**actual.opciones, **descripcion.opciones},
        "hasta": descripcion.hasta,
        "prueba": descripcion.prueba,
        "monedas": list(descripcion.monedas) or None,
        "monto_minimo": descripcion.monto_minimo,
        "monto_maximo": descripcion.monto_maximo,
        "limite_en_vuelo": descripcion.limite_en_vuelo,
        "limite_por_segundo": descripcion.limite_por_segundo,
    }
    return {campo: valor for campo, valor in valores.items() if valor is not None}


def _crear(descripcion):
    acuerdo = AcuerdoComercial(**_identidad(descripcion), desde=descripcion.desde or hoy())
    acuerdo.hasta = acuerdo.desde + VIGENCIA
    for campo, valor in _valores(descripcion, acuerdo).items():
        setattr(acuerdo, campo, valor)
    return guardar(acuerdo, secretos=_secretos(descripcion, {}))


def _actualizar(acuerdo, descripcion, *, renovando):
    """(agreement, names of what changed, whether it is a new one)."""
    previos = acuerdo.secretos()
    secretos = _secretos(descripcion, previos)
    valores = _valores(descripcion, acuerdo)
    distintos = {campo: valor for campo, valor in valores.items() if valor != getattr(acuerdo, campo)}
    titulos = (str(AcuerdoComercial._meta.get_field(campo).verbose_name) for campo in distintos)
    cambios = [*titulos, *(nombre for nombre in secretos if secretos[nombre] != previos.get(nombre))]
    cambios += [nombre for nombre in previos if nombre not in secretos]
    if not cambios:
        return acuerdo, [], False
    if renovando and {"urls", "prueba"} & distintos.keys() and acuerdo.pagos.exists():
        hasta = distintos.pop("hasta", acuerdo.hasta)
        return renovar(acuerdo, desde=hoy(), hasta=hasta, secretos=secretos, **distintos), cambios, True
    for campo, valor in distintos.items():
        setattr(acuerdo, campo, valor)
    return guardar(acuerdo, secretos=secretos), cambios, False


def _asegurar_botones(acuerdo, descripcion):
    """Create the buttons that are wanted and missing, at the end; returns their labels."""
    hay = set(acuerdo.formas.values_list("etiqueta", flat=True))
    querida = descripcion.botones or (() if hay else (PASARELAS[acuerdo.pasarela].etiqueta,))
    nuevas = [etiqueta for etiqueta in dict.fromkeys(querida) if etiqueta not in hay]
    for orden, etiqueta in enumerate(nuevas, start=len(hay) + 1):
        FormaPago(acuerdo=acuerdo, etiqueta=etiqueta, icono=_icono(etiqueta), orden=orden).save(force_insert=True)
    return nuevas


def _icono(etiqueta):
    return next((icono for palabra, icono in _PALABRAS_DE_ICONO if palabra in etiqueta.lower()), "banco")
