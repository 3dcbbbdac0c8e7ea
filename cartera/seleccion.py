"""The saldos that a user has picked and not yet paid; in the database, so that they survive logging out.

A line of a saldo in an open pago stays, hidden, until its payment is approved (diseno.md 4.3). What is to be paid of
each is the whole balance unless the user has chosen less, within the rule of `cartera.parcial`.
"""

from dataclasses import dataclass
from itertools import groupby

from django.http import Http404

from cartera import consultas, parcial, sentencias
from cartera.dinero import CERO, sumar
from cartera.models import Empresa, Saldo, Seleccion
from cartera.parcial import Eleccion, Parte
from cartera.vencimientos import VENCIDOS, hoy
from usuarios.consultas import alcance
from usuarios.models import Tercero

# Documents in one pago (diseno.md 2).
MAXIMO_DOCUMENTOS = 100
_TODO = Eleccion()


@dataclass(frozen=True)
class Linea:
    """One selected saldo (with its empresa and tercero) and what is to be paid of it now."""

    saldo: Saldo
    parte: Parte

    @property
    def debe(self):
        """What is owed (Decimal)."""
        return self.saldo.saldo

    @property
    def paga(self):
        """What is to be paid of it (Decimal)."""
        return self.parte.paga

    @property
    def razon(self):
        """Why less than what is owed, as people call it; '' when everything is paid."""
        return parcial.Razon(self.parte.razon).label if self.parte.razon else ""

    @property
    def admite_menos(self):
        """True when another amount may be chosen."""
        return parcial.admite(self.saldo)


@dataclass(frozen=True)
class Grupo:
    """Lines that can be paid together: one empresa, one tercero, one currency; oldest due first."""

    empresa: Empresa
    tercero: Tercero
    moneda: str
    lineas: tuple[Linea, ...]

    @property
    def total(self):
        """What will be paid of the group (Decimal, in `moneda`)."""
        return sumar(linea.paga for linea in self.lineas)

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
    """The user's lines (list of Linea) that can still be paid: visible, owed, in no open pago; in their groups' order.

    `dentro_de`: the user's Alcance, when the caller has it already.
    """
    libres = _libres(consultas.saldos_visibles(usuario, dentro_de=dentro_de))
    filas = (
        Seleccion.objects.filter(usuario=usuario, saldo__in=libres.values("pk"))
        .select_related("saldo__empresa", "saldo__tercero")
        .order_by(
            *("saldo__empresa__nombre", "saldo__empresa_id", "saldo__tercero__nombre", "saldo__tercero_id"),
            *("saldo__moneda", "saldo__vencimiento", "saldo_id"),
        )
    )
    return [Linea(fila.saldo, parcial.a_pagar(fila.saldo, fila)) for fila in filas]


def grupos(lineas):
    """`lineas` (what the function of that name returned) as a list of Grupo."""
    por_grupo = groupby(lineas, key=lambda linea: (linea.saldo.empresa, linea.saldo.tercero, linea.saldo.moneda))
    return [Grupo(*clave, tuple(del_grupo)) for clave, del_grupo in por_grupo]


def linea_de(usuario, saldo):
    """The Linea of a saldo from `consultas.saldo_de`: as the user chose it, or whole."""
    fila = Seleccion.objects.filter(usuario=usuario, saldo=saldo).first()
    return Linea(saldo, parcial.a_pagar(saldo, fila or _TODO))


def agregar(usuario, ids):
    """Add saldos to the selection; returns those (list) that could not be added: paid or in an open pago meanwhile.

    Raises Http404 and adds nothing when some id is not the user's to see.
    """
    propios = _propios(usuario, ids)
    libres = _ids_libres(usuario, propios)
    _insertar(usuario, libres)
    return [saldo for pk, saldo in propios.items() if pk not in libres]


def agregar_todos(usuario, saldos):
    """Add every one of `saldos` (a queryset from consultas.saldos_visibles) that is free; returns how many it has."""
    ids = list(_libres(saldos).order_by().values_list("pk", flat=True))
    _insertar(usuario, ids)
    return len(ids)


