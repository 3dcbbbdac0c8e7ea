"""WebCheckout: the form's target, the hosted pages and the way back with the signed response (contract 2.1 and 2.2)."""

import secrets
from decimal import Decimal

from aiohttp import web

from simulador import caja
from simulador.comercios import PAYU
from simulador.desenlaces import Palabra
from simulador.fallas import CHECKOUT, PAGINAS_PAYU
from simulador.libro import Intento, Pago
from simulador.mundo import MUNDO, Mundo
from simulador.payu import codigos, formulario
from simulador.payu.firmas import firmar, valor_de_respuesta
from simulador.plantilla import pagina
from simulador.puerta import con_fallas
from simulador.reloj import fecha_bogota
from simulador.urls import con_parametros

RAIZ = "/ppp-web-gateway-payu/"
APP = f"{RAIZ}app/"
MEDIOS = {caja.TARJETA: "Tarjeta de crédito", caja.PSE: "PSE", caja.EFECTIVO: "Efectivo en un punto de pago"}
CAMINOS = {
    paso: APP + paso for paso in (caja.ELEGIR, caja.TARJETA, caja.PSE, caja.EFECTIVO, caja.CONFIRMAR, caja.RESULTADO)
}


def rutas() -> list[web.RouteDef]:
    """The form's target and the hosted pages."""
    recibir_con_fallas = con_fallas(recibir, CHECKOUT)
    destinos = [web.post(camino, recibir_con_fallas) for camino in (RAIZ, RAIZ.rstrip("/"))]
    return [*destinos, web.get(RAIZ, _sin_formulario), *CAJA.rutas()]


async def _sin_formulario(_peticion: web.Request) -> web.Response:
    return _rechazo(["a esta dirección se llega enviando el formulario del comercio"], 405)


async def recibir(peticion: web.Request) -> web.StreamResponse:
    """Take the payer's form: a new order of what it says, or a page that tells what is wrong with it."""
    mundo = peticion.app[MUNDO]
    mundo.estadisticas.peticiones[CHECKOUT] += 1
    recibidos = await peticion.post()
    campos = {nombre: [str(valor) for valor in recibidos.getall(nombre)] for nombre in recibidos}
    referencia = campos.get("referenceCode", [""])[0]
    faltas = list(formulario.faltas(campos, mundo.comercios))
    for falta in faltas:
        mundo.incumplimientos.anotar(peticion.path, referencia, falta)
    if any(not falta.startswith("campo desconocido") for falta in faltas):  # PayU itself overlooks unknown fields
        return _rechazo(faltas)
    datos = {nombre: valores[0] for nombre, valores in campos.items()}
    comercio = int(datos["merchantId"])
    ahora = mundo.reloj.ahora()
    if any(otro.aprobado_en(ahora) for otro in mundo.libro.de_referencia(referencia, pasarela=PAYU, comercio=comercio)):
        return _rechazo(["esta referencia ya fue pagada"], 409)
    pago = _crear(mundo, comercio, datos)
    await mundo.almacen.sincronizar()
    raise web.HTTPSeeOther(CAJA.url(caja.ELEGIR, pago))


def _rechazo(faltas: list[str], estado: int = 400) -> web.Response:
    return pagina(
        "caja_error.html", estado=estado, caja="PayU", titulo="PayU no puede recibir este pago", faltas=faltas
    )


def _crear(mundo: Mundo, comercio: int, datos: dict[str, str]) -> Pago:
    """The order charges what the form said, whatever the merchant meant: it is the merchant who must compare."""
    pago = mundo.libro.crear(
        pasarela=PAYU,
        comercio=comercio,
        referencia=datos["referenceCode"],
        valor=Decimal(datos["amount"]),
        iva=Decimal(datos["tax"]),
        moneda=datos["currency"],
        creado=mundo.reloj.ahora(),
        url_retorno=datos["responseUrl"],
        datos=datos,
    )
    mundo.guardar(pago)
    return pago


def regreso(mundo: Mundo, pago: Pago) -> str:
    """responseUrl with the signed state of the newest attempt; 12 (abandoned) when there was none."""
    ahora, intento = mundo.reloj.ahora(), pago.intentos[-1] if pago.intentos else None
    estado = intento.estado_en(ahora) if intento else codigos.ABANDONADA
    valor = intento.valor if intento else pago.valor
    comercio = mundo.comercios.buscar(PAYU, pago.comercio)
    partes = (pago.comercio, pago.referencia, valor_de_respuesta(valor), pago.moneda, estado)
    algoritmo = pago.datos.get("algorithmSignature") or "MD5"
    parametros = {
        "merchantId": pago.comercio,
        "transactionState": estado,
        "referenceCode": pago.referencia,
        "reference_pol": codigos.numero_de_orden(pago),
        "TX_VALUE": valor.quantize(Decimal("0.01")),
        "currency": pago.moneda,
        "signature": firmar(comercio, algoritmo, partes) if comercio else "",
        "processingDate": fecha_bogota(ahora).strftime("%Y-%m-%d"),
        "lng": pago.datos.get("lng", "es"),
    }
    return con_parametros(pago.url_retorno, parametros | _del_intento(pago, intento, estado))


def _del_intento(pago: Pago, intento: Intento | None, estado: int) -> dict[str, object]:
    if intento is None:
        return {}
    situacion, _, texto = codigos.consulta(estado)
    return {
        "transactionId": codigos.transaccion(pago, intento),
        "lapTransactionState": situacion,
        "lapResponseCode": texto,
        "lapPaymentMethod": intento.metodo,
        "cus": intento.datos.get("cus", ""),
        "pseBank": intento.datos.get("banco", ""),
        "authorizationCode": intento.datos.get("autorizacion", "") if estado == codigos.APROBADA else "",
    }


def _numero(cifras: int) -> str:
    return "".join(secrets.choice("123456789") for _ in range(cifras))


def _describir(_mundo: Mundo, _pago: Pago, borrador: dict) -> dict:
    if borrador["medio"] == caja.TARJETA:
        datos = {"enmascarada": f"{borrador['inicio']}******{borrador['desenlace']}", "autorizacion": _numero(6)}
        return {"metodo": borrador["franquicia"], "datos": datos}
    if borrador["medio"] == caja.PSE:
        return {"metodo": "PSE", "datos": {"cus": _numero(7), "banco": borrador["opcion"].upper()}}
    return {"metodo": "EFECTY", "datos": {}}


CAJA = caja.Caja(
    caja.Gancho(
        nombre="PayU",
        pasarela=PAYU,
        punto=PAGINAS_PAYU,
        parametro="orden",
        caminos=CAMINOS,
        medios=MEDIOS,
        disponibles=lambda _mundo, _pago: list(MEDIOS),
        codigos=codigos.DE_PALABRA,
        aprobados=frozenset({codigos.DE_PALABRA[Palabra.APROBADA]}),
        rechazados=codigos.RECHAZADOS,
        describir=_describir,
        regreso=regreso,
    )
)
