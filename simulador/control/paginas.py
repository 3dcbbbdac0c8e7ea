"""The control page: payments newest first with their outcome to choose, breaches in red, clock. No JavaScript."""

from urllib.parse import urlencode, urlsplit

from aiohttp import web

from simulador.comercios import PAYU, ZONAPAGOS
from simulador.control import servicios
from simulador.control.servicios import ErrorDeControl
from simulador.desenlaces import Palabra
from simulador.fallas import GRUPOS, TIPOS, FallaInvalida, Regla, Tipo
from simulador.libro import Pago
from simulador.mundo import MUNDO, Mundo
from simulador.payu import codigos as codigos_payu
from simulador.plantilla import pagina
from simulador.reloj import fecha_bogota
from simulador.zonapagos import codigos as codigos_zonapagos

RAIZ = "/control/"
CODIGOS = {ZONAPAGOS: codigos_zonapagos, PAYU: codigos_payu}
POR_PAGINA = 20
BREVES = 15  # breaches shown at first
DECISIONES = {
    Palabra.APROBADA: "Aprobar",
    Palabra.RECHAZADA: "Rechazar",
    Palabra.PENDIENTE: "Dejar pendiente",
    Palabra.REVISION: "A revisión",
}


def rutas() -> list[web.RouteDef]:
    """The page and the forms on it."""
    return [
        web.get("/", _ir_al_control),
        web.get(RAIZ.rstrip("/"), _ir_al_control),
        web.get(RAIZ, mostrar),
        web.post(f"{RAIZ}decidir", _formulario(decidir)),
        web.post(f"{RAIZ}reloj", _formulario(mover_reloj)),
        web.post(f"{RAIZ}fallas", _formulario(agregar_falla)),
        web.post(f"{RAIZ}fallas/quitar", _formulario(quitar_fallas)),
    ]


async def _ir_al_control(_peticion: web.Request) -> web.Response:
    raise web.HTTPSeeOther(RAIZ)


def _formulario(accion):
    """A handler that runs `accion(mundo, fields)` and goes back to the page, with the error on it when there is one."""

    async def atender(peticion: web.Request) -> web.Response:
        origen = peticion.headers.get("Origin", "")
        if origen and urlsplit(origen).netloc != peticion.host:
            raise web.HTTPForbidden(text="Este formulario solo se envía desde el control.")
        campos = {clave: str(valor) for clave, valor in (await peticion.post()).items()}
        try:
            await accion(peticion.app[MUNDO], campos)
            await peticion.app[MUNDO].almacen.sincronizar()
        except (ErrorDeControl, FallaInvalida) as error:
            return _pagina(peticion, desde=0, buscado="", error=str(error), estado=getattr(error, "estado", 400))
        raise web.HTTPSeeOther(f"{RAIZ}?{urlencode({'desde': _numero(campos.get('desde', ''))})}")

    return atender


async def decidir(mundo: Mundo, campos: dict) -> None:
    """Set the state of a payment's newest attempt."""
    comercio = _numero(campos.get("comercio", ""))
    pago = servicios.buscar(mundo, campos.get("referencia", ""), pasarela=campos.get("pasarela"), comercio=comercio)
    servicios.fijar_estado(mundo, pago, campos.get("estado", ""))


async def mover_reloj(mundo: Mundo, campos: dict) -> None:
    """Move the clock ahead by whole minutes."""
    mundo.reloj.adelantar(60 * _numero(campos.get("minutos", "")))
    mundo.almacen.guardar_valor("desfase", mundo.reloj.desfase)


async def agregar_falla(mundo: Mundo, campos: dict) -> None:
    """Switch a fault on: where, which, in how many of a hundred requests, how many times, with what value."""
    tipo = TIPOS.get(campos.get("tipo", ""))
    parametros = {}
    if tipo and tipo.parametros and campos.get("valor"):
        cual, omision = next(iter(tipo.parametros.items()))
        parametros[cual] = campos["valor"] if isinstance(omision, str) else _numero(campos["valor"])
    mundo.fallas.agregar(
        {
            "punto": campos.get("punto", ""),
            "tipo": campos.get("tipo", ""),
            "probabilidad": _numero(campos.get("porcentaje", "100")) / 100,
            "veces": _numero(campos.get("veces", "")) or None,
            "parametros": parametros,
        }
    )


