"""ACH's text as the contract gives it (pasarelas.md 1.5, point 10).

Written here a second time on purpose: the portal's own copy is what is being examined.
"""

_TEXTO = (
    "En este momento su Número de Referencia o Factura ({referencia}) presenta un proceso de pago cuya transacción se "
    "encuentra PENDIENTE de recibir confirmación por parte de su entidad financiera, por favor espere unos minutos y "
    "vuelva a consultar más tarde para verificar si su pago fue confirmado de forma exitosa. Si desea mayor "
    "información sobre el estado actual de su operación puede comunicarse a nuestras líneas de atención al "
    "cliente {telefono} o enviar un correo electrónico a {correo} y preguntar por el estado de la transacción: {cus}"
)


def texto_obligatorio(*, referencia, telefono, correo, cus):
    """What must be shown, to the letter, for a PSE payment that waits for the bank."""
    return _TEXTO.format(referencia=referencia, telefono=telefono, correo=correo, cus=cus)
