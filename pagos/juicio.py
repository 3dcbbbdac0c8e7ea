"""What a gateway's answer means for our pago: one pure function, the same for every gateway (pasarelas.md 3).

Nothing is guessed: what does not match our pago, or cannot be read, is an anomaly for a person.
"""

import enum
from dataclasses import dataclass
from decimal import Decimal

from pagos.estados import TipoNovedad
from pagos.pasarelas.base import EstadoIntento, Intento, Lectura


class Veredicto(enum.Enum):
    """What the answer says of the whole reference."""

    NO_ENCONTRADA = "no_encontrada"  # the gateway holds nothing under this reference
    SIN_ABRIR = "sin_abrir"  # it holds it, nobody opened its page
    PENDIENTE = "pendiente"
    EN_REVISION = "en_revision"  # the gateway reviews the card by hand (4001)
    POR_REVISAR = "por_revisar"  # there may be money that cannot be booked: a person must look
    APROBADA = "aprobada"
    RECHAZADA = "rechazada"


@dataclass(frozen=True, kw_only=True)
class Esperado:
    """What we asked for. `total` in `moneda`, two decimals."""

    referencia: str
    total: Decimal
    moneda: str
    comercio: str
    prueba: bool
    # A signed notice told of the other mode: an approval counts only if it says itself that it is ours.
    prueba_en_duda: bool = False


@dataclass(frozen=True, kw_only=True)
class Anomalia:
    """Something a person must look at. `evidencia` holds no personal data."""

    tipo: TipoNovedad
    evidencia: dict


@dataclass(frozen=True, kw_only=True)
class Juicio:
    """The verdict, the attempt that carries it, further full approvals (money taken twice) and the anomalies."""

    veredicto: Veredicto
    principal: Intento | None = None
    excedentes: tuple[Intento, ...] = ()
    anomalias: tuple[Anomalia, ...] = ()
    # Some attempt is waiting for the bank or in manual review: money may still come.
    en_curso: bool = False

    def excedentes_de(self, intento_id):
        """Full approvals beside the attempt that approved the pago, in whatever order the gateway lists them."""
        todos = (self.principal, *self.excedentes)
        original = next((intento for intento in todos if intento.id == intento_id), None)
        mixto = original is None or original.parcial
        return tuple(i for i in todos if i is not original and not (i.parcial and mixto))


def juzgar(esperado: Esperado, lectura: Lectura) -> Juicio:
    """Judge `lectura` against what we asked for; never raises, never guesses."""
    anomalias = [Anomalia(tipo=TipoNovedad.NO_CONFIABLE, evidencia={"razon": r}) for r in lectura.no_confiables]
    completos, partes, dudosos = [], [], bool(anomalias)
    for intento in lectura.intentos:
        anomalia = _identidad(esperado, intento) or _de_estado(intento)
        aprobado = intento.estado is EstadoIntento.APROBADO
        if anomalia is None and aprobado:
            anomalia = _dinero(esperado, intento)
        if anomalia is not None:
            anomalias.append(anomalia)
            dudosos = dudosos or anomalia.tipo not in _NO_IMPIDEN
        elif aprobado:
            (partes if intento.parcial else completos).append(intento)
    principal, excedentes, anomalia = _aprobacion(esperado, lectura, completos, partes)
    if anomalia is not None:
        anomalias.append(anomalia)
        dudosos = dudosos or principal is None
    return Juicio(
        veredicto=Veredicto.APROBADA if principal else _sin_aprobacion(lectura, dudosos=dudosos, partes=partes),
        principal=principal or _mas_reciente(lectura),
        excedentes=tuple(excedentes),
        anomalias=tuple(anomalias),
        en_curso=any(intento.estado in _EN_CURSO for intento in lectura.intentos),
    )


_EN_CURSO = {EstadoIntento.PENDIENTE, EstadoIntento.EN_REVISION}
# Anomalies that leave the rest of the answer readable.
_NO_IMPIDEN = {TipoNovedad.CODIGO_DESCONOCIDO, TipoNovedad.REVERSADA}


