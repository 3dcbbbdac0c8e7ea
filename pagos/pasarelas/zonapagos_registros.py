"""Reading `str_res_pago`, the line in which ZonaPAGOS tells the attempts of a payment (pasarelas.md 1.2 and 1.3)."""

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from pagos.pasarelas.base import EstadoIntento, Intento, Lectura, Metodo
from pagos.pasarelas.valores import identificador_recibido, leer_monto, texto_recibido

SEPARADOR = "|;|"

_BOGOTA = ZoneInfo("America/Bogota")
_FECHA = re.compile(r"([0-9]{2})/([0-9]{2})/(20[0-9]{2}) ([0-9]{2}):([0-9]{2}):([0-9]{2})")
_NUMERO = re.compile(r"[0-9]{1,18}")
_CODIGO = re.compile(r"[0-9]{1,6}")
_BOLETA = re.compile(r"[0-9A-Za-z]{1,40}")
_COMUNES = 21

ESTADOS = {
    "1": (EstadoIntento.APROBADO, "Aprobado"),
    "888": (EstadoIntento.SIN_ABRIR, "Sin iniciar"),
    "999": (EstadoIntento.PENDIENTE, "Pendiente de la entidad financiera o del pagador"),
    "4001": (EstadoIntento.EN_REVISION, "Tarjeta en revisión"),
    "1000": (EstadoIntento.RECHAZADO, "Rechazado por la entidad financiera"),
    "1001": (EstadoIntento.RECHAZADO, "Error entre ACH y el banco"),
    "4000": (EstadoIntento.RECHAZADO, "Tarjeta rechazada tras la revisión"),
    "4003": (EstadoIntento.RECHAZADO, "Error en la revisión de la tarjeta"),
}

_TARJETA = ("boleta", "ultimos4", "franquicia", "aprobacion", "")
# int_id_forma_pago -> method, and where its extra fields go ("" = the field stays in the raw answer only; `boleta` is
# str_ticketID, by which records that share a number are told apart).
METODOS: dict[str, tuple[Metodo, tuple[str, ...]]] = {
    "29": (Metodo.PSE, ("boleta", "", "", "banco", "cus", "ciclo")),
    "32": (Metodo.TARJETA, _TARJETA),
    "41": (Metodo.PRESENCIAL, ()),
    "47": (Metodo.OTRO, ("boleta", "banco")),
    "48": (Metodo.OTRO, ("boleta",)),
    "51": (Metodo.TARJETA, _TARJETA),
    "77": (Metodo.PRESENCIAL, ()),
}
_IDENTIFICADORES = frozenset({"boleta", "cus", "aprobacion"})


class _NoConfiableError(Exception):
    """A record that decides nothing; the message says why and names no person."""


@dataclass(frozen=True)
class _Registro:
    intento: Intento
    numero: int
    terminado: bool  # int_pago_terminado 1: no further attempt is under way
    boleta: str  # str_ticketID; "" = its method has none, or what came is not one


def hay_registros(texto: str) -> bool:
    """Whether `str_res_pago` carries any record; a lone separator carries none."""
    return any(parte.strip() for parte in texto.split(SEPARADOR))


def leer_registros(texto: str, *, referencia: str, cruda: str) -> Lectura:
    """Turn `str_res_pago`, asked for `referencia`, into a Lectura. What cannot be trusted is set aside, not raised."""
    registros: list[_Registro] = []
    dudas: list[str] = []
    partes = [parte.strip() for parte in texto.split(SEPARADOR) if parte.strip()]
    vistas: set[str] = set()
    for posicion, parte in enumerate(partes, start=1):
        if parte in vistas:
            continue  # the same record once more says nothing new
        vistas.add(parte)
        try:
            registros.append(_leer_registro(parte, referencia))
        except _NoConfiableError as duda:
            dudas.append(f"Registro {posicion} de {len(partes)}: {duda}")
    registros, repetidos = _distinguir(registros)
    dudas += repetidos
    registros = _ordenar(registros)
    return Lectura(
        referencia=referencia,
        intentos=tuple(registro.intento for registro in registros),
        conocida=bool(partes),
        # A record set aside may be an attempt under way.
        cerrada=not dudas and (not registros or registros[-1].terminado),
        no_confiables=tuple(dudas),
        cruda=cruda,
    )


def _distinguir(registros: list[_Registro]) -> tuple[list[_Registro], list[str]]:
    """The records whose attempt can be told from every other, and a sentence for each number of which it cannot.

    Those that share an int_n_pago are told apart by their tickets, if each has its own.
    """
    grupos = defaultdict(list)
    for registro in registros:
        grupos[registro.numero].append(registro)
    distintos: list[_Registro] = []
    dudas: list[str] = []
    for numero, grupo in grupos.items():
        if len(grupo) > 1 and len({registro.boleta for registro in grupo} - {""}) < len(grupo):
            dudas.append(f"El intento {numero} viene {len(grupo)} veces.")
            continue
        primero, *otros = sorted(grupo, key=_derecho_al_numero)
        distintos += [primero, *(_con_boleta(registro) for registro in otros)]
    return distintos, dudas


