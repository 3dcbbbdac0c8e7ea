"""Domain errors of this app: each carries a sentence for people."""


class IdentificacionInvalidaError(ValueError):
    """A NIT or cédula that cannot be read one way only; `args[0]` says why, in Spanish."""
