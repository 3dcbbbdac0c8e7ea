"""The rules of commercial agreements: when one is in force, what may be saved, who its buttons are."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cartera.dinero import MONEDAS
from pagos.errores import AcuerdoInvalidoError
from pagos.models import AcuerdoComercial, FormaPago
from pagos.pasarelas.origenes import es_local, leer_origen, origen_permitido
from pagos.pasarelas.registro import PASARELAS, revisar

# Once a pago uses the agreement these may not change: a change is a new agreement (diseno.md 2).
INMUTABLES = ("empresa_id", "pasarela", "comercio", "cuenta", "urls", "prueba")
# What a renewal takes over besides.
_TERMINOS = ("opciones", "monedas", "monto_minimo", "monto_maximo", "limite_en_vuelo", "limite_por_segundo")


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


# --- What may be saved --------------------------------------------------------------------------------------------
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
    inscripcion = PASARELAS[acuerdo.pasarela]
    yield from _nombres_ajenos(_("Direcciones"), acuerdo.urls, inscripcion.urls)
    yield from _nombres_ajenos(_("Credenciales"), secretos, inscripcion.secretos)
    yield from _nombres_ajenos(_("Opciones"), acuerdo.opciones, inscripcion.opciones)
    yield from revisar(acuerdo.pasarela, acuerdo.conexion())
    for nombre, url in acuerdo.urls.items():
        yield from _razones_de_url(nombre, url)
    if not acuerdo.monedas or set(acuerdo.monedas) - set(MONEDAS):
        yield _("Las monedas se escriben con su código de tres letras: %s.") % ", ".join(MONEDAS)
    if acuerdo.activo and not settings.PERMITIR_PRUEBAS and _mezcla_pruebas(acuerdo):
        yield _("Un acuerdo de prueba no puede convivir con uno real en la misma empresa: desactive uno de los dos.")
    if _cambia_lo_inmutable(acuerdo):
        yield _(
            "Este acuerdo ya tiene pagos: no cambian su empresa, pasarela, comercio, cuenta, direcciones ni modo "
            "de prueba. Use «Renovar» (en la orden configurar_acuerdo, --renovar) para crear uno nuevo."
        )


def _nombres_ajenos(titulo, dados, conocidos):
    ajenos = [nombre for nombre in dados if nombre not in conocidos]
    if ajenos:
        yield _("%(titulo)s que esta pasarela no tiene: %(ajenos)s. Las que tiene: %(conocidos)s.") % {
            "titulo": titulo,
            "ajenos": ", ".join(ajenos),
            "conocidos": ", ".join(conocidos),
        }


def _razones_de_url(nombre, url):
    """Why this address may not be called (diseno.md 4.13), naming what the operator must change."""
    if origen_permitido(url, origenes=settings.PASARELA_ORIGENES, permitir_http_local=settings.PERMITIR_PRUEBAS):
        return
    origen = leer_origen(url)
    if origen is None:
        yield _("La dirección «%s» debe ser una dirección https completa.") % nombre
        return
    texto = "{}://{}".format(origen[0], url.split("://", 1)[1].split("/", 1)[0])
    if origen[0] == "http" and not es_local(origen):
        yield _("La dirección «%s» es http sin cifrar: solo se admite https.") % nombre
    elif origen[0] == "http" and not settings.PERMITIR_PRUEBAS:
        yield _("La dirección «%s» es http: solo se admite hacia esta misma máquina y con PERMITIR_PRUEBAS=1.") % nombre
    else:
        yield _("La dirección «%(nombre)s» no está permitida: agregue %(origen)s a PASARELA_ORIGENES.") % {
            "nombre": nombre,
            "origen": texto,
        }


def _mezcla_pruebas(acuerdo):
    hermanos = AcuerdoComercial.objects.filter(empresa_id=acuerdo.empresa_id, activo=True).exclude(pk=acuerdo.pk)
    return hermanos.filter(prueba=not acuerdo.prueba).exists()


def _cambia_lo_inmutable(acuerdo):
    if acuerdo._state.adding or not en_uso(acuerdo):
        return False
    guardado = AcuerdoComercial.objects.get(pk=acuerdo.pk)
    return any(getattr(guardado, campo) != getattr(acuerdo, campo) for campo in INMUTABLES)


@transaction.atomic
def guardar(acuerdo, *, secretos):
    """Validate and save an agreement with its secret credentials; raises AcuerdoInvalidoError, nothing is written."""
    # A form with inlines forgets the key of a new object; the ciphertext needs the one that will be stored.
    acuerdo.pk = acuerdo.pk or acuerdo._meta.pk.get_pk_value_on_save(acuerdo)
    # Not `no_key`: a checkout that is about to name this agreement waits until it is saved.
    AcuerdoComercial.objects.select_for_update(of=("self",)).filter(pk=acuerdo.pk).first()
    exigir_valido(acuerdo, secretos)
    try:
        acuerdo.full_clean(exclude=["credenciales"])
    except ValidationError as error:
        raise AcuerdoInvalidoError(" ".join(error.messages)) from error
    acuerdo.guardar_secretos(secretos)
    acuerdo.save()
    return acuerdo


# --- Renewal ------------------------------------------------------------------------------------------------------
@transaction.atomic
def renovar(acuerdo, *, desde, hasta, secretos=None, **cambios):
    """A new agreement with the same terms (but for `cambios`: field -> value) for other days; the old one ends.

    Its buttons move to the new one; when that begins later, they are copied and the old ones serve until then. The old
    one is asked about its pagos until the last one ends. Raises AcuerdoInvalidoError, nothing is written.
    """
    acuerdo = AcuerdoComercial.objects.select_for_update(of=("self",), no_key=True).get(pk=acuerdo.pk)
    terminos = {campo: getattr(acuerdo, campo) for campo in (*INMUTABLES, *_TERMINOS)}
    nuevo = AcuerdoComercial(**{**terminos, **cambios}, desde=desde, hasta=hasta)
    _terminar(acuerdo, antes_de=desde)
    guardar(nuevo, secretos=acuerdo.secretos() if secretos is None else secretos)
    for forma in acuerdo.formas.all():
        if desde > hoy():
            forma.pk, forma._state.adding = None, True
        forma.acuerdo = nuevo
        forma.save()
    return nuevo


def _terminar(acuerdo, *, antes_de):
    """The last day of the old agreement is the eve of the new one; with no day left it is switched off."""
    vispera = antes_de - timedelta(days=1)
    if vispera < acuerdo.desde:
        acuerdo.activo = False
    else:
        acuerdo.hasta = min(acuerdo.hasta, vispera)
    acuerdo.save(update_fields=["activo", "hasta"])
