"""How it is paid. One module per thing: the agreement, the payment, the money it moved, what a person must look at."""

from pagos.models.acuerdos import AcuerdoComercial, Cortacircuito, FormaPago
from pagos.models.avisos import Notificacion
from pagos.models.dinero import Abono, AplicacionSaldoAFavor, ContadorRecibo, Recibo, SaldoAFavor
from pagos.models.novedades import Novedad
from pagos.models.pago import DetallePago, EventoPago, Pago, RespuestaCruda

__all__ = [
    "Abono",
    "AcuerdoComercial",
    "AplicacionSaldoAFavor",
    "ContadorRecibo",
    "Cortacircuito",
    "DetallePago",
    "EventoPago",
    "FormaPago",
    "Notificacion",
    "Novedad",
    "Pago",
    "Recibo",
    "RespuestaCruda",
    "SaldoAFavor",
]
