"""The hosted pages (contract 1.6): choose a method, type the card or choose the bank, confirm, see the end, go back.

The same steps for both gateways; what differs between them comes in a `Gancho`. Every POST answers a redirect, so that
reloading repeats nothing, and no step needs JavaScript or a cookie: the token in the address is the payer's session.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from simulador.desenlaces import BANCOS, TARJETAS, TIENDAS, Desenlace, Palabra, buscar, de_tarjeta, franquicia
from simulador.libro import Intento, Pago
from simulador.mundo import MUNDO, Mundo
from simulador.plantilla import pagina
from simulador.puerta import con_fallas

TARJETA, PSE, EFECTIVO = "tarjeta", "pse", "efectivo"
ELEGIR, CONFIRMAR, RESULTADO = "elegir", "confirmar", "resultado"
DETALLES = {PSE: BANCOS, EFECTIVO: TIENDAS}
APROBADA, RECHAZADA, EN_CURSO = "aprobada", "rechazada", "pendiente"


@dataclass(frozen=True)
class Gancho:
    """What one gateway brings to the common pages."""

    nombre: str
    pasarela: str
    punto: str  # the endpoint whose faults these pages suffer
    parametro: str  # of the query string that carries the token
    caminos: dict[str, str]  # step -> path
    medios: dict[str, str]  # method -> its label
    disponibles: Callable[[Mundo, Pago], list[str]]
    codigos: dict[Palabra, int]
    aprobados: frozenset[int]
    rechazados: frozenset[int]
    describir: Callable[[Mundo, Pago, dict], dict]  # draft -> method code and fields of the attempt
    regreso: Callable[[Mundo, Pago], str]  # address at the merchant's


class Caja:
    """The pages of one gateway as aiohttp handlers."""

    def __init__(self, gancho: Gancho):
        self.gancho = gancho

    def rutas(self) -> list[web.RouteDef]:
        """Every page of the checkout."""
        paginas = {ELEGIR: (self.elegir, self.elegido), CONFIRMAR: (self.confirmar, self.finalizar)}
        paginas |= {RESULTADO: (self.resultado,)} | dict.fromkeys(self.gancho.medios, (self.detalle, self.detallado))
        return [
            web.route(metodo, self.gancho.caminos[paso], con_fallas(manejador, self.gancho.punto))
            for paso, manejadores in paginas.items()
            for metodo, manejador in zip(("GET", "POST"), manejadores, strict=False)
        ]

    def url(self, paso: str, pago: Pago) -> str:
        """Where a step of this payment lives, relative to the origin."""
        return f"{self.gancho.caminos[paso]}?{self.gancho.parametro}={pago.token}"

    async def elegir(self, peticion: web.Request) -> web.Response:
        """Step 1: the methods."""
        return self._elegir(peticion, self._abierto(peticion))

    def _elegir(self, peticion: web.Request, pago: Pago, error: str = "") -> web.Response:
        medios = {medio: self.gancho.medios[medio] for medio in self.gancho.disponibles(peticion.app[MUNDO], pago)}
        estado = 422 if error else 200
        return self._pagina(peticion, "caja_elegir.html", pago, estado=estado, medios=medios, error=error)

    async def elegido(self, peticion: web.Request) -> web.Response:
        """Step 1, sent."""
        pago = self._abierto(peticion)
        medio = str((await peticion.post()).get("medio", ""))
        if medio not in self.gancho.disponibles(peticion.app[MUNDO], pago):
            return self._elegir(peticion, pago, "Escoja un medio de pago.")
        raise web.HTTPSeeOther(self.url(medio, pago))

    async def detalle(self, peticion: web.Request) -> web.Response:
        """Step 2: the card, the bank or the shop."""
        return self._detalle(peticion, self._abierto(peticion), {}, {})

    def _detalle(self, peticion: web.Request, pago: Pago, valores: dict, errores: dict) -> web.Response:
        medio = self._medio(peticion, pago)
        plantilla = "caja_tarjeta.html" if medio == TARJETA else "caja_lista.html"
        return self._pagina(
            peticion,
            plantilla,
            pago,
            estado=422 if errores else 200,
            medio=medio,
            lista=DETALLES.get(medio, TARJETAS),
            valores=valores,
            errores=errores,
            url_elegir=self.url(ELEGIR, pago),
        )

    async def detallado(self, peticion: web.Request) -> web.Response:
        """Step 2, sent: keep a draft without card data beyond the last four digits."""
        pago = self._abierto(peticion)
        medio = self._medio(peticion, pago)
        valores = {clave: str(valor) for clave, valor in (await peticion.post()).items()}
        borrador, errores = (_leer_tarjeta if medio == TARJETA else _leer_lista)(medio, valores)
        if errores:
            return self._detalle(peticion, pago, valores, errores)
        pago.borrador = borrador | {"id": secrets.token_hex(8), "medio": medio}
        raise web.HTTPSeeOther(self.url(CONFIRMAR, pago))

    async def confirmar(self, peticion: web.Request) -> web.Response:
        """Step 3: is the transaction to be finished?"""
        pago = self._abierto(peticion)
        if pago.borrador is None:
            raise web.HTTPSeeOther(self.url(ELEGIR, pago))
        return self._pagina(
            peticion,
            "caja_confirmar.html",
            pago,
            borrador=pago.borrador,
            etiqueta=self.gancho.medios[pago.borrador["medio"]],
            url_elegir=self.url(ELEGIR, pago),
        )

    async def finalizar(self, peticion: web.Request) -> web.Response:
        """Step 3, sent: the attempt exists from here on. Sent twice, it exists once."""
        mundo, pago = peticion.app[MUNDO], self._pago(peticion)
        enviado = str((await peticion.post()).get("borrador", ""))
        if pago.borrador is not None and pago.borrador["id"] == enviado and self._admite_intento(mundo, pago):
            intento = self._intentar(mundo, pago)
            mundo.guardar(pago)
            await mundo.almacen.sincronizar()
            mundo.al_resolver(pago, intento)
        raise web.HTTPSeeOther(self.url(RESULTADO if pago.intentos else ELEGIR, pago))

    def _intentar(self, mundo: Mundo, pago: Pago) -> Intento:
        borrador, pago.borrador = pago.borrador, None
        listas = {TARJETA: TARJETAS, **DETALLES}
        desenlace = buscar(listas[borrador["medio"]], borrador["desenlace"])
        ahora = mundo.reloj.ahora()
        espera = desenlace.luego is not None
        return pago.agregar_intento(
            valor=pago.valor,
            creado=ahora,
            estado=self.gancho.codigos[desenlace.ahora],
            estado_final=self.gancho.codigos[desenlace.luego] if espera else None,
            resuelve=ahora + mundo.ajustes.demora if espera else None,
            **self.gancho.describir(mundo, pago, borrador),
        )

    async def resultado(self, peticion: web.Request) -> web.Response:
        """Step 4: what happened, and the way back to the merchant."""
        mundo, pago = peticion.app[MUNDO], self._pago(peticion)
        if not pago.intentos:
            raise web.HTTPSeeOther(self.url(ELEGIR, pago))
        intento = pago.intentos[-1]
        return self._pagina(
            peticion,
            "caja_resultado.html",
            pago,
            situacion=self.situacion(mundo, pago),
            intento=intento,
            url_elegir=self.url(ELEGIR, pago),
        )

    def situacion(self, mundo: Mundo, pago: Pago) -> str:
        """aprobada once any attempt is, else what the newest attempt is: rechazada or pendiente."""
        ahora = mundo.reloj.ahora()
        codigos = [uno.estado_en(ahora) for uno in pago.intentos]
        if any(codigo in self.gancho.aprobados for codigo in codigos):
            return APROBADA
        return RECHAZADA if codigos and codigos[-1] in self.gancho.rechazados else EN_CURSO

    def _admite_intento(self, mundo: Mundo, pago: Pago) -> bool:
        return not pago.intentos or self.situacion(mundo, pago) == RECHAZADA

    def _pago(self, peticion: web.Request) -> Pago:
        pago = peticion.app[MUNDO].libro.de_token(peticion.query.get(self.gancho.parametro, ""))
        if pago is None or pago.pasarela != self.gancho.pasarela:
            raise PaginaDesconocida(self.gancho.nombre)
        return pago

    def _abierto(self, peticion: web.Request) -> Pago:
        pago = self._pago(peticion)
        if not self._admite_intento(peticion.app[MUNDO], pago):
            raise web.HTTPSeeOther(self.url(RESULTADO, pago))
        return pago

    def _medio(self, peticion: web.Request, pago: Pago) -> str:
        medio = next(uno for uno in self.gancho.medios if self.gancho.caminos[uno] == peticion.path)
        if medio not in self.gancho.disponibles(peticion.app[MUNDO], pago):
            raise web.HTTPSeeOther(self.url(ELEGIR, pago))
        return medio

    def _pagina(self, peticion: web.Request, plantilla: str, pago: Pago, *, estado: int = 200, **datos) -> web.Response:
        mundo = peticion.app[MUNDO]
        comercio = mundo.comercios.buscar(pago.pasarela, pago.comercio)
        return pagina(
            plantilla,
            estado=estado,
            pago=pago,
            caja=self.gancho.nombre,
            comercio=comercio.nombre if comercio else f"Comercio {pago.comercio}",
            regreso=self.gancho.regreso(mundo, pago),
            demora=f"{mundo.ajustes.demora:g}",
            **datos,
        )


class PaginaDesconocida(Exception):
    """The token in the address belongs to no payment of this gateway."""


def _leer_tarjeta(_medio: str, valores: dict) -> tuple[dict, dict]:
    numero = valores.get("numero", "").strip()
    desenlace, errores = de_tarjeta(numero), {}
    if desenlace is None:
        errores["numero"] = "Escriba una de las tarjetas de prueba de la lista, de 13 a 16 dígitos."
    if not valores.get("titular", "").strip():
        errores["titular"] = "Escriba el nombre como aparece en la tarjeta."
    if not _vencimiento(valores.get("vence", "")):
        errores["vence"] = "Escriba mes y año, por ejemplo 12/30."
    codigo = valores.get("cvv", "")
    if not (codigo.isascii() and codigo.isdigit() and len(codigo) in (3, 4)):
        errores["cvv"] = "Escriba los 3 o 4 dígitos del respaldo de la tarjeta."
    if errores:
        return {}, errores
    nombre = f"Tarjeta {franquicia(numero)} terminada en {desenlace.codigo}"
    inicio = numero.replace(" ", "").replace("-", "")[:6]  # with the last four, all that may be kept of a card
    return _borrador(desenlace, nombre) | {"franquicia": franquicia(numero), "inicio": inicio}, {}


def _vencimiento(texto: str) -> bool:
    mes, _, anio = texto.strip().partition("/")
    return (
        all(parte.isascii() and parte.isdigit() for parte in (mes, anio))
        and 1 <= int(mes) <= 12
        and len(anio) in (2, 4)
    )


def _leer_lista(medio: str, valores: dict) -> tuple[dict, dict]:
    desenlace = buscar(DETALLES[medio], valores.get("opcion", ""))
    if desenlace is None:
        return {}, {"opcion": "Escoja una opción de la lista."}
    return _borrador(desenlace, desenlace.nombre), {}


def _borrador(desenlace: Desenlace, nombre: str) -> dict:
    return {"desenlace": desenlace.codigo, "nombre": nombre, "opcion": desenlace.nombre}
