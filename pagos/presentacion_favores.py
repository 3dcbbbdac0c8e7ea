"""What people are told about a saldo a favor: where it came from, what is proposed, what became of it."""

from django.utils.translation import gettext as _

from cartera.formato import dinero, fecha_corta


def origen_del_favor(favor):
    """Why there is a credit, in a sentence."""
    if favor.novedad_id:
        return _("Dos personas de Tesorería dijeron que se recibió este dinero al cerrar una revisión.")
    if favor.intento:
        return _("La pasarela aprobó el mismo pago más de una vez.")
    documento = favor.detalle.saldo.etiqueta
    return _("Al aprobarse el pago, %s ya debía menos o nada.") % documento


def que_se_propone(propuesta):
    """What a PropuestaSaldoAFavor asks for, in a sentence."""
    monto = dinero(propuesta.valor, propuesta.favor.moneda)
    if propuesta.saldo_id:
        return _("Aplicar %(monto)s a %(documento)s") % {"monto": monto, "documento": propuesta.saldo.etiqueta}
    return _("Devuelto al cliente: %(monto)s el %(dia)s, soporte %(prueba)s") % {
        "monto": monto,
        "dia": fecha_corta(propuesta.fecha_devolucion),
        "prueba": propuesta.prueba,
    }


def en_que_se_uso(uso):
    """What an AplicacionSaldoAFavor did, in a few words: `Aplicado a FV 10234`, `Devuelto el 22 nov 2026, ...`."""
    if uso.saldo_id:
        return _("Aplicado a %s") % uso.saldo.etiqueta
    datos = {"dia": fecha_corta(uso.fecha_devolucion), "prueba": uso.prueba}
    return _("Devuelto el %(dia)s, soporte %(prueba)s") % datos
