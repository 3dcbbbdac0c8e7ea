"""What people are told about a Novedad: what was seen, in sentences, and how much money hangs on it."""

from decimal import Decimal, InvalidOperation

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cartera.formato import dinero, fecha_hora
from pagos.estados import Motivo, TipoNovedad

# What the evidence holds under these names is an amount.
_IMPORTES = ("valor", "pedido", "aprobado", "saldo_a_favor", "saldo_erp", "por_acusar")
_INFORMA = gettext_lazy("La pasarela informa «%(informa)s» en el intento %(intento)s.")
# By kind: sentences, most telling first. The first whose names are all in the evidence is the one that is said.
_FRASES = {
    TipoNovedad.OTRO_VALOR: (
        gettext_lazy("La pasarela aprobó en partes %(aprobado)s y se pidieron %(pedido)s."),
        gettext_lazy("La pasarela informa %(valor)s en el intento %(intento)s; del pago se pedían %(total)s."),
    ),
    TipoNovedad.OTRA_MONEDA: (
        gettext_lazy("La pasarela informa la moneda %(moneda)s en el intento %(intento)s; el pago es en %(propia)s."),
    ),
    TipoNovedad.OTRO_COMERCIO: (_INFORMA,),
    TipoNovedad.OTRA_REFERENCIA: (_INFORMA,),
    TipoNovedad.MODO_PRUEBA: (gettext_lazy("El intento %(intento)s es de otro modo (prueba o real) que el acuerdo."),),
    TipoNovedad.CODIGO_DESCONOCIDO: (
        gettext_lazy("La pasarela envió el código «%(codigo)s», que el portal no conoce. No se decidió nada."),
    ),
    TipoNovedad.NO_CONFIABLE: (gettext_lazy("Un registro de la pasarela no se puede creer: %(razon)s."),),
    TipoNovedad.APROBADA_EN_PARTE: (
        gettext_lazy("De un pago mixto de %(pedido)s la pasarela aprobó %(aprobado)s, y ya no llegará más."),
    ),
    TipoNovedad.APROBADA_DOS_VECES: (
        gettext_lazy("El intento %(intento)s aprobó otra vez %(valor)s: quedaron a favor del cliente."),
    ),
    TipoNovedad.APROBADA_TARDE: (
        gettext_lazy("Se aprobó después de que dos personas cerraran su revisión: ese dinero no se anotó otra vez."),
        gettext_lazy("Se aprobó después de rechazada. Quedaron a favor del cliente %(saldo_a_favor)s."),
    ),
    TipoNovedad.REVERSADA: (
        gettext_lazy("La pasarela muestra un reverso del intento %(intento)s. El pago sigue aprobado aquí."),
        gettext_lazy("La pasarela ya no muestra la aprobación. El pago sigue aprobado aquí."),
    ),
    TipoNovedad.DESAPARECIDA: (gettext_lazy("La pasarela conocía el pago y ya no lo encuentra."),),
    TipoNovedad.URL_AJENA: (gettext_lazy("La pasarela envía a los pagadores a una dirección que no está permitida."),),
    TipoNovedad.INICIO_RECHAZADO: (gettext_lazy("La pasarela no aceptó el pago: código «%(codigo)s»."),),
    TipoNovedad.FECHA_IMPOSIBLE: (gettext_lazy("La pasarela fecha el pago el %(fecha_pago)s."),),
    TipoNovedad.DEMASIADO_PENDIENTE: (
        gettext_lazy("Lleva más de %(horas)s horas pendiente, que es lo que su medio puede tardar."),
    ),
    TipoNovedad.ERP_POR_DEBAJO: (
        gettext_lazy("El ERP dice que se deben %(saldo_erp)s y aún no ha contabilizado %(por_acusar)s ya pagados."),
    ),
    TipoNovedad.ERROR_INTERNO: (
        gettext_lazy("El portal falló al leer la respuesta (%(clase)s). Se volverá a preguntar."),
        gettext_lazy("El portal falló al leer la respuesta. Se volverá a preguntar."),
    ),
    TipoNovedad.DIFERENCIA: (gettext_lazy("Los libros no cuadran: ejecute «conciliar»."),),
}
# Where the money that is in doubt is told by the evidence; else it is all of the payment.
_EN_JUEGO = {
    TipoNovedad.OTRO_VALOR: ("aprobado", "valor"),
    TipoNovedad.APROBADA_EN_PARTE: ("aprobado",),
    TipoNovedad.APROBADA_DOS_VECES: ("valor",),
    TipoNovedad.APROBADA_TARDE: ("saldo_a_favor",),
}
# A sentence that is true only of one of the ways in which its kind is raised.
_SOLO_SI = {TipoNovedad.APROBADA_TARDE: ("cerrada", Motivo.REVISION)}


def que_se_vio(novedad):
    """The evidence of a Novedad in a plain sentence; never its raw form."""
    datos = _datos(novedad)
    frases = _FRASES[novedad.tipo]
    clave, valor = _SOLO_SI.get(novedad.tipo, (None, None))
    if clave and novedad.evidencia.get(clave) != valor:
        frases = frases[1:]
    for frase in frases:
        try:
            return str(frase) % datos
        except KeyError:
            continue
    return _("La pasarela no dio más detalles.")


def en_juego(novedad):
    """(amount, currency) that hang on a Novedad: what its evidence names, else its whole payment or balance."""
    evidencia, pago = novedad.evidencia, novedad.pago
    if novedad.tipo == TipoNovedad.ERP_POR_DEBAJO and novedad.saldo_id:
        por_acusar, cifra = (_importe(evidencia.get(nombre)) for nombre in ("por_acusar", "saldo_erp"))
        falta = None if por_acusar is None or cifra is None else por_acusar - cifra
        return falta or novedad.saldo.valor, novedad.saldo.moneda
    if pago is None:
        return novedad.saldo.saldo, novedad.saldo.moneda
    dichos = (_importe(evidencia.get(nombre)) for nombre in _EN_JUEGO.get(novedad.tipo, ()))
    return next((dicho for dicho in dichos if dicho), pago.total), pago.moneda


def _datos(novedad):
    """The evidence as people read it, by name; what it lacks is not there."""
    moneda = (novedad.pago or novedad.saldo).moneda
    datos = {nombre: _legible(nombre, valor, moneda) for nombre, valor in novedad.evidencia.items()}
    datos["propia"] = moneda
    if novedad.pago:
        datos["total"] = dinero(novedad.pago.total, moneda)
    return datos


def _legible(nombre, valor, moneda):
    if nombre in _IMPORTES:
        importe = _importe(valor)
        return _("un valor que no se entiende") if importe is None else dinero(importe, moneda)
    if nombre == "fecha_pago":
        return fecha_hora(parse_datetime(str(valor)))
    return str(valor).rstrip(".")


def _importe(valor):
    try:
        leido = Decimal(str(valor))
    except InvalidOperation:
        return None
    return leido if leido.is_finite() else None
