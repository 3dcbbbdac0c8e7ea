"""The JSON API of the control, under /control/api/. An error is `{"error": text}` with the status that fits."""

import asyncio
import json
from itertools import islice

from aiohttp import web

from simulador import comercios
from simulador.control import servicios
from simulador.control.respuestas import en_json, entero, sin_decimales
from simulador.control.servicios import ErrorDeControl
from simulador.libro import Pago
from simulador.mundo import MUNDO, Mundo
from simulador.reloj import fecha_bogota, leer_instante

RAIZ = "/control/api"
LOTE = 500  # payments handled between two breaths, so that a long list does not hold the gateway up


def rutas() -> list[web.RouteDef]:
    """Every endpoint of the API."""
    return [
        web.get(f"{RAIZ}/", en_json(inicio)),
        web.get(f"{RAIZ}/pagos", en_json(pagos)),
        web.get(f"{RAIZ}/pagos/{{referencia}}", en_json(pago)),
        web.post(f"{RAIZ}/pagos/{{referencia}}", en_json(cambiar_pago)),
        web.post(f"{RAIZ}/pagos/{{referencia}}/intentos", en_json(agregar_intento)),
        web.post(f"{RAIZ}/pagos/{{referencia}}/estado", en_json(fijar_estado)),
        web.get(f"{RAIZ}/libro", libro),
        web.get(f"{RAIZ}/fallas", en_json(fallas)),
        web.post(f"{RAIZ}/fallas", en_json(fijar_fallas)),
        web.get(f"{RAIZ}/reloj", en_json(reloj)),
        web.post(f"{RAIZ}/reloj", en_json(mover_reloj)),
        web.get(f"{RAIZ}/ajustes", en_json(ajustes)),
        web.post(f"{RAIZ}/ajustes", en_json(cambiar_ajustes)),
        web.get(f"{RAIZ}/estadisticas", en_json(estadisticas)),
        web.post(f"{RAIZ}/estadisticas", en_json(cambiar_estadisticas)),
        web.get(f"{RAIZ}/incumplimientos", en_json(incumplimientos)),
        web.post(f"{RAIZ}/reiniciar", en_json(reiniciar)),
        web.post(f"{RAIZ}/sembrar", en_json(sembrar)),
        web.get(f"{RAIZ}/comercios", en_json(listar_comercios)),
        web.post(f"{RAIZ}/comercios", en_json(agregar_comercio)),
    ]


def _pago(mundo: Mundo, peticion: web.Request) -> Pago:
    return servicios.buscar(
        mundo,
        peticion.match_info["referencia"],
        pasarela=peticion.query.get("pasarela"),
        comercio=entero(peticion, "comercio", None),
    )


async def inicio(mundo: Mundo, _peticion, _cuerpo) -> dict:
    """Where the simulator listens and how much it holds."""
    return {"origen": mundo.origen, "origen_desvio": mundo.origen_desvio, "pagos": len(mundo.libro)}


async def pagos(mundo: Mundo, peticion: web.Request, _cuerpo) -> dict:
    """A page of payments, newest first: `?desde=0&limite=50`."""
    desde, limite = entero(peticion, "desde", 0), min(entero(peticion, "limite", 50), 1000)
    return {
        "total": len(mundo.libro),
        "desde": desde,
        "pagos": [servicios.resumen(mundo, pago) for pago in mundo.libro.recientes(desde, limite)],
    }


async def pago(mundo: Mundo, peticion: web.Request, _cuerpo) -> dict:
    """One payment by its reference (`?comercio=` and `?pasarela=` when several have it)."""
    return servicios.resumen(mundo, _pago(mundo, peticion))


async def cambiar_pago(mundo: Mundo, peticion: web.Request, cuerpo: dict) -> dict:
    """Make the gateway answer otherwise about a payment (see servicios.cambiar_pago)."""
    uno = _pago(mundo, peticion)
    servicios.cambiar_pago(mundo, uno, cuerpo)
    return servicios.resumen(mundo, uno)


async def agregar_intento(mundo: Mundo, peticion: web.Request, cuerpo: dict) -> dict:
    """Add an attempt with any fields; `avisar` false sends no confirmation of it."""
    uno = _pago(mundo, peticion)
    datos = dict(cuerpo)
    servicios.agregar_intento(mundo, uno, datos, avisar=bool(datos.pop("avisar", True)))
    return servicios.resumen(mundo, uno)


async def fijar_estado(mundo: Mundo, peticion: web.Request, cuerpo: dict) -> dict:
    """Move an attempt to a state: `{"estado": 1 | "aprobada", "intento": 2}`."""
    uno = _pago(mundo, peticion)
    if "estado" not in cuerpo:
        raise ErrorDeControl("falta estado")
    servicios.fijar_estado(mundo, uno, cuerpo["estado"], numero=cuerpo.get("intento"))
    return servicios.resumen(mundo, uno)


async def libro(peticion: web.Request) -> web.StreamResponse:
    """The whole ledger, oldest first, as one JSON array sent in lots: `?comercio=` and `?pasarela=` narrow it."""
    mundo = peticion.app[MUNDO]
    pasarela, comercio = peticion.query.get("pasarela"), peticion.query.get("comercio")
    respuesta = web.StreamResponse(headers={"Content-Type": "application/json"})
    await respuesta.prepare(peticion)
    todos = iter(list(mundo.libro))
    separador = "["
    while lote := list(islice(todos, LOTE)):
        for uno in lote:
            if pasarela in (None, uno.pasarela) and comercio in (None, str(uno.comercio)):
                await respuesta.write((separador + json.dumps(servicios.linea_de_libro(mundo, uno))).encode())
                separador = ","
        await asyncio.sleep(0)
    await respuesta.write(b"]" if separador == "," else b"[]")
    return respuesta


