"""What the control does to payments: craft attempts, move states, create many at once. Errors are ErrorDeControl."""

from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal, InvalidOperation

from simulador.comercios import PAYU, ZONAPAGOS
from simulador.desenlaces import Palabra
from simulador.libro import Intento, Pago
from simulador.mundo import Mundo
from simulador.payu import codigos as codigos_payu
from simulador.reloj import leer_instante
from simulador.zonapagos import codigos

CODIGOS = {ZONAPAGOS: codigos.DE_PALABRA, PAYU: codigos_payu.DE_PALABRA}
METODOS = {ZONAPAGOS: codigos.TARJETA, PAYU: "VISA"}
DE_INTENTO = frozenset(campo.name for campo in fields(Intento)) - {"numero"}
TIPOS = {"metodo": int | str | None, "parcial": bool, "terminado": int | None, "datos": dict, "campos": dict}
DE_PAGO = {"respuesta_cruda": str | None, "cantidad": int | None, "moneda": str, "pedido": str | int | Decimal}


class ErrorDeControl(Exception):
    """A control request that cannot be done: a Spanish text and the HTTP status that fits."""

    def __init__(self, texto: str, estado: int = 400):
        super().__init__(texto)
        self.estado = estado


def buscar(mundo: Mundo, referencia: str, *, pasarela: str | None = None, comercio: int | None = None) -> Pago:
    """The newest payment under a reference. ErrorDeControl 404 when there is none, 409 when two merchants use it."""
    pagos = mundo.libro.de_referencia(referencia, pasarela=pasarela, comercio=comercio)
    if not pagos:
        raise ErrorDeControl(f"no hay un pago con la referencia {referencia}", 404)
    if len({(pago.pasarela, pago.comercio) for pago in pagos}) > 1:
        raise ErrorDeControl("esa referencia es de varios comercios: diga cuál con pasarela= y comercio=", 409)
    return pagos[-1]


def leer_codigo(pasarela: str, valor: object) -> int:
    """A state code from itself or from one of our words (aprobada, rechazada...)."""
    if isinstance(valor, int) and not isinstance(valor, bool):
        return valor
    try:
        return CODIGOS[pasarela][Palabra(str(valor).lower())]
    except (KeyError, ValueError):
        raise ErrorDeControl(f"estado: un código entero o una de {', '.join(CODIGOS[pasarela])}") from None


def leer_monto(valor: object) -> Decimal:
    """A positive amount with two decimals at most, from a JSON number or text."""
    try:
        monto = Decimal(str(valor)) if isinstance(valor, int | Decimal | str) and not isinstance(valor, bool) else None
        if monto is not None and 0 <= monto < 10**12 and monto == monto.quantize(Decimal("0.01")):
            return monto
    except InvalidOperation:
        pass
    raise ErrorDeControl("valor: un número positivo con dos decimales a lo sumo")


def agregar_intento(mundo: Mundo, pago: Pago, datos: dict, *, avisar: bool = True) -> Intento:
    """Add any attempt to a payment: fields of Intento (dates in seconds or ISO), `en_segundos` for `resuelve` from now,
    and those of cambiar_pago. What is not given is what an approved card attempt for the whole amount would have.
    At PayU the merchant is told of it unless `avisar` is false."""
    campos = _leer_intento(mundo, pago, {clave: valor for clave, valor in datos.items() if clave not in DE_PAGO})
    cambiar_pago(mundo, pago, {clave: valor for clave, valor in datos.items() if clave in DE_PAGO})
    intento = pago.agregar_intento(**campos)
    if avisar:
        mundo.al_resolver(pago, intento)
    return intento


def _leer_intento(mundo: Mundo, pago: Pago, datos: dict) -> dict:
    desconocidos = set(datos) - DE_INTENTO - {"en_segundos"}
    if desconocidos:
        raise ErrorDeControl(f"campos desconocidos: {', '.join(sorted(desconocidos))}")
    ahora = mundo.reloj.ahora()
    campos = {
        "valor": pago.valor,
        "metodo": METODOS[pago.pasarela],
        "creado": ahora,
        "estado": Palabra.APROBADA,
    } | datos
    if "en_segundos" in datos:
        campos["resuelve"] = ahora + _instante("en_segundos", campos.pop("en_segundos"))
    campos["valor"] = leer_monto(campos["valor"])
    for cual in ("estado", "estado_final"):
        if campos.get(cual) is not None:
            campos[cual] = leer_codigo(pago.pasarela, campos[cual])
    for cual in ("creado", "resuelve", "fecha"):
        if campos.get(cual) is not None:
            campos[cual] = _instante(cual, campos[cual])
    for cual, tipo in TIPOS.items():
        if cual in campos and not isinstance(campos[cual], tipo):
            raise ErrorDeControl(f"{cual} no es de un tipo que sirva")
    return campos


def cambiar_pago(mundo: Mundo, pago: Pago, datos: dict) -> None:
    """Make the gateway answer otherwise about a payment: `respuesta_cruda` (str_res_pago, or the whole body of PayU's
    Queries API) and `cantidad` as they stand (null = by the rules again), `pedido`
    and `moneda`: the amount and currency it believes were asked."""
    for clave, valor in datos.items():
        if clave not in DE_PAGO or not isinstance(valor, DE_PAGO[clave]):
            raise ErrorDeControl(f"{clave}: solo {', '.join(DE_PAGO)}, cada uno de su tipo")
    cambios = dict(datos)
    if "pedido" in cambios:
        cambios["valor"] = leer_monto(cambios.pop("pedido"))
    for clave, valor in cambios.items():
        setattr(pago, clave, valor)
    mundo.guardar(pago)