def _derecho_al_numero(registro: _Registro) -> tuple[bool, bool, str]:
    """Sorts first the record whose id is the number alone, under which money may have been booked when it stood alone.

    That is a full approval, if there is one. Whichever appears later, those that had a ticket in their id keep it: the
    credits booked under them stay, and one more approval is one more id.
    """
    intento = registro.intento
    return intento.estado is not EstadoIntento.APROBADO, intento.parcial, registro.boleta


def _con_boleta(registro: _Registro) -> _Registro:
    return replace(registro, intento=replace(registro.intento, id=f"{registro.intento.id}-{registro.boleta}"))


def _ordenar(registros: list[_Registro]) -> list[_Registro]:
    """Oldest first, by the gateway's clock and then its numbering; by its numbering alone when one has no time."""
    fechados = all(registro.intento.fecha for registro in registros)
    return sorted(registros, key=lambda uno: (uno.intento.fecha, uno.numero) if fechados else uno.numero)


def _leer_registro(texto: str, referencia: str) -> _Registro:
    campos = [campo.strip() for campo in texto.split("|")]
    if len(campos) < _COMUNES:
        raise _NoConfiableError(f"tiene {len(campos)} campos y necesita al menos {_COMUNES}.")
    numero, terminado, estado, metodo = campos[1], campos[3], campos[4], campos[20]
    if not _NUMERO.fullmatch(numero):
        raise _NoConfiableError("int_n_pago no es un número.")
    if not all(_CODIGO.fullmatch(campo) for campo in campos[2:5]):
        raise _NoConfiableError("el estado, el cierre o la marca de pago mixto no son códigos.")
    if metodo and not _CODIGO.fullmatch(metodo):
        raise _NoConfiableError("int_id_forma_pago no es un código: puede haber una barra en un texto libre.")
    # Our reference travels in str_opcional1 and comes back here; int_ped_numero is a number of the gateway's own.
    if campos[14] not in ("", referencia):
        raise _NoConfiableError("es de otra referencia.")
    significado, nombre = ESTADOS.get(estado, (EstadoIntento.DESCONOCIDO, "Código desconocido"))
    aprobado = significado is EstadoIntento.APROBADO
    if aprobado and not metodo:
        raise _NoConfiableError("está aprobado y no dice por qué medio.")
    extras = _extras(metodo, campos[_COMUNES:])
    boleta = extras.pop("boleta", "")
    intento = Intento(
        # int_n_pago is only known to be unique within one payment.
        id=f"{referencia}-{int(numero)}",
        estado=significado,
        codigo=estado,
        texto=nombre,
        referencia=campos[14] or None,
        valor=_monto(campos[5], "dbl_valor_pagado"),
        total=_monto(campos[6], "dbl_total_pago"),
        parcial=campos[2] == "1",
        fecha=_fecha(campos[19], obligatoria=aprobado),
        metodo=METODOS.get(metodo, (Metodo.OTRO,))[0] if metodo else None,
        codigo_metodo=metodo,
        **extras,
    )
    _monto(campos[7], "dbl_valor_iva_pagado")
    return _Registro(intento, int(numero), terminado == "1", boleta if _BOLETA.fullmatch(boleta) else "")


def _extras(metodo: str, campos: list[str]) -> dict[str, str]:
    """Name the fields after the 21 common ones. A method that the contract does not name may carry any number."""
    if metodo and metodo not in METODOS:
        return {}
    nombres = METODOS[metodo][1] if metodo else ()
    if len(campos) != len(nombres):
        raise _NoConfiableError(
            f"el medio {metodo or 'sin elegir'} lleva {len(nombres)} campos propios y vienen {len(campos)}."
        )
    extras = {
        nombre: identificador_recibido(campo) if nombre in _IDENTIFICADORES else texto_recibido(campo)
        for nombre, campo in zip(nombres, campos, strict=True)
        if nombre
    }
    if "ultimos4" in extras:  # whatever the gateway sends, no more of a card than this leaves the adapter
        extras["ultimos4"] = "".join(letra for letra in extras["ultimos4"] if letra in "0123456789")[-4:]
    return extras


def _monto(texto: str, campo: str) -> Decimal:
    monto = leer_monto(texto)
    if monto is None:
        raise _NoConfiableError(f"{campo} no es un monto.")
    return monto


def _fecha(texto: str, *, obligatoria: bool) -> datetime | None:
    """Read `dd/mm/yyyy HH:MM:SS`, Colombian time, into UTC. Only an approval must have one: it is its `fecha_pago`."""
    if not texto and not obligatoria:
        return None
    if leida := _FECHA.fullmatch(texto):
        dia, mes, ano, *hora = map(int, leida.groups())
        try:
            return datetime(ano, mes, dia, *hora, tzinfo=_BOGOTA).astimezone(UTC)
        except ValueError:
            pass
    raise _NoConfiableError("dat_fecha no es una fecha dd/mm/aaaa hh:mm:ss.")
