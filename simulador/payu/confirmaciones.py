"""Confirmations: PayU's own POST to the merchant when an attempt ends, repeated until it is taken (contract 2.3)."""

import asyncio
import contextlib
import heapq
import itertools
from dataclasses import dataclass, replace
from decimal import Decimal

import aiohttp
from aiohttp import web

from simulador.comercios import PAYU
from simulador.fallas import CONFIRMACION, Regla
from simulador.libro import Intento, Pago
from simulador.mundo import Mundo
from simulador.payu import codigos
from simulador.payu.firmas import firmar, valor_de_confirmacion
from simulador.reloj import fecha_bogota

ENVIOS = 10  # the first one and up to nine more
SEGUNDOS = 15  # that PayU waits for the merchant
A_LA_VEZ = 64
MIRADA = 0.2  # seconds between looks at the clock, which the control may move
MAX_CUERPO = 65536


@dataclass(frozen=True, slots=True)
class Envio:
    """One confirmation to be sent: of which attempt, for the how-manieth time."""

    pago: Pago
    intento: Intento
    vez: int = 1


class Confirmaciones:
    """The queue of confirmations, by the simulator's clock, and their sender. An async context manager."""

    def __init__(self, mundo: Mundo):
        self._mundo = mundo
        self._cola: list[tuple[float, int, Envio]] = []
        self._orden = itertools.count()
        self._tareas: set[asyncio.Task] = set()
        self._lugares = asyncio.Semaphore(A_LA_VEZ)
        self._llegadas: dict[str, asyncio.Event] = {}

    async def __aenter__(self) -> "Confirmaciones":
        espera = aiohttp.ClientTimeout(total=SEGUNDOS)
        self._sesion = aiohttp.ClientSession(timeout=espera, connector=aiohttp.TCPConnector(limit=A_LA_VEZ))
        for pago in self._mundo.libro:
            for intento in pago.intentos:
                self.programar(pago, intento)
        self._tarea = asyncio.create_task(self._trabajar())
        return self

    async def __aexit__(self, *_error: object) -> None:
        tareas = [self._tarea, *self._tareas]
        for tarea in tareas:
            tarea.cancel()
        await asyncio.gather(*tareas, return_exceptions=True)
        await self._sesion.close()

    def resolver(self, pago: Pago, intento: Intento) -> None:
        """An attempt got an outcome, or another one: its confirmation starts from nothing."""
        intento.datos = {
            clave: valor for clave, valor in intento.datos.items() if clave not in ("envios", "confirmada")
        }
        self.programar(pago, intento)

    def programar(self, pago: Pago, intento: Intento) -> None:
        """Send this attempt's confirmation as soon as it is in a final state. Nothing to do for one already taken."""
        if pago.pasarela != PAYU or not pago.datos.get("confirmationUrl") or intento.datos.get("confirmada"):
            return
        vez = intento.datos.get("envios", 0) + 1
        if intento.estado_final is not None and intento.resuelve is not None:
            self._encolar(intento.resuelve, Envio(pago, intento, vez))
        elif intento.estado in codigos.FINALES:
            self._encolar(self._mundo.reloj.ahora(), Envio(pago, intento, vez))

    def _encolar(self, cuando: float, envio: Envio) -> None:
        if envio.vez <= ENVIOS:
            heapq.heappush(self._cola, (cuando, next(self._orden), envio))

    async def _trabajar(self) -> None:
        while True:
            while self._cola and self._cola[0][0] <= self._mundo.reloj.ahora():
                _, _, envio = heapq.heappop(self._cola)
                self._lanzar(self._despachar(envio))
            await asyncio.sleep(MIRADA if not self._cola else self._pausa())

    def _pausa(self) -> float:
        espera = self._mundo.reloj.espera_real(self._cola[0][0])
        return MIRADA if espera is None else min(espera, MIRADA)

    def _lanzar(self, corrutina) -> None:
        tarea = asyncio.create_task(corrutina)
        self._tareas.add(tarea)
        tarea.add_done_callback(self._tareas.discard)

    async def _despachar(self, envio: Envio) -> None:
        mundo, pago, intento = self._mundo, envio.pago, envio.intento
        vigente = mundo.libro.de_token(pago.token) is pago and intento in pago.intentos
        if not vigente or intento.estado_en(mundo.reloj.ahora()) not in codigos.FINALES:
            return  # the ledger was emptied, or the control chose another outcome meanwhile
        reglas = mundo.fallas.elegir(CONFIRMACION, pago.comercio)
        tipos = {regla.tipo: regla for regla in reglas}
        if "perdida" in tipos:
            intento.datos |= {"envios": ENVIOS}  # lost for good: not even a restart sends it again
            mundo.guardar(pago)
            return
        await self._demorar(pago, reglas)
        campos = campos_de(mundo, pago, intento)
        copias = int(tipos["duplicada"].parametros["copias"]) if "duplicada" in tipos else 1
        estados = await asyncio.gather(*(self.enviar(pago.datos["confirmationUrl"], campos) for _ in range(copias)))
        intento.datos |= {"envios": envio.vez, "confirmada": 200 in estados}
        mundo.guardar(pago)
        if 200 not in estados:
            self._encolar(mundo.reloj.ahora() + mundo.ajustes.reintento, replace(envio, vez=envio.vez + 1))

    async def _demorar(self, pago: Pago, reglas: list[Regla]) -> None:
        for regla in reglas:
            if regla.tipo == "latencia":
                ms = regla.parametros["ms"]
                await asyncio.sleep(self._mundo.fallas.uniforme(ms, max(ms, regla.parametros["hasta_ms"])) / 1000)
            elif regla.tipo == "desorden":  # let the next confirmation of the same sale go first
                llegada = self._llegadas.setdefault(pago.referencia, asyncio.Event())
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(llegada.wait(), regla.parametros["segundos"])

    async def enviar(self, url: str, campos: dict[str, str]) -> int | str:
        """POST these fields now. Returns the HTTP status, or the name of what went wrong; 200 is the only success."""
        mundo = self._mundo
        mundo.estadisticas.peticiones[CONFIRMACION] += 1
        try:
            async with self._lugares, self._sesion.post(url, data=campos, allow_redirects=False) as respuesta:
                cuerpo = await respuesta.content.read(MAX_CUERPO)
                estado = respuesta.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            cuerpo, estado = b"", type(error).__name__
        mundo.estadisticas.respuestas[CONFIRMACION][str(estado)] += 1
        referencia = campos.get("reference_sale", "")
        if estado == 200 and b"<" in cuerpo:
            mundo.incumplimientos.anotar(url, referencia, "la respuesta a la confirmación lleva HTML")
        mundo.entregas.append(
            {
                "cuando": mundo.reloj.ahora(),
                "referencia": referencia,
                "transaccion": campos.get("transaction_id", ""),
                "estado_pol": campos.get("state_pol", ""),
                "respuesta": estado,
            }
        )
        if llegada := self._llegadas.pop(referencia, None):
            llegada.set()
        return estado


