"""The report: one HTML file that carries its style and its images, and nothing that opens anything."""

import base64
import json
import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from django.template import Context, Engine

from certificacion.acta import Comprobacion, Foto, Hecho
from certificacion.tachado import exigir_sin_secretos, tachar, tachar_texto

_PLANTILLAS = Path(__file__).parent / "plantillas"
_DECIMAL = re.compile(r'"\\u0000([-0-9.]+)\\u0000"')


@dataclass(frozen=True, kw_only=True)
class Portada:
    """What the first page says: `datos` are (name, value) pairs, `aclaraciones` sentences that must not be missed."""

    producto: str
    version: str
    cuando: datetime
    datos: list
    aclaraciones: list


@dataclass(frozen=True)
class _Mensaje:
    """An exchange as it is printed; `veces`: how many times in a row the same was asked and answered."""

    intercambio: object
    pedido: str
    respuesta: str
    resumen: str
    veces: int


def construir(portada, actas, *, cierre, bitacora, secretos):
    """The HTML text. Raises SecretoALaVistaError rather than hand over one of `secretos`.

    `cierre` is the Acta of what holds for the whole walk; `bitacora`: log lines (texts) to show.
    """
    todas = [*actas, cierre]
    contexto = {
        "portada": portada,
        "estilo": (_PLANTILLAS / "informe.css").read_text(encoding="utf-8"),
        "capitulos": [_capitulo(acta, secretos) for acta in actas],
        "cierre": _capitulo(cierre, secretos),
        "bien": all(acta.bien for acta in todas),
        "hechas": sum(len(acta.comprobaciones) for acta in todas),
        "malas": sum(not una.bien for acta in todas for una in acta.comprobaciones),
        "bitacora": [tachar_texto(linea, secretos=secretos) for linea in bitacora],
    }
    motor = Engine(dirs=[str(_PLANTILLAS)], libraries={"l10n": "django.templatetags.l10n"})
    texto = motor.get_template("informe.html").render(Context(contexto, use_l10n=False))
    exigir_sin_secretos(texto, secretos=secretos)
    return texto


def _capitulo(acta, secretos):
    return {
        "acta": acta,
        "error": tachar_texto(acta.error, secretos=secretos),
        "partes": [_parte(parte, secretos) for parte in acta.partes],
        "buenas": sum(una.bien for una in acta.comprobaciones),
        "total": len(acta.comprobaciones),
        "mensajes": _mensajes(acta.intercambios, secretos),
    }


def _parte(parte, secretos):
    match parte:
        case Hecho(texto):
            return {"clase": "hecho", "texto": tachar_texto(texto, secretos=secretos)}
        case Comprobacion(que, esperado, visto, bien):
            textos = {"que": que, "esperado": esperado, "visto": visto}
            tachados = {nombre: tachar_texto(texto, secretos=secretos) for nombre, texto in textos.items()}
            return {"clase": "comprobacion", "bien": bien, **tachados}
        case Foto(titulo, png, ancho):
            return {"clase": "foto", "titulo": titulo, "ancho": ancho, "datos": base64.b64encode(png).decode()}


def _mensajes(vistos, secretos):
    """The exchanges in order; the sonda's repeated questions with the same answer are told once."""
    mensajes = []
    for uno in vistos:
        pedido, respuesta = (_escrito(tachar(cuerpo, secretos=secretos)) for cuerpo in (uno.pedido, uno.respuesta))
        previo = mensajes[-1] if mensajes else None
        if previo and (previo.pedido, previo.respuesta) == (pedido, respuesta):
            mensajes[-1] = _Mensaje(previo.intercambio, pedido, respuesta, previo.resumen, previo.veces + 1)
        else:
            mensajes.append(_Mensaje(uno, pedido, respuesta, _resumen(uno.respuesta), 1))
    return mensajes


def _escrito(valor):
    """A JSON value, indented, each amount in the digits that travelled."""
    texto = json.dumps(valor, ensure_ascii=False, indent=2, default=_numero)
    return _DECIMAL.sub(r"\1", texto)


def _numero(valor):
    if not isinstance(valor, Decimal):
        raise TypeError(f"no es JSON: {type(valor).__name__}")
    return f"\0{valor}\0"


def _resumen(respuesta):
    """The answer in one line: its code, and the states of its attempts."""
    if not isinstance(respuesta, dict):
        return "no es JSON"
    if "int_codigo" in respuesta:
        return f"int_codigo {respuesta['int_codigo']}"
    registros = [uno.split("|") for uno in (respuesta.get("str_res_pago") or "").split("|;|") if uno]
    estados = ", ".join(registro[4] for registro in registros if len(registro) > 4)
    return f"int_estado {respuesta.get('int_estado')}, int_estado_pago {estados or '(ninguno)'}"
