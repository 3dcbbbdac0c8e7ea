"""ZonaPAGOS (Zona Virtual): InicioPago and VerificacionPago over HTTPS and JSON (pasarelas.md 1)."""

import re
from collections.abc import Mapping
from typing import Any

from pagos.pasarelas.base import (
    Conexion,
    InicioRechazadoError,
    Lectura,
    Pagador,
    PasarelaNoRespondeError,
    Pedido,
    Redireccion,
    RespuestaInesperadaError,
    Retorno,
)
from pagos.pasarelas.http import ClienteHttp, RespuestaJson
from pagos.pasarelas.opciones import activa, numero_de_identificacion
from pagos.pasarelas.valores import exigir_centavos, limpiar
from pagos.pasarelas.zonapagos_registros import hay_registros, leer_registros

# The vendor's text says -1 and its sample 1 (pasarelas.md 1.1, unclear): the text wins.
_MODALIDAD = -1
_TODOS_LOS_INTENTOS = -1
# Neither may stand in any free text: the answer of VerificacionPago has no escape.
_PROHIBIDOS = "|;"

_TIPOS_ID = {"CC": "1", "CE": "2", "NIT": "3", "NUIP": "4", "TI": "5", "PA": "6", "RC": "9", "DE": "10"}
_TIPO_ID_OTRO = "11"
_MONEDAS = {"COP": "CO", "USD": "US"}
_SIEMPRE_APAGADOS = (100, 101, 102, 109)

# Known texts of int_codigo 2 -> our code. The texts themselves stay in the raw answer.
_RECHAZOS = (
    ("ya existe", "REFERENCIA_REPETIDA"),
    ("credenciales", "CREDENCIALES"),
    ("object reference", "CREDENCIALES_U_OBJETO"),
    ("50 requerido", "FALTA_CODIGO_50"),
)

_REFERENCIA = re.compile(r"[A-Z1-9][A-Z0-9]{0,29}")
_COMERCIO = re.compile(r"0*[0-9]{1,7}")


