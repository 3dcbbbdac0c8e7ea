"""A pago and its saldos, locked in the one order (diseno.md 4.5): saldos by primary key, then the pago.

Read here is all that its rules ask for, in three statements whose text is made once: this is where every answer begins.
"""

from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef

from cartera import sentencias
from cartera.models import Empresa, Saldo
from cartera.servicios import bloquear_importes
from pagos.estados import TipoNovedad
from pagos.models import AcuerdoComercial, DetallePago, Novedad, Pago
from usuarios.models import Usuario

# What the rules ask of the rows that a pago points to; anything else of these is read when it is asked for.
_DE_OTROS = {
    "acuerdo": (AcuerdoComercial, ("pasarela", "comercio", "prueba")),
    "empresa": (Empresa, ("prefijo_comprobante",)),
    "usuario": (Usuario, ("email", "idioma")),
}


@dataclass(frozen=True)
class Bloqueado:
    """What `bloquear` holds until its transaction ends. `saldos`: by id, with their amounts alone."""

    pago: Pago
    detalles: list[DetallePago]
    saldos: dict[int, Saldo]
    # A signed notice has told of the other mode (test or real) than the agreement's.
    otro_modo: bool
    # The pago as it was read (`sentencias.leidos`).
    antes: dict

    def guardar(self):
        """Write what has changed of the pago since it was read."""
        if cambiados := sentencias.cambiados(self.pago, self.antes):
            sentencias.guardar(self.pago, cambiados)


def bloquear(pago_id):
    """Lock the saldos of a pago, then the pago: a Bloqueado. Only inside a transaction; raises Pago.DoesNotExist.

    Whatever is decided of a pago is decided under the locks of its saldos: once they are ours, what is read after them
    in one statement with the pago (its notices) stands still too, and nothing of it was read before.
    """
    detalles = _DETALLES(pago_id)
    saldos = bloquear_importes([detalle.saldo_id for detalle in detalles])
    pago = next(iter(_PAGO(pago_id)), None)
    if pago is None:
        raise Pago.DoesNotExist(f"No hay pago {pago_id}")
    otro_modo = vars(pago).pop("otro_modo")
    for nombre, (modelo, campos) in _DE_OTROS.items():
        _acercar(pago, nombre, modelo, campos)
    por_id = {saldo.pk: saldo for saldo in saldos}
    return Bloqueado(pago, detalles, por_id, otro_modo, antes=sentencias.leidos(pago))


def _acercar(pago, nombre, modelo, campos):
    """Give the pago the row that it points to under `nombre`, made of what was read with it."""
    clave = getattr(pago, pago._meta.get_field(nombre).attname)
    valores = [vars(pago).pop(f"{nombre}_{campo}") for campo in campos]
    setattr(pago, nombre, modelo.from_db(pago._state.db, [modelo._meta.pk.attname, *campos], [clave, *valores]))


def _pago(pago_id):
    de_otros = [(nombre, campo) for nombre, (_modelo, campos) in _DE_OTROS.items() for campo in campos]
    otros = {f"{nombre}_{campo}": F(f"{nombre}__{campo}") for nombre, campo in de_otros}
    de_otro_modo = Novedad.objects.filter(pago=OuterRef("pk"), tipo=TipoNovedad.MODO_PRUEBA)
    bloqueados = Pago.objects.select_for_update(of=("self",), no_key=True)
    return bloqueados.filter(pk=pago_id).annotate(**otros, otro_modo=Exists(de_otro_modo))


_PAGO = sentencias.Preparada(_pago)
_DETALLES = sentencias.Preparada(
    lambda pago_id: DetallePago.objects.filter(pago_id=pago_id).only("pago_id", "saldo_id", "valor")
)
