"""PayU Latam: WebCheckout by a form, confirmations by PayU, questions to its Queries API (pasarelas.md 2)."""

import re
from collections.abc import Mapping
from decimal import Decimal

from pagos.pasarelas.base import (
    Conexion,
    Formulario,
    InicioRechazadoError,
    Lectura,
    Pagador,
    PasarelaNoRespondeError,
    Pedido,
    RespuestaInesperadaError,
    Retorno,
)
from pagos.pasarelas.http import ClienteHttp
from pagos.pasarelas.opciones import numero_de_identificacion
from pagos.pasarelas.payu_avisos import leer_aviso, leer_respuesta
from pagos.pasarelas.payu_firmas import ALGORITMOS, Firmante
from pagos.pasarelas.payu_ordenes import leer_ordenes
from pagos.pasarelas.valores import exigir_centavos, limpiar

_TIPOS_ID = {"CC": "CC", "CE": "CE", "NIT": "NIT", "TI": "TI", "PA": "PP", "RC": "RC"}
_TIPO_ID_OTRO = "DE"
_REFERENCIA = re.compile(r"[A-Za-z0-9]{1,255}")
_NUMERO = re.compile(r"[0-9]{1,12}")


class PayU:
    """The adapter. `Conexion`: urls `checkout` and `consultas`, `comercio` (merchantId), `cuenta` (accountId), secrets
    `api_key`, `api_login`, `algoritmo` and, for HMAC-SHA256 with a key of its own, `secreto`.

    Option: `nit_con_dv` (the payer's NIT with its check digit).
    """

    def __init__(self, conexion: Conexion, cliente: ClienteHttp):
        self._conexion = conexion
        self._cliente = cliente
        self._firmante = hacer_firmante(conexion)

    def iniciar(self, pedido: Pedido) -> Formulario:
        """Give the form that the payer's browser posts to PayU (pasarelas.md 2.1). Calls nobody.

        Raises InicioRechazadoError for what PayU could never accept, and RespuestaInesperadaError (`ORIGEN_AJENO`) when
        the address of the checkout is not allowed.
        """
        url = self._conexion.urls["checkout"]
        if not self._cliente.permite(url):
            raise RespuestaInesperadaError("La dirección de PayU no está permitida.", codigo="ORIGEN_AJENO")
        if not _REFERENCIA.fullmatch(pedido.referencia):
            raise InicioRechazadoError("La referencia no cumple lo que pide PayU.", codigo="REFERENCIA_INVALIDA")
        if pedido.iva + pedido.base_iva > pedido.total:
            raise InicioRechazadoError("El IVA y su base superan el total.", codigo="IVA_INCOHERENTE")
        return Formulario(url=url, campos=tuple(self._campos(pedido).items()))

    def consultar(self, referencia: str) -> Lectura:
        """Ask for the orders of a reference with ORDER_DETAIL_BY_REFERENCE_CODE (pasarelas.md 2.4).

        `code` ERROR is raised as PasarelaNoRespondeError(clase="negada"): it says nothing about the payment, changes no
        state and is asked again at the next round (pasarelas.md 3).
        """
        secretos = self._conexion.secretos
        cuerpo = {
            "test": self._conexion.prueba,
            "language": "es",
            "command": "ORDER_DETAIL_BY_REFERENCE_CODE",
            "merchant": {"apiLogin": secretos["api_login"], "apiKey": secretos["api_key"]},
            "details": {"referenceCode": referencia},
        }
        url = self._conexion.urls["consultas"]
        respuesta = self._cliente.post_json(url, cuerpo, referencia=referencia, repetible=True)
        if respuesta.datos.get("code") == "ERROR":
            raise PasarelaNoRespondeError("PayU negó la consulta.", clase="negada")
        resultado = respuesta.datos.get("result")
        # Unknown reference: result null, or a result whose payload is null.
        ordenes = resultado.get("payload") if isinstance(resultado, dict) else resultado
        if respuesta.datos.get("code") != "SUCCESS" or not isinstance(ordenes, list | None):
            raise PasarelaNoRespondeError("PayU respondió sin los campos del contrato.", clase="ilegible")
        return leer_ordenes(ordenes or [], referencia=referencia, cuenta=self._conexion.cuenta, cruda=respuesta.texto)

    def leer_confirmacion(self, datos: Mapping[str, str]) -> Lectura:
        """Read the form that PayU posts to our server (pasarelas.md 2.3); see `payu_avisos` for what it is worth."""
        return leer_aviso(datos, self._firmante)

    def leer_retorno(self, parametros: Mapping[str, str]) -> Retorno:
        """Read the query of the response page (pasarelas.md 2.2), for display only."""
        return leer_respuesta(parametros, self._firmante)

    def _campos(self, pedido: Pedido) -> dict[str, str]:
        conexion = self._conexion
        # One string for the form and for the signature: PayU compares them letter by letter.
        total = _monto(pedido.total)
        return {
            "merchantId": conexion.comercio,
            "accountId": conexion.cuenta,
            "description": limpiar(pedido.descripcion, 255) or f"Pago {pedido.referencia}",
            "referenceCode": pedido.referencia,
            "amount": total,
            "tax": _monto(pedido.iva),
            "taxReturnBase": _monto(pedido.base_iva),
            "currency": pedido.moneda,
            "signature": self._firmante.firmar(conexion.comercio, pedido.referencia, total, pedido.moneda),
            "algorithmSignature": self._firmante.algoritmo,
            "test": "1" if conexion.prueba else "0",
            **self._personas(pedido.pagador),
            "responseUrl": pedido.url_retorno,
            "confirmationUrl": pedido.url_confirmacion,
            "lng": pedido.idioma,
            "extra1": pedido.referencia,
        }

    def _personas(self, pagador: Pagador) -> dict[str, str]:
        """The tercero as buyer and as payer: who in truth holds the card is between the payer and PayU."""
        numero = limpiar(numero_de_identificacion(pagador, self._conexion.opciones), 31)
        if not 0 < len(numero) <= 30:
            raise InicioRechazadoError("La identificación del pagador no cabe en PayU.", codigo="PAGADOR_INVALIDO")
        nombre = limpiar(f"{pagador.nombre} {pagador.apellido}", 150)
        telefono = limpiar(pagador.telefono, 50)
        tipo = _TIPOS_ID.get(pagador.tipo_id, _TIPO_ID_OTRO)
        correo = limpiar(pagador.correo, 256)
        correo = correo if len(correo) <= 255 else ""  # a cut address would be somebody else's
        return {
            "buyerEmail": correo,
            "buyerFullName": nombre,
            "buyerDocumentType": tipo,
            "buyerDocument": numero,
            "payerFullName": nombre,
            "payerEmail": correo,
            "payerPhone": telefono,
            "payerDocumentType": tipo,
            "payerDocument": numero,
            "telephone": telefono,
        }


def hacer_firmante(conexion: Conexion) -> Firmante:
    """The signer of an agreement."""
    secretos = conexion.secretos
    return Firmante(algoritmo=secretos["algoritmo"], api_key=secretos["api_key"], secreto=secretos.get("secreto", ""))


def revisar(conexion: Conexion) -> tuple[str, ...]:
    """Sentences, for staff, on what an agreement lacks; none when it is complete."""
    secretos = conexion.secretos
    problemas = [
        f"Falta «{nombre}» o no es un número de hasta 12 cifras."
        for nombre, valor in (("merchant_id", conexion.comercio), ("account_id", conexion.cuenta))
        if not _NUMERO.fullmatch(valor)
    ]
    problemas += [f"Falta «{nombre}»." for nombre in ("api_key", "api_login") if not secretos.get(nombre)]
    if secretos.get("algoritmo") not in ALGORITMOS:
        problemas.append(f"La credencial «algoritmo» debe ser una de: {', '.join(ALGORITMOS)}.")
    return tuple(problemas)


def _monto(monto: Decimal) -> str:
    return str(exigir_centavos(monto))