def _instante(cual: str, valor: object) -> float:
    try:
        return leer_instante(float(valor) if isinstance(valor, Decimal) else valor)
    except ValueError as error:
        raise ErrorDeControl(f"{cual}: {error}") from None


def fijar_estado(mundo: Mundo, pago: Pago, estado: object, *, numero: int | None = None) -> Intento:
    """Make an attempt (the newest unless `numero` says which; a new one if there is none) be in a state from now on."""
    codigo = leer_codigo(pago.pasarela, estado)
    if not pago.intentos:
        return agregar_intento(mundo, pago, {"estado": codigo})
    elegidos = [uno for uno in pago.intentos if numero in (None, uno.numero)]
    if not elegidos:
        raise ErrorDeControl(f"el pago no tiene el intento {numero}", 404)
    intento, ahora = elegidos[-1], mundo.reloj.ahora()
    intento.estado, intento.estado_final, intento.resuelve = intento.estado_en(ahora), codigo, ahora
    mundo.guardar(pago)
    mundo.al_resolver(pago, intento)
    return intento


def sembrar(mundo: Mundo, datos: dict) -> Iterator[Pago]:
    """Create many payments: `referencias` (or `cantidad` and `prefijo`) of one `comercio`, each for `valor`, each with
    the attempt described by `intento` (none when null). References that exist are left as they are."""
    pasarela, numero = datos.get("pasarela", ZONAPAGOS), datos.get("comercio")
    comercio = mundo.comercios.buscar(pasarela, numero)
    if comercio is None:
        raise ErrorDeControl(f"no hay un comercio {numero} en {pasarela}")
    referencias = datos.get("referencias") or _referencias(datos)
    if not isinstance(referencias, list) or not all(isinstance(una, str) and una for una in referencias):
        raise ErrorDeControl("referencias debe ser una lista de textos")
    valor, intento = leer_monto(datos.get("valor", 10000)), datos.get("intento", {"estado": Palabra.PENDIENTE})
    if not isinstance(intento, dict | None):
        raise ErrorDeControl("intento debe ser un objeto o null")
    for referencia in referencias:
        if mundo.libro.de_referencia(referencia, pasarela=pasarela, comercio=numero):
            continue
        pago = mundo.libro.crear(
            pasarela=pasarela,
            comercio=numero,
            referencia=referencia,
            valor=valor,
            iva=Decimal(0),
            moneda=datos.get("moneda", "COP"),
            creado=mundo.reloj.ahora(),
            url_retorno=getattr(comercio, "url_retorno", ""),
            datos=datos.get("datos", {}),
        )
        if intento is not None:
            agregar_intento(mundo, pago, intento, avisar=False)
        mundo.guardar(pago)
        yield pago


def _referencias(datos: dict) -> list[str]:
    cantidad, prefijo = datos.get("cantidad"), datos.get("prefijo", "S")
    if not isinstance(cantidad, int) or not 0 < cantidad <= 1_000_000 or not isinstance(prefijo, str):
        raise ErrorDeControl("diga referencias (una lista) o cantidad (de 1 a 1000000) y prefijo")
    return [f"{prefijo}{numero:07d}" for numero in range(1, cantidad + 1)]


def resumen(mundo: Mundo, pago: Pago) -> dict:
    """A payment as the control tells it: amounts as texts, dates in seconds, states as the gateway would answer now."""
    ahora = mundo.reloj.ahora()
    return {
        "numero": pago.numero,
        "pasarela": pago.pasarela,
        "comercio": pago.comercio,
        "referencia": pago.referencia,
        "token": pago.token,
        "valor": str(pago.valor),
        "iva": str(pago.iva),
        "moneda": pago.moneda,
        "aprobado": str(pago.aprobado_en(ahora)),
        "creado": pago.creado,
        "url_retorno": pago.url_retorno,
        "datos": pago.datos,
        "respuesta_cruda": pago.respuesta_cruda,
        "cantidad": pago.cantidad,
        "intentos": [_intento(uno, ahora) for uno in pago.intentos],
    }


def _intento(intento: Intento, ahora: float) -> dict:
    return {
        "numero": intento.numero,
        "metodo": intento.metodo,
        "valor": str(intento.valor),
        "estado": intento.estado_en(ahora),
        "estado_final": intento.estado_final,
        "resuelve": intento.resuelve,
        "creado": intento.creado,
        "fecha": intento.fecha_en(ahora),
        "parcial": intento.parcial,
        "terminado": intento.terminado,
        "datos": intento.datos,
        "campos": intento.campos,
    }


def linea_de_libro(mundo: Mundo, pago: Pago) -> dict:
    """A payment as the ledger tells it: who asked, how much, in what, and what was approved."""
    ahora = mundo.reloj.ahora()
    return {
        "pasarela": pago.pasarela,
        "comercio": pago.comercio,
        "referencia": pago.referencia,
        "valor": str(pago.valor),
        "moneda": pago.moneda,
        "aprobado": str(pago.aprobado_en(ahora)),
        "intentos": [
            {
                "numero": uno.numero,
                "estado": uno.estado_en(ahora),
                "valor": str(uno.valor),
                "fecha": uno.fecha_en(ahora),
            }
            for uno in pago.intentos
        ],
    }