class ZonaPagos:
    """The adapter. `Conexion`: url `api`, `comercio`, secrets `usuario`, `clave`, `codigo_servicio` (PSE needs it).

    Options: `sin_pse` (code 103), `sin_tarjetas` (107), `moneda_117` (send the currency; without it only COP can be
    asked), `nit_con_dv` (the payer's NIT with its check digit).
    """

    def __init__(self, conexion: Conexion, cliente: ClienteHttp):
        self._conexion = conexion
        self._cliente = cliente

    def iniciar(self, pedido: Pedido) -> Redireccion:
        """Create the transaction with POST /InicioPago and return where to send the payer (pasarelas.md 1.1).

        Raises InicioRechazadoError (int_codigo 2, or a request that could never be accepted),
        PasarelaNoRespondeError (the transaction may exist) and RespuestaInesperadaError (`URL_AJENA`: it exists, and
        its page is at an address that is not allowed, or longer than can be kept).
        """
        respuesta = self._cliente.post_json(
            self._url("InicioPago"), self._cuerpo_inicio(pedido), referencia=pedido.referencia, repetible=False
        )
        codigo, url = _entero(respuesta.datos.get("int_codigo")), respuesta.datos.get("str_url")
        if codigo == 2:
            raise _rechazo(respuesta)
        if codigo != 1 or not isinstance(url, str) or not url:
            raise RespuestaInesperadaError(
                "ZonaPAGOS respondió al inicio sin aceptar ni rechazar.",
                codigo="INICIO_ILEGIBLE",
                cruda=respuesta.texto,
            )
        if not self._cliente.permite(url):
            raise RespuestaInesperadaError(
                "ZonaPAGOS mandó a una dirección que no está permitida.", codigo="URL_AJENA", cruda=respuesta.texto
            )
        return Redireccion(url=url)

    def consultar(self, referencia: str) -> Lectura:
        """Ask for all attempts with POST /VerificacionPago, the only authority on a payment (pasarelas.md 1.2).

        `int_estado` 2 is raised as PasarelaNoRespondeError(clase="negada"): it says nothing about the payment, changes
        no state and is asked again at the next round (pasarelas.md 3).
        """
        secretos = self._conexion.secretos
        cuerpo = {
            "int_id_comercio": self._comercio,
            "str_usr_comercio": secretos["usuario"],
            "str_pwd_Comercio": secretos["clave"],
            "str_id_pago": referencia,
            "int_no_pago": _TODOS_LOS_INTENTOS,
        }
        respuesta = self._cliente.post_json(
            self._url("VerificacionPago"), cuerpo, referencia=referencia, repetible=True
        )
        estado, error = _entero(respuesta.datos.get("int_estado")), _entero(respuesta.datos.get("int_error"))
        if estado == 2 or (estado == 1 and error == -1):
            raise PasarelaNoRespondeError("ZonaPAGOS negó la consulta.", clase="negada")
        registros = respuesta.datos.get("str_res_pago")
        if estado != 1 or error != 0 or not isinstance(registros, str | None):
            raise PasarelaNoRespondeError("ZonaPAGOS respondió sin los campos del contrato.", clase="ilegible")
        if not hay_registros(registros or "") and not _nada_encontrado(respuesta.datos):
            raise PasarelaNoRespondeError("ZonaPAGOS dice tener pagos y no los trae.", clase="ilegible")
        return leer_registros(registros or "", referencia=referencia, cruda=respuesta.texto)

    def leer_confirmacion(self, datos: Mapping[str, str]) -> Lectura:  # noqa: ARG002 - the signature of the protocol
        """ZonaPAGOS sends none: whatever arrives is not from it."""
        raise RespuestaInesperadaError("ZonaPAGOS no envía confirmaciones.", codigo="SIN_CONFIRMACION")

    def leer_retorno(self, parametros: Mapping[str, str]) -> Retorno:
        """Read the payer's return (pasarelas.md 1.4): unsigned, it tells at most which payment to ask for.

        The merchant is a number: zeros in front of it, there or in the agreement, do not make it another one.
        """
        comercio = parametros.get("id_comercio") or None
        if comercio and _COMERCIO.fullmatch(comercio) and int(comercio) == self._comercio:
            comercio = self._conexion.comercio
        return Retorno(comercio=comercio, referencia=parametros.get("id_pago") or None)

    @property
    def _comercio(self) -> int:
        return int(self._conexion.comercio)

    def _url(self, metodo: str) -> str:
        return f"{self._conexion.urls['api'].rstrip('/')}/{metodo}"

    def _cuerpo_inicio(self, pedido: Pedido) -> dict[str, Any]:
        secretos = self._conexion.secretos
        if not _REFERENCIA.fullmatch(pedido.referencia):
            raise InicioRechazadoError("La referencia no cumple lo que pide ZonaPAGOS.", codigo="REFERENCIA_INVALIDA")
        return {
            "InformacionPago": {
                "flt_total_con_iva": exigir_centavos(pedido.total),
                "flt_valor_iva": exigir_centavos(pedido.iva),
                "str_id_pago": pedido.referencia,
                "str_descripcion_pago": _texto(pedido.descripcion, 70) or f"Pago {pedido.referencia}",
                **self._pagador(pedido.pagador),
                # Comes back in VerificacionPago: the only field that ties a record to our reference.
                "str_opcional1": pedido.referencia,
                **{f"str_opcional{numero}": "" for numero in range(2, 6)},
            },
            "InformacionSeguridad": {
                "int_id_comercio": self._comercio,
                "str_usuario": secretos["usuario"],
                "str_clave": secretos["clave"],
                "int_modalidad": _MODALIDAD,
            },
            "AdicionalesPago": [],
            "AdicionalesConfiguracion": [
                {"int_codigo": codigo, "str_valor": valor} for codigo, valor in self._configuracion(pedido)
            ],
        }

    def _pagador(self, pagador: Pagador) -> dict[str, str]:
        numero = _texto(numero_de_identificacion(pagador, self._conexion.opciones), 31)
        if not 0 < len(numero) <= 30:
            raise InicioRechazadoError("La identificación del pagador no cabe en ZonaPAGOS.", codigo="PAGADOR_INVALIDO")
        correo = _texto(pagador.correo, 71)
        return {
            # A cut address would be somebody else's, and the gateway mails its voucher there.
            "str_email": correo if len(correo) <= 70 else "",
            "str_id_cliente": numero,
            "str_tipo_id": _TIPOS_ID.get(pagador.tipo_id, _TIPO_ID_OTRO),
            "str_nombre_cliente": _texto(pagador.nombre, 50) or "-",
            "str_apellido_cliente": _texto(pagador.apellido, 50) or "-",
            "str_telefono_cliente": _texto(pagador.telefono, 50),
        }

    def _configuracion(self, pedido: Pedido) -> list[tuple[int, str]]:
        """AdicionalesConfiguracion. 105, 106 and 108 are not sent: they only matter to split payments and terms."""
        opciones = self._conexion.opciones
        codigos = [(104, pedido.url_retorno)] + [(codigo, "0") for codigo in _SIEMPRE_APAGADOS]
        servicio = self._conexion.secretos.get("codigo_servicio", "")
        if servicio:
            codigos.append((50, servicio))
        codigos += [
            (codigo, "1") for codigo, nombre in ((103, "sin_pse"), (107, "sin_tarjetas")) if activa(opciones, nombre)
        ]
        con_moneda = activa(opciones, "moneda_117")
        if pedido.moneda not in _MONEDAS or (pedido.moneda != "COP" and not con_moneda):
            # Without code 117 the gateway would collect the same figure in pesos.
            raise InicioRechazadoError("El acuerdo no permite cobrar en esa moneda.", codigo="MONEDA_NO_CONVENIDA")
        if con_moneda:
            codigos.append((117, _MONEDAS[pedido.moneda]))
        return sorted(codigos)


