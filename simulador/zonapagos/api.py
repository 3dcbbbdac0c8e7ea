"""InicioPago and VerificacionPago (contract 1.1 and 1.2)."""

from decimal import Decimal
from hmac import compare_digest

from aiohttp import web

from simulador.comercios import ZONAPAGOS, ComercioZonapagos
from simulador.fallas import INICIO, VERIFICACION
from simulador.mundo import MUNDO, Mundo
from simulador.puerta import Llamada, Respuesta, atender, leer_json
from simulador.zonapagos import contrato, registros

RAIZ = "/Apis_CicloPago/api"
PAGINA = "/Ciclo_Pago/Pago.aspx"


def rutas() -> list[web.RouteDef]:
    """The two endpoints; anything else under the API's root is 404 and a breach."""
    return [
        web.post(f"{RAIZ}/{INICIO}", inicio_pago),
        web.post(f"{RAIZ}/{VERIFICACION}", verificacion_pago),
        web.route("*", "/Apis_CicloPago{resto:.*}", fuera_de_contrato),
    ]


async def fuera_de_contrato(peticion: web.Request) -> web.Response:
    """A path or method that the contract does not have."""
    que = f"{peticion.method} no existe en esta ruta"
    peticion.app[MUNDO].incumplimientos.anotar(peticion.path, "", que)
    return web.json_response({"Message": "No HTTP resource was found that matches the request URI."}, status=404)


async def inicio_pago(peticion: web.Request) -> web.StreamResponse:
    """Create a transaction and answer the address of its hosted page."""
    return await atender(peticion, punto=INICIO, pasarela=ZONAPAGOS, leer=_leer_inicio, procesar=_iniciar)


async def verificacion_pago(peticion: web.Request) -> web.StreamResponse:
    """Tell the attempts of one payment."""
    return await atender(peticion, punto=VERIFICACION, pasarela=ZONAPAGOS, leer=_leer_verificacion, procesar=_verificar)


def _leer_inicio(llamada: Llamada, cuerpo: bytes) -> None:
    datos = _leer(llamada, cuerpo)
    informacion, seguridad = _parte(datos, "InformacionPago"), _parte(datos, "InformacionSeguridad")
    llamada.referencia = str(informacion.get("str_id_pago", ""))
    llamada.comercio = seguridad.get("int_id_comercio")


def _leer_verificacion(llamada: Llamada, cuerpo: bytes) -> None:
    datos = _leer(llamada, cuerpo)
    if isinstance(datos, dict):
        llamada.referencia = str(datos.get("str_id_pago", ""))
        llamada.comercio = datos.get("int_id_comercio")


def _parte(datos: object, nombre: str) -> dict:
    parte = datos.get(nombre) if isinstance(datos, dict) else None
    return parte if isinstance(parte, dict) else {}


def _leer(llamada: Llamada, cuerpo: bytes) -> object:
    if llamada.peticion.content_type != "application/json":
        _anotar(llamada, "falta Content-Type: application/json")
        llamada.falla = Respuesta({"Message": "The request entity's media type is not supported."}, estado=415)
        return None
    try:
        llamada.datos = leer_json(cuerpo)
    except ValueError:
        _anotar(llamada, "el cuerpo no es JSON")
        llamada.falla = Respuesta({"Message": "The request is invalid."}, estado=400)
    return llamada.datos


def _anotar(llamada: Llamada, que: str, clase: str = "formato") -> None:
    llamada.mundo.incumplimientos.anotar(llamada.peticion.path, llamada.referencia, que, clase)


def _no_inicia(texto: str) -> Respuesta:
    return Respuesta({"int_codigo": 2, "str_cod_error": "", "str_descripcion_error": texto, "str_url": None})


