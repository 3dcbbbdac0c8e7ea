"""The saldos that a user has picked and not yet paid; in the database, so that they survive logging out.

A line of a saldo in an open pago stays, hidden, until its payment is approved (diseno.md 4.3).
"""

from dataclasses import dataclass
from itertools import groupby

from django.http import Http404

from cartera import consultas
from cartera.dinero import CERO, sumar
from cartera.models import Empresa, Saldo, Seleccion
from usuarios.consultas import alcance
from usuarios.models import Tercero

# Documents in one pago (diseno.md 2).
MAXIMO_DOCUMENTOS = 100


@dataclass(frozen=True)
class Grupo:
    """Lines that can be paid together: one empresa, one tercero, one currency. `lineas`: saldos, oldest due first."""

    empresa: Empresa
    tercero: Tercero
    moneda: str
    lineas: tuple[Saldo, ...]

    @property
    def total(self):
        """What the group comes to (Decimal, in `moneda`)."""
        return sumar(linea.saldo for linea in self.lineas)

    @property
    def sobran(self):
        """How many documents are too many for one pago."""
        return max(0, len(self.lineas) - self.maximo)

    @property
    def maximo(self):
        """How many documents one pago takes."""
        return MAXIMO_DOCUMENTOS

    @property
    def mostradas(self):
        """The lines that the page lists: a group too large to be paid is listed as far as it could be."""
        return self.lineas[: self.maximo]


def lineas(usuario, *, dentro_de=None):
    """The user's selected saldos that can still be paid: visible, owed and in no open pago; grouped in their order.

    Each comes with its empresa and tercero. `dentro_de`: the user's Alcance, when the caller has it already.
    """
    elegidos = Seleccion.objects.filter(usuario=usuario).values("saldo_id")
    libres = _libres(consultas.saldos_visibles(usuario, dentro_de=dentro_de)).filter(pk__in=elegidos)
    return list(
        libres.select_related("empresa", "tercero").order_by(
            "empresa__nombre", "empresa_id", "tercero__nombre", "tercero_id", "moneda", "vencimiento", "pk"
        )
    )


def grupos(saldos):
    """`saldos` (what `lineas` returned) as a list of Grupo."""
    por_grupo = groupby(saldos, key=lambda saldo: (saldo.empresa, saldo.tercero, saldo.moneda))
    return [Grupo(*clave, tuple(lineas_del_grupo)) for clave, lineas_del_grupo in por_grupo]


def agregar(usuario, ids):
    """Add saldos to the selection; returns those (list) that could not be added: paid or in an open pago meanwhile.

    Raises Http404 and adds nothing when some id is not the user's to see.
    """
    propios = _propios(usuario, ids)
    libres = {saldo.pk for saldo in _libres(consultas.saldos_visibles(usuario)).filter(pk__in=propios).only("pk")}
    _insertar(usuario, libres)
    return [saldo for pk, saldo in propios.items() if pk not in libres]


def agregar_todos(usuario, saldos):
    """Add every one of `saldos` (a queryset from consultas.saldos_visibles) that is free; returns how many it has."""
    ids = list(_libres(saldos).order_by().values_list("pk", flat=True))
    _insertar(usuario, ids)
    return len(ids)


def quitar(usuario, ids):
    """Drop saldos from the selection; Http404 when some id is not the user's to see. Twice does no harm."""
    _borrar(usuario, _propios(usuario, ids))


def recortar(usuario, *, empresa_id, tercero_id, moneda):
    """Leave in one group only the oldest MAXIMO_DOCUMENTOS by due date."""
    clave = (empresa_id, tercero_id, moneda)
    del_grupo = [s for s in lineas(usuario) if (s.empresa_id, s.tercero_id, s.moneda) == clave]
    _borrar(usuario, [saldo.pk for saldo in del_grupo[MAXIMO_DOCUMENTOS:]])


def vaciar(usuario):
    """Drop the user's whole selection, but the hidden lines of open pagos."""
    _borrar(usuario, [saldo.pk for saldo in lineas(usuario)])


def olvidar(saldo_ids):
    """Drop from everybody's selection those of `saldo_ids` that an approval has paid in full (called by pagos)."""
    Seleccion.objects.filter(saldo_id__in=list(saldo_ids), saldo__saldo=CERO).delete()


def _libres(saldos):
    return consultas.con_proceso(saldos).filter(en_proceso_referencia__isnull=True)


def _propios(usuario, ids):
    """The saldos (by primary key) of `ids` that the user's mappings allow, paid ones too; Http404 if any is missing."""
    ids = set(ids)
    propios = Saldo.objects.filter(alcance(usuario).filtro(), empresa__activa=True).in_bulk(ids)
    if len(propios) != len(ids):
        raise Http404
    return propios


def _insertar(usuario, ids):
    nuevas = [Seleccion(usuario=usuario, saldo_id=pk) for pk in sorted(ids)]
    Seleccion.objects.bulk_create(nuevas, ignore_conflicts=True)


def _borrar(usuario, ids):
    Seleccion.objects.filter(usuario=usuario, saldo_id__in=list(ids)).delete()
