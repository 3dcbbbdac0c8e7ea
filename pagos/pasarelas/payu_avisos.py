"""What PayU says unasked: the confirmation to our server and the payer's response page (pasarelas.md 2.2 and 2.3).

Both are signed, and neither is proof. The signatures leave out the transaction's id and the test flag, and for an
amount without a second decimal the payer's browser carries the very signature that a confirmation needs. So a report
that passes here names a payment worth asking for; only the Queries API can approve it (`Lectura.solo_aviso`).
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from pagos.pasarelas.base import EstadoIntento, FirmaInvalidaError, Intento, Lectura, Retorno
from pagos.pasarelas.payu_firmas import Firmante, valor_de_confirmacion, valor_de_respuesta
from pagos.pasarelas.payu_medios import leer_codigo, leer_medio, leer_ultimos4
from pagos.pasarelas.valores import escribir_json, identificador_recibido, leer_monto, limpiar, texto_recibido

_BOGOTA = ZoneInfo("America/Bogota")
_FECHA = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
_PRUEBA = {"1": True, "0": False}

# state_pol and transactionState: one vocabulary, of which a confirmation carries only the final ones.
CONFIRMADOS = {"4": EstadoIntento.APROBADO, "6": EstadoIntento.RECHAZADO, "5": EstadoIntento.RECHAZADO}
MOSTRADOS = CONFIRMADOS | {
    "7": EstadoIntento.PENDIENTE,
    "14": EstadoIntento.PENDIENTE,
    "12": EstadoIntento.RECHAZADO,
    "104": EstadoIntento.RECHAZADO,
}


def leer_aviso(datos: Mapping[str, str], firmante: Firmante) -> Lectura:
    """Read a confirmation into what it reports; FirmaInvalidaError when the signature is not PayU's.

    What it lacks is no reason to refuse it: signed, it names a payment to ask for. Without `transaction_id` there is no
    attempt to tell of, without `test` the attempt's `prueba` is None, and `no_confiables` says so.
    """
    campos = _Campos(datos)
    valor = leer_monto(campos["value"])
    firmados = [campos[nombre] for nombre in ("merchant_id", "reference_sale")]
    if valor is None or not firmante.coincide(
        campos["sign"], *firmados, valor_de_confirmacion(valor), campos["currency"], campos["state_pol"]
    ):
        raise FirmaInvalidaError("La confirmación no trae la firma de PayU.")
    intento, dudas = _leer_intento(campos, valor), []
    if not intento.id:
        dudas.append("La confirmación no dice de qué transacción es.")
    if intento.prueba is None:
        dudas.append("La confirmación no dice si es de prueba.")
    return Lectura(
        referencia=campos["reference_sale"],
        intentos=(intento,) if intento.id else (),
        conocida=True,
        cerrada=not dudas,
        no_confiables=tuple(dudas),
        solo_aviso=True,
        cruda=escribir_json({nombre: str(valor) for nombre, valor in datos.items()}).decode(),
    )


def _leer_intento(campos: "_Campos", valor: Decimal) -> Intento:
    codigo = campos["state_pol"]
    return Intento(
        id=limpiar(campos["transaction_id"], 80),
        estado=CONFIRMADOS.get(codigo, EstadoIntento.DESCONOCIDO),
        codigo=codigo,
        texto=leer_codigo(campos["response_message_pol"]),
        referencia=campos["reference_sale"],
        comercio=campos["merchant_id"],
        valor=valor,
        total=valor,
        moneda=campos["currency"],
        prueba=_PRUEBA.get(campos["test"]),
        fecha=_fecha(campos["transaction_date"]),
        banco=texto_recibido(campos["pse_bank"]),
        cus=identificador_recibido(campos["cus"]),
        aprobacion=identificador_recibido(campos["authorization_code"]),
        ultimos4=leer_ultimos4(campos["cc_number"]),
        **leer_medio(leer_codigo(campos["payment_method_name"])),
    )


def leer_respuesta(parametros: Mapping[str, str], firmante: Firmante) -> Retorno:
    """Read the query of the response page, for display only.

    A bare address, which a payer may have kept, says nothing. Of a response without PayU's signature only merchant and
    reference are told, so that another's can be refused.
    """
    campos = _Campos(parametros)
    nombrados = {"comercio": campos["merchantId"] or None, "referencia": campos["referenceCode"] or None}
    valor, codigo = leer_monto(campos["TX_VALUE"]), campos["transactionState"]
    if not codigo and not campos["signature"]:
        return Retorno(**nombrados)
    firmados = (campos["merchantId"], campos["referenceCode"])
    if valor is None or not firmante.coincide(
        campos["signature"], *firmados, valor_de_respuesta(valor), campos["currency"], codigo
    ):
        return Retorno(**nombrados, alterado=True)
    return Retorno(
        **nombrados,
        estado=MOSTRADOS.get(codigo, EstadoIntento.DESCONOCIDO),
        valor=valor,
        moneda=campos["currency"],
    )


class _Campos:
    """A form or a query whose fields may be missing: absent reads as empty, and what is not text as well."""

    def __init__(self, datos: Mapping[str, str]):
        self._datos = datos

    def __getitem__(self, nombre: str) -> str:
        valor = self._datos.get(nombre, "")
        return valor if isinstance(valor, str) else ""


def _fecha(texto: str) -> datetime | None:
    """`yyyy-mm-dd HH:MM:SS`, Colombian time, in UTC; None for anything else, because no decision hangs on it."""
    if not _FECHA.fullmatch(texto):
        return None
    try:
        return datetime.strptime(texto, "%Y-%m-%d %H:%M:%S").replace(tzinfo=_BOGOTA).astimezone(UTC)
    except ValueError:
        return None
