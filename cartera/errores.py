"""Domain errors of this app: each carries a sentence for people."""


class DineroIncoherenteError(ValueError):
    """An amount that the balance cannot take: a defect of the caller, nothing was written."""


class SaldoNoSeleccionableError(Exception):
    """A saldo that cannot be selected now (already in an open payment); `args[0]` says why."""


class EmpresaInvalidaError(ValueError):
    """Data of an Empresa that may not be saved; `args[0]` says what and why."""


class AbonoNoPermitidoError(ValueError):
    """An amount that may not be paid of a balance now; `args[0]` says why, `campo` which part of the choice is wrong.

    `campo`: valor, razon or nota.
    """

    def __init__(self, mensaje, campo="valor"):
        super().__init__(mensaje)
        self.campo = campo


class LogoInvalidoError(ValueError):
    """A file that cannot be the logo of an Empresa; `args[0]` says why."""


class AvisoNoPermitidoError(ValueError):
    """A note that cannot be left or marked now; `args[0]` says why and what to do."""