async def quitar_fallas(mundo: Mundo, _campos: dict) -> None:
    """Switch every fault off."""
    mundo.fallas.fijar([], semilla=mundo.fallas.semilla)


def _numero(texto: str) -> int:
    return int(texto) if texto.isascii() and texto.isdigit() and len(texto) < 10 else 0


async def mostrar(peticion: web.Request) -> web.Response:
    """The page: `?desde=20` the next payments, `?referencia=X` one of them."""
    return _pagina(
        peticion, desde=_numero(peticion.query.get("desde", "")), buscado=peticion.query.get("referencia", "").strip()
    )


def _pagina(peticion: web.Request, *, desde: int, buscado: str, error: str = "", estado: int = 200) -> web.Response:
    mundo = peticion.app[MUNDO]
    ahora = mundo.reloj.ahora()
    pagos = mundo.libro.de_referencia(buscado)[::-1] if buscado else mundo.libro.recientes(desde, POR_PAGINA)
    return pagina(
        "control.html",
        estado=estado,
        error=error,
        buscado=buscado,
        desde=desde,
        total=len(mundo.libro),
        anterior=max(0, desde - POR_PAGINA) if desde else None,
        siguiente=desde + POR_PAGINA if not buscado and desde + POR_PAGINA < len(mundo.libro) else None,
        pagos=[_fila(mundo, pago, ahora) for pago in pagos],
        decisiones=DECISIONES,
        reglas=[(regla, _en_palabras(regla)) for regla in mundo.fallas.reglas],
        puntos=list(GRUPOS),
        tipos={nombre: f"{tipo.explicacion}{_pide(tipo)}" for nombre, tipo in TIPOS.items()},
        incumplimientos=mundo.incumplimientos.a_json()[:BREVES],
        total_incumplimientos=mundo.incumplimientos.total,
        hora=fecha_bogota(ahora).strftime("%d/%m/%Y %H:%M:%S"),
        desfase=round(mundo.reloj.desfase),
        estadisticas=mundo.estadisticas.a_json(),
    )


def _pide(tipo: Tipo) -> str:
    """What the form's value means for this fault: its first parameter, when it is one a person would type."""
    cual, omision = next(iter(tipo.parametros.items()), ("", True))
    return "" if isinstance(omision, bool) else f" ({cual}: {omision})"


def _en_palabras(regla: Regla) -> str:
    """What a rule does, with the parameters it has."""
    parametros = ", ".join(
        f"{nombre}: {valor}" for nombre, valor in regla.parametros.items() if valor not in (0, False)
    )
    return TIPOS[regla.tipo].explicacion + (f" ({parametros})" if parametros else "")


def _fila(mundo: Mundo, pago: Pago, ahora: float) -> dict:
    codigos = CODIGOS[pago.pasarela]
    codigo = pago.intentos[-1].estado_en(ahora) if pago.intentos else codigos.SIN_INICIAR
    aprobado = pago.aprobado_en(ahora)
    clase = "aprobada" if aprobado else "rechazada" if codigo in codigos.RECHAZADOS else "pendiente"
    comercio = mundo.comercios.buscar(pago.pasarela, pago.comercio)
    return {
        "pago": pago,
        "comercio": comercio.nombre if comercio else str(pago.comercio),
        "creado": fecha_bogota(pago.creado).strftime("%d/%m %H:%M:%S"),
        "clase": clase,
        "estado": f"{codigos.nombre(codigo)} ({codigo})",
        "aprobado": aprobado,
        "intentos": [
            {
                "numero": uno.numero,
                "estado": f"{codigos.nombre(uno.estado_en(ahora))} ({uno.estado_en(ahora)})",
                "valor": uno.valor,
            }
            for uno in pago.intentos
        ],
    }