def _identidad(esperado, intento):
    """An attempt of another reference, merchant or test flag is not ours, whatever its state."""
    for tipo, suyo, nuestro in (
        (TipoNovedad.OTRA_REFERENCIA, intento.referencia, esperado.referencia),
        (TipoNovedad.OTRO_COMERCIO, intento.comercio, esperado.comercio),
        (TipoNovedad.MODO_PRUEBA, intento.prueba, esperado.prueba),
    ):
        if suyo is not None and suyo != nuestro:
            return Anomalia(tipo=tipo, evidencia={"intento": intento.id, "informa": str(suyo)[:60]})
    if esperado.prueba_en_duda and intento.prueba is None:
        return Anomalia(tipo=TipoNovedad.MODO_PRUEBA, evidencia={"intento": intento.id, "informa": ""})
    return None


def _de_estado(intento):
    tipo = {
        EstadoIntento.DESCONOCIDO: TipoNovedad.CODIGO_DESCONOCIDO,
        EstadoIntento.REVERSADO: TipoNovedad.REVERSADA,
    }.get(intento.estado)
    return tipo and Anomalia(tipo=tipo, evidencia={"intento": intento.id, "codigo": intento.codigo[:60]})


def _dinero(esperado, intento):
    """An approval counts only for our currency and our amount (ZonaPAGOS names no currency: it is the one asked)."""
    evidencia = {"intento": intento.id, "valor": str(intento.valor), "moneda": intento.moneda or esperado.moneda}
    if intento.moneda is not None and intento.moneda != esperado.moneda:
        return Anomalia(tipo=TipoNovedad.OTRA_MONEDA, evidencia=evidencia)
    pedido_distinto = intento.total is not None and intento.total != esperado.total
    valor_distinto = intento.valor is None or (not intento.parcial and intento.valor != esperado.total)
    if pedido_distinto or valor_distinto or intento.valor <= 0:
        return Anomalia(tipo=TipoNovedad.OTRO_VALOR, evidencia={**evidencia, "pedido": str(intento.total)})
    return None


def _aprobacion(esperado, lectura, completos, partes):
    """(attempt that approves or None, further approvals, anomaly or None)."""
    if completos:
        # Parts beside a full approval are money taken on top of it.
        return completos[0], [*completos[1:], *partes], None
    suma = sum((parte.valor for parte in partes), Decimal(0))
    if partes and suma == esperado.total:
        return partes[-1], [], None
    evidencia = {"aprobado": str(suma), "pedido": str(esperado.total), "intentos": [parte.id for parte in partes]}
    if suma > esperado.total:
        return None, [], Anomalia(tipo=TipoNovedad.OTRO_VALOR, evidencia=evidencia)
    if partes and _cerrada(lectura):
        return None, [], Anomalia(tipo=TipoNovedad.APROBADA_EN_PARTE, evidencia=evidencia)
    return None, [], None


def _cerrada(lectura):
    """True when nothing of the reference can still change by itself."""
    vivos = {EstadoIntento.PENDIENTE, EstadoIntento.EN_REVISION, EstadoIntento.DESCONOCIDO, EstadoIntento.SIN_ABRIR}
    return lectura.cerrada and not any(intento.estado in vivos for intento in lectura.intentos)


def _sin_aprobacion(lectura, *, dudosos, partes):
    estados = {intento.estado for intento in lectura.intentos}
    if dudosos:
        return Veredicto.POR_REVISAR
    if not estados:
        return Veredicto.SIN_ABRIR if lectura.conocida else Veredicto.NO_ENCONTRADA
    if estados == {EstadoIntento.SIN_ABRIR}:
        return Veredicto.SIN_ABRIR
    if EstadoIntento.EN_REVISION in estados:
        return Veredicto.EN_REVISION
    if _cerrada(lectura) and not partes and estados == {EstadoIntento.RECHAZADO}:
        return Veredicto.RECHAZADA
    # Waiting for the bank, rejected but open for another try, reversed, or a code that nobody knows.
    return Veredicto.PENDIENTE


def _mas_reciente(lectura):
    """The attempt that speaks for the reference when none was approved: the newest under way, else the newest.

    Somebody waits for the one under way: its CUS is what the bank asks for, its method says how long it may take.
    """
    vivos = [intento for intento in lectura.intentos if intento.estado in _EN_CURSO]
    return (vivos or lectura.intentos or (None,))[-1]


def desmentidos(esperado: Esperado, aviso: Lectura) -> tuple[Anomalia, ...]:
    """What a signed notice says otherwise than we asked: merchant, mode, currency, amount (pasarelas.md 2.3)."""
    hallados = (_identidad(esperado, intento) or _dinero(esperado, intento) for intento in aviso.intentos)
    return tuple(anomalia for anomalia in hallados if anomalia is not None)
