"""The control over PayU's confirmations: those that were sent, and others sent on demand, forged ones among them."""

from decimal import Decimal, InvalidOperation

from aiohttp import web

from simulador.comercios import PAYU
from simulador.control import servicios
from simulador.control.respuestas import en_json
from simulador.control.servicios import ErrorDeControl
from simulador.libro import Intento, Pago
from simulador.mundo import Mundo
from simulador.payu import codigos
from simulador.payu.confirmaciones import CONFIRMACIONES, campos_de, firma

CAMINO = "/control/api/payu/confirmaciones"
CLAVES = frozenset({"referencia", "comercio", "intento", "campos", "sin", "firma", "algoritmo", "veces", "url"})
MAX_VECES = 100


def rutas() -> list[web.RouteDef]:
    """What was sent, and sending."""
    return [web.get(CAMINO, en_json(listar)), web.post(CAMINO, en_json(enviar))]


async def listar(mundo: Mundo, _peticion, _cuerpo) -> dict:
    """Confirmations sent and what the merchant answered, oldest first."""
    return {"entregas": list(mundo.entregas)}


async def enviar(mundo: Mundo, peticion: web.Request, cuerpo: dict) -> dict:
    """Send a confirmation of a payment now, `veces` times, and tell each answer's status.

    `intento` says which attempt (the newest; an approved one is made up when there is none). `campos` changes fields,
    `sin` leaves some out. `firma`: "valida" (over the fields as they are after the changes), "mala", or any text."""
    pago, campos = _campos(mundo, cuerpo)
    url, veces = cuerpo.get("url", pago.datos.get("confirmationUrl")), cuerpo.get("veces", 1)
    if not isinstance(url, str) or not isinstance(veces, int) or not 1 <= veces <= MAX_VECES:
        raise ErrorDeControl(f"url, un texto; veces, de 1 a {MAX_VECES}")
    confirmaciones = peticion.app[CONFIRMACIONES]
    respuestas = [await confirmaciones.enviar(url, campos) for _ in range(veces)]
    return {"campos": campos, "respuestas": respuestas}


def _campos(mundo: Mundo, cuerpo: dict) -> tuple[Pago, dict[str, str]]:
    if set(cuerpo) - CLAVES:
        raise ErrorDeControl(f"solo {', '.join(sorted(CLAVES))}")
    cambios, sin = cuerpo.get("campos", {}), cuerpo.get("sin", [])
    if not isinstance(cambios, dict) or not isinstance(sin, list):
        raise ErrorDeControl("campos debe ser un objeto; sin, una lista")
    referencia = str(cuerpo.get("referencia", ""))
    pago = servicios.buscar(mundo, referencia, pasarela=PAYU, comercio=cuerpo.get("comercio"))
    campos = campos_de(mundo, pago, _intento(mundo, pago, cuerpo.get("intento")))
    campos |= {nombre: str(valor) for nombre, valor in cambios.items()}
    if "sign" not in cambios:
        campos["sign"] = _firma(mundo, pago, campos, cuerpo)
    return pago, {nombre: valor for nombre, valor in campos.items() if nombre not in sin}


def _intento(mundo: Mundo, pago: Pago, numero: object) -> Intento:
    elegidos = [uno for uno in pago.intentos if numero in (None, uno.numero)]
    if elegidos:
        return elegidos[-1]
    if numero is not None:
        raise ErrorDeControl(f"el pago no tiene el intento {numero}", 404)
    aprobado = codigos.APROBADA
    return Intento(numero=1, metodo="VISA", valor=pago.valor, creado=mundo.reloj.ahora(), estado=aprobado)


def _firma(mundo: Mundo, pago: Pago, campos: dict[str, str], cuerpo: dict) -> str:
    cual = str(cuerpo.get("firma", "valida"))
    if cual not in ("valida", "mala"):
        return cual
    algoritmo = str(cuerpo.get("algoritmo") or pago.datos.get("algorithmSignature") or "MD5")
    try:
        buena = firma(mundo, campos | {"value": str(Decimal(campos["value"]))}, algoritmo)
    except (InvalidOperation, KeyError, ValueError):
        raise ErrorDeControl("no se puede firmar: diga sign en campos, o firma como un texto") from None
    return buena if cual == "valida" else ("0" if buena[:1] != "0" else "1") + buena[1:]
