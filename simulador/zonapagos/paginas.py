"""The hosted pages of ZonaPAGOS: what they bring to the common checkout (contract 1.4 and 1.6)."""

import secrets

from aiohttp import web

from simulador import caja
from simulador.comercios import ZONAPAGOS
from simulador.fallas import PAGINAS_ZONAPAGOS
from simulador.libro import Pago
from simulador.mundo import MUNDO, Mundo
from simulador.urls import con_parametros
from simulador.zonapagos import codigos
from simulador.zonapagos.api import PAGINA

MEDIOS = {caja.TARJETA: "Pago Tarjeta de Crédito", caja.PSE: "PSE", caja.EFECTIVO: "Pago presencial con cupón PDF"}
CAMINOS = {
    caja.ELEGIR: PAGINA,
    caja.TARJETA: "/Ciclo_Pago/Tarjeta.aspx",
    caja.PSE: "/Ciclo_Pago/Pse.aspx",
    caja.EFECTIVO: "/Ciclo_Pago/Presencial.aspx",
    caja.CONFIRMAR: "/Ciclo_Pago/Confirmar.aspx",
    caja.RESULTADO: "/Ciclo_Pago/Resultado.aspx",
}


def regreso(_mundo: Mundo, pago: Pago) -> str:
    """Where the payer goes back to: unsigned, no state and no amount (contract 1.4)."""
    return con_parametros(pago.url_retorno, {"id_comercio": pago.comercio, "id_pago": pago.referencia})


def _disponibles(mundo: Mundo, pago: Pago) -> list[str]:
    comercio = mundo.comercios.buscar(ZONAPAGOS, pago.comercio)
    sin = {caja.PSE} if pago.datos.get("sin_pse") or not (comercio and comercio.codigo_servicio) else set()
    sin |= {caja.TARJETA} if pago.datos.get("sin_tarjetas") else set()
    return [medio for medio in MEDIOS if medio not in sin]


def _numero(cifras: int) -> int:
    return secrets.randbelow(9 * 10 ** (cifras - 1)) + 10 ** (cifras - 1)


def _describir(mundo: Mundo, pago: Pago, borrador: dict) -> dict:
    if borrador["medio"] == caja.EFECTIVO:
        return {"metodo": codigos.PRESENCIAL}
    datos = {"str_ticketID": _numero(11)}
    if borrador["medio"] == caja.TARJETA:
        datos |= {
            "int_numero_tarjeta": borrador["desenlace"],
            "str_franquicia": borrador["franquicia"],
            "int_cod_aprobacion": _numero(6),
            "int_num_recibido": _numero(8),
        }
        return {"metodo": codigos.TARJETA, "datos": datos}
    comercio = mundo.comercios.buscar(ZONAPAGOS, pago.comercio)
    datos |= {
        "int_codigo_servicio": comercio.codigo_servicio,
        "int_codigo_banco": borrador["desenlace"],
        "str_nombre_banco": borrador["opcion"].upper(),
        "str_codigo_transaccion": _numero(7),
        "int_ciclo_transaccion": secrets.randbelow(5) + 1,
    }
    return {"metodo": codigos.PSE, "datos": datos}


CAJA = caja.Caja(
    caja.Gancho(
        nombre="ZonaPAGOS",
        pasarela=ZONAPAGOS,
        punto=PAGINAS_ZONAPAGOS,
        parametro="rut",
        caminos=CAMINOS,
        medios=MEDIOS,
        disponibles=_disponibles,
        codigos=codigos.DE_PALABRA,
        aprobados=frozenset({codigos.APROBADO}),
        rechazados=codigos.RECHAZADOS,
        describir=_describir,
        regreso=regreso,
    )
)


def desvio() -> list[web.RouteDef]:
    """On the first origin, when the pages live on a second one: Pago.aspx sends the payer there once."""
    return [web.get(PAGINA, _desviar)]


async def _desviar(peticion: web.Request) -> web.Response:
    raise web.HTTPFound(f"{peticion.app[MUNDO].origen_desvio}{peticion.path_qs}")
