"""What the witness saw of one payment, read by the contract's own positions (pasarelas.md 1.1 and 1.2)."""

_ESTADO = 4  # int_estado_pago is the fifth field of a record


def iniciado(escena, referencia):
    """InformacionPago of the request that created the transaction."""
    return escena.testigo.de(referencia, llamada="InicioPago")[-1].pedido["InformacionPago"]


def respuesta_de_inicio(escena, referencia):
    """The gateway's answer to that request."""
    return escena.testigo.de(referencia, llamada="InicioPago")[-1].respuesta


def configuracion(escena, referencia):
    """AdicionalesConfiguracion of that request, as code -> value."""
    pedido = escena.testigo.de(referencia, llamada="InicioPago")[-1].pedido
    return {uno["int_codigo"]: uno["str_valor"] for uno in pedido["AdicionalesConfiguracion"]}


def registros(escena, referencia):
    """The records of the last VerificacionPago that brought any, each a list of fields, oldest attempt first."""
    for uno in reversed(escena.testigo.de(referencia, llamada="VerificacionPago")):
        texto = uno.respuesta.get("str_res_pago") if isinstance(uno.respuesta, dict) else None
        hallados = [registro.split("|") for registro in (texto or "").split("|;|") if registro]
        if hallados:
            return hallados
    return []


def ultimo(escena, referencia):
    """int_estado_pago of the newest record, '' without any."""
    hallados = registros(escena, referencia)
    return hallados[-1][_ESTADO] if hallados else ""
