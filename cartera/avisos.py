"""*Ya pagué por otro medio*: the note of a customer to the Empresa about one balance, and who has seen it.

A note never changes what is owed: money received elsewhere comes back from the ERP, as everything else.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _t

from cartera.errores import AvisoNoPermitidoError
from cartera.models import AvisoDePago

# Documents that one user may tell of in a day: more than anybody pays by hand, and Tesorería is not flooded.
MAXIMO_POR_DIA = 100


# --- The customer -------------------------------------------------------------------------------------------------
def aviso_de(usuario, saldo):
    """The user's newest AvisoDePago about a saldo, None when there is none."""
    return AvisoDePago.objects.filter(usuario=usuario, saldo=saldo).order_by("-pk").first()


def dejar(usuario, saldo, *, fecha, medio, referencia="", comentario=""):
    """Leave a note about a saldo from `consultas.saldo_de`; one of the same user that nobody has seen is replaced.

    `fecha` (date): when it was paid. Returns the AvisoDePago. Raises AvisoNoPermitidoError, with nothing written, when
    the user has told of MAXIMO_POR_DIA other documents in 24 hours.
    """
    ahora = timezone.now()
    de_hoy = AvisoDePago.objects.filter(usuario=usuario, escrito_en__gt=ahora - timedelta(days=1))
    if de_hoy.exclude(saldo=saldo, visto_en__isnull=True).count() >= MAXIMO_POR_DIA:
        raise AvisoNoPermitidoError(
            _t("Ya dejó %d avisos en las últimas 24 horas. Deje este mañana, o escriba a la empresa.") % MAXIMO_POR_DIA
        )
    datos = {"fecha": fecha, "medio": medio, "referencia": referencia, "comentario": comentario, "escrito_en": ahora}
    with transaction.atomic():
        aviso, _nuevo = AvisoDePago.objects.update_or_create(
            usuario=usuario, saldo=saldo, visto_en=None, defaults=datos
        )
    return aviso


def con_aviso(saldos, usuario):
    """Annotate `avisado_en` and `aviso_visto_en` (datetime or None): the user's newest note about each saldo."""
    suyo = AvisoDePago.objects.filter(usuario=usuario, saldo=OuterRef("pk")).order_by("-pk")
    return saldos.annotate(
        avisado_en=Subquery(suyo.values("escrito_en")[:1]), aviso_visto_en=Subquery(suyo.values("visto_en")[:1])
    )


# --- The Empresa --------------------------------------------------------------------------------------------------
def listar(*, vistos=False):
    """Queryset of the notes that nobody has seen, oldest first; or of those seen, newest first. With all they name."""
    avisos = AvisoDePago.objects.filter(visto_en__isnull=not vistos).select_related(
        "usuario", "visto_por", "saldo__empresa", "saldo__tercero"
    )
    return avisos.order_by("-visto_en", "-pk") if vistos else avisos.order_by("escrito_en", "pk")


def marcar_visto(aviso_id, *, usuario, escrito_en):
    """Note that `usuario` has seen the note written at `escrito_en` (aware datetime).

    Raises AvisoNoPermitidoError, with nothing written, when somebody saw it before or the customer changed it since.
    """
    visto = AvisoDePago.objects.filter(pk=aviso_id, visto_en__isnull=True, escrito_en=escrito_en).update(
        visto_por=usuario, visto_en=timezone.now()
    )
    if not visto:
        raise AvisoNoPermitidoError(
            _t("El aviso cambió desde que abrió la página, u otra persona ya lo vio: revíselo de nuevo.")
        )
