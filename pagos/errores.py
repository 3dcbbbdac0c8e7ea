"""Domain errors of this app. Each message is a sentence that may be shown to the person in front of the page."""


class PagoNoPermitidoError(Exception):
    """The payment cannot be started or changed now; nothing was created. `args[0]` says why."""


class SinAcuerdoError(PagoNoPermitidoError):
    """No commercial agreement in force (or not for this amount or currency): nothing can be paid."""


class SeleccionCambioError(PagoNoPermitidoError):
    """What the page showed is no longer what is owed; `cambios` are sentences, one per document."""

    def __init__(self, mensaje, *, cambios=()):
        super().__init__(mensaje)
        self.cambios = tuple(cambios)


class SaldoEnPagoError(PagoNoPermitidoError):
    """Some documents are already in an open payment.

    `ocupados`: list of (saldo id, label, referencia of the open payment); `libres`: ids that could go on without them.
    """

    def __init__(self, mensaje, *, ocupados, libres):
        super().__init__(mensaje)
        self.ocupados = ocupados
        self.libres = libres


class PasarelaLentaError(PagoNoPermitidoError):
    """Too many threads wait for the gateway, or its breaker is open: try again in a moment."""


class AcuerdoInvalidoError(ValueError):
    """A commercial agreement that may not be saved; `args[0]` says what and why."""


class CifradoInvalidoError(Exception):
    """A ciphertext that no configured key opens, or that belongs to another row."""


class TransicionProhibidaError(Exception):
    """A change of state that the table does not allow: a defect of the caller, nothing was written."""
