"""The rules of commercial agreements: when one is in force, what may be saved, who its buttons are."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from pagos.errores import AcuerdoInvalidoError
from pagos.models import AcuerdoComercial, FormaPago
from pagos.pasarelas.origenes import origen_permitido
from pagos.pasarelas.registro import PASARELAS, revisar

# Once a pago uses the agreement these may not change: a change is a new agreement (diseno.md 2).
INMUTABLES = ("empresa_id", "pasarela", "comercio", "cuenta", "urls", "prueba")


def hoy():
    """Today in Bogota."""
    return timezone.localdate()


def vigentes(empresa_id, *, moneda, total=None):
    """Agreements of an empresa through which `moneda` (and `total`, Decimal) may be collected today."""
    dia = hoy()
    consulta = AcuerdoComercial.objects.filter(
        empresa_id=empresa_id, empresa__activa=True, activo=True, desde__lte=dia, hasta__gte=dia
    ).select_related("empresa")
    if not settings.PERMITIR_PRUEBAS:
        consulta = consulta.filter(prueba=False)
    return [acuerdo for acuerdo in consulta if moneda in acuerdo.monedas and _cabe(acuerdo, total)]


def _cabe(acuerdo, total):
    if total is None:
        return True
    minimo, maximo = acuerdo.monto_minimo, acuerdo.monto_maximo
    return (minimo is None or total >= minimo) and (maximo is None or total <= maximo)


def formas_vigentes(empresa_id, *, moneda, total):
    """The buttons (FormaPago, in order) that may collect this amount today; none = nothing can be paid."""
    acuerdos = vigentes(empresa_id, moneda=moneda, total=total)
    formas = FormaPago.objects.filter(activa=True, acuerdo__in=acuerdos).select_related("acuerdo__empresa")
    return list(formas.order_by("orden", "pk"))


def en_uso(acuerdo):
    """True once a pago names the agreement."""
    return acuerdo.pagos.exists()


def exigir_valido(acuerdo, secretos):
    """Raise AcuerdoInvalidoError with every reason why this agreement may not be saved; `secretos`: name -> text."""
    razones = list(_razones(acuerdo, secretos))
    if razones:
        raise AcuerdoInvalidoError(" ".join(razones))


def _razones(acuerdo, secretos):
    if acuerdo.pasarela not in PASARELAS:
        yield _("Pasarela desconocida: «%(una)s». Las que hay: %(todas)s.") % {
            "una": acuerdo.pasarela,
            "todas": ", ".join(PASARELAS),
        }
        return
    acuerdo.guardar_secretos(secretos)
    yield from revisar(acuerdo.pasarela, acuerdo.conexion())
    for nombre, url in acuerdo.urls.items():
        if not _puerta_conocida(url):
            yield _("La dirección «%s» no está en PASARELA_ORIGENES.") % nombre
    if acuerdo.prueba and not settings.PERMITIR_PRUEBAS and _hermanos(acuerdo).filter(prueba=False).exists():
        yield _("Un acuerdo de prueba no puede convivir con uno real en la misma empresa.")
    if not acuerdo._state.adding and en_uso(acuerdo):
        guardado = AcuerdoComercial.objects.get(pk=acuerdo.pk)
        if any(getattr(guardado, campo) != getattr(acuerdo, campo) for campo in INMUTABLES):
            yield _(
                "Este acuerdo ya tiene pagos: no cambian su empresa, pasarela, comercio, cuenta, direcciones ni modo "
                "de prueba. Use «Renovar» para crear uno nuevo."
            )


def _hermanos(acuerdo):
    return AcuerdoComercial.objects.filter(empresa_id=acuerdo.empresa_id).exclude(pk=acuerdo.pk)


def guardar(acuerdo, *, secretos):
    """Validate and save an agreement with its secret credentials; raises AcuerdoInvalidoError, nothing is written."""
    exigir_valido(acuerdo, secretos)
    acuerdo.full_clean(exclude=["credenciales"])
    acuerdo.guardar_secretos(secretos)
    acuerdo.save()
    return acuerdo


def renovar(acuerdo, *, desde, hasta):
    """A new agreement with the same terms for other days; its buttons move to it."""
    nuevo = AcuerdoComercial(
        **{campo: getattr(acuerdo, campo) for campo in (*INMUTABLES, "opciones", "monedas")},
        monto_minimo=acuerdo.monto_minimo,
        monto_maximo=acuerdo.monto_maximo,
        desde=desde,
        hasta=hasta,
    )
    guardar(nuevo, secretos=acuerdo.secretos())
    acuerdo.formas.update(acuerdo=nuevo)
    return nuevo


def _puerta_conocida(url):
    return origen_permitido(url, origenes=settings.PASARELA_ORIGENES, permitir_http_local=settings.PERMITIR_PRUEBAS)
