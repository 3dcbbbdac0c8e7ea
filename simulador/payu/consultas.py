"""The Queries API: ORDER_DETAIL_BY_REFERENCE_CODE (contract 2.4). XML is only written here, never read."""

from collections.abc import Iterator
from decimal import Decimal
from hmac import compare_digest
from xml.etree import ElementTree  # nosec B405

from aiohttp import web

from simulador.comercios import PAYU, ComercioPayu
from simulador.fallas import CONSULTAS
from simulador.libro import Intento, Pago
from simulador.mundo import Mundo
from simulador.payu import codigos
from simulador.puerta import Llamada, Respuesta, atender, leer_json

CAMINO = "/reports-api/4.0/service.cgi"
COMANDO = "ORDER_DETAIL_BY_REFERENCE_CODE"
CLAVES = {"test": bool, "language": str, "command": str, "merchant": dict, "details": dict}


def rutas() -> list[web.RouteDef]:
    """The one address of the API."""
    return [web.post(CAMINO, consultar)]


async def consultar(peticion: web.Request) -> web.StreamResponse:
    """Tell every order under a reference with its transactions, in JSON or, unless it is accepted, in XML."""
    return await atender(peticion, punto=CONSULTAS, pasarela=PAYU, leer=_leer, procesar=_procesar)


def _leer(llamada: Llamada, cuerpo: bytes) -> None:
    if llamada.peticion.content_type != "application/json":
        _anotar(llamada, "falta Content-Type: application/json")
        llamada.falla = _error(llamada, "Unsupported media type", 415)
        return
    try:
        llamada.datos = leer_json(cuerpo)
    except ValueError:
        _anotar(llamada, "el cuerpo no es JSON")
        llamada.falla = _error(llamada, "Invalid request format", 400)
        return
    datos = llamada.datos if isinstance(llamada.datos, dict) else {}
    detalles = datos.get("details")
    llamada.referencia = str(detalles.get("referenceCode", "")) if isinstance(detalles, dict) else ""
    comercio = _comercio(llamada.mundo, datos.get("merchant"))
    llamada.comercio = comercio.id if comercio else None


def _comercio(mundo: Mundo, credenciales: object) -> ComercioPayu | None:
    if not isinstance(credenciales, dict):
        return None
    dadas = f"{credenciales.get('apiLogin')}\n{credenciales.get('apiKey')}".encode(errors="replace")
    for comercio in mundo.comercios.de(PAYU):
        if compare_digest(dadas, f"{comercio.api_login}\n{comercio.api_key}".encode()):
            return comercio
    return None


def _anotar(llamada: Llamada, que: str, clase: str = "formato") -> None:
    llamada.mundo.incumplimientos.anotar(llamada.peticion.path, llamada.referencia, que, clase)


def _error(llamada: Llamada, texto: str, estado: int = 200) -> Respuesta:
    return _responder(llamada, {"code": "ERROR", "error": texto, "result": None}, estado)


def _responder(llamada: Llamada, datos: dict, estado: int = 200) -> Respuesta:
    if "application/json" in llamada.peticion.headers.get("Accept", ""):
        return Respuesta(datos, estado)
    return Respuesta(a_xml(datos), estado, "application/xml")


def _faltas(datos: object) -> Iterator[str]:
    if not isinstance(datos, dict):
        yield "el cuerpo debe ser un objeto JSON"
        return
    for clave in datos:
        if clave not in CLAVES:
            yield f"clave desconocida: {str(clave)[:60]}"
    for clave, tipo in CLAVES.items():
        if not isinstance(datos.get(clave), tipo):
            yield f"{clave} falta o no es del tipo debido"
    if datos.get("command") != COMANDO:
        yield f"command debe ser {COMANDO}"
    for objeto, claves in (("merchant", ("apiLogin", "apiKey")), ("details", ("referenceCode",))):
        dado = datos.get(objeto)
        if isinstance(dado, dict) and (set(dado) != set(claves) or not all(isinstance(v, str) for v in dado.values())):
            yield f"{objeto} debe tener {' y '.join(claves)}, textos"


