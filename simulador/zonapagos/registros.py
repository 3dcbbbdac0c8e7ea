"""str_res_pago: the records that tell the attempts of a payment (contract 1.2)."""

from decimal import Decimal

from simulador.libro import Intento, Pago
from simulador.mundo import Ajustes
from simulador.reloj import fecha_bogota
from simulador.zonapagos import codigos

SEPARADOR = "|;|"
_TEXTOS = {  # field of the record -> field of InicioPago
    "str_descripcion": "str_descripcion_pago",
    "str_id_cliente": "str_id_cliente",
    "str_nombre": "str_nombre_cliente",
    "str_apellido": "str_apellido_cliente",
    "str_telefono": "str_telefono_cliente",
    "str_email": "str_email",
} | {f"str_campo{numero}": f"str_opcional{numero}" for numero in range(1, 6)}


def monto(valor: Decimal) -> str:
    """`12500` or `12500.50`: digits, and two decimals only when they say something."""
    valor = valor.quantize(Decimal("0.01"))
    return str(int(valor)) if valor == valor.to_integral_value() else str(valor)


def terminado(pago: Pago, intento: Intento, ahora: float) -> int:
    """int_pago_terminado: 200 started, 1 closed, 2 mixed and incomplete."""
    if intento.terminado is not None:
        return intento.terminado
    if intento.estado_en(ahora) in codigos.EN_CURSO:
        return 200
    return 2 if intento.parcial and pago.aprobado_en(ahora) < pago.valor else 1


def _sin_iniciar(pago: Pago) -> Intento:
    """What the gateway tells of a payment whose page nobody has finished: one record, 888, without a method."""
    return Intento(numero=1, metodo=None, valor=pago.valor, creado=pago.creado, estado=codigos.SIN_INICIAR)


def _registro(pago: Pago, intento: Intento, ahora: float) -> str:
    valores = {
        "int_ped_numero": pago.numero,
        "int_n_pago": intento.numero,
        "int_pago_parcial": int(intento.parcial),
        "int_pago_terminado": terminado(pago, intento, ahora),
        "int_estado_pago": intento.estado_en(ahora),
        "dbl_valor_pagado": monto(intento.valor),
        "dbl_total_pago": monto(pago.valor),
        "dbl_valor_iva_pagado": monto(pago.iva),
        "dat_fecha": fecha_bogota(intento.fecha_en(ahora)).strftime("%d/%m/%Y %H:%M:%S"),
        "int_id_forma_pago": "" if intento.metodo is None else intento.metodo,
    }
    for campo, origen in _TEXTOS.items():
        valores[campo] = pago.datos.get(origen, "")
    valores |= extras(intento, ahora) | intento.campos
    nombres = codigos.COMUNES + codigos.EXTRAS.get(intento.metodo, ())
    return "|".join(str(valores.get(nombre, "")) for nombre in nombres)


def extras(intento: Intento, ahora: float) -> dict:
    """The fields of the attempt's method. An approval code exists only once the card is approved."""
    datos = dict(intento.datos)
    if intento.estado_en(ahora) != codigos.APROBADO:
        datos.pop("int_cod_aprobacion", None)
    return datos


def respuesta(pago: Pago | None, *, numero: int, ahora: float, ajustes: Ajustes) -> tuple[int, str | None]:
    """int_cantidad_pagos and str_res_pago of a payment (None = unknown). `numero`: which attempt, -1 for all."""
    intentos = [] if pago is None else (pago.intentos or ([_sin_iniciar(pago)] if ajustes.sin_abrir == "888" else []))
    intentos = [uno for uno in intentos if numero in (-1, uno.numero)]
    if ajustes.orden == "recientes":
        intentos.reverse()
    texto = SEPARADOR.join(_registro(pago, uno, ahora) for uno in intentos)
    if not intentos:
        texto = {"cadena": "", "nulo": None, "separador": SEPARADOR}[ajustes.vacio]
    elif ajustes.separador_final:
        texto += SEPARADOR
    cantidad = len(intentos)
    if pago is not None:
        cantidad = cantidad if pago.cantidad is None else pago.cantidad
        texto = texto if pago.respuesta_cruda is None else pago.respuesta_cruda
    return cantidad, texto
