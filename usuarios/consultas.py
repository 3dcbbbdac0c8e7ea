"""Whose data a user may see: the one question that every page of the portal asks first (diseno.md 2 and 4.8)."""

from collections import defaultdict
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import BooleanField, ExpressionWrapper, Q, Value

from usuarios.models import Asociacion, Organizacion, Tercero

# SQLite refuses an expression nested 1,000 deep, and a chain of ORs nests once per term.
_TERMINOS_JUNTOS = 200


@dataclass(frozen=True)
class Alcance:
    """What a user's mappings in force allow.

    `pares`: one (ids of terceros, ids of organizaciones) for each group of mappings; a row is visible when some pair
    holds both its tercero and its organizacion. `incompletas`: some mapping still lacks one side, and shows nothing.
    """

    pares: tuple[tuple[frozenset[int], frozenset[int]], ...] = ()
    incompletas: bool = False

    @property
    def terceros(self):
        """Ids (frozenset) of every tercero within reach."""
        return frozenset().union(*(terceros for terceros, _organizaciones in self.pares))

    @property
    def vacio(self):
        """True when nothing at all may be seen."""
        return not self.pares

    def permite(self, *, tercero_id, organizacion_id):
        """True when a row of that tercero and that organizacion is visible."""
        return any(tercero_id in terceros and organizacion_id in orgs for terceros, orgs in self.pares)

    def filtro(self, prefijo=""):
        """Q for any model with `tercero` and `organizacion` foreign keys, or that reaches one through `prefijo`.

        Pairwise: never the tercero of one mapping with the organizacion of another.
        """
        if self.vacio:
            return Q(pk__in=[])
        terminos = [
            Q(**{f"{prefijo}tercero_id__in": sorted(terceros), f"{prefijo}organizacion_id__in": sorted(organizaciones)})
            for terceros, organizaciones in self.pares
        ]
        if len(terminos) <= _TERMINOS_JUNTOS:
            return reduce(or_, terminos)
        tramos = range(0, len(terminos), _TERMINOS_JUNTOS)
        return reduce(or_, (_cerrado(terminos[i : i + _TERMINOS_JUNTOS]) for i in tramos))


def _cerrado(terminos):
    """The ORs as one closed expression, which Django does not flatten into its neighbours."""
    return Q(ExpressionWrapper(reduce(or_, terminos), output_field=BooleanField()))


def alcance(usuario):
    """The Alcance of a user, in two SQL queries however many mappings; an inactive or anonymous one sees nothing.

    CC and NIT of the same natural person count as one, through the column `identidad` (diseno.md 2.1).
    """
    if not usuario.is_authenticated or not usuario.is_active:
        return Alcance()
    vigentes = Asociacion.objects.filter(usuario_id=usuario.pk, usuario__is_active=True, activa=True).order_by()
    lados = list(vigentes.values_list("tercero__identidad", "tercero__activo", "organizacion__identidad"))
    completas = {(tercero, organizacion) for tercero, activo, organizacion in lados if activo and organizacion}
    incompletas = any(tercero is None or organizacion is None for tercero, _activo, organizacion in lados)
    if not completas:
        return Alcance(incompletas=incompletas)
    terceros, organizaciones = _equivalentes(vigentes)
    por_organizacion = defaultdict(set)
    for tercero, organizacion in completas:
        por_organizacion[organizacion] |= terceros[tercero]
    return Alcance(
        pares=tuple(
            (frozenset(ids), frozenset(organizaciones[organizacion]))
            for organizacion, ids in sorted(por_organizacion.items())
            if ids and organizaciones[organizacion]
        ),
        incompletas=incompletas,
    )


def _equivalentes(vigentes):
    """(terceros, organizaciones): the ids that share each identidad named by the mappings, in one query."""
    terceros = Tercero.objects.filter(activo=True, identidad__in=vigentes.values("tercero__identidad"))
    organizaciones = Organizacion.objects.filter(identidad__in=vigentes.values("organizacion__identidad"))
    filas = (
        terceros.order_by()
        .values_list(Value("tercero"), "identidad", "pk")
        .union(organizaciones.order_by().values_list(Value("organizacion"), "identidad", "pk"), all=True)
    )
    ids = {"tercero": defaultdict(set), "organizacion": defaultdict(set)}
    for lado, identidad, pk in filas:
        ids[lado][identidad].add(pk)
    return ids["tercero"], ids["organizacion"]


def asociaciones_de(usuario):
    """The mappings of a user that nobody has taken away, complete or not, with both sides loaded."""
    return Asociacion.objects.filter(usuario=usuario, activa=True).select_related("tercero", "organizacion")


def roles_de(usuario):
    """What a login is, as people read it: its roles by name, and its standing in the administration."""
    roles = [str(nombre) for nombre in usuario.groups.order_by("name").values_list("name", flat=True)]
    marcas = {"is_staff": usuario.is_staff, "is_superuser": usuario.is_superuser}
    return roles + [nombre for nombre, tiene in marcas.items() if tiene]
