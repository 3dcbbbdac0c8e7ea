"""A third gateway, whole: its adapter, its registration and its driver for the contract suite.

Written after the steps of docs/pasarelas.md and nothing else. Its contract: `POST {api}/cobros` creates a charge and
answers `{"resultado": "creado", "str_url": ...}` or `{"resultado": "rechazado", "motivo": ...}`; `POST {api}/estado`
answers `{"resultado": "ok", "cobro": {...} or null}` or `{"resultado": "negado"}`. A charge carries reference,
merchant, amount, currency and its attempts, oldest first: `codigo`, `situacion`, `monto`, `hecho` (ISO 8601, UTC),
`medio`, `banco`, `cus`, `autorizacion`, `ultimos`. The payer comes back with `?cobro=<reference>&tienda=<merchant>`.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pagos.pasarelas.base import (
    Conexion,
    EstadoIntento,
    InicioRechazadoError,
    Intento,
    Lectura,
    Metodo,
    PasarelaNoRespondeError,
    Pedido,
    Redireccion,
    RespuestaInesperadaError,
    Retorno,
)
from pagos.pasarelas.http import ClienteHttp
from pagos.pasarelas.registro import Inscripcion
from pagos.pasarelas.valores import exigir_centavos, identificador_recibido, leer_monto, limpiar, texto_recibido
from tests.contrato.bancos import Banco

NOMBRE = "tercera"
ESTADOS = {10: EstadoIntento.APROBADO, 20: EstadoIntento.RECHAZADO, 30: EstadoIntento.PENDIENTE}
METODOS = {"pse": Metodo.PSE, "tarjeta": Metodo.TARJETA, "efectivo": Metodo.PRESENCIAL}
_RECHAZOS = {"llave": "CREDENCIALES", "referencia_usada": "REFERENCIA_REPETIDA"}


class Tercera:
    """The adapter. `Conexion`: url `api`, `comercio` (a number) and the secret `llave`."""

    def __init__(self, conexion: Conexion, cliente: ClienteHttp):
        self._conexion = conexion
        self._cliente = cliente

    def iniciar(self, pedido: Pedido) -> Redireccion:
        """Create the charge; raises what `base.Pasarela` says."""
        cuerpo = {
            "referencia": pedido.referencia,
            "monto": str(exigir_centavos(pedido.total)),
            "iva": str(exigir_centavos(pedido.iva)),
            "moneda": pedido.moneda,
            "descripcion": limpiar(pedido.descripcion, 100),
            "documento": limpiar(pedido.pagador.numero, 30),
            "retorno": pedido.url_retorno,
        }
        respuesta = self._llamar("cobros", cuerpo, repetible=False)
        resultado, url = respuesta.datos.get("resultado"), respuesta.datos.get("str_url")
        if resultado == "rechazado":
            motivo = _RECHAZOS.get(str(respuesta.datos.get("motivo")), "SIN_CLASIFICAR")
            existe = motivo == "REFERENCIA_REPETIDA"
            raise InicioRechazadoError(
                "No se creó el cobro.", codigo=motivo, cruda=respuesta.texto, pudo_existir=existe
            )
        if resultado != "creado" or not isinstance(url, str):
            raise RespuestaInesperadaError("Ni aceptado ni rechazado.", codigo="INICIO_ILEGIBLE", cruda=respuesta.texto)
        if not self._cliente.permite(url):
            raise RespuestaInesperadaError("Dirección ajena.", codigo="URL_AJENA", cruda=respuesta.texto)
        return Redireccion(url=url)

    def consultar(self, referencia: str) -> Lectura:
        """Ask for the charge; raises what `base.Pasarela` says."""
        respuesta = self._llamar("estado", {"referencia": referencia}, repetible=True)
        resultado, cobro = respuesta.datos.get("resultado"), respuesta.datos.get("cobro")
        if resultado == "negado":
            raise PasarelaNoRespondeError("Negó la consulta.", clase="negada")
        if resultado != "ok" or not isinstance(cobro, dict | None):
            raise PasarelaNoRespondeError("Respondió otra cosa.", clase="ilegible")
        return leer_cobro(cobro, referencia=referencia, cruda=respuesta.texto)

    def leer_confirmacion(self, datos: Mapping[str, str]) -> Lectura:  # noqa: ARG002 - the signature of the protocol
        """It sends none."""
        raise RespuestaInesperadaError("No envía confirmaciones.", codigo="SIN_CONFIRMACION")

    def leer_retorno(self, parametros: Mapping[str, str]) -> Retorno:
        """Unsigned: merchant and reference at most."""
        return Retorno(comercio=parametros.get("tienda") or None, referencia=parametros.get("cobro") or None)

    def _llamar(self, verbo: str, cuerpo: dict[str, str], *, repetible: bool):
        credenciales = {"comercio": int(self._conexion.comercio), "llave": self._conexion.secretos["llave"]}
        url = f"{self._conexion.urls['api']}/{verbo}"
        return self._cliente.post_json(url, credenciales | cuerpo, referencia=cuerpo["referencia"], repetible=repetible)


def leer_cobro(cobro: Mapping[str, Any] | None, *, referencia: str, cruda: str) -> Lectura:
    """The Lectura of a charge, None when there is none; what cannot be trusted is set aside."""
    if cobro is None:
        return Lectura(referencia=referencia, cruda=cruda)
    filas = cobro.get("intentos")
    leidos = [_leer_intento(cobro, fila) for fila in (filas if isinstance(filas, list) else [None])]
    intentos = tuple(uno for uno in leidos if isinstance(uno, Intento))
    dudas = tuple(uno for uno in leidos if isinstance(uno, str))
    if cobro.get("referencia") != referencia or len({uno.id for uno in intentos}) < len(intentos):
        intentos, dudas = (), (*dudas, "El cobro es de otra referencia o repite un intento.")
    return Lectura(
        referencia=referencia, intentos=intentos, conocida=True, cerrada=not dudas, no_confiables=dudas, cruda=cruda
    )


def _leer_intento(cobro: Mapping[str, Any], fila: Any) -> Intento | str:
    """An attempt, or why it cannot be trusted."""
    fila = fila if isinstance(fila, dict) else {}
    texto = {nombre: valor for nombre, valor in fila.items() if isinstance(valor, str)}
    valor, total = leer_monto(texto.get("monto", "")), leer_monto(str(cobro.get("monto")))
    situacion, fecha = fila.get("situacion"), _fecha(texto.get("hecho", ""))
    if not texto.get("codigo") or type(situacion) is not int or None in (valor, total, fecha):
        return "Un intento no trae código, situación, monto u hora."
    return Intento(
        id=limpiar(texto["codigo"], 80),
        estado=ESTADOS.get(situacion, EstadoIntento.DESCONOCIDO),
        codigo=str(situacion),
        referencia=str(cobro.get("referencia")),
        comercio=str(cobro.get("comercio")),
        valor=valor,
        total=total,
        moneda=str(cobro.get("moneda")),
        fecha=fecha,
        metodo=METODOS.get(texto.get("medio", ""), Metodo.OTRO),
        codigo_metodo=limpiar(texto.get("medio", ""), 20),
        banco=texto_recibido(texto.get("banco", "")),
        cus=identificador_recibido(texto.get("cus", "")),
        aprobacion=identificador_recibido(texto.get("autorizacion", "")),
        ultimos4=texto.get("ultimos", "")[-4:],
    )


def _fecha(texto: str) -> datetime | None:
    try:
        fecha = datetime.fromisoformat(texto)
    except ValueError:
        return None
    return fecha if fecha.tzinfo else None


def revisar(conexion: Conexion) -> tuple[str, ...]:
    """What an agreement lacks."""
    numero = conexion.comercio.isascii() and conexion.comercio.isdigit()
    faltas = ("" if numero else "Falta «tienda».", "" if conexion.secretos.get("llave") else "Falta «llave».")
    return tuple(falta for falta in faltas if falta)


INSCRIPCION = Inscripcion(
    etiqueta="La tercera",
    clase=Tercera,
    revisar=revisar,
    urls=("api",),
    comercio="tienda",
    secretos=("llave",),
    referencia_retorno="cobro",
    limite_presencial=timedelta(days=3, hours=5),
)

BANCO = Banco(
    nombre=NOMBRE,
    consulta="estado",
    inicio="cobros",
    rutas={"api": "/tercera"},
    comercio="7",
    cuenta="",
    secretos={"llave": "llave-de-la-tienda-7"},
    clave="llave",
    otro={"comercio": "8", "secretos": {"llave": "llave-de-la-tienda-8"}},
    codigo_ajeno=99,
    medio={"metodo": "pse", "datos": {"banco": "Banco Aprueba", "cus": "1468228"}},
    dice_moneda=True,
)
