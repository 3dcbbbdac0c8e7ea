"""How it is paid. One module per thing: the agreement, the payment, the money it moved, what a person must look at."""

from pagos.models.acuerdos import AcuerdoComercial, Cortacircuito, FormaPago
from pagos.models.avisos import CorreoInterno, Notificacion
from pagos.models.dinero import Abono, AplicacionSaldoAFavor, ContadorRecibo, Recibo, SaldoAFavor
from pagos.models.erp import CorteErp, LineaErp
from pagos.models.favores import PropuestaSaldoAFavor
from pagos.models.novedades import ComentarioNovedad, Novedad
from pagos.models.pago import DetallePago, EventoPago, Pago, RespuestaCruda
from pagos.models.sonda import Alerta, CupoEnVuelo, PulsoPasarela, RondaSonda, TurnoAcuerdo

__all__ = [
    "Abono",
    "AcuerdoComercial",
    "Alerta",
    "AplicacionSaldoAFavor",
    "ComentarioNovedad",
    "ContadorRecibo",
    "CorreoInterno",
    "Cortacircuito",
    "CorteErp",
    "CupoEnVuelo",
    "DetallePago",
    "EventoPago",
    "FormaPago",
    "LineaErp",
    "Notificacion",
    "Novedad",
    "Pago",
    "PropuestaSaldoAFavor",
    "PulsoPasarela",
    "Recibo",
    "RespuestaCruda",
    "RondaSonda",
    "SaldoAFavor",
    "TurnoAcuerdo",
]