CONFIRMACIONES = web.AppKey("confirmaciones", Confirmaciones)


def campos_de(mundo: Mundo, pago: Pago, intento: Intento) -> dict[str, str]:
    """The form of a confirmation, signed. What belongs to another method is missing, as the contract warns."""
    ahora = mundo.reloj.ahora()
    estado = intento.estado_en(ahora)
    _, codigo, texto = codigos.consulta(estado)
    campos = {
        "merchant_id": pago.comercio,
        "state_pol": estado,
        "reference_sale": pago.referencia,
        "reference_pol": codigos.numero_de_orden(pago),
        "transaction_id": codigos.transaccion(pago, intento),
        "value": intento.valor.quantize(Decimal("0.01")),
        "tax": pago.iva.quantize(Decimal("0.01")),
        "currency": pago.moneda,
        "test": int(codigos.es_prueba(pago)),
        "description": pago.datos.get("description", ""),
        "email_buyer": pago.datos.get("buyerEmail", ""),
        "payment_method_name": intento.metodo,
        "response_code_pol": codigo,
        "response_message_pol": texto,
        "transaction_date": fecha_bogota(intento.fecha_en(ahora)).strftime("%Y-%m-%d %H:%M:%S"),
    }
    campos |= {nombre: pago.datos[nombre] for nombre in ("extra1", "extra2", "extra3") if nombre in pago.datos}
    deben = {"cus": "cus", "pse_bank": "banco", "cc_number": "enmascarada"}
    campos |= {nombre: intento.datos[dato] for nombre, dato in deben.items() if dato in intento.datos}
    if estado == codigos.APROBADA and "autorizacion" in intento.datos:
        campos["authorization_code"] = intento.datos["autorizacion"]
    textos = {nombre: str(valor) for nombre, valor in campos.items()}
    return textos | {"sign": firma(mundo, textos, pago.datos.get("algorithmSignature") or "MD5")}


def firma(mundo: Mundo, campos: dict[str, str], algoritmo: str) -> str:
    """The signature of these fields as they stand; empty when they name no merchant or no amount."""
    comercio = mundo.comercios.buscar(PAYU, int(campos["merchant_id"]) if campos["merchant_id"].isdigit() else None)
    if comercio is None:
        return ""
    nuevo = valor_de_confirmacion(Decimal(campos["value"]))
    partes = (campos["merchant_id"], campos["reference_sale"], nuevo, campos["currency"], campos["state_pol"])
    return firmar(comercio, algoritmo, partes)
