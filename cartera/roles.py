"""Which role may do what with this app's models; `usuarios.roles` says how the table is read."""

from usuarios.roles import ADMINISTRACION, CARTERA, TESORERIA

# Saldo and Movimiento come from the ERP alone: nobody adds or changes them by hand.
PERMISOS = {
    TESORERIA: {
        "cartera.empresa": ("view",),
        "cartera.saldo": ("view",),
        "cartera.movimiento": ("view",),
        # `change` marks it as seen; what it says is the customer's.
        "cartera.avisodepago": ("view", "change"),
    },
    CARTERA: {
        "cartera.empresa": ("view", "add", "change"),
        "cartera.saldo": ("view",),
        "cartera.movimiento": ("view",),
        "cartera.avisodepago": ("view",),
    },
    ADMINISTRACION: {
        # The only rows that are deleted: without any, the person reaches every Empresa again.
        "cartera.alcancepersonal": ("view", "add", "delete"),
        "cartera.empresa": ("view", "add", "change"),
        # `change` of a key is to revoke it; its text is told once, to whoever makes it.
        "cartera.llaveerp": ("view", "add", "change"),
        "cartera.saldo": ("view",),
        "cartera.movimiento": ("view",),
        "cartera.avisodepago": ("view",),
    },
}
