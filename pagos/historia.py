"""What is written down about a gateway's answer: the newest facts on the pago, its events, its contradictions.

Evidence never holds a name, a document, a phone, an e-mail or free text (diseno.md 2, EventoPago).
"""

import hashlib
from datetime import timedelta

from cartera import sentencias
from pagos import agenda, novedades
from pagos.cifrado import cifrar
from pagos.estados import Estado, TipoNovedad
from pagos.juicio import Veredicto
from pagos.models import EventoPago, RespuestaCruda
from pagos.pasarelas.base import EstadoIntento

# Clocks differ: the gateway's time may be this far off before it is called impossible.
_TOLERANCIA = timedelta(minutes=2)

_SIN_ABRIR = (Veredicto.SIN_ABRIR, Veredicto.NO_ENCONTRADA)

# Field of the pago <- field of the attempt; a later answer about the same attempt that lacks one does not erase it.
_HECHOS = ("metodo", "banco", "franquicia", "cus", "aprobacion", "ultimos4", "ciclo")


def huella(lectura):
    """32 characters that two answers share exactly when they say the same (the raw text, with its times, apart)."""
    return hashlib.blake2b(repr(lectura).encode(), digest_size=16).hexdigest()


def anotar_lectura(pago, lectura, juicio, *, ahora):
    """Take the newest facts over to the (locked, unsaved) pago. True when its code or its verdict is new."""
    pago.ultima_consulta, pago.error_consulta = ahora, ""
    pago.consultas += 1
    pago.conocida = pago.conocida or lectura.conocida
    if juicio.veredicto not in _SIN_ABRIR:
        pago.abierta_pasarela = True
    if pago.estado == Estado.APROBADA:
        return False
    pago.revision_pasarela = juicio.veredicto is Veredicto.EN_REVISION
    intento = juicio.principal
    codigo = intento.codigo[:60] if intento else ""
    nuevo = bool(codigo) and codigo != pago.codigo_pasarela
    if intento is not None:
        if intento.id[:120] != pago.intento:
            _olvidar_hechos(pago)
        pago.codigo_pasarela, pago.texto_pasarela, pago.intento = codigo, intento.texto[:200], intento.id[:120]
        for campo in _HECHOS:
            valor = str(getattr(intento, campo) or "")
            if valor:
                setattr(pago, campo, valor[: pago._meta.get_field(campo).max_length])
    if nuevo and lectura.cruda:
        cifrada = cifrar(lectura.cruda, de=pago.pk)
        sentencias.insertar(RespuestaCruda, pago_id=pago.pk, cifrada=cifrada, cuando=ahora)
    return nuevo


def _olvidar_hechos(pago):
    """Another attempt speaks for the pago: the CUS of a rejected one must not be told to the bank for it."""
    for campo in _HECHOS:
        setattr(pago, campo, "")


def evento(pago, *, de, origen, ahora, juicio=None, quien=None):
    """Append one row to the pago's history; `pago.estado` is where it went."""
    sentencias.insertar(
        EventoPago,
        pago_id=pago.pk,
        de=de,
        a=pago.estado,
        motivo=pago.motivo,
        origen=origen,
        codigo=pago.codigo_pasarela,
        evidencia=_evidencia(juicio),
        quien=quien,
        cuando=ahora,
    )


def _evidencia(juicio):
    if juicio is None:
        return {}
    intento = juicio.principal
    resumen = {"veredicto": juicio.veredicto.value}
    if intento is not None:
        resumen |= {"intento": intento.id, "valor": str(intento.valor), "metodo": intento.metodo or ""}
    return resumen


def contradiccion(pago, lectura, juicio, *, ahora):
    """An approved pago that the gateway now tells otherwise: never a state, always a person (diseno.md 2)."""
    ya_no_aprobado = lectura.completa and not any(i.estado is EstadoIntento.APROBADO for i in lectura.intentos)
    if ya_no_aprobado:
        evidencia = {"veredicto": juicio.veredicto.value}
        novedades.registrar(TipoNovedad.REVERSADA, pago=pago, evidencia=evidencia, ahora=ahora)


def tomar_fecha(pago, intento, *, ahora):
    """`fecha_pago` is the gateway's own time; in the future or before the pago it is a Novedad too."""
    pago.fecha_pago = intento.fecha or ahora
    if not pago.creada_en - _TOLERANCIA <= pago.fecha_pago <= ahora + _TOLERANCIA:
        evidencia = {"fecha_pago": pago.fecha_pago.isoformat(), "intento": intento.id}
        novedades.registrar(TipoNovedad.FECHA_IMPOSIBLE, pago=pago, evidencia=evidencia, ahora=ahora)


def es_tarde(pago, *, ahora):
    """True for an approval that comes more than an hour after the rejection."""
    return pago.rechazada_en is not None and ahora - pago.rechazada_en > agenda.TARDE
