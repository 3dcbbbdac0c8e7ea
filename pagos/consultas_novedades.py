"""Reads of the anomalies: the inbox of Tesorería, what each one is about, what was said of it."""

from django.db.models import Count, Exists, OuterRef, Q

from pagos.consultas_favores import con_resto
from pagos.estados import TipoNovedad
from pagos.models import ComentarioNovedad, Novedad, SaldoAFavor

# The money anomalies that people ask for together: value of `ver` in the address -> their kinds.
DE_MAS, EN_PARTE, TARDE, CON_CREDITO = "de_mas", "en_parte", "tarde", "credito"
GRUPOS = {
    DE_MAS: (TipoNovedad.APROBADA_DOS_VECES, TipoNovedad.OTRO_VALOR),
    EN_PARTE: (TipoNovedad.APROBADA_EN_PARTE,),
    TARDE: (TipoNovedad.APROBADA_TARDE,),
    CON_CREDITO: None,  # whatever its kind, its payment left credit that waits
}
# Who has it: value of `quien` in the address that is not a person's id.
DE_NADIE, MIAS = "nadie", "mias"


def _con_credito():
    """Condition: the payment left credit that nobody has used up."""
    return Exists(con_resto(SaldoAFavor.objects.filter(pago=OuterRef("pago"))).filter(quedan__gt=0))


def bandeja(*, cerradas=False, ver="", tipo="", empresa=None, asignada=None, sin_asignar=False):
    """Queryset of the Novedades of the inbox, unordered, with all that a row names.

    `ver`: a key of GRUPOS; `tipo`: of TipoNovedad; `asignada`: the Usuario who has it; `sin_asignar`: nobody does.
    """
    consulta = Novedad.objects.filter(resuelta_en__isnull=not cerradas)
    if ver:
        tipos = GRUPOS[ver]
        consulta = consulta.filter(_con_credito()) if tipos is None else consulta.filter(tipo__in=tipos)
    if tipo:
        consulta = consulta.filter(tipo=tipo)
    if empresa:
        consulta = consulta.filter(empresa=empresa)
    if asignada:
        consulta = consulta.filter(asignada_a=asignada)
    if sin_asignar:
        consulta = consulta.filter(asignada_a__isnull=True)
    return consulta.select_related(
        "empresa", "pago__tercero", "saldo__tercero", "asignada_a", "propuesta_por", "resuelta_por"
    )


def abiertas():
    """Queryset of the Novedades that wait for somebody."""
    return Novedad.objects.filter(resuelta_en__isnull=True)


def cuenta(consulta):
    """How many of these open ones (queryset) there are in all (key '') and in each of GRUPOS: dict."""
    por_tipo = {clave: Count("pk", filter=Q(tipo__in=tipos)) for clave, tipos in GRUPOS.items() if tipos is not None}
    contadas = consulta.aggregate(todas=Count("pk"), **por_tipo)
    return {"": contadas.pop("todas"), **contadas, CON_CREDITO: consulta.filter(_con_credito()).count()}


def comentarios(novedad):
    """What was said of a Novedad and to whom it was given, oldest first."""
    return list(ComentarioNovedad.objects.filter(novedad=novedad).select_related("autor", "asignada_a").order_by("pk"))
