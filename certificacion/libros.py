"""What the portal's books say, for the scenarios to compare with what the pages show. Reads, and clears a selection."""

from cartera import seleccion
from cartera.models import Saldo
from pagos.models import Abono, AcuerdoComercial, EventoPago, Notificacion, Novedad, Pago, SaldoAFavor
from usuarios.consultas import alcance
from usuarios.models import Usuario


def documentos_libres(correo, cuantos):
    """`cuantos` saldos in pesos of one empresa that this customer owes whole, those with IVA first."""
    usuario = Usuario.objects.con_email(correo).get()
    libres = (
        Saldo.objects.filter(tercero__in=alcance(usuario).terceros, moneda="COP", saldo__gt=0)
        .exclude(detalles__abierto=True)
        .select_related("empresa", "tercero")
        .order_by("vencimiento", "pk")
    )
    enteros = sorted((uno for uno in libres if uno.saldo == uno.valor), key=lambda uno: uno.iva == 0)
    for saldo in enteros:
        grupo = [uno for uno in enteros if (uno.empresa_id, uno.tercero_id) == (saldo.empresa_id, saldo.tercero_id)]
        if len(grupo) >= cuantos:
            return grupo[:cuantos]
    raise LookupError(f"no quedan {cuantos} documentos por pagar de una misma empresa")


def vaciar_seleccion(correo):
    """Start from an empty selection, whatever an earlier scenario left."""
    seleccion.vaciar(Usuario.objects.con_email(correo).get())


def pago(referencia):
    """The Pago, as it stands now."""
    return Pago.objects.select_related("empresa", "tercero", "acuerdo").get(referencia=referencia)


def ultima_referencia(correo):
    """The reference of the payment that this customer started last, None without any."""
    usuario = Usuario.objects.con_email(correo).get()
    return Pago.objects.filter(usuario=usuario).order_by("-pk").values_list("referencia", flat=True).first()


def abonos(*referencias):
    """How many times money of those payments was applied to a balance."""
    return Abono.objects.filter(detalle__pago__referencia__in=referencias).count()


def debe(saldos):
    """What is owed now of those documents: a list of Decimal in their order."""
    ahora = dict(Saldo.objects.filter(pk__in=[saldo.pk for saldo in saldos]).values_list("pk", "saldo"))
    return [ahora[saldo.pk] for saldo in saldos]


def origenes(referencia):
    """Who moved the payment, in order: checkout, retorno, sonda, cliente..."""
    return list(EventoPago.objects.filter(pago__referencia=referencia).order_by("pk").values_list("origen", flat=True))


def novedades(referencia):
    """Kinds of what a person was told to look at."""
    return sorted(Novedad.objects.filter(pago__referencia=referencia).values_list("tipo", flat=True))


def huella(referencia):
    """Everything that a second look at a payment must not change, by name."""
    uno = pago(referencia)
    return {
        "estado": uno.estado,
        "abonos": abonos(referencia),
        "saldos a favor": SaldoAFavor.objects.filter(pago=uno).count(),
        "comprobante": uno.recibo.numero if hasattr(uno, "recibo") else "",
        "hechos en la historia": EventoPago.objects.filter(pago=uno).count(),
        "correos": Notificacion.objects.filter(pago=uno).count(),
    }


def acuerdo_de(empresa):
    """The agreement behind the empresa's buttons."""
    return AcuerdoComercial.objects.select_related("empresa").filter(empresa=empresa, activo=True).latest("desde")