def elegir_valor(usuario, saldo, eleccion):
    """Pay so much of a saldo from `consultas.saldo_de`: it is selected with that Eleccion, whole when that is all.

    Raises AbonoNoPermitidoError, with nothing written, when the rule does not allow it.
    """
    if eleccion.paga is not None:
        parcial.exigir(saldo, eleccion.paga, eleccion.razon, eleccion.nota)
    _escribir(usuario, {saldo.pk: _TODO if eleccion.paga == saldo.saldo else eleccion})


def retomar(usuario, elecciones):
    """Add saldos with what was to be paid of each before: `elecciones`, an Eleccion by saldo id. Returns as `agregar`.

    One that no longer fits the rule stands for the whole balance, and its line says so.
    """
    fuera = agregar(usuario, elecciones)
    ocupados = {saldo.pk for saldo in fuera}
    _escribir(usuario, {pk: eleccion for pk, eleccion in elecciones.items() if pk not in ocupados})
    return fuera


def elegir_vencidos(usuario, *, empresa_id, tercero_id, moneda):
    """Leave in one group exactly what is overdue and free, whole: the oldest MAXIMO_DOCUMENTOS. Returns how many."""
    grupo = {"empresa_id": empresa_id, "tercero_id": tercero_id, "moneda": moneda}
    vencidos = _libres(consultas.saldos_visibles(usuario).filter(VENCIDOS.q(hoy()), **grupo))
    ids = list(vencidos.order_by("vencimiento", "pk").values_list("pk", flat=True)[:MAXIMO_DOCUMENTOS])
    if ids:
        del_grupo = _libres(consultas.saldos_visibles(usuario).filter(**grupo)).exclude(pk__in=ids)
        Seleccion.objects.filter(usuario=usuario, saldo__in=del_grupo.values("pk")).delete()
        _escribir(usuario, dict.fromkeys(ids, _TODO))
    return len(ids)


def quitar(usuario, ids):
    """Drop saldos from the selection; Http404 when some id is not the user's to see. Twice does no harm."""
    _borrar(usuario, _propios(usuario, ids))


def recortar(usuario, *, empresa_id, tercero_id, moneda):
    """Leave in one group only the oldest MAXIMO_DOCUMENTOS by due date."""
    clave = (empresa_id, tercero_id, moneda)
    saldos = [linea.saldo for linea in lineas(usuario)]
    del_grupo = [s for s in saldos if (s.empresa_id, s.tercero_id, s.moneda) == clave]
    _borrar(usuario, [saldo.pk for saldo in del_grupo[MAXIMO_DOCUMENTOS:]])


def vaciar(usuario):
    """Drop the user's whole selection, but the hidden lines of open pagos."""
    _borrar(usuario, [linea.saldo.pk for linea in lineas(usuario)])


def olvidar(saldos, *, pagador_id):
    """Drop the lines of an approved payment (called by pagos): its payer's, and everybody's of what is paid in full.

    `saldos`: as the payment has left them, still locked. What is left of a balance is never chosen for its payer by an
    earlier choice: he picks it again.
    """
    pagados = tuple(saldo.pk for saldo in saldos if saldo.saldo == CERO)
    restan = tuple(saldo.pk for saldo in saldos if saldo.saldo != CERO)
    if pagados:
        sentencias.borrar(Seleccion, donde={"saldo": pagados})
    if restan:
        sentencias.borrar(Seleccion, donde={"saldo": restan, "usuario": pagador_id})


def _libres(saldos):
    return consultas.con_proceso(saldos).filter(en_proceso_referencia__isnull=True)


def _ids_libres(usuario, ids):
    return set(_libres(consultas.saldos_visibles(usuario)).filter(pk__in=ids).values_list("pk", flat=True))


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


def _escribir(usuario, elecciones):
    """Insert or change the lines of `elecciones` (an Eleccion by saldo id)."""
    filas = [
        Seleccion(usuario=usuario, saldo_id=pk, paga=una.paga, razon=una.razon, nota=una.nota)
        for pk, una in sorted(elecciones.items())
    ]
    Seleccion.objects.bulk_create(
        filas,
        update_conflicts=True,
        unique_fields=["usuario", "saldo"],
        update_fields=["paga", "razon", "nota"],
    )


def _borrar(usuario, ids):
    Seleccion.objects.filter(usuario=usuario, saldo_id__in=list(ids)).delete()
