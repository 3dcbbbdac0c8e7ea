"""Which Empresas a member of staff may see: the question that every page of the staff asks first.

Without a limit, all; with one, those and nothing else: lists, searches, counts, exports and the administration. What a
customer may see is another question (`usuarios.consultas.alcance`).
"""

from django.db.models import Exists, OuterRef, Q

from cartera.models import AlcancePersonal

_YA = "_empresas_a_la_vista"


def empresas_de(usuario):
    """Ids (frozenset) of the only Empresas whose data this member of staff may see; None = all.

    Asked once for each user object, which lives as long as its request. Nobody limits a superuser.
    """
    if usuario.is_superuser:
        return None
    if not hasattr(usuario, _YA):
        filas = AlcancePersonal.objects.filter(usuario_id=usuario.pk).order_by()
        setattr(usuario, _YA, frozenset(filas.values_list("empresa_id", flat=True)) or None)
    return getattr(usuario, _YA)


def limitar(consulta, usuario, ruta="empresa"):
    """The queryset without what belongs to an Empresa that the member of staff may not see.

    `ruta`: the lookup that leads from a row to its Empresa; "pk" for Empresas themselves.
    """
    empresas = empresas_de(usuario)
    return consulta if empresas is None else consulta.filter(**{f"{ruta}__in": empresas})


def que_ven(usuarios, empresa_id):
    """Of these people (queryset of Usuario), those who may see that Empresa."""
    suyas = AlcancePersonal.objects.filter(usuario=OuterRef("pk"))
    return usuarios.filter(Q(is_superuser=True) | ~Exists(suyas) | Exists(suyas.filter(empresa=empresa_id)))