async def _procesar(llamada: Llamada) -> Respuesta:
    mundo, faltas = llamada.mundo, list(_faltas(llamada.datos))
    for falta in faltas:
        _anotar(llamada, falta)
    if faltas:
        return _error(llamada, faltas[0])
    if llamada.comercio is None:
        _anotar(llamada, "apiLogin o apiKey no corresponden", "credenciales")
        return _error(llamada, "Invalid credentials")
    mundo.estadisticas.marcar(llamada.referencia)
    pagos = mundo.libro.de_referencia(llamada.referencia, pasarela=PAYU, comercio=llamada.comercio)
    if pagos and pagos[-1].respuesta_cruda is not None:
        return Respuesta(pagos[-1].respuesta_cruda)
    ordenes = [orden(mundo, pago) for pago in pagos if pago.intentos or mundo.ajustes.sin_abrir == "888"]
    resultado = (
        {"payload": ordenes} if ordenes else {"result": None, "payload": {"payload": None}}[mundo.ajustes.payu_vacio]
    )
    return _responder(llamada, {"code": "SUCCESS", "error": None, "result": resultado})


def orden(mundo: Mundo, pago: Pago) -> dict:
    """An order as the Queries API tells it now."""
    ahora = mundo.reloj.ahora()
    transacciones = [_transaccion(pago, intento, ahora) for intento in pago.intentos]
    datos = {
        "id": codigos.numero_de_orden(pago),
        "accountId": int(pago.datos.get("accountId", 0)),
        "status": _situacion(pago, ahora),
        "referenceCode": pago.referencia,
        "description": pago.datos.get("description", ""),
        "language": pago.datos.get("lng", "es"),
        "additionalValues": {"TX_VALUE": {"value": numero(pago.valor), "currency": pago.moneda}},
        "transactions": transacciones,
    }
    return datos | ({"isTest": codigos.es_prueba(pago)} if mundo.ajustes.payu_istest else {})


def numero(valor: Decimal) -> float:
    """A JSON number. Money is a float nowhere else; with 14 digits at most it is written as it was."""
    return float(valor)


def _situacion(pago: Pago, ahora: float) -> str:
    if pago.aprobado_en(ahora):
        return "CAPTURED"
    if not pago.intentos:
        return "NEW"
    return "DECLINED" if pago.intentos[-1].estado_en(ahora) in codigos.RECHAZADOS else "IN_PROGRESS"


def _transaccion(pago: Pago, intento: Intento, ahora: float) -> dict:
    codigo = intento.estado_en(ahora)
    estado, _, texto = codigos.consulta(codigo)
    aprobada = codigo == codigos.APROBADA
    datos = {
        "id": codigos.transaccion(pago, intento),
        "order": None,
        "type": "AUTHORIZATION_AND_CAPTURE",
        "paymentMethod": intento.metodo,
        "creditCard": {"maskedNumber": intento.datos["enmascarada"]} if "enmascarada" in intento.datos else None,
        "transactionResponse": {
            "state": estado,
            "responseCode": texto,
            "trazabilityCode": intento.datos.get("cus"),
            "authorizationCode": intento.datos.get("autorizacion") if aprobada else None,
            "pendingReason": "AWAITING_NOTIFICATION" if estado == "PENDING" else None,
            "responseMessage": None,
            "operationDate": int(intento.fecha_en(ahora) * 1000),
        },
        "extraParameters": {"FINANCIAL_INSTITUTION_NAME": intento.datos["banco"]} if "banco" in intento.datos else {},
    }
    datos["transactionResponse"] |= intento.campos
    return datos


def a_xml(datos: dict) -> str:
    """The same answer in XML, as PayU gives it to whoever does not accept JSON."""
    raiz = ElementTree.Element("reportingResponse")
    _colgar(raiz, datos)
    return ElementTree.tostring(raiz, encoding="unicode", xml_declaration=True)


def _colgar(padre: ElementTree.Element, datos: dict) -> None:
    for clave, valor in datos.items():
        for uno in valor if isinstance(valor, list) else [valor]:
            hijo = ElementTree.SubElement(padre, clave)
            if isinstance(uno, dict):
                _colgar(hijo, uno)
            elif uno is not None:
                hijo.text = str(uno).lower() if isinstance(uno, bool) else str(uno)