def revisar(conexion: Conexion) -> tuple[str, ...]:
    """Sentences, for staff, on what an agreement lacks; none when it is complete. Lengths as in pasarelas.md 1.1."""
    secretos, opciones = conexion.secretos, conexion.opciones
    problemas = []
    if not _COMERCIO.fullmatch(conexion.comercio):
        problemas.append("El código de comercio debe ser un número de 1 a 7 cifras.")
    problemas += [
        f"Falta «{nombre}» o pasa de {largo} caracteres."
        for nombre, largo in (("usuario", 40), ("clave", 50))
        if not 0 < len(secretos.get(nombre, "")) <= largo
    ]
    if not secretos.get("codigo_servicio") and not activa(opciones, "sin_pse"):
        problemas.append("Falta «codigo_servicio»: PSE lo exige; déjelo vacío solo con la opción «sin_pse».")
    return tuple(problemas)


def _texto(texto: str, largo: int) -> str:
    return limpiar(texto, largo, prohibidos=_PROHIBIDOS)


def _entero(valor: Any) -> int | None:
    """Read a code that the contract calls int, also when it comes as a string; None when it is neither."""
    if isinstance(valor, str) and re.fullmatch(r"-?[0-9]{1,9}", valor):
        return int(valor)
    return valor if isinstance(valor, int) and not isinstance(valor, bool) else None


def _nada_encontrado(datos: Mapping[str, Any]) -> bool:
    """Whether an answer without records says that there are none (pasarelas.md 1.2), not that it could not tell.

    The count lies where there are records; where there are none, it says so with a 0. Without a count, an empty
    `str_res_pago` says it, if it is there at all: nothing in such an answer announces a payment.
    """
    cantidad = datos.get("int_cantidad_pagos")
    return _entero(cantidad) == 0 or (cantidad is None and "str_res_pago" in datos)


def _rechazo(respuesta: RespuestaJson) -> InicioRechazadoError:
    descripcion = str(respuesta.datos.get("str_descripcion_error") or "").casefold()
    codigo = next((codigo for texto, codigo in _RECHAZOS if texto in descripcion), "SIN_CLASIFICAR")
    return InicioRechazadoError(
        "ZonaPAGOS no creó la transacción.",
        codigo=codigo,
        cruda=respuesta.texto,
        pudo_existir=codigo == "REFERENCIA_REPETIDA",
    )
