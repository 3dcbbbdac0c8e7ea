"""States of a pago and the table of what may follow what (diseno.md 3). A leaf: imports nothing of ours."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Estado(models.TextChoices):
    """The four states kept; people see three (`CREADA` is shown as *Pendiente*)."""

    CREADA = "CREADA", _("Pendiente")  # between our insert and the gateway's answer
    PENDIENTE = "PENDIENTE", _("Pendiente")
    APROBADA = "APROBADA", _("Aprobada")  # final
    RECHAZADA = "RECHAZADA", _("Rechazada")  # frees the saldos; the gateway may still approve late


class Motivo(models.TextChoices):
    """Why a pago is RECHAZADA."""

    PASARELA = "PASARELA", _("Rechazada por la pasarela")
    ABANDONADA = "ABANDONADA", _("Abandonada")  # nobody opened the gateway's page
    ERROR_INICIO = "ERROR_INICIO", _("No se pudo iniciar")  # refused, or its URL was lost
    REVISION = "REVISION", _("Cerrada en revisión")  # by two people of Tesorería


class Origen(models.TextChoices):
    """Who moved the pago."""

    CHECKOUT = "checkout", _("Inicio del pago")
    RETORNO = "retorno", _("Regreso del pagador")
    CONFIRMACION = "confirmacion", _("Confirmación de la pasarela")
    SONDA = "sonda", _("Consulta periódica")
    CLIENTE = "cliente", _("Cliente")
    REVISION = "revision", _("Revisión de Tesorería")


PERMITIDAS = {
    Estado.CREADA: frozenset({Estado.PENDIENTE, Estado.APROBADA, Estado.RECHAZADA}),
    Estado.PENDIENTE: frozenset({Estado.APROBADA, Estado.RECHAZADA}),
    Estado.RECHAZADA: frozenset({Estado.APROBADA}),  # gateways approve late
    Estado.APROBADA: frozenset(),
}

ABIERTOS = (Estado.CREADA, Estado.PENDIENTE)


def permitida(de, a):
    """True when a pago may go from state `de` to state `a`."""
    return a in PERMITIDAS[Estado(de)]


class TipoNovedad(models.TextChoices):
    """Kinds of things that a person must look at."""

    OTRO_VALOR = "OTRO_VALOR", _("La pasarela informa otro valor")
    OTRA_MONEDA = "OTRA_MONEDA", _("La pasarela informa otra moneda")
    OTRO_COMERCIO = "OTRO_COMERCIO", _("La pasarela informa otro comercio")
    OTRA_REFERENCIA = "OTRA_REFERENCIA", _("La pasarela informa otra referencia")
    MODO_PRUEBA = "MODO_PRUEBA", _("El modo de prueba no coincide con el acuerdo")
    CODIGO_DESCONOCIDO = "CODIGO_DESCONOCIDO", _("Código desconocido de la pasarela")
    NO_CONFIABLE = "NO_CONFIABLE", _("Registro no confiable")
    APROBADA_EN_PARTE = "APROBADA_EN_PARTE", _("Pago mixto aprobado en parte")
    APROBADA_DOS_VECES = "APROBADA_DOS_VECES", _("Aprobada más de una vez")
    APROBADA_TARDE = "APROBADA_TARDE", _("Aprobada después de rechazada")
    REVERSADA = "REVERSADA", _("Reverso visto en la pasarela")
    DESAPARECIDA = "DESAPARECIDA", _("La pasarela ya no encuentra el pago")
    URL_AJENA = "URL_AJENA", _("La pasarela envía a una dirección no permitida")
    INICIO_RECHAZADO = "INICIO_RECHAZADO", _("La pasarela no aceptó el pago")
    FECHA_IMPOSIBLE = "FECHA_IMPOSIBLE", _("Fecha de pago imposible")
    DEMASIADO_PENDIENTE = "DEMASIADO_PENDIENTE", _("Pendiente demasiado tiempo")
    ERP_POR_DEBAJO = "ERP_POR_DEBAJO", _("El ERP informa menos que lo pagado sin contabilizar")
    DIFERENCIA = "DIFERENCIA", _("Diferencia en la conciliación")
    ERROR_INTERNO = "ERROR_INTERNO", _("Error interno al procesar la respuesta")


# Money that may be there and cannot be booked: the pago stays PENDIENTE, *en revisión*, asked hourly (diseno.md 3).
EN_REVISION = frozenset(
    {
        TipoNovedad.OTRO_VALOR,
        TipoNovedad.OTRA_MONEDA,
        TipoNovedad.OTRO_COMERCIO,
        TipoNovedad.OTRA_REFERENCIA,
        TipoNovedad.MODO_PRUEBA,
        TipoNovedad.NO_CONFIABLE,
        TipoNovedad.APROBADA_EN_PARTE,
    }
)

# What Tesorería hears of by e-mail as soon as it is raised: money that is, or may be, where the books do not say.
CON_DINERO = EN_REVISION | {
    TipoNovedad.APROBADA_DOS_VECES,
    TipoNovedad.APROBADA_TARDE,
    TipoNovedad.REVERSADA,
    TipoNovedad.DESAPARECIDA,
    TipoNovedad.ERP_POR_DEBAJO,
}


class TipoAlerta(models.TextChoices):
    """What an operator must hear of, by log and e-mail, when it begins and when it is over (`pagos.alertas`)."""

    SIN_RONDA = "SIN_RONDA", _("La sonda no corre")
    ATRASO = "ATRASO", _("La sonda va atrasada")
    ERRORES_RED = "ERRORES_RED", _("Demasiados errores de red con una pasarela")
    CORTADO = "CORTADO", _("Una pasarela no responde y se dejó de preguntarle")
    SIN_RESPUESTA = "SIN_RESPUESTA", _("Una pasarela no informa de sus pagos")
    PENDIENTES_VIEJOS = "PENDIENTES_VIEJOS", _("Pagos pendientes demasiado tiempo")


class TipoLinea(models.TextChoices):
    """What the ERP does with a line of money that the portal tells it of."""

    ABONO = "ABONO", _("Abono a un documento")
    # Owed to the customer; the document, if any, is the one that was being paid.
    SALDO_A_FAVOR = "SALDO_A_FAVOR", _("Saldo a favor")
    APLICACION = "APLICACION", _("Saldo a favor aplicado a un documento")
    DEVOLUCION = "DEVOLUCION", _("Saldo a favor devuelto al cliente")
    # Seen at the gateway after an approval: the payment stays approved here, people decide.
    REVERSION = "REVERSION", _("Reverso visto en la pasarela")
