"""The stand-in of the third gateway, a process of its own: `python -m tests.contrato.tercera_simulada --puerto 0`.

It teaches the simulator one more contract, from the contract (see `tests.contrato.tercera`) and not from the adapter;
ledger, clock, faults, hosted pages and control are the simulator's own.
"""

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from hmac import compare_digest

from aiohttp import web

from simulador import __main__, caja, comercios, control, fallas, libro, servidor
from simulador.control import servicios
from simulador.desenlaces import Palabra
from simulador.mundo import MUNDO
from simulador.puerta import Llamada, Respuesta, atender, leer_json
from simulador.urls import con_parametros, es_url

NOMBRE, CREAR, PREGUNTAR, PAGINAS = "tercera", "cobros", "estado", "paginas.tercera"
APROBADO, RECHAZADO, EN_ESPERA = 10, 20, 30
CODIGOS = dict.fromkeys(Palabra, RECHAZADO) | {
    Palabra.APROBADA: APROBADO,
    Palabra.PENDIENTE: EN_ESPERA,
    Palabra.REVISION: EN_ESPERA,
    Palabra.OBSOLETA: 90,
}
MEDIOS = {caja.TARJETA: "Tarjeta", caja.PSE: "PSE", caja.EFECTIVO: "Efectivo"}
_CAMPOS = {"comercio": int, "llave": str, "referencia": str}
_DE_COBRO = _CAMPOS | dict.fromkeys(("monto", "iva", "moneda", "descripcion", "documento", "retorno"), str)


@dataclass(frozen=True, slots=True)
class Tienda:
    """A merchant of the third gateway."""

    id: int
    llave: str
    nombre: str = "Tienda"


async def crear(peticion):
    """Create a charge and answer the address of its page."""
    return await atender(peticion, punto=CREAR, pasarela=NOMBRE, leer=_leer, procesar=_crear)


async def preguntar(peticion):
    """Tell a charge."""
    return await atender(peticion, punto=PREGUNTAR, pasarela=NOMBRE, leer=_leer, procesar=_contar)


def _leer(llamada: Llamada, cuerpo: bytes) -> None:
    try:
        llamada.datos = leer_json(cuerpo)
    except ValueError:
        llamada.datos = None
    if isinstance(llamada.datos, dict):
        llamada.comercio, llamada.referencia = llamada.datos.get("comercio"), str(llamada.datos.get("referencia"))


def _mal(llamada: Llamada, campos: dict) -> str:
    """What the request breaks: '', 'datos' or 'llave'; every breach is written down."""
    datos = llamada.datos if isinstance(llamada.datos, dict) else {}
    if {nombre: type(valor) for nombre, valor in datos.items()} != campos:
        que, clase = "los campos no son los del contrato", "datos"
    else:
        tienda = llamada.mundo.comercios.buscar(NOMBRE, datos["comercio"])
        if tienda is not None and compare_digest(tienda.llave.encode(), datos["llave"].encode()):
            return ""
        que, clase = "la llave no corresponde", "llave"
    llamada.mundo.incumplimientos.anotar(llamada.peticion.path, llamada.referencia, que, clase)
    return clase


async def _crear(llamada: Llamada) -> Respuesta:
    mundo, datos = llamada.mundo, llamada.datos
    motivo = _mal(llamada, _DE_COBRO)
    if not motivo and mundo.libro.de_referencia(llamada.referencia, pasarela=NOMBRE, comercio=llamada.comercio):
        motivo = "referencia_usada"
        mundo.incumplimientos.anotar(llamada.peticion.path, llamada.referencia, motivo, "regla")
    if motivo:
        return Respuesta({"resultado": "rechazado", "motivo": motivo, "detalle": "Credenciales o datos inválidos"})
    if not es_url(datos["retorno"]):
        mundo.incumplimientos.anotar(llamada.peticion.path, llamada.referencia, "retorno no es una dirección")
    pago = mundo.libro.crear(
        pasarela=NOMBRE,
        comercio=llamada.comercio,
        referencia=llamada.referencia,
        valor=Decimal(datos["monto"]),
        iva=Decimal(datos["iva"]),
        moneda=datos["moneda"],
        creado=mundo.reloj.ahora(),
        url_retorno=datos["retorno"],
        datos={},
    )
    mundo.guardar(pago)
    return Respuesta({"resultado": "creado", "str_url": mundo.origen + CAJA.url(caja.ELEGIR, pago)})