async def _iniciar(llamada: Llamada) -> Respuesta:
    mundo, datos = llamada.mundo, llamada.datos
    faltas = list(contrato.faltas_inicio(datos))
    for falta in faltas:
        _anotar(llamada, falta)
    if faltas:
        partes = ("InformacionPago", "InformacionSeguridad")
        return _no_inicia(faltas[0] if all(_parte(datos, nombre) for nombre in partes) else contrato.SIN_OBJETO)
    seguridad = datos["InformacionSeguridad"]
    comercio = mundo.comercios.buscar(ZONAPAGOS, seguridad["int_id_comercio"])
    if not _autentica(llamada, comercio, seguridad["str_usuario"], seguridad["str_clave"]):
        return _no_inicia(contrato.SIN_OBJETO if comercio is None else contrato.CREDENCIALES)
    faltas = list(contrato.faltas_pse(datos, comercio))
    for falta in faltas:
        _anotar(llamada, falta)
    if faltas:
        return _no_inicia(faltas[0])
    if mundo.libro.de_referencia(llamada.referencia, pasarela=ZONAPAGOS, comercio=comercio.id):
        _anotar(llamada, contrato.YA_EXISTE, "regla")
        return _no_inicia(contrato.YA_EXISTE)
    url = await _crear(mundo, comercio, datos)
    return Respuesta({"int_codigo": 1, "str_cod_error": "", "str_descripcion_error": "", "str_url": url})


def _autentica(llamada: Llamada, comercio: ComercioZonapagos | None, usuario: str, clave: str) -> bool:
    bien = comercio is not None and compare_digest(
        f"{usuario}\n{clave}".encode(), f"{comercio.usuario}\n{comercio.clave}".encode()
    )
    if not bien:
        _anotar(
            llamada, "comercio desconocido" if comercio is None else "usuario o clave no corresponden", "credenciales"
        )
    return bien


async def _crear(mundo: Mundo, comercio: ComercioZonapagos, datos: dict) -> str:
    informacion, opciones = datos["InformacionPago"], contrato.configuracion(datos)
    textos = {nombre: valor for nombre, valor in informacion.items() if isinstance(valor, str)}
    pago = mundo.libro.crear(
        pasarela=ZONAPAGOS,
        comercio=comercio.id,
        referencia=informacion["str_id_pago"],
        valor=Decimal(informacion["flt_total_con_iva"]),
        iva=Decimal(informacion.get("flt_valor_iva", 0)),
        moneda=contrato.MONEDAS[opciones.get(117, "CO")],
        creado=mundo.reloj.ahora(),
        url_retorno=opciones.get(104) or comercio.url_retorno,
        datos=textos
        | {"sin_pse": contrato.encendido(opciones, 103), "sin_tarjetas": contrato.encendido(opciones, 107)},
    )
    mundo.guardar(pago)
    await mundo.almacen.sincronizar()  # what was answered must survive a restart
    return f"{mundo.origen}{PAGINA}?rut={pago.token}"


def _mal_verificada(texto: str) -> Respuesta:
    return Respuesta(
        {"int_estado": 2, "int_error": -1, "str_detalle": texto, "int_cantidad_pagos": 0, "str_res_pago": None}
    )


async def _verificar(llamada: Llamada) -> Respuesta:
    mundo, datos = llamada.mundo, llamada.datos
    faltas = list(contrato.faltas_verificacion(datos))
    for falta in faltas:
        _anotar(llamada, falta)
    if faltas:
        return _mal_verificada(faltas[0])
    comercio = mundo.comercios.buscar(ZONAPAGOS, datos["int_id_comercio"])
    if not _autentica(llamada, comercio, datos["str_usr_comercio"], datos["str_pwd_Comercio"]):
        return _mal_verificada(contrato.CREDENCIALES)
    mundo.estadisticas.marcar(llamada.referencia)
    pagos = mundo.libro.de_referencia(llamada.referencia, pasarela=ZONAPAGOS, comercio=comercio.id)
    cantidad, texto = registros.respuesta(
        pagos[0] if pagos else None,
        numero=datos["int_no_pago"],
        ahora=mundo.reloj.ahora(),
        ajustes=mundo.ajustes,
    )
    return Respuesta(
        {"int_estado": 1, "int_error": 0, "str_detalle": None, "int_cantidad_pagos": cantidad, "str_res_pago": texto}
    )
