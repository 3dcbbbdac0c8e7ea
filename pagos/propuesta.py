"""What *Forma de pago* shows and signs: the documents, their amounts, and the name of the page that was sent.

Amounts come from the database. The signed snapshot says only what the page showed, so that it can be compared under the
lock with what is owed then (diseno.md 4.3).
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.core import signing
from django.utils.translation import gettext as _

from cartera import seleccion
from cartera.dinero import sumar
from cartera.models import Empresa
from cartera.parcial import Eleccion
from cartera.seleccion import MAXIMO_DOCUMENTOS, Linea
from pagos.errores import PagoNoPermitidoError, SeleccionCambioError
from pagos.referencias import nuevo_codigo
from usuarios.models import Tercero

# A page left open for longer shows old figures anyway.
VIGENCIA_SEGUNDOS = 24 * 3600
_SAL = "pagos.propuesta"


@dataclass(frozen=True, kw_only=True)
class Propuesta:
    """One group of the selection, ready to be paid."""

    empresa: Empresa
    tercero: Tercero
    moneda: str
    lineas: tuple[Linea, ...]

    @property
    def total(self):
        """Sum to be paid (Decimal)."""
        return sumar(linea.paga for linea in self.lineas)

    @property
    def en_parte(self):
        """True when some document is not paid whole."""
        return any(linea.paga != linea.debe for linea in self.lineas)


@dataclass(frozen=True, kw_only=True)
class LineaVista:
    """One document as the page showed it: what was owed, what was to be paid of it and, if less, why."""

    debe: Decimal
    paga: Decimal
    razon: str = ""
    nota: str = ""


@dataclass(frozen=True, kw_only=True)
class Foto:
    """What a page showed, read back from its signature. `lineas`: a LineaVista by saldo id."""

    usuario_id: int
    empresa_id: int
    tercero_id: int
    moneda: str
    clave_envio: str
    version_terminos: str  # of the terms that the page linked to
    lineas: dict[int, LineaVista]

    @property
    def total(self):
        """Sum that the page showed (Decimal)."""
        return sumar(linea.paga for linea in self.lineas.values())


def preparar(usuario, *, empresa_id, tercero_id, moneda):
    """The user's selected, payable documents of one group.

    Raises PagoNoPermitidoError when there are none or more than 100.
    """
    clave = (empresa_id, tercero_id, moneda)
    grupos = seleccion.grupos(seleccion.lineas(usuario))
    grupo = next((uno for uno in grupos if (uno.empresa.pk, uno.tercero.pk, uno.moneda) == clave), None)
    if grupo is None:
        raise PagoNoPermitidoError(_("No hay documentos seleccionados para pagar."))
    if grupo.sobran:
        raise PagoNoPermitidoError(
            _("Un pago lleva como máximo %d documentos: quite algunos de su selección.") % MAXIMO_DOCUMENTOS
        )
    return Propuesta(empresa=grupo.empresa, tercero=grupo.tercero, moneda=moneda, lineas=grupo.lineas)


def eleccion_de(detalle):
    """The Eleccion that a detail of an earlier pago was made from."""
    return Eleccion(paga=detalle.valor, razon=detalle.razon, nota=detalle.nota) if detalle.razon else Eleccion()


def firmar(propuesta, usuario):
    """The signed snapshot (text) of what the page shows, with a new name for that page."""
    return signing.dumps(
        {
            "u": usuario.pk,
            "e": propuesta.empresa.pk,
            "t": propuesta.tercero.pk,
            "m": propuesta.moneda,
            "k": nuevo_codigo(),
            "v": propuesta.empresa.version_terminos,
            "l": [
                [linea.saldo.pk, str(linea.debe), str(linea.paga), linea.parte.razon, linea.parte.nota]
                for linea in propuesta.lineas
            ],
        },
        salt=_SAL,
        compress=True,
    )


def leer(texto, usuario):
    """The Foto behind a signed snapshot of this user; raises SeleccionCambioError when altered, old or another's."""
    try:
        datos = signing.loads(texto, salt=_SAL, max_age=VIGENCIA_SEGUNDOS)
        lineas = {
            pk: LineaVista(debe=Decimal(debe), paga=Decimal(paga), razon=razon, nota=nota)
            for pk, debe, paga, razon, nota in datos["l"]
        }
    except (signing.BadSignature, KeyError, ValueError, TypeError, InvalidOperation) as error:
        raise SeleccionCambioError(_("La página ya no es válida: revise de nuevo lo que va a pagar.")) from error
    if datos["u"] != usuario.pk:
        raise SeleccionCambioError(_("La página es de otro usuario: revise de nuevo lo que va a pagar."))
    return Foto(
        usuario_id=datos["u"],
        empresa_id=datos["e"],
        tercero_id=datos["t"],
        moneda=datos["m"],
        clave_envio=datos["k"],
        version_terminos=datos["v"],
        lineas=lineas,
    )