async def fallas(mundo: Mundo, _peticion, _cuerpo) -> dict:
    """The faults in force, each with how often it happened."""
    return mundo.fallas.a_json()


async def fijar_fallas(mundo: Mundo, _peticion, cuerpo: dict) -> dict:
    """Replace every fault: `{"semilla": 7, "reglas": [{"punto": ..., "tipo": ..., ...}]}`."""
    semilla, reglas = cuerpo.get("semilla", 1), sin_decimales(cuerpo.get("reglas", []))
    if set(cuerpo) - {"semilla", "reglas"} or not isinstance(semilla, int) or not isinstance(reglas, list):
        raise ErrorDeControl("solo semilla (un entero) y reglas (una lista)")
    mundo.fallas.fijar(reglas, semilla=semilla)
    return mundo.fallas.a_json()


async def reloj(mundo: Mundo, _peticion, _cuerpo) -> dict:
    """The simulator's clock."""
    ahora = mundo.reloj.ahora()
    return {
        "ahora": ahora,
        "bogota": fecha_bogota(ahora).isoformat(timespec="seconds"),
        "desfase": mundo.reloj.desfase,
        "detenido": mundo.reloj.detenido_en is not None,
    }


async def mover_reloj(mundo: Mundo, peticion: web.Request, cuerpo: dict) -> dict:
    """`adelantar` seconds, `fijar` an instant, `detener` true or false, `reiniciar` true: in this order."""
    if set(cuerpo) - {"adelantar", "fijar", "detener", "reiniciar"}:
        raise ErrorDeControl("solo adelantar, fijar, detener y reiniciar")
    try:
        if cuerpo.get("reiniciar"):
            mundo.reloj.reiniciar()
        if "fijar" in cuerpo:
            mundo.reloj.fijar(leer_instante(sin_decimales(cuerpo["fijar"])))
        if "adelantar" in cuerpo:
            mundo.reloj.adelantar(leer_instante(sin_decimales(cuerpo["adelantar"])))
    except ValueError as error:
        raise ErrorDeControl(str(error)) from None
    if "detener" in cuerpo:
        mundo.reloj.detener(bool(cuerpo["detener"]))
    mundo.almacen.guardar_valor("desfase", mundo.reloj.desfase)
    return await reloj(mundo, peticion, cuerpo)


async def ajustes(mundo: Mundo, _peticion, _cuerpo) -> dict:
    """The settings in force."""
    return mundo.ajustes.a_json()


async def cambiar_ajustes(mundo: Mundo, _peticion, cuerpo: dict) -> dict:
    """Change some settings."""
    mundo.ajustes = mundo.ajustes.cambiar(sin_decimales(cuerpo))
    return mundo.ajustes.a_json()


async def estadisticas(mundo: Mundo, peticion: web.Request, _cuerpo) -> dict:
    """Counters; `?marcas=1` adds when each reference was asked about."""
    return mundo.estadisticas.a_json(con_marcas=peticion.query.get("marcas") == "1")


async def cambiar_estadisticas(mundo: Mundo, _peticion, cuerpo: dict) -> dict:
    """`registrar_marcas` true or false; `reiniciar` true forgets totals and maxima."""
    if cuerpo.get("reiniciar"):
        mundo.estadisticas.reiniciar()
    if "registrar_marcas" in cuerpo:
        mundo.estadisticas.registrar_marcas = bool(cuerpo["registrar_marcas"])
    return mundo.estadisticas.a_json()


async def incumplimientos(mundo: Mundo, _peticion, _cuerpo) -> dict:
    """Every breach of the contract by callers, newest first."""
    return {"total": mundo.incumplimientos.total, "incumplimientos": mundo.incumplimientos.a_json()}


async def reiniciar(mundo: Mundo, _peticion, _cuerpo) -> dict:
    """Empty ledger, real time, first settings, no faults, no observations. Merchants stay."""
    mundo.reiniciar()
    return {"pagos": len(mundo.libro)}


async def sembrar(mundo: Mundo, _peticion, cuerpo: dict) -> dict:
    """Create many payments at once (see servicios.sembrar)."""
    creados, nuevos = 0, servicios.sembrar(mundo, cuerpo)
    while lote := len(list(islice(nuevos, LOTE))):
        creados += lote
        await asyncio.sleep(0)
    return {"creados": creados, "pagos": len(mundo.libro)}


async def listar_comercios(mundo: Mundo, _peticion, _cuerpo) -> dict:
    """Merchants known, in the shape of their file."""
    return mundo.comercios.a_json()


async def agregar_comercio(mundo: Mundo, _peticion, cuerpo: dict) -> dict:
    """Add or replace one merchant: its fields and `pasarela` (zonapagos unless said otherwise)."""
    datos = dict(cuerpo)
    mundo.agregar_comercio(datos.pop("pasarela", comercios.ZONAPAGOS), datos)
    return mundo.comercios.a_json()
