"""Which role may do what with this app's models; `usuarios.roles` says how the table is read."""

from usuarios.roles import ADMINISTRACION, CARTERA, TESORERIA

# Nobody adds, changes or deletes what a payment left behind: services write it, on the word of a gateway.
_HECHOS = (
    "pago",
    "detallepago",
    "eventopago",
    "abono",
    "saldoafavor",
    "aplicacionsaldoafavor",
    "recibo",
    "notificacion",
    "lineaerp",
    "correointerno",
    "comentarionovedad",
)
_VER_HECHOS = {f"pagos.{modelo}": ("view",) for modelo in _HECHOS}

PERMISOS = {
    # `change` of a Novedad is what opens its resolution; nobody may approve a payment by hand.
    TESORERIA: {
        **_VER_HECHOS,
        "pagos.novedad": ("view", "change"),
        # `add` proposes what becomes of a credit, `change` confirms what somebody else proposed.
        "pagos.propuestasaldoafavor": ("view", "add", "change"),
        "pagos.acuerdocomercial": ("view",),
        "pagos.formapago": ("view",),
    },
    CARTERA: {
        "pagos.pago": ("view",),
        "pagos.detallepago": ("view",),
        "pagos.abono": ("view",),
        "pagos.saldoafavor": ("view",),
        "pagos.recibo": ("view",),
        "pagos.lineaerp": ("view",),
    },
    ADMINISTRACION: {
        **_VER_HECHOS,
        "pagos.novedad": ("view",),
        "pagos.propuestasaldoafavor": ("view",),
        "pagos.acuerdocomercial": ("view", "add", "change"),
        "pagos.formapago": ("view", "add", "change"),
    },
}