async def _contar(llamada: Llamada) -> Respuesta:
    if _mal(llamada, _CAMPOS):
        return Respuesta({"resultado": "negado", "detalle": "Credenciales inválidas"})
    mundo = llamada.mundo
    pagos = mundo.libro.de_referencia(llamada.referencia, pasarela=NOMBRE, comercio=llamada.comercio)
    return Respuesta({"resultado": "ok", "cobro": _cobro(pagos[0], mundo.reloj.ahora()) if pagos else None})


def _cobro(pago: libro.Pago, ahora: float) -> dict:
    intentos = [
        {
            "codigo": f"{pago.numero}.{uno.numero}",
            "situacion": uno.estado_en(ahora),
            "monto": f"{uno.valor:.2f}",
            "hecho": datetime.fromtimestamp(uno.fecha_en(ahora), UTC).isoformat(timespec="seconds"),
            "medio": uno.metodo,
            **uno.datos,
        }
        for uno in pago.intentos
    ]
    campos = {"referencia": pago.referencia, "comercio": pago.comercio, "moneda": pago.moneda}
    return campos | {"monto": f"{pago.valor:.2f}", "intentos": intentos}


def _describir(_mundo, _pago, borrador: dict) -> dict:
    medio = borrador["medio"]
    datos = {
        caja.TARJETA: {"ultimos": borrador["desenlace"], "autorizacion": "A1"},
        caja.PSE: {"banco": borrador.get("opcion", ""), "cus": "1468228"},
    }
    return {"metodo": medio, "datos": datos.get(medio, {})}


CAJA = caja.Caja(
    caja.Gancho(
        nombre="La tercera",
        pasarela=NOMBRE,
        punto=PAGINAS,
        parametro="cobro",
        caminos={paso: f"/tercera/pagina/{paso}" for paso in (caja.ELEGIR, *MEDIOS, caja.CONFIRMAR, caja.RESULTADO)},
        medios=MEDIOS,
        disponibles=lambda _mundo, _pago: list(MEDIOS),
        codigos=CODIGOS,
        aprobados=frozenset({APROBADO}),
        rechazados=frozenset({RECHAZADO}),
        describir=_describir,
        regreso=lambda _mundo, pago: con_parametros(
            pago.url_retorno, {"cobro": pago.referencia, "tienda": pago.comercio}
        ),
    )
)


def _aplicaciones(mundo, *, con_desvio: bool) -> list[web.Application]:
    rutas = [web.post("/tercera/cobros", crear), web.post("/tercera/estado", preguntar), *CAJA.rutas()]
    app = servidor.aplicacion(mundo, [*rutas, *control.rutas()])
    assert not con_desvio
    assert app[MUNDO] is mundo
    return [app]


def main() -> int:
    """Enter the third gateway wherever the simulator lists its own, and run it."""
    comercios.CLASES[NOMBRE] = Tienda
    comercios.POR_OMISION[NOMBRE] = [{"id": numero, "llave": f"llave-de-la-tienda-{numero}"} for numero in (7, 8)]
    libro.APROBADO[NOMBRE] = APROBADO
    servicios.CODIGOS[NOMBRE], servicios.METODOS[NOMBRE] = CODIGOS, caja.TARJETA
    fallas.GRUPOS.update({punto: frozenset({punto}) for punto in (CREAR, PREGUNTAR, PAGINAS)})
    servidor.aplicaciones = _aplicaciones
    return __main__.main()


if __name__ == "__main__":
    sys.exit(main())
