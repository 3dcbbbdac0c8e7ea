"""Reads of the saldos a favor: which wait, where each came from, what it was used for."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils import timezone

from cartera.dinero import de_centavos, resto
from cartera.models import Saldo
from pagos.models import AplicacionSaldoAFavor, DetallePago, PropuestaSaldoAFavor, SaldoAFavor

# What the list can be asked for: value of `ver` in the address.
ESPERAN, PROPUESTOS, USADOS = "esperan", "propuestos", "usados"
# Documents that a proposal can choose from on one page.
MAXIMO_DOCUMENTOS = 50


def con_resto(consulta=None):
    """SaldoAFavor with `quedan`, what is not used up, in whole centavos (int): `resta(favor)` reads it."""
    consulta = SaldoAFavor.objects.all() if consulta is None else consulta
    return consulta.annotate(quedan=resto("valor", AplicacionSaldoAFavor.objects.all(), "valor", de="favor"))


def resta(favor):
    """What is left of a credit of `con_resto` (Decimal, in its currency)."""
    return de_centavos(favor.quedan)


def listar(*, ver=ESPERAN, empresa=None, q="", dias=0):
    """Queryset of the credits that wait (or wait for a second person, or are used up), with all that the list names.

    `q`: number or part of the name of a customer, or referencia of the pago; `dias`: only those at least so old.
    Each has `quedan` and `abiertas` (its open proposal in a list of at most one).
    """
    abiertas = PropuestaSaldoAFavor.objects.filter(cerrada_en__isnull=True)
    consulta = con_resto().select_related("empresa", "tercero", "pago")
    consulta = consulta.filter(quedan=0) if ver == USADOS else consulta.filter(quedan__gt=0)
    if ver == PROPUESTOS:
        consulta = consulta.filter(Exists(abiertas.filter(favor=OuterRef("pk"))))
    if empresa:
        consulta = consulta.filter(empresa=empresa)
    if q:
        numero = q.replace(".", "").split("-")[0]
        quien = Q(tercero__numero=numero) | Q(tercero__nombre__icontains=q)
        consulta = consulta.filter(quien | Q(pago__referencia__iexact=q))
    if dias:
        consulta = consulta.filter(creado_en__lte=timezone.now() - timedelta(days=dias))
    return consulta.prefetch_related(
        Prefetch("propuestas", queryset=abiertas.select_related("quien", "saldo"), to_attr="abiertas")
    )


def ver(favor_id):
    """One credit as `listar` gives it, with what it came from, or None."""
    consulta = con_resto().select_related("empresa", "tercero", "pago", "detalle__saldo", "novedad")
    return consulta.filter(pk=favor_id).first()


def propuesta_abierta(favor):
    """The proposal that waits for a second person, or None."""
    abiertas = PropuestaSaldoAFavor.objects.filter(favor=favor, cerrada_en__isnull=True)
    return abiertas.select_related("quien", "saldo").first()


def usos(favor):
    """What a credit was used for, oldest first."""
    return list(
        AplicacionSaldoAFavor.objects.filter(favor=favor).select_related("saldo", "quien", "confirmo").order_by("pk")
    )


def documentos_que_puede_pagar(favor):
    """The first MAXIMO_DOCUMENTOS saldos that a credit may be applied to, by due date: owed, and in no open payment."""
    ocupado = Q(abierto=True) | Q(pago__reabierta=True)
    suyos = Saldo.objects.filter(
        empresa_id=favor.empresa_id, tercero_id=favor.tercero_id, moneda=favor.moneda, saldo__gt=0
    )
    libres = suyos.exclude(Exists(DetallePago.objects.filter(ocupado, saldo=OuterRef("pk"))))
    return libres.order_by("vencimiento", "pk")[:MAXIMO_DOCUMENTOS]


def favores_de(pago):
    """The credits of a pago, oldest first, with their uses at hand (`favor.usos`)."""
    hechas = AplicacionSaldoAFavor.objects.select_related("saldo").order_by("pk")
    return list(
        con_resto(SaldoAFavor.objects.filter(pago=pago))
        .order_by("pk")
        .prefetch_related(Prefetch("aplicaciones", queryset=hechas, to_attr="usos"))
    )
