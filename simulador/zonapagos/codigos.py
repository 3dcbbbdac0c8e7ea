"""Codes of ZonaPAGOS: int_estado_pago (contract 1.3) and int_id_forma_pago with its extra fields (contract 1.2)."""

from simulador.desenlaces import Palabra

APROBADO = 1
SIN_INICIAR = 888
EN_ESPERA = 999
EN_REVISION = 4001
EN_CURSO = frozenset({SIN_INICIAR, EN_ESPERA, EN_REVISION})
RECHAZADOS = frozenset({1000, 1001, 4000, 4003})

DE_PALABRA = {
    Palabra.APROBADA: APROBADO,
    Palabra.RECHAZADA: 1000,
    Palabra.ERROR: 1001,
    Palabra.PENDIENTE: EN_ESPERA,
    Palabra.REVISION: EN_REVISION,
    Palabra.RECHAZADA_REVISION: 4000,
    Palabra.EXPIRADA: 1000,
    Palabra.OBSOLETA: 1002,
}

NOMBRES = {
    1: "Aprobada",
    888: "Sin iniciar",
    999: "Pendiente",
    4001: "En revisión",
    1000: "Rechazada",
    1001: "Rechazada, error de ACH",
    4000: "Rechazada tras revisión",
    4003: "Rechazada, error de revisión",
}

PSE, TARJETA, PRESENCIAL = 29, 32, 41
_DE_TARJETA = ("str_ticketID", "int_numero_tarjeta", "str_franquicia", "int_cod_aprobacion", "int_num_recibido")
EXTRAS = {
    PSE: (
        "str_ticketID",
        "int_codigo_servicio",
        "int_codigo_banco",
        "str_nombre_banco",
        "str_codigo_transaccion",
        "int_ciclo_transaccion",
    ),
    TARJETA: _DE_TARJETA,
    PRESENCIAL: (),
    47: ("str_ticketID", "int_codigo_banco"),
    48: ("str_ticketID",),
    51: _DE_TARJETA,
    77: (),
}

COMUNES = (
    "int_ped_numero",
    "int_n_pago",
    "int_pago_parcial",
    "int_pago_terminado",
    "int_estado_pago",
    "dbl_valor_pagado",
    "dbl_total_pago",
    "dbl_valor_iva_pagado",
    "str_descripcion",
    "str_id_cliente",
    "str_nombre",
    "str_apellido",
    "str_telefono",
    "str_email",
    "str_campo1",
    "str_campo2",
    "str_campo3",
    "str_campo4",
    "str_campo5",
    "dat_fecha",
    "int_id_forma_pago",
)


def nombre(codigo: int) -> str:
    """What a person calls this code."""
    return NOMBRES.get(codigo, f"Código {codigo}")
